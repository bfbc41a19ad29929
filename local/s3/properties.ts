import { z } from 'zod';
import { bucketName } from './bucket.ts';

/** CloudFormation takes numbers and booleans also as texts. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);
const positive = z
  .union([z.int(), z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)])
  .pipe(z.int().min(1));

/** Nothing is encrypted on a developer's machine. */
const Encryption = z.strictObject({
  ServerSideEncryptionConfiguration: z.array(
    z.strictObject({
      BucketKeyEnabled: flag.optional(),
      ServerSideEncryptionByDefault: z
        .strictObject({
          SSEAlgorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
          KMSMasterKeyID: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

/** Local buckets are never public, and have no access control lists. */
const PublicAccess = z.strictObject({
  BlockPublicAcls: flag.optional(),
  BlockPublicPolicy: flag.optional(),
  IgnorePublicAcls: flag.optional(),
  RestrictPublicBuckets: flag.optional(),
});
const Ownership = z.strictObject({
  Rules: z.array(
    z.strictObject({
      ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']),
    }),
  ),
});

/** A move to another storage class changes nothing that a caller here could see. */
const Transition = z.strictObject({
  StorageClass: z.string(),
  TransitionInDays: z.int().min(0).optional(),
  NewerNoncurrentVersions: z.int().optional(),
});

const Rule = z.strictObject({
  Id: z.string().max(255).optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: positive.optional(),
  ExpiredObjectDeleteMarker: flag.default(false),
  NoncurrentVersionExpiration: z
    .strictObject({ NoncurrentDays: positive, NewerNoncurrentVersions: positive.optional() })
    .optional(),
  // The local region has no uploads in parts that could be left unfinished.
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: positive }).optional(),
  Transitions: z.array(Transition).optional(),
  NoncurrentVersionTransitions: z.array(Transition).optional(),
});

const Cors = z.strictObject({
  CorsRules: z.array(
    z.strictObject({
      Id: z.string().max(255).optional(),
      AllowedHeaders: z.array(z.string()).default([]),
      AllowedMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])).min(1),
      AllowedOrigins: z.array(z.string()).min(1),
      ExposedHeaders: z.array(z.string()).default([]),
      MaxAge: z.int().min(0).optional(),
    }),
  ),
});

const Event = z
  .string()
  .regex(
    /^s3:(ObjectCreated|ObjectRemoved|LifecycleExpiration):(\*|Put|Post|Copy|Delete|DeleteMarkerCreated)$/,
    'is no event that the local region raises',
  );
const Filter = z
  .strictObject({
    S3Key: z.strictObject({
      Rules: z.array(
        z.strictObject({
          Name: z.string().regex(/^(prefix|suffix)$/i, 'must be prefix or suffix'),
          Value: z.string(),
        }),
      ),
    }),
  })
  .optional();
const Notifications = z.strictObject({
  QueueConfigurations: z.array(z.strictObject({ Event, Queue: z.string(), Filter })).default([]),
  LambdaConfigurations: z
    .array(z.strictObject({ Event, Function: z.string(), Filter }))
    .default([]),
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export const BucketProperties = z.strictObject({
  BucketName: z.string().regex(bucketName, 'is no bucket name').optional(),
  BucketEncryption: Encryption.optional(),
  PublicAccessBlockConfiguration: PublicAccess.optional(),
  OwnershipControls: Ownership.optional(),
  VersioningConfiguration: z.strictObject({ Status: z.literal('Enabled') }).optional(),
  LifecycleConfiguration: z
    .strictObject({
      Rules: z.array(Rule).min(1),
      TransitionDefaultMinimumObjectSize: z.string().optional(),
    })
    .optional(),
  CorsConfiguration: Cors.optional(),
  NotificationConfiguration: Notifications.prefault({}),
  // Nobody reads a log of who asked a local bucket for what.
  LoggingConfiguration: z
    .strictObject({
      DestinationBucketName: z.string().optional(),
      LogFilePrefix: z.string().optional(),
      TargetObjectKeyFormat: z.unknown().optional(),
    })
    .optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});
export type BucketProperties = z.output<typeof BucketProperties>;

/** Policies of buckets are not enforced locally, as those of roles are: tests assert them on the template. */
export const BucketPolicyProperties = z.strictObject({
  Bucket: z.string(),
  PolicyDocument: z.record(z.string(), z.unknown()),
});
