import type { LearnerId } from '../../functions/identity/contract.ts';

/** How a learner's request ended. */
export type Ending = 'placed' | 'full' | 'failed';

/** What is left of an opening day, read from all rows. */
export interface Books {
  /** Seats of each lot, and how many its counter says are taken. */
  readonly capacities: readonly number[];
  readonly used: readonly number[];
  /** The lot that each learner's row says its seat is from; who has none is not in it. */
  readonly lotOf: ReadonlyMap<LearnerId, number>;
  /** What each learner was told. */
  readonly endings: ReadonlyMap<LearnerId, Ending>;
}

/** What is wrong with the books; none of it should be. */
export interface Reckoned {
  /** Seats given beyond what a lot has, by its counter or by the learners' rows, whichever says more. */
  readonly oversold: number;
  /** Seats counted that no learner has, and learners' seats that no lot counts. */
  readonly stranded: number;
  /** Learners who were told something else than their row says; who was told of a failure may have either. */
  readonly misled: number;
  /** Seats that were free at the end although somebody was told that there is none: nobody has given one back. */
  readonly withheld: number;
}

/** Compares what lots count, what learners' rows say, and what learners were told. */
export function reckon({ capacities, used, lotOf, endings }: Books): Reckoned {
  const held = new Map<number, number>();
  for (const lot of lotOf.values()) held.set(lot, (held.get(lot) ?? 0) + 1);
  const lots = Array.from({ length: Math.max(capacities.length, used.length) }, (_, lot) => ({
    capacity: capacities[lot] ?? 0,
    used: used[lot] ?? 0,
    held: held.get(lot) ?? 0,
  }));
  const sum = (of: (lot: (typeof lots)[number]) => number) =>
    lots.reduce((total, lot) => total + of(lot), 0);
  const ofNoLot = [...held.keys()].filter((lot) => lots[lot] === undefined);
  const lost = ofNoLot.reduce((total, lot) => total + (held.get(lot) ?? 0), 0);
  const told = [...endings];
  const refused = told.some(([, ending]) => ending === 'full');
  return {
    oversold: sum((lot) => Math.max(0, lot.used - lot.capacity, lot.held - lot.capacity)),
    stranded: lost + sum((lot) => Math.abs(lot.used - lot.held)),
    misled: told.filter(([learner, ending]) =>
      ending === 'placed' ? !lotOf.has(learner) : ending === 'full' && lotOf.has(learner),
    ).length,
    withheld: refused ? sum((lot) => Math.max(0, lot.capacity - lot.held)) : 0,
  };
}
