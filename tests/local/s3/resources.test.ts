import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { create } from '../sqs/server.ts';
import { type OpenS3, openS3 } from './open-s3.ts';

let region: OpenS3;
beforeEach(async () => {
  region = await openS3();
});
afterEach(() => region.close());

const bucket = (properties: object, logicalId = 'Papers') =>
  create(region.s3, 'AWS::S3::Bucket', properties, logicalId);

describe('a bucket of the template', () => {
  it('takes what a careful stack says of it', async () => {
    const created = await bucket({
      BucketName: 'papers',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'uploads',
            Status: 'Enabled',
            Prefix: 'in/',
            ExpirationInDays: 1,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          },
        ],
      },
      CorsConfiguration: {
        CorsRules: [{ AllowedMethods: ['POST'], AllowedOrigins: ['*'], MaxAge: 60 }],
      },
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(created).toEqual({
      ref: 'papers',
      attributes: {
        Arn: 'arn:aws:s3:::papers',
        DomainName: 'papers.s3.amazonaws.com',
        RegionalDomainName: 'papers.s3.ap-northeast-2.amazonaws.com',
        DualStackDomainName: 'papers.s3.dualstack.ap-northeast-2.amazonaws.com',
      },
    });
    const policy = { Bucket: 'papers', PolicyDocument: { Statement: [] } };
    await create(region.s3, 'AWS::S3::BucketPolicy', policy);
  });

  it('has a name of its own, in small letters, the same at every boot', async () => {
    const { ref } = await bucket({}, 'PapersOfALogicalIdThatIsLongerThanABucketsNameMayEverBe0123');
    expect(ref).toMatch(/^stack-papers[a-z0-9-]{1,42}-[0-9a-f]{8}$/);
    expect(ref.length).toBeLessThanOrEqual(63);
    const other = await openS3();
    const again = await create(
      other.s3,
      'AWS::S3::Bucket',
      {},
      'PapersOfALogicalIdThatIsLongerThanABucketsNameMayEverBe0123',
    );
    expect(again.ref).toBe(ref);
    await other.close();
  });

  it.each<[string, object, string]>([
    ['an unknown property', { Colour: 'red' }, 'Colour'],
    ['a name in capitals', { BucketName: 'Papers' }, 'is no bucket name'],
    ['suspended versions', { VersioningConfiguration: { Status: 'Suspended' } }, 'Enabled'],
    [
      'a rule by tag',
      { LifecycleConfiguration: { Rules: [{ Status: 'Enabled', TagFilters: [] }] } },
      'TagFilters',
    ],
    [
      'an event that is never raised',
      {
        NotificationConfiguration: {
          LambdaConfigurations: [{ Event: 's3:ObjectTagging:*', Function: 'f' }],
        },
      },
      'is no event',
    ],
    [
      'a filter by size',
      {
        NotificationConfiguration: {
          LambdaConfigurations: [
            {
              Event: 's3:ObjectCreated:*',
              Function: 'f',
              Filter: { S3Key: { Rules: [{ Name: 'size', Value: '1' }] } },
            },
          ],
        },
      },
      'prefix or suffix',
    ],
    [
      'events to EventBridge',
      { NotificationConfiguration: { EventBridgeConfiguration: {} } },
      'EventBridgeConfiguration',
    ],
  ])('stops the boot for %s', async (_what, properties, part) => {
    await expect(bucket(properties)).rejects.toThrow(part);
  });

  const told = (Event: string, Name = 'prefix', Value = '') => ({
    Event,
    Function: 'f',
    Filter: { S3Key: { Rules: [{ Name, Value }] } },
  });
  it.each([
    ['one type twice', told('s3:ObjectCreated:*'), told('s3:ObjectCreated:Put'), true],
    [
      'a prefix within another',
      told('s3:ObjectCreated:*', 'prefix', 'in/'),
      told('s3:ObjectCreated:*', 'prefix', 'in/a'),
      true,
    ],
    [
      'two prefixes',
      told('s3:ObjectCreated:*', 'prefix', 'in/'),
      told('s3:ObjectCreated:*', 'prefix', 'out/'),
      false,
    ],
    [
      'two suffixes',
      told('s3:ObjectCreated:*', 'suffix', 'pdf'),
      told('s3:ObjectCreated:*', 'suffix', 'jpg'),
      false,
    ],
    ['two types', told('s3:ObjectCreated:*'), told('s3:ObjectRemoved:*'), false],
  ])('tells one function of an event, not two: %s', async (_what, one, two, refused) => {
    const made = bucket({ NotificationConfiguration: { LambdaConfigurations: [one, two] } });
    const outcome = await made.then(
      () => 'made',
      (error: Error) => error.message,
    );
    expect(outcome.includes('Configurations overlap')).toBe(refused);
    expect(outcome === 'made').toBe(!refused);
  });

  it('stops the boot when another has its name, and a policy of no bucket does', async () => {
    await bucket({ BucketName: 'papers' });
    await expect(bucket({ BucketName: 'papers' }, 'Others')).rejects.toThrow('two buckets');
    const policy = { Bucket: 'none', PolicyDocument: {} };
    await expect(create(region.s3, 'AWS::S3::BucketPolicy', policy)).rejects.toThrow('bucket');
  });
});
