import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { AccountId } from '../enrolment/contract.ts';
import { idSchema } from '../runtime/ids.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';

export const ReconciliationId = idSchema<'ReconciliationId'>('rcn');
export type ReconciliationId = z.infer<typeof ReconciliationId>;

/**
 * An account as a provider lists it. `externalId` is the id that somebody gave it, ours where it is one of ours; `active` is
 * absent where the provider does not say.
 */
export const Listed = z.strictObject({
  remoteId: z.string().min(1),
  externalId: z.string().exactOptional(),
  active: z.boolean().exactOptional(),
});
export type Listed = z.infer<typeof Listed>;

/** One page of what a provider has, and from where the next is read; absent: that was the last. */
export interface ListedPage {
  readonly kind: 'listed';
  readonly accounts: readonly Listed[];
  readonly next?: string | undefined;
}

const Count = z.int().min(0);
const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });

/** What a reconciliation has counted so far. */
export const Tally = z.strictObject({
  /** Accounts that the provider listed; an account that it listed twice counts twice until all of them are there. */
  theirs: Count,
  /** Accounts of ours that were compared, ended ones included. */
  ours: Count,
  /** Accounts that were not as they should be, and are looked at by the provider's worker now. */
  repaired: Count,
  /** Accounts at the provider that nobody here knows (edge case 25). */
  orphans: Count,
  /** Accounts that somebody has to look at, as there are several by one id. */
  cases: Count,
  /** Learners who had waited for an hour, and are asked for again. */
  woken: Count,
});
export type Tally = z.infer<typeof Tally>;

/**
 * What a provider has is listed, then compared with what we know, then all who wait are asked for again. A provider that
 * lists nothing begins with the second.
 */
export const Phase = z.enum(['listing', 'comparing', 'waking', 'done']);
export type Phase = z.infer<typeof Phase>;

/** A comparison of our accounts with a provider's. */
export const Reconciliation = z.strictObject({
  reconciliationId: ReconciliationId,
  providerId: ProviderId,
  askedBy: z.enum(['staff', 'schedule']),
  phase: Phase,
  startedAt: Moment,
  finishedAt: Moment.exactOptional(),
  counts: Tally,
  /** Why it does not go on at the moment, as a code; it is tried again every minute. */
  waitsFor: z
    .string()
    .exactOptional()
    .meta({ examples: ['status-503'] }),
  /** The provider refused its list time and again, as a code: only what we know ourselves was compared. */
  unlisted: z
    .string()
    .exactOptional()
    .meta({ examples: ['status-403'] }),
});
export type Reconciliation = z.infer<typeof Reconciliation>;

/** A provider's reconciliation as it is kept: the one under way, or else the last. */
export const Run = Reconciliation.extend({
  /** Counts the row's writes; a write names the version it was decided on. */
  version: z.int().min(0),
  /** While it lists: where the provider's next page begins. */
  cursor: z.string().optional(),
  /** Times in a row that the provider refused it. */
  misses: z.int().min(0).optional(),
  /** While it compares: how many of those that carry no id of ours are reported. */
  strangers: z.int().min(0).optional(),
  /** While it compares, or wakes: the partition that it is at, and the last account of it that was compared. */
  lot: z.int().min(0),
  after: AccountId.optional(),
  /** Until when nobody else takes it up, should whoever has it never end. */
  heldUntil: z.iso.datetime().optional(),
  /** The last one that came to its end: whose orphans are told. */
  reported: ReconciliationId.optional(),
});
export type Run = z.infer<typeof Run>;

/** An account at a provider that nobody here knows: its id there, and nothing else of it. */
export const Orphan = z.strictObject({
  remoteId: z
    .string()
    .min(1)
    .meta({ examples: ['2819c223-7f76-453a-919d-413861904646'] }),
});

const operators = { pool: 'staff', roles: ['coordinator', 'administrator'] } as const;
const params = z.strictObject({
  providerId: ProviderId.meta({ description: 'The provider, as `GET /providers` names it' }),
});
const forbidden = ['no-staff-record', 'whole-region-only'] as const;
const one = z.strictObject({ reconciliation: Reconciliation });

/** Routes of reconciliations. */
export const reconciliationRoutes = {
  startReconciliation: {
    method: 'POST',
    path: '/provisioning/providers/{providerId}/reconciliations',
    access: operators,
    summary: 'Compare our accounts with those that a provider has',
    description:
      'For staff of the whole region; also done every night. It begins within a minute, in the background, and repairs what is safe: see how far it is with `GET …/reconciliations/latest`. One that is under way is answered instead of another.',
    params,
    answers: { status: 202, body: one },
    refusals: { 403: forbidden, 404: ['no-such-provider'], 422: ['idempotency-key-reused'] },
  },
  readReconciliation: {
    method: 'GET',
    path: '/provisioning/providers/{providerId}/reconciliations/latest',
    access: operators,
    summary: 'The latest comparison with a provider, and how far it is',
    params,
    answers: { status: 200, body: one },
    refusals: { 403: forbidden, 404: ['no-such-provider', 'no-reconciliation'] },
  },
  listOrphans: {
    method: 'GET',
    path: '/provisioning/providers/{providerId}/orphans',
    access: operators,
    summary: 'Accounts at a provider that nobody here knows',
    description:
      'As the last comparison that came to its end found them, by the ids that the provider gave them. Nothing is ever done to them from here: ask the provider whose they are.',
    params,
    query: z.strictObject(paging),
    answers: {
      status: 200,
      body: z.strictObject({
        /** Which comparison found them. */
        reconciliationId: ReconciliationId,
        orphans: z.array(Orphan),
        cursor: Cursor.optional(),
      }),
    },
    refusals: { 403: forbidden, 404: ['no-such-provider', 'no-reconciliation'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
