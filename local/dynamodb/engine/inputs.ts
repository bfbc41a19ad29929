import { z } from 'zod';
import type { Item } from './attribute.ts';
import { invalid } from './refusal.ts';

// What is within an item is checked where its size is counted (attribute.ts), once.
const item = z.custom<Item>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
/** A table's name or ARN. */
const table = z.string();
const capacity = z.enum(['INDEXES', 'TOTAL', 'NONE']).optional();
const placeholders = {
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: item.optional(),
};
const names = { ExpressionAttributeNames: placeholders.ExpressionAttributeNames };
const reported = { ReturnConsumedCapacity: capacity };
// The engine counts no item collections.
const metrics = { ReturnItemCollectionMetrics: z.literal('NONE').optional() };
const onFailure = {
  ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional(),
};
const conditional = { ConditionExpression: z.string().optional(), ...placeholders, ...onFailure };
const oldOnly = z.enum(['NONE', 'ALL_OLD']).optional();

export const GetInput = z.strictObject({
  TableName: table,
  Key: item,
  ConsistentRead: z.boolean().nullish(),
  ProjectionExpression: z.string().optional(),
  ...names,
  ...reported,
});

export const PutInput = z.strictObject({
  TableName: table,
  Item: item,
  ReturnValues: oldOnly,
  ...conditional,
  ...reported,
  ...metrics,
});

export const DeleteInput = z.strictObject({
  TableName: table,
  Key: item,
  ReturnValues: oldOnly,
  ...conditional,
  ...reported,
  ...metrics,
});

export const UpdateInput = z.strictObject({
  TableName: table,
  Key: item,
  UpdateExpression: z.string().optional(),
  ReturnValues: z.enum(['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']).optional(),
  ...conditional,
  ...reported,
  ...metrics,
});

const reading = {
  TableName: table,
  IndexName: z.string().optional(),
  ConsistentRead: z.boolean().nullish(),
  ExclusiveStartKey: item.nullish(),
  FilterExpression: z.string().optional(),
  ProjectionExpression: z.string().optional(),
  Limit: z.int().positive().nullish(),
  Select: z
    .enum(['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT'])
    .optional(),
  ...placeholders,
  ...reported,
};

export const QueryInput = z.strictObject({
  ...reading,
  KeyConditionExpression: z.string(),
  ScanIndexForward: z.boolean().nullish(),
});

export const ScanInput = z.strictObject({
  ...reading,
  Segment: z.int().min(0).optional(),
  TotalSegments: z.int().positive().optional(),
});

export const BatchGetInput = z.strictObject({
  RequestItems: z.record(
    table,
    z.strictObject({
      Keys: z.array(item).min(1),
      ConsistentRead: z.boolean().nullish(),
      ProjectionExpression: z.string().optional(),
      ...names,
    }),
  ),
  ...reported,
});

const BatchWrite = z.strictObject({
  PutRequest: z.strictObject({ Item: item }).optional(),
  DeleteRequest: z.strictObject({ Key: item }).optional(),
});
export const BatchWriteInput = z.strictObject({
  RequestItems: z.record(table, z.array(BatchWrite).min(1)),
  ...reported,
  ...metrics,
});

const conditionedOn = { TableName: table, ...conditional };
const TransactItem = z.strictObject({
  Put: z.strictObject({ ...conditionedOn, Item: item }).optional(),
  Delete: z.strictObject({ ...conditionedOn, Key: item }).optional(),
  Update: z.strictObject({ ...conditionedOn, Key: item, UpdateExpression: z.string() }).optional(),
  ConditionCheck: z
    .strictObject({ ...conditionedOn, Key: item, ConditionExpression: z.string() })
    .optional(),
});
export const TransactWriteInput = z.strictObject({
  TransactItems: z.array(TransactItem).min(1),
  ClientRequestToken: z.string().min(1).max(36).optional(),
  ...reported,
  ...metrics,
});

export const TransactGetInput = z.strictObject({
  TransactItems: z
    .array(
      z.strictObject({
        Get: z.strictObject({
          TableName: table,
          Key: item,
          ProjectionExpression: z.string().optional(),
          ...names,
        }),
      }),
    )
    .min(1),
  ...reported,
});

export type GetInput = z.output<typeof GetInput>;
export type PutInput = z.output<typeof PutInput>;
export type DeleteInput = z.output<typeof DeleteInput>;
export type UpdateInput = z.output<typeof UpdateInput>;
export type QueryInput = z.output<typeof QueryInput>;
export type ScanInput = z.output<typeof ScanInput>;
export type TransactItem = z.output<typeof TransactItem>;
export type ReportedCapacity = z.output<typeof capacity>;

/** @throws Refusal - `ValidationException`: what this engine does not know would mean something at AWS */
export function read<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  const places = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw invalid(`${places.length} validation errors detected: ${places.join('; ')}`);
}
