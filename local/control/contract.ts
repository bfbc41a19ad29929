import { z } from 'zod';
import { FaultRule, FaultStatus } from '../faults/rule.ts';

/** What the control API takes and answers: its router checks with these, its client reads with them. */

export { FaultRule, FaultStatus };

export const Mails = z.strictObject({
  mails: z.array(
    z.strictObject({
      id: z.int(),
      from: z.string(),
      to: z.string(),
      subject: z.string(),
      text: z.string(),
      /** Milliseconds since the epoch, in the region's time. */
      at: z.number(),
      files: z.array(
        z.strictObject({
          name: z.string(),
          type: z.string(),
          /** In base 64. */
          content: z.base64(),
        }),
      ),
    }),
  ),
});
export type ReceivedMail = z.output<typeof Mails>['mails'][number];

/** A region's clock only moves forward; ten years at once would be a mistake. */
export const Advance = z.strictObject({
  advanceSeconds: z
    .number()
    .min(0)
    .max(10 * 366 * 86_400),
});

export const ClockState = z.strictObject({
  /** The region's time. */
  now: z.iso.datetime(),
  /** By how much it is ahead of the machine's. */
  offsetSeconds: z.number(),
});
export type ClockState = z.output<typeof ClockState>;

export const SettleRequest = z.strictObject({
  /** Of the machine's time. */
  timeoutSeconds: z.number().gt(0).max(600).default(30),
});

export const Settled = z.strictObject({
  /** How often everything was asked whether it is quiet. */
  rounds: z.int(),
});
export type Settled = z.output<typeof Settled>;

export const ScheduleState = z.strictObject({
  name: z.string(),
  expression: z.string(),
  enabled: z.boolean(),
  /** When it fires next, in the region's time; null when it does not. */
  next: z.iso.datetime().nullable(),
});
export type ScheduleState = z.output<typeof ScheduleState>;
export const Schedules = z.strictObject({ schedules: z.array(ScheduleState) });

/** How the function that a schedule invokes ended. */
export const Fired = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), errorType: z.string(), message: z.string() }),
]);
export type Fired = z.output<typeof Fired>;

export const FaultList = z.strictObject({ faults: z.array(FaultStatus) });

export const QueueState = z.strictObject({
  /** Messages that can be received now. */
  available: z.int(),
  /** Messages received and neither deleted nor visible again. */
  inFlight: z.int(),
  /** Messages whose delay has not passed yet. */
  delayed: z.int(),
  /** Age of the oldest message; missing when there is none. */
  oldestAgeSeconds: z.number().optional(),
});
export type QueueState = z.output<typeof QueueState>;
export const Queues = z.strictObject({ queues: z.record(z.string(), QueueState) });

export const Logs = z.strictObject({
  lines: z.array(z.strictObject({ at: z.number(), source: z.string(), text: z.string() })),
});
export type PrintedLine = z.output<typeof Logs>['lines'][number];

export const Outputs = z.strictObject({
  stackName: z.string(),
  outputs: z.record(z.string(), z.string()),
});
export type Outputs = z.output<typeof Outputs>;

export const Health = z.strictObject({ status: z.enum(['booting', 'ready']) });

/** What the control API answers when it refuses or fails (in the shape of RFC 9457). */
export const ControlProblem = z.strictObject({
  status: z.int(),
  code: z.string(),
  /** What is wrong, and what to do. */
  detail: z.string(),
  /** What is wrong with which part of the request's body or query. */
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  /** After a settle that ran out of time: who still had work. */
  busy: z.array(z.string()).optional(),
});
export type ControlProblem = z.output<typeof ControlProblem>;
