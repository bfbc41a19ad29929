import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { turmoilRegion } from '../chaos/turmoil-region.ts';
import { learnersWaitFor } from '../chaos/waiting-learners.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { mostWithin } from './arrivals.ts';
import { type OwnRegion, ownRegion } from './own-region.ts';

const { choose, giveBack, listMine } = enrolment.routes;

const directory = mkdtempSync(join(tmpdir(), 'ladder-pressure-'));
/**
 * Milliseconds by which a machine that many tests share may hold a request up beyond the allowance that there is for it
 * (`pressure.contract.ts`). To the millisecond the gate's own tests see to it, and the soak.
 */
const stall = 150;
const held = 'highland';
const free = 'firefly';
let region: OwnRegion;
beforeAll(async () => {
  const file = join(directory, 'taebaek.yaml');
  writeFileSync(file, turmoilRegion({ [held]: { pressure: { requests: 2, seconds: 1 } } }));
  region = await ownRegion(file);
});
afterAll(async () => {
  await region.stop();
  rmSync(directory, { recursive: true });
});

/** Milliseconds from a choice to the account at a provider that nobody else wants anything of. */
async function latency({ api }: Learner): Promise<number> {
  const params = { place: 'reading' } as const;
  const begun = performance.now();
  const { accountId } = granted(await api(choose, { params, body: { providerId: free } }));
  await until(async () => granted(await api(listMine, {})).enrolments[0]?.state === 'active', 20);
  const took = performance.now() - begun;
  granted(await api(giveBack, { params }));
  await until(async () => (await region.world.accountsOf(free, accountId)).length === 0);
  return took;
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

describe('a provider that takes two requests a second, and 500 who wait for it', () => {
  it('never gets a third in any second, and the accounts at another come as soon as before', async () => {
    const learner = await region.people.newApprovedLearner({ areaId: 'taebaek' });
    const before = [await latency(learner), await latency(learner), await latency(learner)];

    const { now } = await region.people.control.clock();
    await learnersWaitFor(region.people, held, { count: 500, at: now });
    await until(async () => (await region.world.arrivals(held)).length >= 4, 20);
    const meanwhile = [await latency(learner), await latency(learner), await latency(learner)];
    await until(async () => (await region.world.arrivals(held)).length > 12, 30);

    const arrivals = await region.world.arrivals(held);
    expect(mostWithin(arrivals, 1_000 - stall)).toBe(2);
    // As soon as before, but for what a busy machine takes.
    expect(median(meanwhile)).toBeLessThan(2 * median(before) + 500);
  });
});
