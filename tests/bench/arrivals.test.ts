import { describe, expect, it } from 'vitest';
import { Chance } from '../../bench/chance.ts';
import { arrivalsOf } from '../../bench/opening/arrivals.ts';

describe('learners who come in an hour', () => {
  const came = (peak: number) =>
    arrivalsOf({ learners: 12_000, seconds: 3_600, peak }, new Chance(7));
  const inEighth = (arrivals: Float64Array, eighth: number) =>
    arrivals.filter((at) => Math.floor(at / 450_000) === eighth).length;

  it.each([
    [1, [3, 3, 3, 3, 3, 3, 3, 3]],
    [3, [9, 9, 1, 1, 1, 1, 1, 1]],
    [4, [12, 12, 0, 0, 0, 0, 0, 0]],
  ])(
    'given a rush of %d times the mean, then so many of 24 come in each eighth of it',
    (peak, shares) => {
      const arrivals = came(peak);
      for (const [eighth, share] of shares.entries())
        expect(inEighth(arrivals, eighth) / 500).toBeCloseTo(share, 0);
    },
  );

  it('come in order, and at the same moments for the same seed', () => {
    const arrivals = came(3);
    expect(arrivals).toEqual(arrivals.toSorted());
    expect(arrivals).toEqual(came(3));
  });
});
