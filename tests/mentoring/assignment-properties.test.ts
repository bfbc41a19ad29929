import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byDeferredAcceptance } from '../../bench/peers/deferred-acceptance.ts';
import { assign, ImpossibleLock, wouldRather } from '../../functions/mentoring/assignment.rules.ts';
import { none, requestOf } from '../../functions/mentoring/edges.rules.ts';
import { runs } from '../runs.ts';
import { bound, edgesFrom, givenTo, mentorsOf, rowsOf, solve, someTask, written } from './pairs.ts';

describe('whatever the pairs', () => {
  it('nobody has more than they have room for (edge case 32), and who is given a mentor has an edge to them', () => {
    fc.assert(
      fc.property(someTask, (task) => {
        const { chosen } = solve(task);
        for (const [mentor, given] of givenTo(task, chosen).entries()) {
          expect(given).toBeLessThanOrEqual(task.capacities[mentor] ?? 0);
        }
        const own = rowsOf(task.edges);
        expect(
          [...chosen].every((edge, request) => edge === none || own[request]?.includes(edge)),
        ).toBe(true);
      }),
      { numRuns: runs(60) },
    );
  });

  it('the prices prove that no total is higher, and places that are left cost nothing', () => {
    fc.assert(
      fc.property(someTask, (task) => {
        const { chosen, total, prices } = solve(task);
        expect(total).toBe(bound(task, prices));
        expect(prices.every((price) => price >= 0)).toBe(true);
        for (const [mentor, given] of givenTo(task, chosen).entries()) {
          if (given < (task.capacities[mentor] ?? 0)) expect(prices[mentor]).toBe(0);
        }
      }),
      { numRuns: runs(80) },
    );
  });

  it('the same pairs have the same assignment', () => {
    fc.assert(
      fc.property(someTask, (task) => {
        expect(solve(task)).toEqual(solve(task));
      }),
      { numRuns: runs(20) },
    );
  });

  it('more room, another edge or a higher score never makes the total lower', () => {
    fc.assert(
      fc.property(someTask, fc.nat(), fc.integer({ min: 1, max: 5_000 }), (task, any, more) => {
        const { edges, capacities } = task;
        const { total } = solve(task);
        const roomier = capacities.map(
          (room, mentor) => room + Number(mentor === any % capacities.length),
        );
        expect(assign(edges, roomier).total).toBeGreaterThanOrEqual(total);
        if (edges.score.length === 0) return;
        const edge = any % edges.score.length;
        const dearer = edges.score.map((score, at) => score + (at === edge ? more : 0));
        expect(assign({ ...edges, score: dearer }, capacities).total).toBeGreaterThanOrEqual(total);
        const without = {
          first: edges.first.map((begin) => begin - Number(begin > edge)),
          mentor: edges.mentor.filter((_, at) => at !== edge),
          score: edges.score.filter((_, at) => at !== edge),
        };
        expect(assign(without, capacities).total).toBeLessThanOrEqual(total);
      }),
      { numRuns: runs(50) },
    );
  });
});

