import { z } from 'zod';

/** What happens to a request that a fault rule picks. */
export const FaultEffect = z.discriminatedUnion('kind', [
  z.strictObject({
    /** The service is not asked; the caller gets this answer. */
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    /** The answer's JSON, such as `{"__type": "TransactionConflictException", "message": "…"}`. */
    body: z.record(z.string(), z.json()),
  }),
  z.strictObject({
    /** The service is asked later, by so many milliseconds of the machine's time. */
    kind: z.literal('delay'),
    ms: z.int().min(1).max(60_000),
  }),
  z.strictObject({
    /** The service does what it is asked, but the connection closes before its answer. */
    kind: z.literal('lose-answer'),
  }),
]);
export type FaultEffect = z.output<typeof FaultEffect>;

/**
 * Which requests to an emulated AWS service go wrong, and how. Without `share` and `times` all of them
 * do; with both, a share of them until it has happened so many times.
 */
export const FaultRule = z.strictObject({
  /** Chosen by whoever adds the rule, or given. A rule added under the id of another replaces it. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, at most 64')
    .optional(),
  /** The service, as the front of `X-Amz-Target` names it, such as `DynamoDB_20120810`; `s3` and `ses`. */
  target: z.string().min(1),
  /** Such as `TransactWriteItems`; `*` for every operation. */
  operation: z.string().min(1),
  share: z.number().gt(0).max(1).optional(),
  times: z.int().positive().optional(),
  /** Start of the random numbers that `share` draws: the same seed picks the same requests. */
  seed: z.int().default(1),
  effect: FaultEffect,
});
export type FaultRule = z.output<typeof FaultRule>;

/** A rule that is in force, and what it has done so far. */
export const FaultStatus = FaultRule.extend({
  id: z.string(),
  /** Requests that the rule was asked about. */
  seen: z.int(),
  /** Requests that it spoilt. */
  applied: z.int(),
});
export type FaultStatus = z.output<typeof FaultStatus>;
