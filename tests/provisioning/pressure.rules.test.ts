import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowance,
  crewOf,
  isInTime,
  longestWait,
  spaceBetween,
} from '../../functions/provisioning/pressure.rules.ts';
import { Pressure } from '../../regions/provider.schema.ts';
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

describe('given how hard a provider may be pressed', () => {
  it.each([
    ['nothing is said', undefined, [10, 10, 2]],
    ['it takes many', { requests: 1_000, seconds: 1 }, [10, 10, 2]],
    ['it takes forty a second', { requests: 40, seconds: 1 }, [6, 10, 3]],
    ['it takes two a second', { requests: 2, seconds: 1 }, [2, 8, 10]],
    ['it takes one a second', { requests: 1, seconds: 1 }, [2, 4, 10]],
    ['it takes as few as may be', { requests: 1, seconds: 4 }, [2, 1, 10]],
    ['it takes many, but eight at once', { requests: 100, seconds: 1, concurrency: 8 }, [4, 10, 2]],
    ['it takes many, but four at once', { requests: 100, seconds: 1, concurrency: 4 }, [2, 10, 2]],
    ['it says only how many at once', { concurrency: 4 }, [2, 10, 2]],
    ['it takes two at once', { requests: 100, seconds: 1, concurrency: 2 }, [2, 5, 1]],
  ] as const)(
    'when %s, then of %o there are %o: functions, messages, requests',
    (_, asked, crew) => {
      const { workers, batch, slots } = crewOf(asked);
      expect([workers, batch, slots]).toEqual(crew);
    },
  );

  it('then whoever is delivered gets a turn in time, and never are more under way than it takes', () => {
    const pressures = fc
      .record({
        requests: fc.integer({ min: 1, max: 1_000 }),
        seconds: fc.integer({ min: 1, max: 3_600 }),
        concurrency: fc.integer({ min: 2, max: 20 }),
      })
      .filter((pressure) => Pressure.safeParse(pressure).success);
    fc.assert(
      fc.property(pressures, (pressure) => {
        const { workers, batch, slots } = crewOf(pressure);
        const { requests, seconds } = pressure;
        const space = spaceBetween({ requests, seconds });
        expect(workers * slots).toBeLessThanOrEqual(pressure.concurrency);
        expect(workers * batch * space).toBeLessThanOrEqual(longestWait);
        expect(batch).toBeLessThanOrEqual(5 * slots);
      }),
      { numRuns: runs(300) },
    );
  });

  it.each([
    [{ requests: 1, seconds: 5 }, 'seconds'],
    [{ requests: 1, seconds: 1, concurrency: 1 }, 'concurrency'],
    [{ requests: 1 }, ''],
    [{ seconds: 1, concurrency: 2 }, ''],
  ])('then %o is refused: it could not be kept', (pressure, where) => {
    const paths = Pressure.safeParse(pressure).error?.issues.map(({ path }) => path.join('.'));
    expect(paths).toEqual([where]);
  });
});
