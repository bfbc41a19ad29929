import type { Region } from '../../regions/schema.ts';
import type { Moment } from '../runtime/clock.ts';
import type { SeatList } from './change.contract.ts';
import { changeStore, type Tables } from './change.store.ts';
import { unchanged } from './place.rules.ts';
import { lotsOf } from './seats.rules.ts';
import { enrolmentStore } from './store.ts';
import { offerSeat } from './waiting.rules.ts';
import { waitingStore } from './waiting.store.ts';

/** Seats that are offered in one go; each changes the counters, and so calls for the next go. */
const atOnce = 25;

/** Free seats and those who wait for them, in the tables of these names. */
export function promotionStore(tables: Tables, region: Region) {
  const reads = enrolmentStore(tables.enrolment);
  const lists = waitingStore(tables.enrolment);
  const changes = changeStore(tables);

  /**
   * Offers free seats to those who wait, the longest first, until there is no seat or nobody. Two at once do no
   * harm: the entry, the seat and the learner's row are one transaction, and whoever is late finds another head
   * (edge case 13). Capacity: 3 read units, and for each offer 14 write units.
   *
   * @returns how many were offered a seat
   */
  async function promote(list: SeatList, now: Moment): Promise<number> {
    const provider = region.providers.find(({ id }) => id === list.providerId);
    const capacities = provider && lotsOf(provider, list.areaId)?.capacities;
    let offered = 0;
    for (let turn = 0; turn < atOnce; turn += 1) {
      const head = await lists.readHead(list);
      if (head === undefined) return offered;
      const seen = await reads.readPlaces(head.learnerId);
      // Seats that became unlimited are offered to nobody: everybody can choose them.
      if (capacities === undefined) return offered;
      const offer = offerSeat(region, seen, head, capacities, now);
      // An entry that the learner's row does not know of stands in nobody's way.
      const kept = await changes.keep(offer ?? { ...unchanged(seen), leaves: [head] });
      if (kept === 'full') return offered;
      if (kept === 'kept' && offer?.take !== undefined) offered += 1;
    }
    return offered;
  }

  return { promote };
}
