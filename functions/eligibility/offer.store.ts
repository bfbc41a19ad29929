import type { AreaId } from '../../regions/schema.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { log } from '../runtime/logger.ts';
import type { Application } from './contract.ts';
import type { Step } from './due.rules.ts';
import { unboundedLot } from './lots.rules.ts';
import { lotsStore } from './lots.store.ts';
import { holdsPlace } from './quota.rules.ts';
import { putApplication, type Versioned } from './rows.store.ts';
import { eligibilityStore } from './store.ts';
import { waitlistStore } from './waitlist.store.ts';

/** An area whose free places are offered. */
export interface Promoting {
  readonly areaId: AreaId;
  /** The lots of its quota; undefined where there is none: then everyone who waits is offered a place. */
  readonly capacities: readonly number[] | undefined;
  /** Offers at most. */
  readonly most: number;
  /** The region's day. */
  readonly today: string;
  /** What becomes of the head of the list (`offerPlace`). */
  readonly offer: (waiting: Application) => Step;
  /** What goes into the same transaction: the notice, the trail. */
  readonly also: (made: Step) => readonly TransactItem[];
}

/** Times in a row that somebody else was quicker, after which it is theirs to go on. */
const attempts = 8;

/** Free places and those who wait for them; `table` is the eligibility table's name. */
export function offerStore(table: string) {
  const lots = lotsStore(table);
  const list = waitlistStore(table);
  const applications = eligibilityStore(table);

  /**
   * Offers free places to those who wait longest, each in one transaction with its place: of two who promote for
   * one place, one wins (edge case 13). Whose renewal waits for an officer is offered one all the same: nobody
   * behind them waits for that. Capacity: 4 read units and 8 write units for each offer and what `also` costs,
   * and 1 or 3 read units to find that there is nothing to offer.
   *
   * @returns how many were made: fewer than `most` when nobody waits any more or no place is left
   */
  async function promote(promoting: Promoting): Promise<number> {
    const { areaId, capacities, most } = promoting;
    let made = 0;
    for (let misses = 0; made < most && misses < attempts; ) {
      const head = await list.headOf(areaId);
      if (head === undefined) return made;
      const lot =
        capacities === undefined ? undefined : (await lots.lotsWithRoom(areaId, capacities))[0];
      if (capacities !== undefined && lot === undefined) return made;
      const seen = await applications.read(head);
      if (seen !== undefined && (await offerTo(seen, lot, promoting))) {
        made += 1;
        misses = 0;
      } else {
        misses += 1;
        // Those who were quicker go on; where it is always the same one, somebody has to look.
        if (misses === attempts)
          log.warn('no place offered', { applicationId: head, count: misses });
      }
    }
    return made;
  }

  /** An entry of the list and the state of its application change together, so the entry is what is looked at. */
  async function offerTo(
    { application, version }: Versioned,
    lot: number | undefined,
    { capacities, today, offer, also }: Promoting,
  ): Promise<boolean> {
    const made = offer(application);
    const held = holdsPlace(made.next.state)
      ? { ...made.next, lot: lot ?? unboundedLot(Math.random()) }
      : made.next;
    const place = placeOf(held, capacities);
    const written = await transact([
      putApplication(table, held, version),
      ...(await applications.currentItems(held, today)),
      list.leave(application),
      ...also(made),
      ...place,
    ]);
    return written.done;
  }

  function placeOf(
    { areaId, lot }: Application,
    capacities: readonly number[] | undefined,
  ): readonly TransactItem[] {
    if (lot === undefined) return [];
    return [
      capacities === undefined ? lots.count(areaId, lot) : lots.take(areaId, lot, capacities),
    ];
  }

  return { promote };
}
