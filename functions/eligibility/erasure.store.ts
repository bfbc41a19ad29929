import type { LearnerId, Profile } from '../identity/contract.ts';
import type { Moment } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { type Erasure, erased, eraseRows, type Rests, rowsOf, waits } from '../runtime/erasing.ts';
import { Busy } from '../runtime/errors.ts';
import { type Application, ApplicationId } from './contract.ts';
import { end } from './due.rules.ts';
import { quotaStore } from './quota.store.ts';
import { recordStore } from './record.store.ts';
import { personOf } from './resemblance.rules.ts';
import { personStore } from './resemblance.store.ts';
import { retentionStore } from './retention.store.ts';
import { learnerKey, type Versioned } from './rows.store.ts';
import { eligibilityStore } from './store.ts';

/** The tables that the end of a case is written to. */
export interface ErasureTables {
  readonly eligibility: string;
  readonly audit: string;
  readonly notices: string;
}

/** Times that an application is looked at anew because others changed it. */
const attempts = 8;

/** Case files of somebody who leaves. */
export function erasureStore(tables: ErasureTables) {
  const table = tables.eligibility;
  const applications = eligibilityStore(table);
  const quota = quotaStore(table);
  const records = recordStore(tables);
  const persons = personStore(table);
  const kept = retentionStore(table);

  /** All applications of a learner, the oldest first. Capacity: 1 read unit for 40, and 1 for each. */
  async function applicationsOf(learnerId: LearnerId): Promise<readonly Versioned[]> {
    const rows = await rowsOf(table, learnerKey(learnerId), 'APPLICATION#');
    const ids = rows.map(({ applicationId }) => ApplicationId.parse(applicationId));
    const found = await Promise.all(ids.map((id) => applications.read(id)));
    return found.flatMap((seen) => seen ?? []);
  }

  /**
   * Ends what is open of a learner: the quota's place goes back, the waiting list is left; then erases the case files. What a
   * decision was is kept as a number of its month, without a person (docs/adr/0029-account-deletion.md). Capacity: 1 read
   * unit for each application; 10 write units for one that is open, and 8 for each.
   *
   * @param who - as the profile names them, by which others' applications were compared; undefined where that is gone
   * @param today - the region's day
   * @param rests - what each deletion rests on
   * @throws {Busy} an application changed all the time
   */
  async function erase(
    learnerId: LearnerId,
    who: Pick<Profile, 'name' | 'birthDate'> | undefined,
    { now, today }: { readonly now: Moment; readonly today: string },
    rests: Rests,
  ): Promise<Erasure> {
    for (const { application } of await applicationsOf(learnerId)) {
      await endOne(application.applicationId, now, today);
    }
    if (who !== undefined) await unregister(learnerId, who);
    for (const seen of await applicationsOf(learnerId)) {
      if (!(await transact([...kept.forgetting(seen), ...rests])).done) return waits('report');
    }
    const rest = await rowsOf(table, learnerKey(learnerId));
    return (await eraseRows(table, rest, rests)) ? erased : waits('report');
  }

  async function endOne(id: ApplicationId, now: Moment, today: string): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const seen = await applications.read(id);
      if (seen === undefined || isClosed(seen.application)) return;
      const at = now.toString({ smallestUnit: 'millisecond' });
      const { next, action } = end({ ...seen.application, changedAt: at }, 'withdrawn');
      const along = records.recorded(next, { actor: { kind: 'learner' }, action }, at);
      if ((await quota.keepChange(seen, next, today, along)) !== undefined) return;
    }
    throw new Busy();
  }

  /** Takes a learner out of those of their name and day, so that nobody is compared with them. */
  async function unregister(
    learnerId: LearnerId,
    who: Pick<Profile, 'name' | 'birthDate'>,
  ): Promise<void> {
    const person = personOf(who);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const seen = await persons.read(person);
      const others = seen.known.filter((one) => one.learnerId !== learnerId);
      if (others.length === seen.known.length) return;
      if ((await transact([persons.write(person, seen, others)])).done) return;
    }
    throw new Busy();
  }

  return { applicationsOf, erase };
}

const isClosed = ({ state }: Application) =>
  state === 'rejected' || state === 'lapsed' || state === 'ended';
