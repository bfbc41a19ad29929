import type { Region } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import type { Moment } from '../runtime/clock.ts';
import { Busy } from '../runtime/errors.ts';
import { endMoved, followApproval, relocate } from './approval.rules.ts';
import { changeStore, type Tables } from './change.store.ts';
import type { Approval, Places } from './place.contract.ts';
import { enrolmentStore } from './store.ts';

/** Times that a seat in another area is asked for while the row keeps changing; each place needs one. */
const attempts = 40;

/** What an approval brings about, made durable in the tables of these names. */
export function approvalStore(tables: Tables, region: Region) {
  const reads = enrolmentStore(tables.enrolment);
  const changes = changeStore(tables);

  /**
   * Projects an approval into the learner's row with all that follows from it; an older one changes nothing,
   * and one that was recorded before goes on where that was broken off. Capacity: 2 read units, 2 write units
   * for each row that changes, 4 for each notice, and for each place in another area 6 more.
   */
  async function recordApproval(
    learnerId: LearnerId,
    approval: Approval,
    now: Moment,
  ): Promise<void> {
    await changes.decide(learnerId, (seen) => followApproval(region, seen, approval, now));
    await relocateAll(learnerId, now);
  }

  /** Gives every place of a learner a seat in their area, or ends it. Capacity: see `recordApproval`. */
  async function relocateAll(learnerId: LearnerId, now: Moment): Promise<Places> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const seen = await reads.readPlaces(learnerId);
      const relocation = relocate(region, seen, now);
      if (relocation === undefined) return seen;
      const { placeId, keeping } = relocation;
      // "stale" needs no answer: the next turn reads anew.
      if ((await changes.keep(keeping)) === 'full') {
        await changes.keep(endMoved(region, seen, placeId, now));
      }
    }
    throw new Busy();
  }

  return { recordApproval, relocateAll };
}