describe('a pair that a coordinator has fixed', () => {
  it('is chosen, and the others make the best of what is left', () => {
    const task = {
      edges: written('0:9 1:2', '0:8 1:7'),
      capacities: [1, 1],
    };
    expect(mentorsOf(task, solve(task))).toEqual([0, 1]);
    const fixed = solve(task, [1]);
    expect(mentorsOf(task, fixed)).toEqual([1, 0]);
    expect(fixed.total).toBe(10);
  });

  it('is always chosen, never makes the total higher, and the rest is proven as before', () => {
    fc.assert(
      fc.property(someTask, fc.infiniteStream(fc.nat()), (task, draws) => {
        const capacities = [...task.capacities];
        const locked = rowsOf(task.edges).flatMap((row) => {
          const edge = row[(draws.next().value ?? 0) % (2 * row.length)];
          const mentor = task.edges.mentor[edge ?? none];
          if (edge === undefined || mentor === undefined || (capacities[mentor] ?? 0) < 1)
            return [];
          capacities[mentor] = (capacities[mentor] ?? 0) - 1;
          return [edge];
        });
        const found = solve(task, locked);
        for (const edge of locked) expect(found.chosen[requestOf(task.edges, edge)]).toBe(edge);
        expect(found.total).toBeLessThanOrEqual(solve(task).total);
        const taken = new Set(locked.map((edge) => requestOf(task.edges, edge)));
        const rest = rowsOf(task.edges).map((row, request) =>
          (taken.has(request) ? [] : row).map(
            (edge) => [task.edges.mentor[edge] ?? 0, task.edges.score[edge] ?? 0] as const,
          ),
        );
        const fixed = locked.reduce((sum, edge) => sum + (task.edges.score[edge] ?? 0), 0);
        expect(found.total - fixed).toBe(
          bound({ edges: edgesFrom(rest), capacities }, found.prices),
        );
      }),
      { numRuns: runs(60) },
    );
  });

  it.each<[string, number[], number]>([
    ['no edge', [7], 7],
    ['a second mentor for a request', [0, 1], 1],
    ['more than a mentor has room for', [0, 2], 2],
  ])('is refused if it is %s', (_what, locked, edge) => {
    const task = {
      edges: written('0:9 1:2', '0:8'),
      capacities: [1, 1],
    };
    expect(() => solve(task, locked)).toThrow(
      expect.objectContaining({ name: 'ImpossibleLock', edge }),
    );
    expect(() => solve(task, locked)).toThrow(ImpossibleLock);
  });
});

describe('pairs that would rather have each other', () => {
  it('are told with what each of the two would gain', () => {
    // Request 0 gives mentor 0 up for the good of the whole; both would rather not.
    const task = {
      edges: written('0:9 1:8', '0:7'),
      capacities: [1, 1],
    };
    const { chosen } = solve(task);
    expect(wouldRather(task.edges, task.capacities, chosen, 10)).toEqual([
      { edge: 0, request: 0, mentor: 0, requestGains: 1, mentorGains: 2 },
    ]);
    expect(wouldRather(task.edges, task.capacities, chosen, 0)).toEqual([]);
  });

  it('are all those whose edge is worth more to both than what they have', () => {
    fc.assert(
      fc.property(someTask, fc.boolean(), (task, optimal) => {
        const { edges, capacities } = task;
        const chosen = optimal
          ? solve(task).chosen
          : new Int32Array(edges.first.length - 1).fill(none);
        const scoreOf = (edge: number | undefined) => edges.score[edge ?? none] ?? 0;
        const expected = rowsOf(edges).flatMap((row, request) =>
          row.filter((edge) => {
            const mentor = edges.mentor[edge] ?? 0;
            const held = [...chosen].filter((one) => one !== none && edges.mentor[one] === mentor);
            const mentorWould =
              held.length < (capacities[mentor] ?? 0) ||
              held.some((one) => scoreOf(one) < scoreOf(edge));
            return scoreOf(edge) > scoreOf(chosen[request]) && mentorWould;
          }),
        );
        const told = wouldRather(edges, capacities, chosen, Number.POSITIVE_INFINITY);
        expect(told.map(({ edge }) => edge).sort((a, b) => a - b)).toEqual(expected);
        const lesser = told.map(({ requestGains, mentorGains }) =>
          Math.min(requestGains, mentorGains),
        );
        expect(lesser).toEqual([...lesser].sort((a, b) => b - a));
      }),
      { numRuns: runs(50) },
    );
  });

  it('are none after deferred acceptance', () => {
    fc.assert(
      fc.property(someTask, ({ edges, capacities }) => {
        const chosen = byDeferredAcceptance(edges, capacities);
        expect(wouldRather(edges, capacities, chosen, 1)).toEqual([]);
      }),
      { numRuns: runs(40) },
    );
  });
});
