import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findEntries } from '../../lib/support/entries.ts';
import { everyRegion, resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);
const all = z
  .object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })
  .parse(template.toJSON()).Resources;

const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });

describe('given the largest region, when it is synthesized', () => {
  it('then the stack stays clear of the 500 resources at which CloudFormation ends', () => {
    // 417 now: each function is five. Fifty more are ten functions, of which a release should not make more at once.
    expect(Object.keys(all).length).toBeLessThan(450);
  });

  it('then it needs no custom resource and no function but our own', () => {
    const types = new Set(Object.values(all).map(({ Type }) => Type));
    expect([...types].filter((type) => /Custom/.test(type))).toEqual([]);
    template.resourceCountIs('AWS::Lambda::Function', findEntries('functions').length);
  });

  it('then what holds data keeps its logical id, by which a deployment finds it again', () => {
    const lasting = Object.entries(all)
      .filter(([, { Type }]) => /::(Table|Bucket|UserPool|UserPoolClient|Secret)$/.test(Type))
      .map(([id, { Type }]) => `${Type} ${id}`);
    expect(lasting.filter((line) => !line.includes('Provisioning'))).toMatchInlineSnapshot(`
      [
        "AWS::Cognito::UserPool PublicPool634D708C",
        "AWS::Cognito::UserPoolClient PublicPoolClientFA30B064",
        "AWS::Cognito::UserPool StaffPool573BA0AF",
        "AWS::Cognito::UserPoolClient StaffPoolClientD0096540",
        "AWS::DynamoDB::Table AuditDataTable15E62EC7",
        "AWS::DynamoDB::Table NoticesDataTableEB1DF6F6",
        "AWS::DynamoDB::Table IdentityDataTableC6BABB9B",
        "AWS::DynamoDB::Table DocumentsDataTable45711429",
        "AWS::S3::Bucket DocumentsPapersBucket5F8E6B95",
        "AWS::SecretsManager::Secret DocumentsScanner013AFC43",
        "AWS::DynamoDB::Table EligibilityDataTableDECF36C8",
        "AWS::SecretsManager::Secret EligibilityRegistry0657F56B",
        "AWS::DynamoDB::Table CatalogueDataTable0F60743E",
        "AWS::DynamoDB::Table EnrolmentDataTable31146172",
        "AWS::DynamoDB::Table LaunchDataTable9E23595F",
        "AWS::SecretsManager::Secret LaunchKeys4E1E97E4",
        "AWS::DynamoDB::Table MentoringDataTableE55D2058",
        "AWS::SecretsManager::Secret MentoringMeetings92DC1568",
        "AWS::DynamoDB::Table PrivacyDataTableBB215D66",
        "AWS::S3::Bucket PrivacyLedgerBucket567C09FE",
        "AWS::DynamoDB::Table OperationDataTableD109EF99",
      ]
    `);
  });
});

describe('given tables and pools, when a stack is changed or deleted', () => {
  const lasting = [
    ...resourcesOf(template, 'AWS::DynamoDB::Table'),
    ...resourcesOf(template, 'AWS::Cognito::UserPool'),
    ...resourcesOf(template, 'AWS::S3::Bucket'),
    ...resourcesOf(template, 'AWS::S3::BucketPolicy'),
  ];

  it.each(lasting)('then %s stays', (_, resource) => {
    expect(resource.DeletionPolicy).toBe('Retain');
    expect(resource.UpdateReplacePolicy).toBe('Retain');
  });

  it('then nothing deletes them by mistake either', () => {
    template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    template.allResourcesProperties('AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' });
  });
});

describe('given a table', () => {
  it('then it can be restored to any second, is encrypted, on demand and forgets what expires', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 12);
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TableName: Match.absent(),
    });
  });

  it.each([
    ['Identity', true],
    ['Audit', false],
    ['Documents', true],
    ['Eligibility', true],
    ['Catalogue', false],
    ['Enrolment', true],
    ['Provisioning', false],
    ['Notices', true],
  ])('then the changes of %s are followed: %s', (capability, followed) => {
    const [, table] =
      [...resourcesOf(template, 'AWS::DynamoDB::Table')].find(([id]) =>
        id.startsWith(capability),
      ) ?? [];
    expect(table?.Properties['StreamSpecification']).toEqual(
      followed ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : undefined,
    );
  });
});

describe('given any region of the project', () => {
  it.each(everyRegion)('then no bucket of %s can be made public', (_, region) => {
    const all = templateOf(region);
    expect(resourcesOf(all, 'AWS::S3::Bucket').size).toBeGreaterThan(0);
    all.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      AccessControl: Match.absent(),
    });
  });
});

describe('given the bucket of papers', () => {
  const [[id, bucket] = ['', undefined]] = resourcesOf(template, 'AWS::S3::Bucket');

  it('then it is private, encrypted, keeps versions and takes nothing but over TLS', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.absent(),
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: id },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('then web pages of the region, and no others, send forms to it', () => {
    expect(bucket?.Properties['CorsConfiguration']).toMatchObject({
      CorsRules: [{ AllowedOrigins: seoul.deployment.origins, AllowedMethods: ['POST', 'GET'] }],
    });
  });

  it('then uploads are told to the queue, which takes messages of S3 from this account only', () => {
    const Notifications = z.object({
      QueueConfigurations: z.tuple([
        z.object({
          Event: z.literal('s3:ObjectCreated:*'),
          Filter: z.object({
            S3Key: z.object({
              Rules: z.tuple([
                z.object({ Name: z.literal('prefix'), Value: z.literal('quarantine/') }),
              ]),
            }),
          }),
          Queue: Attribute,
        }),
      ]),
    });
    const told = Notifications.parse(bucket?.Properties['NotificationConfiguration']);
    const [queue] = told.QueueConfigurations[0].Queue['Fn::GetAtt'];
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queue }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 's3.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
    expect(resourcesOf(template, 'AWS::SQS::Queue').get(queue)?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      RedrivePolicy: { maxReceiveCount: 20 },
    });
  });

  it('then it deletes by itself what functions have not, a month after the longest policy', () => {
    const longest = Math.max(
      ...seoul.policies.map(({ deadlines: { evidence, documents } }) => evidence + documents),
    );
    expect(bucket?.Properties['LifecycleConfiguration']).toMatchObject({
      Rules: [
        { Prefix: 'quarantine/', ExpirationInDays: 31, Status: 'Enabled' },
        { Prefix: 'clean/', ExpirationInDays: longest + 31, Status: 'Enabled' },
        { ExpiredObjectDeleteMarker: true, Status: 'Enabled' },
      ],
    });
  });
});
