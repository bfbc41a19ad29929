import { type AccountId, accountIdOf } from '../enrolment/contract.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { consumeQueue, RetryLater } from '../runtime/queue.ts';
import { forgetSecret, readSecret } from '../runtime/secrets.ts';
import type { ProviderAdapter, ProviderResult } from './adapter.ts';
import {
  type Account,
  AccountMessage,
  ProviderSecret,
  provisioningEnvironments,
} from './contract.ts';
import {
  lateUntilOf,
  nextStep,
  type Settlement,
  type Step,
  secondsOfLateness,
  settle,
} from './rules.ts';
import { scimAdapter } from './scim.adapter.ts';
import { provisioningStore } from './store.ts';

const environment = readEnvironment(provisioningEnvironments.account);
const accounts = provisioningStore(environment.PROVISIONING_TABLE);
const enrolments = enrolmentStore(environment.ENROLMENT_TABLE);

/** Rounds within one delivery, each begun anew from the rows: two do, more where the rows change meanwhile. */
const rounds = 6;

/** A provider's queue: brings the learner's account there to what the learner's row wants. */
export const handler = consumeQueue(
  AccountMessage,
  environment.QUEUE_URL_PREFIX,
  async (message) => {
    for (let round = 0; round < rounds; round += 1) {
      if (await bringAbout(message)) return;
    }
    throw new RetryLater('rows-keep-changing');
  },
);

/** One round: a step where one is needed, otherwise the end; true where rows and provider agree. */
async function bringAbout({ learnerId, providerId }: AccountMessage): Promise<boolean> {
  const account = await accounts.readAccount(learnerId, providerId);
  const places = await enrolments.readPlaces(learnerId);
  const step = nextStep(places, providerId, account);
  const settlement =
    step === 'nothing'
      ? { kind: 'done' as const }
      : await take(step, { learnerId, providerId }, account);
  if (settlement === undefined) return false;
  const next = settle(places, providerId, settlement);
  if (next !== undefined && (await enrolments.keepPlaces(next)) === 'stale') return false;
  log.info('account settled', { learnerId, providerId, code: settlement.kind });
  return true;
}

type Whose = Pick<Account, 'learnerId' | 'providerId'>;

/**
 * Takes a step at the provider behind a fence. Undefined unless the provider refused: what the step has
 * brought about is judged by the next round, for the places may want something else by now.
 */
async function take(
  step: Exclude<Step, 'nothing'>,
  whose: Whose,
  seen: Account | undefined,
): Promise<Settlement | undefined> {
  switch (step) {
    case 'create':
      return make(whose, seen);
    case 'suspend':
    case 'resume':
      return change(step, whose, seen);
    case 'delete':
      return end(whose, seen);
  }
}

async function make(whose: Whose, seen: Account | undefined): Promise<Settlement | undefined> {
  const { remoteId, lateUntil } = seen ?? {};
  const begun = await accounts.begin(
    { ...whose, remoteId, lateUntil: lateUntilOf(now()) },
    'creating',
    seen,
  );
  if (begun === undefined) return undefined;
  const mayExist = seen !== undefined && seen.state !== 'absent';
  const result = await ask(whose, (adapter, accountId) => adapter.create(accountId, mayExist));
  const answered = { ...whose, fence: begun.fence, lateUntil };
  const ended: Account =
    result.kind === 'done'
      ? { ...answered, state: 'present', remoteId: result.remoteId }
      : { ...answered, state: 'absent' };
  if (!(await accounts.end(ended))) return undefined;
  return result.kind === 'done' ? undefined : result;
}

/** Suspends or resumes; for certain only when no lost request can undo it any more. */
async function change(
  step: 'suspend' | 'resume',
  whose: Whose,
  seen: Account | undefined,
): Promise<undefined> {
  const { remoteId, lateUntil } = seen ?? {};
  const begun = await accounts.begin(
    { ...whose, remoteId, lateUntil: lateUntilOf(now()) },
    'changing',
    seen,
  );
  if (begun === undefined) return undefined;
  const result = await ask(whose, (adapter, id) => adapter[step](id, knownId(seen)));
  const answered = { ...whose, fence: begun.fence, lateUntil };
  if (result.remoteId === undefined) {
    await accounts.end({ ...answered, state: 'absent' });
    return undefined;
  }
  const seconds = secondsOfLateness(lateUntil, now());
  const changed = step === 'suspend' ? 'suspended' : 'present';
  const state = seconds > 0 ? 'changing' : changed;
  await accounts.end({ ...answered, state, remoteId: result.remoteId });
  if (seconds > 0) throw new RetryLater('may-still-come', seconds);
}

/** There is no account now; for certain only when no lost request can make one any more. */
async function end(whose: Whose, seen: Account | undefined): Promise<undefined> {
  const { remoteId, lateUntil } = seen ?? {};
  const begun = await accounts.begin({ ...whose, remoteId, lateUntil }, 'deleting', seen);
  if (begun === undefined) return undefined;
  await ask(whose, (adapter, id) => adapter.end(id, knownId(seen)));
  const seconds = secondsOfLateness(lateUntil, now());
  const state = seconds > 0 ? 'deleting' : 'absent';
  await accounts.end({ ...whose, fence: begun.fence, lateUntil, state });
  if (seconds > 0) throw new RetryLater('may-still-come', seconds);
}

/** A request that was lost may have made another account since the one that we knew went. */
function knownId(seen: Account | undefined): string | undefined {
  return seen?.lateUntil === undefined ? seen?.remoteId : undefined;
}

type Later = Extract<ProviderResult, { readonly kind: 'later' }>;

/** Asks the provider. @throws {RetryLater} it did not say */
async function ask<Result extends ProviderResult>(
  { learnerId, providerId }: Whose,
  request: (adapter: ProviderAdapter, accountId: AccountId) => Promise<Result>,
): Promise<Exclude<Result, Later>> {
  const secretName = environment.SECRET_PREFIX + providerId;
  const adapter = scimAdapter(await readSecret(secretName, ProviderSecret));
  const result = await request(adapter, accountIdOf(learnerId, providerId));
  if (isSaid(result)) return result;
  const { reason, afterSeconds } = result as Later; // what `isSaid` leaves over, which generics do not narrow
  // The token may have been rotated since it was read.
  if (reason === 'status-401') forgetSecret(secretName);
  throw new RetryLater(reason, afterSeconds);
}

function isSaid<Result extends ProviderResult>(result: Result): result is Exclude<Result, Later> {
  return result.kind !== 'later';
}
