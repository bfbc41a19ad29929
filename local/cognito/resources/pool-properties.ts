import { z } from 'zod';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
// What is not listed would change how people sign in and is not emulated: SMS, passkeys, codes by mail as
// a factor, device tracking, Lambda triggers, a hosted sign-in page, phone numbers as names.

/** Accepted and without effect; the reason stands beside each use. */
const ignored = z.unknown().optional();

const PasswordPolicy = z.strictObject({
  MinimumLength: z.int().min(6).max(99).optional(),
  PasswordHistorySize: z.int().min(0).max(24).optional(),
  RequireLowercase: z.boolean().optional(),
  RequireNumbers: z.boolean().optional(),
  RequireSymbols: z.boolean().optional(),
  RequireUppercase: z.boolean().optional(),
  TemporaryPasswordValidityDays: z.int().min(0).max(365).optional(),
});

const SchemaAttribute = z.strictObject({
  Name: z.string().min(1).max(20),
  AttributeDataType: z.enum(['String', 'Number', 'DateTime', 'Boolean']).optional(),
  // Attributes that only administrators may write went out of use with client permissions.
  DeveloperOnlyAttribute: z.literal(false).optional(),
  Mutable: z.boolean().optional(),
  Required: z.boolean().optional(),
  StringAttributeConstraints: z
    .strictObject({
      MinLength: z.string().regex(/^\d+$/).optional(),
      MaxLength: z.string().regex(/^\d+$/).optional(),
    })
    .optional(),
  NumberAttributeConstraints: z
    .strictObject({
      MinValue: z
        .string()
        .regex(/^-?\d+$/)
        .optional(),
      MaxValue: z
        .string()
        .regex(/^-?\d+$/)
        .optional(),
    })
    .optional(),
});

const EmailConfiguration = z.strictObject({
  From: z.string().optional(),
  // The local mailbox has no replies, and nothing leaves the machine through SES.
  ReplyToEmailAddress: ignored,
  EmailSendingAccount: z.enum(['COGNITO_DEFAULT', 'DEVELOPER']).optional(),
  SourceArn: ignored,
  ConfigurationSet: ignored,
});

const VerificationMessageTemplate = z.strictObject({
  DefaultEmailOption: z.literal('CONFIRM_WITH_CODE').optional(),
  EmailMessage: z.string().optional(),
  EmailSubject: z.string().optional(),
  // CDK always writes it; no phone number is ever verified here.
  SmsMessage: ignored,
});

const AdminCreateUserConfig = z.strictObject({
  AllowAdminCreateUserOnly: z.boolean().optional(),
  InviteMessageTemplate: z
    .strictObject({
      EmailMessage: z.string().optional(),
      EmailSubject: z.string().optional(),
      // Invitations go by mail only.
      SMSMessage: ignored,
    })
    .optional(),
  UnusedAccountValidityDays: z.int().min(0).max(365).optional(),
});

const email = z.array(z.literal('email')).max(1);

const Properties = z.strictObject({
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z
        .array(
          z.strictObject({
            Name: z.enum(['verified_email', 'verified_phone_number', 'admin_only']),
            Priority: z.int().min(1).max(2),
          }),
        )
        .optional(),
    })
    .optional(),
  AdminCreateUserConfig: AdminCreateUserConfig.optional(),
  AliasAttributes: email.optional(),
  AutoVerifiedAttributes: email.optional(),
  // Nothing deletes a local pool but deleting the data.
  DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']).optional(),
  EmailConfiguration: EmailConfiguration.optional(),
  EmailVerificationMessage: z.string().optional(),
  EmailVerificationSubject: z.string().optional(),
  EnabledMfas: z.array(z.literal('SOFTWARE_TOKEN_MFA')).optional(),
  LambdaConfig: z
    .strictObject({}, 'Lambda triggers are not emulated: a local pool would not call them')
    .optional(),
  MfaConfiguration: z.enum(['OFF', 'ON', 'OPTIONAL']).optional(),
  Policies: z
    .strictObject({
      PasswordPolicy: PasswordPolicy.optional(),
      SignInPolicy: z
        .strictObject({ AllowedFirstAuthFactors: z.array(z.literal('PASSWORD')).optional() })
        .optional(),
    })
    .optional(),
  Schema: z.array(SchemaAttribute).optional(),
  // Texts of messages that only phones would get.
  SmsAuthenticationMessage: ignored,
  SmsVerificationMessage: ignored,
  UserAttributeUpdateSettings: z
    .strictObject({ AttributesRequireVerificationBeforeUpdate: email })
    .optional(),
  UsernameAttributes: email.optional(),
  UsernameConfiguration: z.strictObject({ CaseSensitive: z.boolean().optional() }).optional(),
  // Threat protection estimates risks from where and how people usually sign in: there is no usual here.
  UserPoolAddOns: z
    .strictObject({
      AdvancedSecurityMode: z.enum(['OFF', 'AUDIT', 'ENFORCED']).optional(),
      AdvancedSecurityAdditionalFlows: ignored,
    })
    .optional(),
  UserPoolName: z.string().min(1).max(128).optional(),
  // Tags and tier are for AWS's bill.
  UserPoolTags: ignored,
  UserPoolTier: z.enum(['LITE', 'ESSENTIALS', 'PLUS']).optional(),
  VerificationMessageTemplate: VerificationMessageTemplate.optional(),
});

export const PoolProperties = Properties.superRefine((properties, context) => {
  const isOn = (properties.MfaConfiguration ?? 'OFF') !== 'OFF';
  if (!isOn || properties.EnabledMfas?.includes('SOFTWARE_TOKEN_MFA')) return;
  const message = 'must have SOFTWARE_TOKEN_MFA, the only second factor that is emulated';
  context.addIssue({ code: 'custom', path: ['EnabledMfas'], message });
});
export type PoolProperties = z.output<typeof PoolProperties>;
