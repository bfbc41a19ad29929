import { z } from 'zod';
import { type ResourceKind, resourceKind } from '../resource.ts';
import { Generation } from './generate.ts';
import { SecretName } from './protocol.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html */
const SecretProperties = z
  .strictObject({
    Name: SecretName.optional(),
    Description: z.string().max(2048).optional(),
    SecretString: z.string().max(65_536).optional(),
    GenerateSecretString: Generation.optional(),
    // Nothing is encrypted on a developer's machine; the secret answers what the template says.
    KmsKeyId: z.string().optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
  })
  .refine(
    ({ SecretString, GenerateSecretString }) =>
      SecretString === undefined || GenerateSecretString === undefined,
    'SecretString and GenerateSecretString exclude each other',
  );
export type SecretProperties = z.output<typeof SecretProperties>;

/** `AWS::SecretsManager::Secret`, whose Ref is its ARN. */
export function secretKind(
  declare: (name: string, properties: SecretProperties) => { readonly arn: string },
): ResourceKind {
  return resourceKind({
    type: 'AWS::SecretsManager::Secret',
    properties: SecretProperties,
    create: ({ physicalName, properties }) => {
      const { arn } = declare(properties.Name ?? physicalName, properties);
      return { ref: arn, attributes: { Id: arn } };
    },
  });
}
