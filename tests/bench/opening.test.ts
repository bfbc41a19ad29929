import { expect, it } from 'vitest';
import { budgets } from '../../bench/budgets.ts';
import { haveDay, withFunction } from '../../bench/opening/day-process.ts';
import { attemptsOf, conflictsOf } from '../../bench/opening.ts';

/** As many in a second as come to each of 64 lots, when three times as many as the mean of 110,000 in an hour come. */
const rate = (3 * 110_000) / 3_600 / 64;

it('given more learners than seats, then each seat has one, the others are told, and few conflicts are met', async () => {
  const [learners, seats] = [400, 350];
  const day = {
    learners,
    seats,
    seconds: learners / rate,
    peak: 1,
    holdMs: 15,
    seed: 1,
    warmUp: 0,
  };
  const counted = await withFunction(seats, (directory) => haveDay(day, directory));
  expect(counted).toMatchObject({
    ...{ placed: seats, full: learners - seats, failed: 0 },
    ...{ oversold: 0, stranded: 0, misled: 0, withheld: 0 },
  });
  expect(counted.conflicts).toBeGreaterThan(0);
  expect(conflictsOf(counted)).toBeLessThanOrEqual(budgets.opening.conflicts);
  expect(attemptsOf(counted)).toBeLessThanOrEqual(budgets.opening.attempts);
});
