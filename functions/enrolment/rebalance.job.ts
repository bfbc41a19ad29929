import { readEnvironment } from '../runtime/environment.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { enrolmentEnvironments } from './contract.ts';
import { moveSeats } from './lot.store.ts';
import { type Lots, limitedLots, movesOf } from './seats.rules.ts';
import { enrolmentStore } from './store.ts';

const table = readEnvironment(enrolmentEnvironments.rebalance).ENROLMENT_TABLE;
const store = enrolmentStore(table);

/** Providers and areas that are looked at side by side. */
const abreast = 10;

/**
 * After a cut of seats, moves what lots hold beyond their capacity into those with room, so that whoever chooses
 * need not (edge case 13). Capacity: 1 read unit for each provider with a number of seats and each area.
 */
export async function handler(): Promise<void> {
  const all = limitedLots(region);
  let count = 0;
  for (let first = 0; first < all.length; first += abreast) {
    const moved = await Promise.all(all.slice(first, first + abreast).map(rebalance));
    count += moved.reduce((sum, moves) => sum + moves, 0);
  }
  log.info('rebalanced', { count });
}

/** The number of moves; where somebody was quicker, the rest is left to them and the next run. */
async function rebalance(lots: Lots): Promise<number> {
  let made = 0;
  for (const move of movesOf(lots, await store.readSeats(lots))) {
    if (!(await moveSeats(table, lots, move))) break;
    made += 1;
  }
  return made;
}
