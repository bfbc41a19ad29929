import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { budgets } from '../../bench/budgets.ts';
import { sizes } from '../../bench/capacity/growth.ts';
import { idleReadUnits } from '../../bench/capacity/jobs.ts';
import { type MeteredRegion, meteredRegion } from '../../bench/capacity/metered-region.ts';
import { aboveBudget, countAll, enrolling, powersOf, uncountedIn } from '../../bench/capacity.ts';
import { year } from '../../bench/price/year.ts';
import { runs } from '../runs.ts';

/** Both behind more than the hundred who are counted; `npm run soak` has the sizes of the benchmark. */
const fewer = [150, 1_000];

let town: MeteredRegion;
let counted: Awaited<ReturnType<typeof countAll>>;

beforeAll(async () => {
  town = await meteredRegion();
  counted = await countAll(town, runs(1) > 1 ? sizes : fewer, () => {});
}, 90_000);
afterAll(() => town.stop());

describe('given people who do what they do in a year', () => {
  it('an enrolment writes once, and six units at most', () => {
    const { wished } = budgets.actions;
    const { writeRequests, writeUnits } = town.ledger.entries.get(enrolling)?.own ?? {};
    expect(writeRequests).toBe(wished.writeRequests);
    expect(writeUnits).toBeLessThanOrEqual(wished.writeUnits);
  });

  it('no action asks more of DynamoDB than its budget', () => {
    const above = aboveBudget(town.ledger.entries);
    expect(above, 'requests, read units, write units, write units of what follows').toEqual([]);
  });

  it('every route was called, and everything that has a budget or a price', () => {
    const priced = [...Object.keys(budgets.actions.named), ...Object.keys(year)];
    expect(uncountedIn(town.ledger.entries)).toEqual([]);
    expect(priced.filter((action) => !town.ledger.entries.has(action))).toEqual([]);
  });

  it('no action grows with the rows beside its own', () => {
    expect(counted.grown.length).toBeGreaterThanOrEqual(5);
    for (const { what, atMost, measured } of powersOf(counted.grown))
      expect(measured, what).toBeLessThanOrEqual(atMost);
  });

  it('jobs that find nothing to do ask for what the price says that they do', () => {
    expect(idleReadUnits(counted.jobs)).toEqual(budgets.idle);
  });
});
