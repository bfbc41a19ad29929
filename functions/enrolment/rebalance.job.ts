import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { enrolmentEnvironments } from './contract.ts';
import { moveSeats } from './lot.store.ts';
import { type Lots, limitedLots, nextMove } from './seats.rules.ts';
import { enrolmentStore } from './store.ts';

const table = readEnvironment(enrolmentEnvironments.rebalance).ENROLMENT_TABLE;
const store = enrolmentStore(table);

/** Providers and areas that are looked at side by side. */
const abreast = 10;

/** Moves of a provider's seats in an area that a run tries at most; the next run goes on from what it finds. */
const movesAtOnce = 20;

/**
 * After a cut of seats, moves what lots hold beyond their capacity into those with room, so that whoever chooses
 * need not (edge case 13); and levels the lots, so that the last seats are not all in one, where all who come would
 * meet. Capacity: 1 read unit for each provider with a number of seats and each area, and for each move 1 more and 4
 * write units.
 *
 * @throws {Error} some lots could not be moved; the next run goes on from what it finds
 */
export async function handler(): Promise<void> {
  const all = limitedLots(region);
  let count = 0;
  let failed = 0;
  for (let first = 0; first < all.length; first += abreast) {
    const some = all.slice(first, first + abreast);
    for (const outcome of await Promise.allSettled(some.map(rebalance))) {
      if (outcome.status === 'fulfilled') {
        count += outcome.value;
        continue;
      }
      failed += 1;
      log.error('not rebalanced', describeError(outcome.reason));
    }
  }
  log.info('rebalanced', { count });
  if (failed > 0) throw new Error(`the lots of ${failed} could not be moved; the log says why`);
}

/** The number of moves; where somebody was quicker, it looks anew. */
async function rebalance(lots: Lots): Promise<number> {
  let made = 0;
  for (let tried = 0; tried < movesAtOnce; tried += 1) {
    const move = nextMove(lots, await store.readSeats(lots));
    if (move === undefined) return made;
    if (await moveSeats(table, lots, move)) made += 1;
  }
  return made;
}
