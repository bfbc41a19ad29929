import { Aws } from 'aws-cdk-lib/core';

/** What a service does with a key to encrypt and decrypt; without wildcards. */
export const dataActions = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:DescribeKey',
] as const;

const account = { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` };
const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };

/**
 * Who may use a region's own key. A key's policy has no other resource than the key itself, which "*" stands for
 * (AWS KMS Developer Guide, "Key policies").
 */
export const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      // Without it nobody could ever change or use the key: AWS KMS Developer Guide, "Default key policy". What people and
      // functions may do with it their own roles say.
      Sid: 'RolesOfThisAccountDecide',
      Effect: 'Allow',
      Principal: account,
      Action: 'kms:*',
      Resource: '*',
    },
    {
      // CloudWatch Logs User Guide, "Encrypt log data using AWS KMS".
      Sid: 'Logs',
      Effect: 'Allow',
      Principal: { Service: `logs.${Aws.REGION}.${Aws.URL_SUFFIX}` },
      Action: [...dataActions],
      Resource: '*',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    },
    {
      // Alarms tell the topic (SNS Developer Guide, "Key management"); uploads are told to a queue (SQS, the same).
      Sid: 'AlarmsAndUploads',
      Effect: 'Allow',
      Principal: { Service: ['cloudwatch.amazonaws.com', 's3.amazonaws.com'] },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: ofThisAccount,
    },
  ],
};
