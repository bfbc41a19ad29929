import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockingPairs } from '../../bench/matching/blocking.ts';
import { terms, townOf } from '../../bench/matching/town.ts';
import { byDeferredAcceptance } from '../../bench/peers/deferred-acceptance.ts';
import { assign, wouldRather } from '../../functions/mentoring/assignment.rules.ts';
import { edgesOf } from '../../functions/mentoring/matching.rules.ts';
import { runs } from '../runs.ts';

const town = fc.record({
  mentors: fc.integer({ min: 1, max: 12 }),
  requests: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(),
});

it('the pairs that would rather have each other are told, all of them and no other', () => {
  fc.assert(
    fc.property(town, ({ mentors, requests, seed }) => {
      const made = townOf(mentors, requests, seed);
      const edges = edgesOf(made.mentors, made.requests, terms);
      const capacities = made.mentors.map(({ capacity }) => capacity);
      const { chosen } = assign(edges, capacities);
      const told = wouldRather(edges, capacities, chosen, Number.POSITIVE_INFINITY);
      expect(told.map(({ edge }) => edge).sort((a, b) => a - b)).toEqual(
        blockingPairs(edges, capacities, chosen),
      );
    }),
    { numRuns: runs(50) },
  );
});

it('after deferred acceptance there are none', () => {
  const made = townOf(20, 200, 3);
  const edges = edgesOf(made.mentors, made.requests, terms);
  const capacities = made.mentors.map(({ capacity }) => capacity);
  expect(blockingPairs(edges, capacities, byDeferredAcceptance(edges, capacities))).toEqual([]);
});
