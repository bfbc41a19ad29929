import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { AccountId } from '../enrolment/contract.ts';
import { Cursor } from '../runtime/paging.ts';
import { BreakerView, Failures, ProviderStatus, Redriven } from './operator.contract.ts';
import { Reconciliation, reconciliationRoutes } from './reconciliation.contract.ts';
import { Task, TaskOutcome } from './task.contract.ts';

const providerId = ProviderId;

/** What the operator's job is invoked with from a shell: the same as routes do. */
export const ShellEvent = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('status'), providerId: ProviderId.exactOptional() }),
  z.strictObject({ ask: z.literal('failures'), providerId }),
  z.strictObject({ ask: z.literal('redrive'), providerId }),
  z.strictObject({ ask: z.literal('pause'), providerId }),
  z.strictObject({ ask: z.literal('resume'), providerId }),
  z.strictObject({ ask: z.literal('reconcile'), providerId }),
  z.strictObject({ ask: z.literal('reconciliation'), providerId }),
  z.strictObject({ ask: z.literal('orphans'), providerId, cursor: Cursor.exactOptional() }),
  z.strictObject({ ask: z.literal('tasks'), providerId }),
  z.strictObject({
    ask: z.literal('settle'),
    providerId,
    accountId: AccountId,
    outcome: TaskOutcome.shape.outcome,
    remoteId: TaskOutcome.shape.remoteId,
    /** Of the request that it is told of, as its task has it. */
    fence: TaskOutcome.shape.fence,
  }),
]);
export type ShellEvent = z.infer<typeof ShellEvent>;

const one = z.strictObject({ reconciliation: Reconciliation });

/** What the job answers to each. */
export const shellAnswers = {
  status: z.strictObject({ providers: z.array(ProviderStatus) }),
  failures: Failures,
  redrive: Redriven,
  pause: BreakerView,
  resume: BreakerView,
  reconcile: one,
  reconciliation: one,
  orphans: reconciliationRoutes.listOrphans.answers.body,
  tasks: z.strictObject({
    tasks: z.array(Task).meta({ description: 'The hundred that have waited for longest' }),
  }),
  settle: z.strictObject({ outcome: z.enum(['taken', 'known', 'stale']) }),
} as const satisfies Readonly<Record<ShellEvent['ask'], z.ZodType>>;

/** What was asked for, or why it is not done; anything else that goes wrong ends the function with an error. */
export const ShellReply = z.union([
  z.strictObject({ answer: z.unknown() }),
  z.strictObject({ refused: z.strictObject({ code: z.string(), detail: z.string() }) }),
]);
export type ShellReply = z.infer<typeof ShellReply>;
