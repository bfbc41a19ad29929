import { z } from 'zod';

const keySchema = z
  .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
  .max(2);
const attributes = z.array(
  z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
);
const index = z.strictObject({
  IndexName: z.string().regex(/^[\w.-]{3,255}$/),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
  // Without effect on one machine.
  ProvisionedThroughput: z.unknown().optional(),
});
const stream = z.strictObject({
  StreamEnabled: z.boolean(),
  StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']).optional(),
});
export const TableInput = z.strictObject({ TableName: z.string() });

export const CreateInput = z.strictObject({
  TableName: z.string().regex(/^[\w.-]{3,255}$/),
  KeySchema: keySchema,
  AttributeDefinitions: attributes,
  GlobalSecondaryIndexes: z.array(index).min(1).optional(),
  LocalSecondaryIndexes: z.array(index).min(1).optional(),
  StreamSpecification: stream.optional(),
  DeletionProtectionEnabled: z.boolean().nullish(),
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  ProvisionedThroughput: z.unknown().optional(),
});

export const UpdateTableInput = z.strictObject({
  TableName: z.string(),
  AttributeDefinitions: attributes.optional(),
  GlobalSecondaryIndexUpdates: z
    .array(
      z.strictObject({
        Create: index.optional(),
        Delete: z.strictObject({ IndexName: z.string() }).optional(),
      }),
    )
    .max(1)
    .optional(),
  StreamSpecification: stream.optional(),
  DeletionProtectionEnabled: z.boolean().nullish(),
  BillingMode: z.literal('PAY_PER_REQUEST').optional(),
});

export const ListInput = z.strictObject({
  ExclusiveStartTableName: z.string().nullish(),
  Limit: z.int().min(1).max(100).nullish(),
});

export const TimeToLiveInput = z.strictObject({
  TableName: z.string(),
  TimeToLiveSpecification: z.strictObject({ Enabled: z.boolean(), AttributeName: z.string() }),
});

export const StreamInput = z.strictObject({
  StreamArn: z.string(),
  ExclusiveStartShardId: z.string().nullish(),
  Limit: z.int().positive().nullish(),
});

export const StreamsInput = z.strictObject({
  TableName: z.string().nullish(),
  ExclusiveStartStreamArn: z.string().nullish(),
  Limit: z.int().positive().nullish(),
});

export const IteratorInput = z.strictObject({
  StreamArn: z.string(),
  ShardId: z.string(),
  ShardIteratorType: z.enum([
    'TRIM_HORIZON',
    'LATEST',
    'AT_SEQUENCE_NUMBER',
    'AFTER_SEQUENCE_NUMBER',
  ]),
  SequenceNumber: z.string().nullish(),
});

export const RecordsInput = z.strictObject({
  ShardIterator: z.string(),
  Limit: z.int().min(1).max(1000).nullish(),
});

/** What the engine keeps of a table, and `DescribeTable` tells of it. */
export const Definition = z.strictObject({
  TableId: z.string(),
  /** Milliseconds since the epoch. */
  created: z.number(),
  keys: keySchema,
  attributes,
  global: z.array(index),
  local: z.array(index),
  /** The stream that it has, or had last. */
  streamArn: z.string().optional(),
  view: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']).optional(),
  /** The attribute that says until when an item is. */
  until: z.string().optional(),
  isProtected: z.boolean(),
  billing: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']),
});
export type Definition = z.output<typeof Definition>;
export type IndexInput = z.output<typeof index>;
export type View = NonNullable<Definition['view']>;
