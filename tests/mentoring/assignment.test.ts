import { beforeAll, describe, expect, it } from 'vitest';
import { byDeferredAcceptance } from '../../bench/peers/deferred-acceptance.ts';
import { greedily } from '../../bench/peers/greedy.ts';
import { highsSolver } from '../../bench/peers/highs.ts';
import { edgeBetween, none, requestOf } from '../../functions/mentoring/edges.rules.ts';
import { mentorsOf, solve, taskOf, written } from './pairs.ts';

describe('an assignment', () => {
  it.each<[string, string[], number[], (number | undefined)[], number]>([
    ['of nobody', [], [1], [], 0],
    ['of one who has no edge', [''], [1], [undefined], 0],
    ['of one who has the choice', ['0:5 1:7'], [1, 1], [1], 7],
    // Greed would give the first its best, and the second nothing: 9.
    ['gives way where the whole gains', ['0:9 1:8', '0:7'], [1, 1], [1, 0], 15],
    ['gives way along a chain', ['0:9 1:8', '1:9 2:8', '0:9'], [1, 1, 1], [1, 2, 0], 25],
    ['leaves out who is worth least', ['0:5', '0:6', '0:4'], [2], [0, 0, undefined], 11],
    ['leaves out who came first, too', ['0:5', '0:6'], [1], [undefined, 0], 6],
    ['has one good pair before two poor ones', ['0:3 1:9', '1:3'], [1, 1], [1, undefined], 9],
    ['edge case 32: nobody for a mentor without room', ['0:9 1:1'], [0, 1], [1], 1],
    [
      'edge case 32: no third for a mentor of two',
      ['0:9', '0:9', '0:9'],
      [2],
      [0, 0, undefined],
      18,
    ],
  ])('%s', (_what, requests, capacities, expected, total) => {
    const task = { edges: written(...requests), capacities };
    const found = solve(task);
    expect(mentorsOf(task, found)).toEqual(expected);
    expect(found.total).toBe(total);
  });

  it('finds an edge by its two, and the request by its edge', () => {
    const edges = written('', '0:5 3:7', '', '1:2', '');
    expect(edgeBetween(edges, 1, 3)).toBe(1);
    expect(edgeBetween(edges, 3, 3)).toBe(none);
    expect(edgeBetween(edges, 4, 1)).toBe(none);
    expect([0, 1, 2].map((edge) => requestOf(edges, edge))).toEqual([1, 1, 3]);
  });
});

describe('beside HiGHS', () => {
  let highs: Awaited<ReturnType<typeof highsSolver>>;
  beforeAll(async () => {
    highs = await highsSolver();
  });

  it('has the same total on 60 small instances (seeds 1 to 60)', () => {
    const found: [number, number][] = [];
    const expected: [number, number][] = [];
    for (let seed = 1; seed <= 60; seed += 1) {
      const size = {
        mentors: 1 + (seed % 25),
        requests: 1 + ((seed * 7) % 80),
        density: [0.1, 0.5, 1][seed % 3] ?? 1,
        most: [2, 10, 1_000][seed % 5] ?? 50,
        room: 1 + (seed % 4),
      };
      const task = taskOf(seed, size);
      found.push([seed, solve(task).total]);
      expected.push([seed, highs(task.edges, task.capacities).score]);
    }
    expect(found).toEqual(expected);
    expect(found.filter(([, total]) => total > 0).length).toBeGreaterThan(50);
  });

  it('has the same total on 500 × 2,000 (seed 61), and a higher one than greed or deferred acceptance', () => {
    const size = { mentors: 500, requests: 2_000, density: 0.03, most: 100, room: 7 };
    const task = taskOf(61, size);
    const { total } = solve(task);
    expect(total).toBe(highs(task.edges, task.capacities).score);
    for (const peer of [greedily, byDeferredAcceptance]) {
      const chosen = peer(task.edges, task.capacities);
      const peers = chosen.reduce((sum, edge) => sum + (task.edges.score[edge] ?? 0), 0);
      expect(peers).toBeLessThan(total);
    }
  });
});
