import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { Places } from '../enrolment/contract.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { consumeQueue, RetryLater } from '../runtime/queue.ts';
import { region } from '../runtime/region.ts';
import { forgetSecret, UnusableSecret } from '../runtime/secrets.ts';
import type { ProviderAdapter } from './adapter.ts';
import { adapterOf } from './adapters.worker.ts';
import {
  type Account,
  AccountMessage,
  type ProviderResult,
  provisioningEnvironments,
  type Retry,
} from './contract.ts';
import { gateAt, Parked } from './gate.worker.ts';
import { pressureStore } from './pressure.store.ts';
import { unsettled } from './reconciliation.rules.ts';
import { dueToAskAgain, nextStep, settle } from './rules.ts';
import { standingStore } from './standing.store.ts';
import { stepsAt, type Whose } from './steps.worker.ts';
import { provisioningStore } from './store.ts';
import { voucherStore } from './voucher.store.ts';

const environment = readEnvironment(provisioningEnvironments.account);
const accounts = provisioningStore(environment.PROVISIONING_TABLE);
const enrolments = enrolmentStore(environment.ENROLMENT_TABLE);
const vouchers = voucherStore(environment.PROVISIONING_TABLE);
const gate = gateAt(
  pressureStore(environment.PROVISIONING_TABLE),
  standingStore(environment.PROVISIONING_TABLE),
);
const take = stepsAt(accounts, ask);

/** Rounds within one delivery, each begun anew from the rows: two do, more where the rows change meanwhile. */
const rounds = 6;

/** A provider's queue: brings the learner's account there to what the learner's row wants. */
export const handler = consumeQueue(
  AccountMessage,
  environment.QUEUE_URL_PREFIX,
  async (message) => {
    for (let round = 0; round < rounds; round += 1) {
      try {
        if (await bringAbout(message)) return;
      } catch (error) {
        if (!(error instanceof Parked)) throw error;
        if (await park(message, error.until)) return;
      }
    }
    throw new RetryLater('rows-keep-changing');
  },
  gate.keepCounts,
);

/**
 * Leaves the learner's row to the sweep for when the provider may be asked again, and the queue to others: the row
 * says what is wanted, so nothing is lost, and no attempt is used up however long the provider is away. False where
 * the row changed meanwhile.
 */
async function park({ learnerId, providerId }: AccountMessage, until: string): Promise<boolean> {
  const seen = await enrolments.readPlaces(learnerId);
  const account = await accounts.readAccount(learnerId, providerId);
  const step = nextStep(seen, providerId, account, now());
  if (step === 'nothing' || step === 'wait') return false;
  log.info('account parked', { learnerId, providerId });
  // Who is deleted is not written back: a deletion waits for its accounts first.
  if (seen.version === 0) return true;
  // After "again" of a case a step is due that the learner's row does not know of.
  const places = unsettled(seen, providerId, now()) ?? seen;
  if (places.sweepDue === until) return true;
  return (await enrolments.keepPlaces({ ...places, sweepDue: until })) === 'kept';
}

/**
 * One round: a step where one is needed, otherwise the end; true where there is nothing more to do now. A step ends with the
 * learner's row as it was seen before: where that has changed meanwhile, it is not written, and the next round begins anew.
 *
 * @throws {Parked} nobody asks the provider at the moment
 */
async function bringAbout({ learnerId, providerId }: AccountMessage): Promise<boolean> {
  // The account first: no step is begun for what was wanted before it became what it is.
  const account = await accounts.readAccount(learnerId, providerId);
  const places = await enrolments.readPlaces(learnerId);
  const step = nextStep(places, providerId, account, now());
  if (step === 'wait') {
    log.info('account waits', { learnerId, providerId });
    const due = dueToAskAgain(places, account);
    return due === undefined || (await enrolments.keepPlaces(due)) === 'kept';
  }
  // Before the step is written as begun: what was never asked for cannot come about late.
  if (step !== 'nothing') await gate.enter(providerId, learnerId);
  const taken = step === 'nothing' ? done : await take(step, { learnerId, providerId }, account);
  if (taken === undefined) return false;
  const settlement = taken.kind === 'ended' ? settlementOf(taken.account, places) : taken;
  if (settlement === undefined) return false;
  const next = settle(places, providerId, settlement);
  // Without a write nobody has said whether this is wanted still.
  if (next === undefined && taken.kind === 'ended') return false;
  if (next !== undefined && (await enrolments.keepPlaces(next)) === 'stale') return false;
  log.info('account settled', { learnerId, providerId, code: settlement.kind });
  return true;
}

const done = { kind: 'done' } as const;

/** Undefined where something is left to do. */
function settlementOf(account: Account, places: Places): typeof done | undefined {
  const step = nextStep(places, account.providerId, account, now());
  return step === 'nothing' ? done : undefined;
}

/**
 * Asks the provider.
 *
 * @throws {RetryLater} it did not say, or too many want to ask it
 */
async function ask<Result extends ProviderResult>(
  { learnerId, providerId }: Whose,
  request: (adapter: ProviderAdapter) => Promise<Result>,
): Promise<Exclude<Result, Retry>> {
  const provider = region.providers.find(({ id }) => id === providerId);
  // A message of before the provider left the region file: its queue goes with it.
  if (provider === undefined) throw new RetryLater('provider-left');
  const adapter = adapterOf(provider, {
    secretName: environment.PROVIDERS_SECRET,
    turn: (request) => gate.inTurn(providerId, provider.pressure, request),
    poolOf: ({ id }) => vouchers.poolOf(id, learnerId, timestamp(now())),
  });
  const result = await adapter.then(request, (error: unknown) => unopened(error, providerId));
  await gate.heard(providerId, result, learnerId);
  if (isSaid(result)) return result;
  const { reason, afterSeconds } = result as Retry; // what `isSaid` leaves over, which generics do not narrow
  // The token may have been rotated since it was read.
  if (reason === 'status-401') forgetSecret(environment.PROVIDERS_SECRET);
  throw new RetryLater(reason, afterSeconds);
}

/**
 * A provider for which nobody has put what opens it is one that does not answer: all wait, and it is looked at now and then
 * whether somebody has.
 */
function unopened(error: unknown, providerId: ProviderId): Retry {
  if (!(error instanceof UnusableSecret)) throw error;
  log.error('provider has no secret', { providerId, code: error.code });
  return { kind: 'retry', reason: error.code };
}

function isSaid<Result extends ProviderResult>(result: Result): result is Exclude<Result, Retry> {
  return result.kind !== 'retry';
}
