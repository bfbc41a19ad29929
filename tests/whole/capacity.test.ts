import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { budgets } from '../../bench/budgets.ts';
import { later } from '../../bench/capacity/later.ts';
import { type MeteredRegion, meteredRegion } from '../../bench/capacity/metered-region.ts';
import { askOthers, tokensFor } from '../../bench/capacity/others.ts';
import { story, withoutMentors } from '../../bench/capacity/story.ts';
import { aboveBudget, enrolling, uncountedIn } from '../../bench/capacity.ts';
import { runs } from '../runs.ts';

let town: MeteredRegion;

beforeAll(async () => {
  town = await meteredRegion();
  if (runs(1) === 1) await withoutMentors(town);
  else await everything(town);
});
afterAll(() => town.stop());

async function everything(region: MeteredRegion): Promise<void> {
  const somebody = await story(region);
  await askOthers(region, somebody, await tokensFor(region, somebody));
  await later(region, somebody);
}

describe('given people who do what they do in a year', () => {
  it('an enrolment writes once, and six units at most', () => {
    const { wished } = budgets.actions;
    const { writeRequests, writeUnits } = town.ledger.entries.get(enrolling)?.own ?? {};
    expect(writeRequests).toBe(wished.writeRequests);
    expect(writeUnits).toBeLessThanOrEqual(wished.writeUnits);
  });

  it('no action asks more of DynamoDB than its budget', () => {
    expect(town.ledger.entries.size).toBeGreaterThan(25);
    const above = aboveBudget(town.ledger.entries);
    expect(above, 'requests, read units, write units, write units of what follows').toEqual([]);
  });

  // What the short story leaves out, `npm run soak` tells.
  if (runs(1) > 1)
    it('every route was called', () => {
      expect(uncountedIn(town.ledger.entries)).toEqual([]);
    });
});
