import type { AreaId, ProviderId } from '../../regions/schema.ts';
import type { AccountId, Failure, Places } from '../enrolment/contract.ts';
import { placesStore } from '../enrolment/places.store.ts';
import { ifUnchanged } from '../enrolment/store.ts';
import { anew } from '../identity/attempt.store.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { NotFound, Ruled } from '../runtime/errors.ts';
import { AnsweredBefore } from '../runtime/idempotency.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { type Account, provisioningEnvironments } from './contract.ts';
import { judge, type Word } from './outcome.rules.ts';
import { accountQueues } from './queues.adapter.ts';
import { unsettled } from './reconciliation.rules.ts';
import { settle } from './rules.ts';
import { monthIn } from './seats.rules.ts';
import { ending, provisioningStore } from './store.ts';

const environment = readEnvironment(provisioningEnvironments.api);
const accounts = provisioningStore(environment.PROVISIONING_TABLE);
const enrolments = placesStore(environment.ENROLMENT_TABLE);
const queues = accountQueues(environment.QUEUE_URL_PREFIX);

/** What somebody tells of an account: how the request with this fence ended. */
export interface Told extends Omit<Word, 'kind'> {
  readonly providerId: ProviderId;
  readonly accountId: AccountId;
}

/** What is written in the same transaction. */
export interface Along {
  /** Remembers the answer of a request that has a claim. */
  readonly claim?: TransactItem;
  /** Records who told it; where all was told before there is nothing to record. */
  readonly recorded?: (account: Account, areaId: AreaId | undefined) => TransactItem;
}

/**
 * Takes how a request ended: writes it, with what that does to the learner's places, and has the worker look. A crash
 * between the two is healed by the sweep, for the learner's row is pending.
 *
 * @returns `stale`: something newer was asked for, and nothing was written
 * @throws {NotFound} `no-such-account`
 * @throws {Ruled} `outcome-impossible`: what is there cannot be refused, and a code is given by the pool alone
 * @throws {AnsweredBefore} a request with the same claim was quicker
 */
export function takeOutcome(
  told: Told,
  { claim, recorded }: Along = {},
): Promise<'taken' | 'known' | 'stale'> {
  const kind = region.providers.find(({ id }) => id === told.providerId)?.kind;
  return anew(async () => {
    const account = await mustFind(told);
    const judged = judge(account, { ...told, kind }, now());
    if (judged.kind === 'stale') return 'stale';
    if (judged.kind === 'impossible') throw impossible(account, told);
    const places = await enrolments.readPlaces(account.learnerId);
    const changes = judged.kind === 'change' ? changesOf(judged.next, account, places, told) : [];
    const entry = changes.length > 0 ? recorded?.(account, places.approval?.areaId) : undefined;
    const written = await write([claim, ...changes, entry].filter((item) => item !== undefined));
    if (!written.done) {
      if (claim !== undefined && written.failed.includes(0)) throw new AnsweredBefore();
      return undefined;
    }
    await haveLookedAt(account, places, told);
    return judged.kind === 'change' ? 'taken' : 'known';
  });
}

/** Nothing to write is written. */
async function write(items: readonly TransactItem[]) {
  return items.length === 0 ? { done: true as const } : transact(items);
}

function changesOf(
  next: Account,
  account: Account,
  places: Places,
  told: Told,
): readonly TransactItem[] {
  const { PROVISIONING_TABLE, ENROLMENT_TABLE } = environment;
  const ended = ending(PROVISIONING_TABLE, next, account, monthIn(region, now()));
  const changed = placesAfter(places, account, told);
  return changed === undefined ? ended : [...ended, { Put: ifUnchanged(ENROLMENT_TABLE, changed) }];
}

/** The learner's places: a rejection fails them, and what is asked for again is unsettled also where they did not know of it. */
function placesAfter(
  places: Places,
  account: Account,
  { providerId, outcome }: Told,
): Places | undefined {
  switch (outcome.kind) {
    case 'done':
      return undefined;
    case 'again':
      return places.version === 0 ? undefined : unsettled(places, providerId, now());
    case 'rejected':
      return settle(places, providerId, { kind: 'rejected', failure: failureOf(account) });
  }
}

function failureOf({ open }: Account): Failure {
  const reason = open?.kind === 'person' ? open.reason : undefined;
  return reason === 'account-of-another' ? reason : 'provider-rejected';
}

async function haveLookedAt(account: Account, { version }: Places, { fence, outcome }: Told) {
  const { learnerId, providerId } = account;
  log.info('outcome told', { learnerId, providerId, code: outcome.kind });
  // Of a learner who is gone nothing is wanted any more.
  if (version === 0) return;
  await queues.send({ learnerId, providerId, version }, `${fence}-${outcome.kind}`);
}

async function mustFind({ providerId, accountId }: Told): Promise<Account> {
  const found = await accounts.findAccount(providerId, accountId);
  if (found !== undefined) return found;
  throw new NotFound({
    code: 'no-such-account',
    detail: `${providerId} has no account ${accountId} of ours. Take the "accountId" that we sent.`,
  });
}

function impossible({ asked }: Account, { accountId, outcome }: Told): Ruled {
  const why =
    outcome.kind === 'done'
      ? `${accountId} waits for a code, and has one when the pool gives it. Add codes, or tell "again" or "rejected".`
      : `${accountId} was to be asked for "${asked}", which nobody can reject. Tell when it is done.`;
  return new Ruled({ code: 'outcome-impossible', detail: why });
}
