import { describe, expect, it } from 'vitest';
import { exponentOf } from '../../bench/growth.ts';
import { inTurn, median, quantile, verdict } from '../../bench/report.ts';
import { answerOf, answers } from '../../bench/web/request.ts';

describe('how a cost grows', () => {
  it.each<[string, number, (size: number) => number]>([
    ['not at all', 0, () => 7],
    ['in proportion', 1, (size) => 3 * size],
    ['with the square', 2, (size) => size * size],
  ])('%s is the power of %d', (_what, power, costOf) => {
    const points = [500, 2_500, 12_500].map((size) => [size, costOf(size)] as const);
    expect(exponentOf(points)).toBeCloseTo(power);
  });
});

describe('the middle of figures', () => {
  it.each([
    ['an odd number of them', [9, 1, 5], 5],
    ['an even number', [1, 2, 4, 100], 3],
  ])('of %s', (_what, figures, middle) => {
    expect(median(figures)).toBe(middle);
  });

  it('has a quarter below its lower quarter', () => {
    expect(quantile([5, 1, 2, 3, 4], 0.25)).toBe(2);
  });
});

describe('a target of at most 5', () => {
  it.each([
    ['reached', { measured: 5 }, 'met'],
    ['missed', { measured: 5.1 }, 'MISSED'],
    ['that nobody has measured', { measured: Number.NaN }, 'MISSED'],
    ['wished for beyond what has to be, reached', { measured: 4, stretch: true }, 'met'],
    ['wished for beyond what has to be, missed', { measured: 6, stretch: true }, 'not reached'],
  ] as const)('%s', (_what, target, verdictOfIt) => {
    expect(verdict({ what: 'units', atMost: 5, ...target })).toBe(verdictOfIt);
  });
});

it('given some who take turns, then each is first in one of as many rounds', () => {
  const all = ['a', 'b', 'c'];
  expect(all.map((_, round) => inTurn(all, round))).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c', 'a'],
    ['c', 'a', 'b'],
  ]);
});

it('given a request that is not the measured one, then it has no answer, so that nobody is measured by mistake', () => {
  expect(() => answerOf('DynamoDB_20120810.Scan', '{}')).toThrow(RangeError);
  expect(answers).toHaveLength(4);
});
