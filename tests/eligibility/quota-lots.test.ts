import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  freeSeats,
  isFull,
  levelling,
  lotsOf,
  lotsToTry,
  movesFor,
} from '../../functions/eligibility/lots.rules.ts';

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const counts = fc.array(fc.nat(6), { minLength: 1, maxLength: 12 });

describe('the lots of a total', () => {
  it.each<[string, number, number[]]>([
    ['one, empty, of nothing', 0, [0]],
    ['one of a single count', 1, [1]],
    ['one of 1,000', 1_000, [1_000]],
    ['a second for the 1,001st', 1_001, [1_000, 1]],
    ['the last for the rest', 2_500, [1_000, 1_000, 500]],
  ])('%s', (_what, total, capacities) => {
    expect(lotsOf(total)).toEqual(capacities);
  });

  it('hold together exactly the total, and never shrink when it grows', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(100_000), (total, more) => {
        const before = lotsOf(total);
        const after = lotsOf(total + more);
        expect(sum(before)).toBe(total);
        expect(before.every((capacity, lot) => capacity <= (after[lot] ?? 0))).toBe(true);
      }),
    );
  });
});

describe('an area is full', () => {
  it.each<[string, number[], number[], boolean]>([
    ['with no places at all', [0], [], true],
    ['not before anyone has come', [5], [], false],
    ['not while one place is left', [5], [4], false],
    ['when all are taken', [5], [5], true],
    ['not while a place is left in any lot', [1_000, 500], [1_000, 499], false],
    ['edge case 13: when a cut leaves fewer than are taken', [3], [5], true],
    ['edge case 13: also by what was taken from closed lots', [1_000], [400, 600], true],
  ])('%s', (_what, capacities, used, full) => {
    expect(isFull(capacities, used)).toBe(full);
  });
});

describe('the lots to try', () => {
  it('are every lot that is not full, each once, beginning with that of a free place', () => {
    fc.assert(
      fc.property(counts, counts, fc.nat(), (capacities, used, draw) => {
        const free = capacities.flatMap((capacity, lot) =>
          (used[lot] ?? 0) < capacity ? [lot] : [],
        );
        const tried = lotsToTry(capacities, used, draw);
        expect(tried.toSorted((a, b) => a - b)).toEqual(free);
      }),
    );
  });

  it('begin with each as often as it has free places', () => {
    const firsts = Array.from(
      { length: 9 },
      (_, draw) => lotsToTry([4, 2, 3, 9], [2, 2, 5, 2], draw)[0],
    );
    expect(firsts).toEqual([0, 0, 3, 3, 3, 3, 3, 3, 3]);
  });
});

describe('edge case 13: the moves after a cut', () => {
  it.each<[string, number[], number[], ReturnType<typeof movesFor>]>([
    ['are none without a surplus', [1_000, 500], [1_000, 20], []],
    ['are none where every lot is full', [500], [500, 90], []],
    [
      'bring what a closed lot holds into a lot with room',
      [800],
      [700, 90],
      [{ from: 1, to: 0, count: 90, usedFrom: 90, usedTo: 700 }],
    ],
    [
      'fill a lot no higher than its capacity',
      [800],
      [750, 90],
      [{ from: 1, to: 0, count: 50, usedFrom: 90, usedTo: 750 }],
    ],
    [
      'name the counts that the move before has left',
      [5, 5],
      [3, 4, 3],
      [
        { from: 2, to: 0, count: 2, usedFrom: 3, usedTo: 3 },
        { from: 2, to: 1, count: 1, usedFrom: 1, usedTo: 4 },
      ],
    ],
  ])('%s', (_what, capacities, used, moves) => {
    expect(movesFor(capacities, used)).toEqual(moves);
  });

  it('lose and make nothing, and leave a surplus only where every lot is full', () => {
    fc.assert(
      fc.property(counts, counts, (capacities, used) => {
        const after: number[] = Array.from(
          { length: Math.max(capacities.length, used.length) },
          (_, lot) => used[lot] ?? 0,
        );
        for (const { from, to, count, usedFrom, usedTo } of movesFor(capacities, used)) {
          expect([after[from], after[to]]).toEqual([usedFrom, usedTo]);
          after[from] = usedFrom - count;
          after[to] = usedTo + count;
        }
        expect(sum(after)).toBe(sum(used));
        expect(after.every((left) => left >= 0)).toBe(true);
        const surplus = after.some((left, lot) => left > (capacities[lot] ?? 0));
        const room = lotsToTry(capacities, after, 0).length > 0;
        expect(surplus && room).toBe(false);
        expect(room).toBe(freeSeats(capacities, used) > 0);
      }),
    );
  });
});

describe('lots without a surplus', () => {
  it.each<[string, number[], number[], object | undefined]>([
    ['nobody has taken from are level', [1_000, 500], [], undefined],
    ['with nearly as many free are level', [1_000, 1_000], [981, 1_000], undefined],
    [
      'are levelled from the poorest to the richest',
      [1_000, 1_000, 1_000],
      [1_000, 900, 200],
      { from: 0, to: 2, count: 400, usedFrom: 1_000, usedTo: 200 },
    ],
    [
      'give no more than was taken from them',
      [1_000, 5],
      [500, 5],
      { from: 1, to: 0, count: 5, usedFrom: 5, usedTo: 500 },
    ],
  ])('%s', (_what, capacities, used, move) => {
    expect(levelling(capacities, used)).toEqual(move);
  });

  it('of which none has room get nothing, also where a cut has left one with more than it holds', () => {
    expect(levelling([1_000, 500], [1_000, 900])).toBe(undefined);
    const upTo1000 = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(upTo1000, upTo1000, (capacities, used) => {
        const move = levelling(capacities, used);
        if (move === undefined) return;
        expect(move.count).toBeGreaterThan(0);
        expect(move.usedTo + move.count).toBeLessThanOrEqual(capacities[move.to] ?? 0);
      }),
    );
  });

  it('come to be level, and no count is lost or made', () => {
    const lots = fc.array(
      fc.nat(1_000).chain((capacity) => fc.tuple(fc.constant(capacity), fc.nat(capacity))),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(lots, (all) => {
        const capacities = all.map(([capacity]) => capacity);
        const used = all.map(([, taken]) => taken);
        let moves = 0;
        for (let move = levelling(capacities, used); move; move = levelling(capacities, used)) {
          used[move.from] = move.usedFrom - move.count;
          used[move.to] = move.usedTo + move.count;
          moves += 1;
          expect(move.count).toBeGreaterThan(0);
          expect(used.every((taken, lot) => taken >= 0 && taken <= (capacities[lot] ?? 0))).toBe(
            true,
          );
          if (moves > 100) throw new Error('it never ends');
        }
        expect(sum(used)).toBe(sum(all.map(([, taken]) => taken)));
        const free = used.map((taken, lot) => (capacities[lot] ?? 0) - taken);
        const poorest = free.filter((_, lot) => (used[lot] ?? 0) > 0);
        expect(Math.max(...free) - Math.min(...poorest, Math.max(...free))).toBeLessThan(20);
      }),
    );
  });
});
