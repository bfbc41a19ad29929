import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dataActions } from '../../lib/key-policy.ts';
import { Role } from './grants.ts';
import { allOn, resourcesOf, taebaek, templateOf } from './template.ts';

const on = templateOf(allOn);
const off = templateOf(taebaek);
const [[id = '', key] = []] = resourcesOf(on, 'AWS::KMS::Key');
const own = { 'Fn::GetAtt': [id, 'Arn'] };

/** Where each type of resource says with what it is encrypted. */
const encrypted = [
  ['AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: own } }],
  ['AWS::SQS::Queue', { KmsMasterKeyId: own }],
  ['AWS::SNS::Topic', { KmsMasterKeyId: own }],
  ['AWS::SecretsManager::Secret', { KmsKeyId: own }],
  ['AWS::Logs::LogGroup', { KmsKeyId: own }],
  [
    'AWS::S3::Bucket',
    {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: own } },
        ],
      },
    },
  ],
] as const;

describe('given a key of the region’s own', () => {
  it('then it turns over, and stays when the stack goes', () => {
    expect(key).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
    });
  });

  it.each(encrypted)('then it encrypts every %s', (type, properties) => {
    expect(resourcesOf(on, type).size).toBeGreaterThan(0);
    on.allResourcesProperties(type, properties);
  });

  it('then each function may use it for data, by actions that are spelled out', () => {
    const roles = [...resourcesOf(on, 'AWS::IAM::Role').values()].map(({ Properties }) =>
      Role.parse(Properties),
    );
    for (const { Policies, Description } of roles) {
      const [{ PolicyDocument }] = Policies;
      const uses = PolicyDocument.Statement.filter(({ Action }) =>
        Action.some((action) => action.startsWith('kms:')),
      );
      expect(
        uses.map(({ Resource }) => Resource),
        Description,
      ).toEqual([[own]]);
      expect(uses[0]?.Action.toSorted(), Description).toEqual(dataActions.toSorted());
    }
  });

  it('then logs, alarms and uploads of this account may use it, and no other service', () => {
    const { KeyPolicy } = z
      .object({
        KeyPolicy: z.object({
          Statement: z.array(
            z.object({ Sid: z.string(), Action: z.unknown(), Condition: z.unknown().optional() }),
          ),
        }),
      })
      .parse(key?.Properties);
    expect(KeyPolicy.Statement.map(({ Sid }) => Sid)).toEqual([
      'RolesOfThisAccountDecide',
      'Logs',
      'AlarmsAndUploads',
    ]);
    for (const { Condition } of KeyPolicy.Statement.slice(1)) expect(Condition).toBeDefined();
  });
});

describe('given keys of AWS', () => {
  it('then tables and queues are encrypted all the same, and no function asks the KMS', () => {
    off.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, KMSMasterKeyId: Match.absent() },
    });
    off.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    expect(JSON.stringify(off.toJSON())).not.toContain('kms:');
  });
});
