/**
 * The arithmetic of lots: counters that together hold what must not run out, few enough in each that those who
 * come at once seldom meet in one. The quota of an area is counted so, and the seats of a provider.
 */

/** Counts of one lot; docs/adr/0005-lots-never-move.md. */
const countsOfOneLot = 1_000;

/**
 * The capacities of the lots that hold a total: one for each 1,000, the last for the rest. Lots never move: a
 * higher total fills up the last lot and opens new ones, a lower one closes the last, so that what was taken
 * from a lot stays counted there whatever the region file says next year.
 */
export function lotsOf(total: number): readonly number[] {
  const count = Math.max(1, Math.ceil(total / countsOfOneLot));
  return Array.from({ length: count }, (_, lot) =>
    Math.min(countsOfOneLot, total - lot * countsOfOneLot),
  );
}

/**
 * The lots in which people are counted where nothing bounds them, without a capacity: so few that, when a quota begins,
 * their counts are in its lots after a request or two (`movesFor`).
 */
const unboundedLots = 8;

/**
 * One of the lots where nothing bounds them.
 *
 * @param chance - from 0 to below 1
 */
export function unboundedLot(chance: number): number {
  return Math.floor(chance * unboundedLots);
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/**
 * What nobody has taken; none or fewer after a cut below what is used (edge case 13).
 *
 * @param used - taken from each lot, those that a cut has closed included; a lot that is not there is empty
 */
export function freeSeats(capacities: readonly number[], used: readonly number[]): number {
  return sum(capacities) - sum(used);
}

/** Whether all is taken; `used` as for `freeSeats`. */
export function isFull(capacities: readonly number[], used: readonly number[]): boolean {
  return freeSeats(capacities, used) <= 0;
}

/**
 * The order in which someone tries the lots: all that are not full, beginning with that of any one of the free seats.
 * So people spread, and lots run out together: the last seats are in many lots, and those who come for them are not
 * all at the same counter.
 *
 * @param draw - any whole number that is not negative, drawn from many more than there are seats
 */
export function lotsToTry(
  capacities: readonly number[],
  used: readonly number[],
  draw: number,
): readonly number[] {
  const free = capacities.map((capacity, lot) => Math.max(capacity - (used[lot] ?? 0), 0));
  let seat = draw % Math.max(sum(free), 1);
  const first = free.findIndex((count) => {
    seat -= count;
    return seat < 0;
  });
  const order = capacities.map((_, step) => (Math.max(first, 0) + step) % capacities.length);
  return order.filter((lot) => (free[lot] ?? 0) > 0);
}

/** So many counts out of one lot into another; both lots' counts as they were seen are its conditions. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly usedFrom: number;
  readonly usedTo: number;
}

/**
 * The moves, one after the other, after which a lot holds more than its capacity only if every lot is full
 * (edge case 13: a cut below what is used). Whoever wants to take a count and sees such a surplus makes the
 * first of these moves and reads again, and takes only where there is none: a lot without a surplus never gets
 * one, so the condition of the write, `used < capacity`, is enough to hold the bound of all lots together, and
 * a free count is never out of reach.
 */
export function movesFor(capacities: readonly number[], used: readonly number[]): readonly Move[] {
  const counts = Array.from(
    { length: Math.max(capacities.length, used.length) },
    (_, lot) => used[lot] ?? 0,
  );
  const moves: Move[] = [];
  for (;;) {
    const over = (lot: number) => (counts[lot] ?? 0) - (capacities[lot] ?? 0);
    const from = counts.findIndex((_, lot) => over(lot) > 0);
    const to = counts.findIndex((_, lot) => over(lot) < 0);
    if (from === -1 || to === -1) return moves;
    const usedFrom = counts[from] ?? 0;
    const usedTo = counts[to] ?? 0;
    const count = Math.min(over(from), -over(to));
    moves.push({ from, to, count, usedFrom, usedTo });
    counts[from] = usedFrom - count;
    counts[to] = usedTo + count;
  }
}

/** A difference of free counts that is none: those who come at once spread well enough. */
const even = 20;

/**
 * The next move that levels lots without a surplus: from the poorest, which has fewest free, to the richest, so that
 * what is free is in many lots again and those who come at once seldom meet. No lot gets more than its capacity, and
 * the sum stays; undefined where they are level, or where a cut has left none with room.
 *
 * @param used - as for `freeSeats`, of lots between which `movesFor` moves nothing
 */
export function levelling(
  capacities: readonly number[],
  used: readonly number[],
): Move | undefined {
  const lots = capacities.map((capacity, lot) => {
    const taken = used[lot] ?? 0;
    return { lot, taken, free: capacity - taken };
  });
  const byFree = lots.toSorted((one, other) => one.free - other.free);
  const poor = byFree.find(({ taken }) => taken > 0);
  const rich = byFree.at(-1);
  if (poor === undefined || rich === undefined || rich.free - poor.free < even) return undefined;
  const count = Math.min(Math.floor((rich.free - poor.free) / 2), poor.taken, rich.free);
  if (count <= 0) return undefined;
  return { from: poor.lot, to: rich.lot, count, usedFrom: poor.taken, usedTo: rich.taken };
}

/**
 * What a job moves next: what a lot holds beyond its capacity while another has room, and then what levels them
 * (docs/adr/0017-full-of-one-moment.md).
 */
export function nextMove(capacities: readonly number[], used: readonly number[]): Move | undefined {
  return movesFor(capacities, used)[0] ?? levelling(capacities, used);
}
