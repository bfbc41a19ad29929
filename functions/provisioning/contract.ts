import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { EnrolmentTable, type Failure } from '../enrolment/contract.ts';
import { IdentityTable, LearnerId, StaffId } from '../identity/contract.ts';
import { AuditTable } from '../runtime/happening.ts';
import { contract } from '../runtime/route.ts';
import { AskedStep, CaseReason } from './asked.contract.ts';
import { operatorRoutes } from './operator.contract.ts';
import { reconciliationRoutes } from './reconciliation.contract.ts';
import { savingsRoutes } from './savings.contract.ts';
import { Month } from './seats.contract.ts';
import { taskRoutes } from './task.contract.ts';
import { voucherRoutes } from './voucher.contract.ts';

export * from './asked.contract.ts';
export * from './pressure.contract.ts';
export * from './reconciliation.contract.ts';
export * from './savings.contract.ts';
export * from './seats.contract.ts';
export * from './secret.contract.ts';
export * from './task.contract.ts';
export * from './voucher.contract.ts';
export * from './webhook.contract.ts';

/**
 * The message on a provider's queue: something about this learner's account there may have changed. It
 * carries ids only; the worker acts on the row, so that a late, repeated or reordered message does no harm.
 */
export const AccountMessage = z.strictObject({
  learnerId: LearnerId,
  providerId: ProviderId,
  /** The version of the learner's row that caused it. */
  version: z.int().min(1),
});
export type AccountMessage = z.infer<typeof AccountMessage>;

/** What was asked of a provider and is not settled, though it answered. */
const Open = z.discriminatedUnion('kind', [
  /** It tells us, or is asked again from then on. */
  z.strictObject({ kind: z.literal('accepted'), askAgainAt: z.iso.datetime() }),
  z.strictObject({ kind: z.literal('person'), reason: CaseReason, since: z.iso.datetime() }),
]);
export type Open = z.infer<typeof Open>;

/**
 * What we know of a learner's account at a provider. `creating`, `changing` and `deleting` are written before
 * the provider is asked, so that a lost answer is never mistaken for nothing having happened. `present` is
 * there and active; `changing` is being suspended or resumed.
 */
export const Account = z.strictObject({
  learnerId: LearnerId,
  providerId: ProviderId,
  state: z.enum(['creating', 'present', 'changing', 'suspended', 'deleting', 'absent']),
  /** Rises with each step begun; only the step that holds it may write how it ended. */
  fence: z.int().min(1),
  /** The provider's own id of the account, once known. */
  remoteId: z.string().min(1).optional(),
  /** Until when a request to make or change the account, whose answer never came, may still take effect. */
  lateUntil: z.iso.datetime().optional(),
  /** The step that the provider was last asked for; absent in rows of before 0.2.0. */
  asked: AskedStep.optional(),
  /** Only of an account that is being made, changed or ended. */
  open: Open.optional(),
  /** When it was last settled; absent of one that is being made, changed or ended, and in rows of before 0.2.0. */
  changedAt: z.iso.datetime().optional(),
  /** Up to this month its seats are counted, or were none (`seats.rules.ts`); absent in rows of before 0.2.0. */
  seatsCounted: Month.optional(),
});
export type Account = z.infer<typeof Account>;

/** How many of those whom a provider failed at are remembered: as many as make it rest. */
export const failingKept = 5;

/** Whether a provider is asked at the moment: a row that all workers share. */
export const Breaker = z.strictObject({
  /** Counts the row's writes; a write names the version it was decided on. */
  version: z.int().min(0),
  /** Requests that nobody answered, since the last answer. */
  failures: z.int().min(0),
  /** Who got a failure for an answer since the last answer, as `asker` is written; the last of them, each once. */
  failing: z.array(z.string().min(1)).min(1).max(failingKept).optional(),
  /** Rests since the last answer. */
  rests: z.int().min(0),
  /** Until when nobody asks; then one does, and the others wait for how that ends. */
  restsUntil: z.iso.datetime().optional(),
  /** Who failed last, or tries whether the provider is back: an account, as `askerOf` writes it, or a list. */
  asker: z.string().min(1).optional(),
  /** Until when nobody asks, since the provider said so (`Retry-After`). */
  heldUntil: z.iso.datetime().optional(),
  /** Nobody asks until an operator resumes. */
  paused: z.strictObject({ since: z.iso.datetime(), by: StaffId.optional() }).optional(),
  /** When it was resumed; until the sweep has sent for all who were parked meanwhile. */
  wokenAt: z.iso.datetime().optional(),
});
export type Breaker = z.infer<typeof Breaker>;

