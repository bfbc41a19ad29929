import { z } from 'zod';
import { type ResourceKind, resourceKind } from '../resource.ts';

const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
const Tags = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional();

/**
 * Whatever makes mail trusted by others (DKIM, SPF) has no effect on mail that stays on the machine.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-emailidentity.html
 */
const IdentityProperties = z.strictObject({
  EmailIdentity: z
    .string()
    .regex(/^([^\s@]+@)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i, 'must be a domain or an e-mail address'),
  ConfigurationSetAttributes: z.strictObject({ ConfigurationSetName: z.string() }).optional(),
  DkimAttributes: z.strictObject({ SigningEnabled: flag }).optional(),
  DkimSigningAttributes: z
    .strictObject({
      DomainSigningSelector: z.string().optional(),
      DomainSigningPrivateKey: z.string().optional(),
      NextSigningKeyLength: z.enum(['RSA_1024_BIT', 'RSA_2048_BIT']).optional(),
    })
    .optional(),
  FeedbackAttributes: z.strictObject({ EmailForwardingEnabled: flag }).optional(),
  MailFromAttributes: z
    .strictObject({
      MailFromDomain: z.string().optional(),
      BehaviorOnMxFailure: z.enum(['USE_DEFAULT_VALUE', 'REJECT_MESSAGE']).optional(),
    })
    .optional(),
  Tags,
});

/**
 * No mail leaves the machine, so none bounces and there is nothing to measure.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-configurationset.html
 */
const ConfigurationSetProperties = z.strictObject({
  Name: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  DeliveryOptions: z
    .strictObject({
      TlsPolicy: z.enum(['REQUIRE', 'OPTIONAL']).optional(),
      SendingPoolName: z.string().optional(),
      MaxDeliverySeconds: z.int().min(300).max(50_400).optional(),
    })
    .optional(),
  ReputationOptions: z.strictObject({ ReputationMetricsEnabled: flag.optional() }).optional(),
  SendingOptions: z.strictObject({ SendingEnabled: flag.optional() }).optional(),
  SuppressionOptions: z
    .strictObject({ SuppressedReasons: z.array(z.enum(['BOUNCE', 'COMPLAINT'])).optional() })
    .optional(),
  Tags,
});

export interface Declarations {
  identity(name: string): void;
  configurationSet(name: string): void;
}

/** `AWS::SES::EmailIdentity`, verified as soon as it is there, and `AWS::SES::ConfigurationSet`. */
export function sesKinds(declare: Declarations): readonly ResourceKind[] {
  return [
    resourceKind({
      type: 'AWS::SES::EmailIdentity',
      properties: IdentityProperties,
      create: ({ properties: { EmailIdentity: name } }) => {
        declare.identity(name);
        return { ref: name, attributes: dnsRecords(name) };
      },
    }),
    resourceKind({
      type: 'AWS::SES::ConfigurationSet',
      properties: ConfigurationSetProperties,
      create: ({ physicalName, properties }) => {
        const name = properties.Name ?? physicalName.slice(0, 64);
        declare.configurationSet(name);
        return { ref: name, attributes: {} };
      },
    }),
  ];
}

/** The names and values of the three DNS records that a domain's owner would set. */
function dnsRecords(name: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const number of [1, 2, 3]) {
    attributes[`DkimDNSTokenName${number}`] = `token${number}._domainkey.${name}`;
    attributes[`DkimDNSTokenValue${number}`] = `token${number}.dkim.amazonses.com`;
  }
  return attributes;
}
