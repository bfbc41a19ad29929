import type { Change } from '../../functions/enrolment/change.contract.ts';
import { changeStore } from '../../functions/enrolment/change.store.ts';
import {
  type Approval,
  noPlaces,
  type PlaceId,
  type Places,
} from '../../functions/enrolment/contract.ts';
import { choose, giveBack, switchProvider, type Wish } from '../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { join, leave, mayWait } from '../../functions/enrolment/waiting.rules.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { Busy } from '../../functions/runtime/errors.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Region } from '../../regions/schema.ts';
import { at } from '../runtime/village.ts';
import { approval } from './places.ts';

const summer = at('2025-07-01T12:00');

/**
 * Learners who decide at the store, as the API lets them, until it says how that ended; what they are told lies in
 * the table `notices`.
 */
export function learnersAt(table: string, region: Region, now = summer) {
  const reads = enrolmentStore(table);
  const changes = changeStore({ enrolment: table, notices: 'notices' });

  /** A learner with an approval. */
  async function enter(approved: Approval = approval()): Promise<LearnerId> {
    const learnerId = newId(LearnerId, 'lrn');
    await untilNotBusy(() => reads.keepPlaces({ ...noPlaces(learnerId), approval: approved }));
    return learnerId;
  }

  /** Keeps what is decided on the row, anew while others change it; `full` when every lot is. */
  async function until(learnerId: LearnerId, decide: (seen: Places) => Change | string) {
    for (;;) {
      const decided = decide(await reads.readPlaces(learnerId));
      if (typeof decided === 'string') return decided;
      const kept = await untilNotBusy(() => changes.keep(decided));
      if (kept !== 'stale') return kept;
    }
  }

  const choosing = (decide: typeof choose) => (learnerId: LearnerId, wish: Wish) =>
    until(learnerId, (seen) => {
      const choice = decide(region, seen, wish, now);
      if (choice.kind === 'refused') return choice.code;
      return choice.kind === 'unchanged' ? choice.kind : choice.change;
    });

  async function wait(learnerId: LearnerId, wish: Wish): Promise<string> {
    for (;;) {
      const seen = await reads.readPlaces(learnerId);
      const joining = mayWait(region, seen, wish, now);
      if (joining.kind !== 'allowed')
        return joining.kind === 'refused' ? joining.code : 'unchanged';
      const seats = await reads.readSeats(joining.lots);
      const change = join(region, seen, wish.placeId, joining.lots, seats, now);
      if ('code' in change) return change.code;
      const kept = await untilNotBusy(() => changes.keep(change));
      if (kept !== 'stale') return kept;
    }
  }

  return {
    enter,
    take: choosing(choose),
    switchTo: choosing(switchProvider),
    giveUp: (learnerId: LearnerId, placeId: PlaceId) =>
      until(learnerId, (seen) => giveBack(region, seen, placeId, now) ?? 'nothing-there'),
    wait,
    stopWaiting: (learnerId: LearnerId, placeId: PlaceId) =>
      until(learnerId, (seen) => leave(region, seen, placeId, now) ?? 'nothing-there'),
  };
}

/** A caller who is told to come back (503) comes back. */
export async function untilNotBusy<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
    }
  }
}

/** Seats that some rows hold at a provider, in places and by offers. */
export function seatsHeld(rows: readonly Places[], providerId: string): number {
  const places = rows.flatMap((row) => Object.values(row.places));
  const waits = rows.flatMap((row) => Object.values(row.waits));
  const seated = places.filter((place) => place.providerId === providerId && place.seat);
  const offered = waits.filter((wait) => wait.providerId === providerId && wait.offer);
  return seated.length + offered.length;
}
