import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowance, isInTime, spaceBetween } from '../../functions/provisioning/pressure.rules.ts';
import { runs } from '../runs.ts';

describe('given turns as far apart as a provider asks for', () => {
  const pressure = fc.record({
    requests: fc.integer({ min: 1, max: 1_000 }),
    seconds: fc.integer({ min: 1, max: 3_600 }),
  });
  const jitter = fc.array(
    fc.record({
      late: fc.integer({ min: 0, max: allowance.late }),
      underWay: fc.integer({ min: 0, max: allowance.underWay }),
    }),
    { minLength: 2, maxLength: 40 },
  );

  it('no window of its length sees one request more, however late each begins and arrives', () => {
    fc.assert(
      fc.property(pressure, jitter, ({ requests, seconds }, jitters) => {
        const space = spaceBetween({ requests, seconds });
        const arrivals = jitters.map(({ late, underWay }, turn) => turn * space + late + underWay);
        arrivals.forEach((arrival, turn) => {
          const next = arrivals[turn + requests];
          if (next !== undefined) expect(next - arrival).toBeGreaterThanOrEqual(seconds * 1_000);
        });
      }),
      { numRuns: runs(300) },
    );
  });

  it('two a second are asked three fifths of a second apart', () => {
    expect(spaceBetween({ requests: 2, seconds: 1 })).toBe(600);
  });

  it.each([
    [-1, false],
    [0, true],
    [allowance.late, true],
    [allowance.late + 1, false],
  ])('a turn is used %i ms after it began: %s', (after, used) => {
    expect(isInTime(1_000, 1_000 + after)).toBe(used);
  });
});
