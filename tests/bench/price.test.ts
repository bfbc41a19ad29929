import { describe, expect, it } from 'vitest';
import { budgets } from '../../bench/budgets.ts';
import { countedBy } from '../../bench/price/counted.ts';
import { year } from '../../bench/price/year.ts';
import { learnerYear } from '../../bench/price.ts';
import { contracts } from '../../functions/contracts.ts';
import type { Contract } from '../../functions/runtime/route.ts';

const capabilities: readonly Contract[] = contracts;

describe('the price of a learner-year', () => {
  it.each([16_000, 110_000] as const)(
    'at %i is within its budget, and with identity a fifth of Moodle’s',
    (learners) => {
      const { without, withIdentity, alwaysOn } = learnerYear(learners);
      expect(without).toBeLessThanOrEqual(budgets.price.atMost[learners]);
      expect(without).toBeGreaterThan(budgets.price.atMost[learners] / 2);
      expect(withIdentity / alwaysOn).toBeLessThanOrEqual(budgets.price.ofMoodle);
    },
  );

  it('is of routes that there are', () => {
    const there = capabilities.flatMap(({ routes }) =>
      Object.values(routes).map(({ method, path }) => `${method} ${path}`),
    );
    const named = Object.keys(year).filter((action) => /^[A-Z]+ \//.test(action));
    expect(named.filter((action) => !there.includes(action))).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
  });

  it('of what changes something has counts of its own', () => {
    const changing = Object.keys(year).filter((action) => !action.startsWith('GET '));
    expect(changing.filter((action) => countedBy(action).writeUnits === 0)).toEqual([]);
  });
});
