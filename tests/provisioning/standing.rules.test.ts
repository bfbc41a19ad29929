import { describe, expect, it } from 'vitest';
import { hoursOf, isFailing, successRate } from '../../functions/provisioning/standing.rules.ts';
import { at } from '../runtime/village.ts';

const hour = (asked: number, answered: number) => ({ asked, answered, failed: asked - answered });

describe('given how a provider answered, hour by hour', () => {
  it('then it is judged by this hour and the one before, in UTC', () => {
    // Nine hours behind the village.
    expect(hoursOf(at('2025-07-01T09:30'))).toEqual(['2025-06-30T23', '2025-07-01T00']);
  });

  it.each([
    ['nobody asked it', [], undefined, false],
    ['it was asked too little to tell', [hour(19, 0)], 0, false],
    ['it answers to all', [hour(500, 500)], 1, false],
    ['it answers to four of five', [hour(10, 6), hour(90, 74)], 0.8, false],
    ['it answers to fewer', [hour(10, 5), hour(90, 74)], 0.79, true],
    ['it answers to nobody', [hour(20, 0)], 0, true],
  ])('when %s', (_, counted, rate, fails) => {
    expect(successRate(counted)).toBe(rate);
    expect(isFailing(counted)).toBe(fails);
  });
});
