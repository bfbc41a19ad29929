import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turmoilRegion } from '../chaos/turmoil-region.ts';
import { learnersWaitFor } from '../chaos/waiting-learners.ts';
import { until } from '../until.ts';
import { mostWithin } from '../whole/arrivals.ts';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';

const held = 'highland';
const pressure = { requests: 2, seconds: 1, concurrency: 2 } as const;
const count = 500;
/** Of these five minutes are the provider's: a request in each 600 ms, for which `pressure.contract.ts` says why. */
const patienceSeconds = 600;

const directory = mkdtempSync(join(tmpdir(), 'ladder-pressure-'));
let region: OwnRegion;
beforeAll(async () => {
  const file = join(directory, 'taebaek.yaml');
  writeFileSync(file, turmoilRegion({ [held]: { pressure } }));
  region = await ownRegion(file);
});
afterAll(async () => {
  await region.stop();
  rmSync(directory, { recursive: true });
});

describe(`a provider that takes two requests a second, two at once, and ${count} who wait for it`, () => {
  it(
    'has all of their accounts in the end, each by one request, and never got a third in any second',
    async () => {
      const { now } = await region.people.control.clock();
      await learnersWaitFor(region.people, held, { count, at: now });
      const haveCome = async () => (await region.world.arrivals(held)).length >= count;
      await until(haveCome, patienceSeconds);
      await until(async () => (await region.world.liveAccounts(held)).length === count);
      const arrivals = await region.world.arrivals(held);
      expect(arrivals).toHaveLength(count);
      expect(mostWithin(arrivals, 1_000)).toBe(pressure.requests);
      expect(await region.world.mostAtOnce(held)).toBeLessThanOrEqual(pressure.concurrency);
    },
    (patienceSeconds + 60) * 1_000,
  );
});
