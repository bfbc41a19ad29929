import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  givenTo,
  isFull,
  limitedLots,
  lotsOf,
  mayFree,
  seatPlan,
} from '../../functions/enrolment/seats.rules.ts';
import { AreaId, ProviderId, type Seats } from '../../regions/schema.ts';
import { village } from '../runtime/village.ts';

const id = ProviderId.parse('well');
const river = AreaId.parse('river');
const hill = AreaId.parse('hill');

const capacitiesOf = (seats: Seats, areaId = river) => lotsOf({ id, seats }, areaId)?.capacities;
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

describe('the lots that hold seats', () => {
  it('are none where seats are unlimited', () => {
    expect(lotsOf({ id, seats: 'unlimited' }, river)).toBe(undefined);
  });

  it('are counted by area, where the region file names it', () => {
    const seats = { perArea: 1_005, areas: { [hill]: 0 } };
    expect(capacitiesOf(seats, river)).toEqual([1_000, 5]);
    expect(capacitiesOf(seats, hill)).toEqual([0]);
  });

  it('of a region are those of each provider with a number of seats, in each area', () => {
    expect(
      limitedLots(village()).map(({ providerId, areaId }) => `${providerId} ${areaId}`),
    ).toEqual(['well river', 'well hill', 'forge river', 'forge hill']);
  });
});

describe('a provider is full', () => {
  it.each<[string, number[], number[], number, boolean]>([
    ['with no seats at all', [0], [], 0, true],
    ['not before anyone has come', [5], [], 0, false],
    ['not while a seat is left in any lot', [1_000, 500], [1_000, 499], 0, false],
    ['when all are taken', [1_000, 500], [1_000, 500], 0, true],
    ['edge 13: when fewer seats are left than are taken', [3], [5], 0, true],
    ['edge 13: also by what was taken from lots that were closed', [1_000], [400, 600], 0, true],
    ['when what is free is for those who wait', [5], [3], 2, true],
    ['not when more is free than wait', [5], [2], 2, false],
  ])('%s', (_what, capacities, used, waiting, full) => {
    expect(isFull(capacities, { used, waiting })).toBe(full);
  });
});

describe('how a seat is taken', () => {
  const plan = (
    capacities: number[],
    used: number[],
    { waiting = 0, as = 'place' as 'place' | 'offer' } = {},
  ) => seatPlan({ capacities, for: as }, { used, waiting }, 0);
  const claims = (...lots: [number, number][]) => ({
    kind: 'try',
    claims: lots.map(([lot, capacity]) => ({ lot, capacity })),
  });

  it.each<[string, ReturnType<typeof plan>, object]>([
    ['from any lot with room', plan([2, 2], [1, 0]), claims([0, 2], [1, 2])],
    ['not from a full one', plan([2, 2], [2, 1]), claims([1, 2])],
    ['not at all where all are full', plan([2, 2], [2, 2]), { kind: 'full' }],
    ['not by others than those who wait', plan([2], [1], { waiting: 1 }), { kind: 'full' }],
    ['by whoever is first of them', plan([2], [1], { waiting: 9, as: 'offer' }), claims([0, 2])],
    [
      'edge 13: after a cut not before the surplus has room',
      plan([2, 2], [1, 1, 1]),
      { kind: 'move', move: { from: 2, to: 0, count: 1, usedFrom: 1, usedTo: 1 } },
    ],
    ['edge 13: after a cut below what is used not at all', plan([2], [2, 1]), { kind: 'full' }],
  ])('%s', (_what, planned, expected) => {
    expect(planned).toEqual(expected);
  });

  it('edge 13: whatever a cut has left, never more are taken than there are, and none stays free', () => {
    const counts = fc.array(fc.nat(4), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(counts, counts, fc.nat(), (capacities, before, start) => {
        const used = [...before];
        const taken = sum(used);
        for (;;) {
          const next = seatPlan({ capacities, for: 'place' }, { used, waiting: 0 }, start);
          if (next.kind === 'full') break;
          const [claim] = next.kind === 'try' ? next.claims : [];
          if (claim !== undefined) used[claim.lot] = (used[claim.lot] ?? 0) + 1;
          if (next.kind !== 'move') continue;
          const { from, to, count } = next.move;
          used[from] = (used[from] ?? 0) - count;
          used[to] = (used[to] ?? 0) + count;
        }
        expect(sum(used)).toBe(Math.max(taken, sum(capacities)));
      }),
    );
  });
});

describe('seats that go back', () => {
  it.each<[string, number[], number[], number[] | undefined]>([
    ['to the lot that they came from', [1], [4, 3], [1]],
    ['two of one lot', [1, 1], [4, 3], [1, 1]],
    ['to the fullest, where their count was moved', [1], [2, 0, 5], [2]],
    ['the second elsewhere, where only one is counted', [0, 0], [1, 5], [0, 1]],
    ['nowhere, where none was ever counted', [0], [], undefined],
    ['nowhere, where too few are counted', [0, 0], [1], undefined],
  ])('%s', (_what, lots, used, given) => {
    expect(givenTo(lots, used)).toEqual(given);
  });

  it('leave no counter below none', () => {
    const lots = fc.array(fc.nat(3), { maxLength: 6 });
    fc.assert(
      fc.property(lots, fc.array(fc.nat(3), { maxLength: 4 }), (from, used) => {
        const given = givenTo(from, used);
        expect(given === undefined).toBe(from.length > sum(used));
        for (const lot of given ?? []) used[lot] = (used[lot] ?? 0) - 1;
        expect(used.every((count) => count >= 0)).toBe(true);
      }),
    );
  });
});

describe('a change of a counter lets somebody in', () => {
  it.each<[string, Record<string, number> | undefined, Record<string, number>, boolean]>([
    ['when a seat went back', { used: 3 }, { used: 2 }, true],
    ['not when one was taken', { used: 2 }, { used: 3 }, false],
    ['perhaps, when somebody came to wait', undefined, { waiting: 1 }, true],
    ['not when one of them left', { waiting: 2 }, { waiting: 1 }, false],
  ])('%s', (_what, before, after, may) => {
    expect(mayFree(before, after)).toBe(may);
  });
});