/** How a provider answered to requests of an hour. */
export const Counts = z.object({
  asked: z.int().min(0),
  answered: z.int().min(0),
  /** It did not answer, made no sense, or refused one request; what is neither, it was too busy for. */
  failed: z.int().min(0),
});
export type Counts = z.infer<typeof Counts>;

/** How a provider answered: a closed set, whatever it speaks. */
export type ProviderResult =
  /** It is as asked for; `remoteId` is the provider's own id, where there is an account. */
  | { readonly kind: 'done'; readonly remoteId?: string | undefined }
  /** It will be seen to; the provider tells when, or is asked again. */
  | { readonly kind: 'accepted' }
  /** It will never be: the account's enrolment fails with this reason. */
  | { readonly kind: 'rejected'; readonly failure: Failure }
  /** Not now; after so many seconds where the provider said so. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterSeconds?: number | undefined }
  /** No program can say what is right: somebody has to look, and tells how it ended. */
  | { readonly kind: 'person'; readonly reason: CaseReason };

/** How it answered to a wish for an account: what is done has an id. */
export type MadeResult =
  | Exclude<ProviderResult, { readonly kind: 'done' }>
  | { readonly kind: 'done'; readonly remoteId: string };

/** That it did not say. */
export type Retry = Extract<ProviderResult, { readonly kind: 'retry' }>;

/** How it answered about an account that it has, or has not: nothing to reject. */
export type FoundResult = Exclude<ProviderResult, { readonly kind: 'rejected' }>;

/** The sparse index of a provider's accounts, absent ones included, spread over `accountLots`. */
export const accountsIndex = {
  name: 'accounts',
  partition: 'accountLot',
  sort: 'accountId',
} as const;
/** The row that says that all accounts are in that index: migration 0005 writes it when it has seen to those of 0.1.0. */
export const accountsAreIndexed = { pk: 'INDEXED', sk: 'ACCOUNTS' } as const;

export const ProvisioningTable = z.object({ PROVISIONING_TABLE: z.string().min(1) });
/** `<prefix><provider id>.fifo` is the URL of a provider's queue. */
const Queues = z.object({ QUEUE_URL_PREFIX: z.string().min(1) });

/** What each function of this capability is deployed with. */
export const provisioningEnvironments = {
  dispatch: Queues,
  sweep: Queues.extend({ ...EnrolmentTable.shape, ...ProvisioningTable.shape }),
  api: Queues.extend({
    ...EnrolmentTable.shape,
    ...ProvisioningTable.shape,
    ...IdentityTable.shape,
    ...AuditTable.shape,
    /** The name of the secret that has what opens each provider, by its id. */
    PROVIDERS_SECRET: z.string().min(1),
  }),
  reconcile: EnrolmentTable.extend({
    ...ProvisioningTable.shape,
    /** The name of the secret that has what opens each provider, by its id. */
    PROVIDERS_SECRET: z.string().min(1),
  }),
  account: Queues.extend({
    ...EnrolmentTable.shape,
    ...ProvisioningTable.shape,
    /** The name of the secret that has what opens each provider, by its id. */
    PROVIDERS_SECRET: z.string().min(1),
  }),
};

export const provisioning = contract({
  name: 'provisioning',
  summary: 'Accounts at the providers: what waits for somebody, what fails, and what it costs',
  routes: {
    ...operatorRoutes,
    ...taskRoutes,
    ...voucherRoutes,
    ...reconciliationRoutes,
    ...savingsRoutes,
  },
});
