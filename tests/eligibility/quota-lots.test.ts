import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  freeSeats,
  isFull,
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
  it('are every lot that is not full, each once, from anywhere', () => {
    fc.assert(
      fc.property(counts, counts, fc.nat(), (capacities, used, start) => {
        const free = capacities.flatMap((capacity, lot) =>
          (used[lot] ?? 0) < capacity ? [lot] : [],
        );
        const tried = lotsToTry(capacities, used, start);
        expect(tried.toSorted((a, b) => a - b)).toEqual(free);
        const first = start % capacities.length;
        if (free.includes(first)) expect(tried[0]).toBe(first);
      }),
    );
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
