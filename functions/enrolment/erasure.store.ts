import type { ProviderId, Region } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import type { Moment } from '../runtime/clock.ts';
import { type Erasure, erased, eraseRows, type Rests, rowsOf, waits } from '../runtime/erasing.ts';
import { fallDue, followApproval } from './approval.rules.ts';
import type { Change } from './change.contract.ts';
import { changeStore, type Tables } from './change.store.ts';
import type { Places } from './place.contract.ts';
import { isSettled } from './place.rules.ts';
import { endedPrefix, endedRow, learnerKey, placesKey } from './rows.store.ts';
import { enrolmentStore } from './store.ts';

/** Places of somebody who leaves, in the tables of these names. */
export function erasureStore(tables: Tables, region: Region) {
  const reads = enrolmentStore(tables.enrolment);
  const changes = changeStore(tables);

  /** All that a learner has and had. Capacity: 1 read unit, and 1 for 4 KB of history. */
  async function placesOf(learnerId: LearnerId) {
    const [places, ended] = await Promise.all([
      reads.readPlaces(learnerId),
      rowsOf(tables.enrolment, learnerKey(learnerId), endedPrefix),
    ]);
    return { places, history: ended.map(endedRow) };
  }

  /** The providers at which a learner may have had an account. Capacity: as `placesOf`. */
  async function providersOf(learnerId: LearnerId): Promise<readonly ProviderId[]> {
    const { places, history } = await placesOf(learnerId);
    const named = [...Object.values(places.places), ...history].map(({ providerId }) => providerId);
    const known = region.providers.map(({ id }) => id);
    return [...new Set([...known, ...named])];
  }

  /**
   * Gives all places and seats back and leaves all waits; provisioning ends the accounts, each of which has to be gone
   * before anything else is erased (edge case 36). Capacity: as a change that ends places.
   */
  async function end(learnerId: LearnerId, now: Moment): Promise<Erasure> {
    await changes.decide(learnerId, (seen) => endOf(seen, now));
    return isSettled(await reads.readPlaces(learnerId)) ? erased : waits('providers');
  }

  /** Of each place nobody is told: who leaves has asked for it. */
  function endOf(seen: Places, now: Moment): Change | undefined {
    const { approval } = seen;
    const none = Object.keys(seen.places).length + Object.keys(seen.waits).length === 0;
    if (approval === undefined || (approval.state === 'ended' && none)) return undefined;
    const ended = { ...approval, state: 'ended' as const, changedAt: later(approval, now) };
    const change =
      approval.state === 'ended'
        ? fallDue(region, seen, now)
        : followApproval(region, seen, ended, now);
    return change && { ...change, told: [] };
  }

  /**
   * Erases what a learner had. The row itself stays until `last`: a message about the approval that comes late finds there
   * that it has ended, and begins nothing. Capacity: 1 read unit for 4 KB, and 2 write units for each row.
   *
   * @param rests - what each deletion rests on
   */
  async function erase(learnerId: LearnerId, last: boolean, rests: Rests): Promise<Erasure> {
    const rows = await rowsOf(tables.enrolment, learnerKey(learnerId));
    const kept = placesKey(learnerId).sk;
    const gone = rows.filter(({ sk }) => last || sk !== kept);
    return (await eraseRows(tables.enrolment, gone, rests)) ? erased : waits('report');
  }

  return { placesOf, providersOf, end, erase };
}

/** After what the row has, whatever clock wrote that. */
function later({ changedAt }: { readonly changedAt: string }, now: Moment): string {
  const at = now.toString({ smallestUnit: 'millisecond' });
  return at > changedAt ? at : `${changedAt.slice(0, -1)}1Z`;
}
