import type { Provider, ProviderId } from '../../regions/schema.ts';
import { readManyPlaces } from '../enrolment/batch.store.ts';
import { AccountId, accountIdOf, type Places } from '../enrolment/contract.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { Busy } from '../runtime/errors.ts';
import { sideBySide } from '../runtime/job.ts';
import { log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { RetryLater } from '../runtime/queue.ts';
import { region } from '../runtime/region.ts';
import { type AccountLot, accountLots, lotOf } from './account.store.ts';
import type { Account } from './contract.ts';
import type { Listed, Run } from './reconciliation.contract.ts';
import {
  judge,
  listsAccounts,
  unsettled,
  type Verdict,
  withCounts,
  withPhase,
} from './reconciliation.rules.ts';
import { reconciliationStore } from './reconciliation.store.ts';
import { openOf } from './rules.ts';
import { monthIn } from './seats.rules.ts';
import { provisioningStore } from './store.ts';

/** Accounts that are compared before it is noted, whose learners are read at once. */
const pageSize = 100;
/** Of these so many are repaired side by side. */
const abreast = 5;
/** Times that a learner's row is read anew where it changes meanwhile. */
const attempts = 8;
/** Days for which orphans can be read, should no other comparison come to its end. */
const keptDays = 90;

/** What a provider has: by our ids, each lot's in their order, and what carries none of ours. */
export interface Theirs {
  readonly byId: ReadonlyMap<AccountId, readonly Listed[]>;
  readonly ids: readonly (readonly AccountId[])[];
  readonly strangers: readonly Listed[];
}

interface Needs {
  readonly PROVISIONING_TABLE: string;
  readonly ENROLMENT_TABLE: string;
}

/** Compares what we know of accounts with what their provider has. It asks no provider: whoever does is made to look. */
export function comparingAt({ PROVISIONING_TABLE, ENROLMENT_TABLE }: Needs) {
  const accounts = provisioningStore(PROVISIONING_TABLE);
  const runs = reconciliationStore(PROVISIONING_TABLE);
  const enrolments = enrolmentStore(ENROLMENT_TABLE);

  /**
   * All that a provider listed, each account once; undefined where it lists nothing. In memory some 300 bytes for each:
   * 33 MB for the 110,000 learners of a city, were all of them at one provider.
   */
  async function load(provider: Provider, run: Run): Promise<Theirs | undefined> {
    if (!listsAccounts(provider) || run.unlisted !== undefined) return undefined;
    const all = new Map<string, Listed>();
    for await (const page of runs.listed(run)) for (const one of page) all.set(one.remoteId, one);
    const byId = new Map<AccountId, Listed[]>();
    const strangers: Listed[] = [];
    for (const one of all.values()) {
      const id = AccountId.safeParse(one.externalId).data;
      if (id === undefined) strangers.push(one);
      else byId.set(id, [...(byId.get(id) ?? []), one]);
    }
    const sorted = [...byId.keys()].sort();
    const ids = accountLots.map((lot) => sorted.filter((id) => lotOf(id) === lot));
    strangers.sort((one, other) => (one.remoteId < other.remoteId ? -1 : 1));
    return { byId, ids, strangers };
  }

  /**
   * The run after the next page of those of theirs that carry no id of ours, then of ours, and of theirs between the same
   * ids.
   *
   * @throws {RetryLater} `data-migration`: rows of ours are still to be found by their provider
   */
  async function page(provider: Provider, run: Run, theirs: Theirs | undefined): Promise<Run> {
    const lot = accountLots[run.lot];
    if (lot === undefined) return withPhase(run, 'waking');
    const atBeginning = run.lot === 0 && run.after === undefined;
    const from = run.strangers ?? 0;
    const strangers = theirs?.strangers.slice(from, from + pageSize) ?? [];
    if (strangers.length > 0) {
      await report(run, `STRANGER#${String(from).padStart(9, '0')}`, strangers);
      const told = { ...theirsOf(run, theirs), orphans: strangers.length };
      return { ...withCounts(run, told), strangers: from + strangers.length };
    }
    const { ours, unknown, last } = await stretch(provider.id, lot, run.after, theirs);
    const orphans = await orphansAmong(run, unknown, theirs);
    await report(run, `LOT#${lot}#${run.after ?? ''}`, orphans);
    const counts = { ours: ours.length, orphans: orphans.length, repaired: 0, cases: 0 };
    const places = await readManyPlaces(ENROLMENT_TABLE, [...new Set(ours.map(learnerOf))]);
    await sideBySide(ours, abreast, async (account) => {
      const id = accountIdOf(account.learnerId, provider.id);
      const verdict = judge({
        ...{ account, places: places.get(account.learnerId), startedAt: run.startedAt, now: now() },
        theirs: theirs && (theirs.byId.get(id) ?? []),
        staysInactive: provider.kind === 'scim' && provider.scim?.removal === 'deactivate',
      });
      if (!(await act(verdict, account))) return 0;
      if (verdict.kind === 'several') counts.cases += 1;
      else counts.repaired += 1;
      return 1;
    });
    const counted = withCounts(run, { ...counts, ...(atBeginning && theirsOf(run, theirs)) });
    if (last !== undefined) return { ...counted, after: last };
    const { after, ...next } = counted;
    return { ...next, lot: run.lot + 1 };
  }

  /** As many of ours in a lot, and ids of theirs between them that are not ours, as are compared before it is noted. */
  async function stretch(
    providerId: ProviderId,
    lot: AccountLot,
    after: AccountId | undefined,
    theirs: Theirs | undefined,
  ) {
    const read = await accounts.listAccounts(providerId, lot, { limit: pageSize, after });
    const ids = read.map(({ learnerId }) => accountIdOf(learnerId, providerId));
    const lastOfOurs = read.length < pageSize ? undefined : ids.at(-1);
    const theirsHere = theirs?.ids[accountLots.indexOf(lot)] ?? [];
    const unknown = unknownIn(theirsHere, ids, after, lastOfOurs);
    if (unknown.length <= pageSize) return { ours: read, unknown, last: lastOfOurs };
    const upTo = unknown.slice(0, pageSize);
    const last = upTo.at(-1);
    const ours = read.filter((_, at) => last !== undefined && (ids[at] ?? '') <= last);
    return { ours, unknown: upTo, last };
  }

  /**
   * What nobody knows, of ids that are of our form, but none that we found: each may have been made just now.
   *
   * @throws {RetryLater} `data-migration`
   */
  async function orphansAmong(
    run: Run,
    unknown: readonly AccountId[],
    theirs: Theirs | undefined,
  ): Promise<readonly Listed[]> {
    const found = new Map<AccountId, readonly Listed[]>();
    await sideBySide(unknown, abreast, async (id) => {
      if ((await accounts.findAccount(run.providerId, id)) !== undefined) return 0;
      found.set(id, theirs?.byId.get(id) ?? []);
      return 1;
    });
    if (found.size > 0 && !(await runs.areAccountsIndexed()))
      throw new RetryLater('data-migration');
    return unknown.flatMap((id) => found.get(id) ?? []);
  }

  async function report(run: Run, at: string, orphans: readonly Listed[]): Promise<void> {
    const expiresAt = epochSeconds(now().add({ hours: 24 * keptDays }));
    const remoteIds = orphans.map(({ remoteId }) => remoteId);
    await runs.keepOrphans(run, at, remoteIds, expiresAt);
  }

  /** Whether something was done. What has changed since it was judged is left to whoever changed it. */
  async function act(verdict: Verdict, judged: Account): Promise<boolean> {
    if (verdict.kind === 'fine') return false;
    const { learnerId, providerId } = judged;
    const account = await accounts.readAccount(learnerId, providerId);
    if (account?.fence !== judged.fence || account.state !== judged.state) return false;
    const month = monthIn(region, now());
    switch (verdict.kind) {
      case 'look':
        break;
      case 'several': {
        // Should it end in between, the worker is made to look by the next run, and finds the several by itself.
        const begun = await accounts.begin(account, verdict.asked, account, month);
        const open = openOf({ kind: 'person', reason: 'several-accounts' }, now());
        if (begun === undefined || !(await accounts.end({ ...begun, open }, month))) return false;
        measure({ TasksOpened: 1 });
        return true;
      }
      case 'doubt': {
        // First the doubt: without it the worker would find that all is well. Should it end in between, the next run
        // finds an account that is being changed and a learner's row that knows nothing of it.
        const whose = { learnerId, providerId, lateUntil: account.lateUntil };
        if (!(await accounts.begin(whose, verdict.asked, account, month))) return false;
      }
    }
    log.info('account repaired', { learnerId, providerId, code: verdict.kind });
    await unsettle(account);
    return true;
  }

  /** Has the learner's row say that the account is not as it should be, whereupon its stream sends for the worker. */
  async function unsettle({ learnerId, providerId }: Account): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const places: Places = await enrolments.readPlaces(learnerId);
      const next = unsettled(places, providerId, now());
      if (next === undefined || (await enrolments.keepPlaces(next)) === 'kept') return;
    }
    throw new Busy();
  }

  return { load, page };
}

const learnerOf = ({ learnerId }: Account) => learnerId;

/** Theirs in the stretch of a page of ours, from behind one id up to another, that are not in it; undefined: no bound. */
function unknownIn(
  theirs: readonly AccountId[],
  ours: readonly AccountId[],
  after: AccountId | undefined,
  last: AccountId | undefined,
): readonly AccountId[] {
  const known = new Set(ours);
  return theirs.filter(
    (id) =>
      !known.has(id) && (after === undefined || id > after) && (last === undefined || id <= last),
  );
}

/** Once all of theirs are there, each counts once. */
function theirsOf({ counts }: Run, theirs: Theirs | undefined) {
  if (theirs === undefined) return {};
  const listed = [...theirs.byId.values()].reduce((sum, { length }) => sum + length, 0);
  return { theirs: listed + theirs.strangers.length - counts.theirs };
}
