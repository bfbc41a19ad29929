import { z } from 'zod';

/** What a stack of the local region can be at. */
export const StackStatus = z.enum([
  'REVIEW_IN_PROGRESS',
  'CREATE_IN_PROGRESS',
  'CREATE_COMPLETE',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_COMPLETE',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
  'DELETE_IN_PROGRESS',
  'DELETE_COMPLETE',
  'DELETE_FAILED',
]);
export type StackStatus = z.output<typeof StackStatus>;

const Tag = z.strictObject({ Key: z.string(), Value: z.string() });

/** A resource as it came out of the last operation on its stack. */
const ResourceRecord = z.strictObject({
  logicalId: z.string(),
  physicalId: z.string(),
  type: z.string(),
  status: z.string(),
  /** Milliseconds since the epoch, in the region's time, as all times here. */
  at: z.number(),
});
export type ResourceRecord = z.output<typeof ResourceRecord>;

/** What a stack is made of: a template and the values of its parameters. */
const Made = z.strictObject({
  /** As it was given; empty before anything was created. */
  template: z.string(),
  parameters: z.record(z.string(), z.string()),
  tags: z.array(Tag),
  role: z.string().optional(),
});
export type Made = z.output<typeof Made>;

export const StackRecord = Made.extend({
  id: z.string(),
  name: z.string(),
  status: StackStatus,
  reason: z.string().optional(),
  createdAt: z.number(),
  updatedAt: z.number().optional(),
  deletedAt: z.number().optional(),
  isProtected: z.boolean(),
  outputs: z.record(z.string(), z.string()),
  resources: z.array(ResourceRecord),
  /** Whether it was started from an assembly's directory: its code is there, not in the asset bucket. */
  fromAssembly: z.boolean(),
});
export type StackRecord = z.output<typeof StackRecord>;

const Change = z.strictObject({
  action: z.enum(['Add', 'Modify', 'Remove']),
  logicalId: z.string(),
  physicalId: z.string().optional(),
  type: z.string(),
});
/** What a change set does with one resource. */
export type Change = z.output<typeof Change>;

export const ChangeSetRecord = Made.extend({
  id: z.string(),
  name: z.string(),
  stack: z.string(),
  kind: z.enum(['CREATE', 'UPDATE']),
  description: z.string().optional(),
  createdAt: z.number(),
  status: z.enum(['CREATE_COMPLETE', 'FAILED']),
  reason: z.string().optional(),
  changes: z.array(Change),
});
export type ChangeSetRecord = z.output<typeof ChangeSetRecord>;

export const StackEvent = z.strictObject({
  id: z.string(),
  /** One for everything that one request has led to. */
  operation: z.string(),
  stackId: z.string(),
  stackName: z.string(),
  logicalId: z.string(),
  physicalId: z.string(),
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  at: z.number(),
});
export type StackEvent = z.output<typeof StackEvent>;
