import { describe, expect, it } from 'vitest';
import { type Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { AreaId } from '../../regions/schema.ts';
import { conflicts, refused } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { clockwork } from './clockwork.ts';
import { nth } from './quotas.ts';

const logged = captureLog();
const world = clockwork();

describe('given the job, when much is due', () => {
  async function approvals(count: number, validUntil: string) {
    const quota = world.quota();
    const all = Array.from({ length: count }, () => quota.entitled({ areaId: 'meadow' }));
    await Promise.all(all.map((one) => quota.approve({ ...one, validUntil }, undefined)));
    return all;
  }
  async function open(all: readonly Application[]) {
    let count = 0;
    for (let from = 0; from < all.length; from += 100) {
      const ids = all.slice(from, from + 100).map(({ applicationId }) => applicationId);
      const found = await world.quota().store.readMany(ids);
      count += found.filter(({ state }) => state === 'approved').length;
    }
    return count;
  }

  it('all of it is done in one run', async () => {
    const all = await approvals(20, '2025-08-31');
    world.to('2025-08-31T23:59');
    await world.due();
    expect(await open(all)).toBe(20);
    world.to('2025-09-01T00:10');
    await world.due();
    expect(await open(all)).toBe(0);
  });

  it('what one run has no time for is left to the next: a run that is late ends after a page', async () => {
    const quota = world.quota();
    // All in one partition of the index: its pages are of 100.
    const all = Array.from({ length: 104 }, () => {
      const one = quota.entitled({ areaId: 'meadow' });
      const applicationId = ApplicationId.parse(`${one.applicationId.slice(0, -1)}0`);
      return { ...one, applicationId, validUntil: '2025-09-10' };
    });
    await Promise.all(all.map((one) => quota.approve(one, undefined)));
    world.to('2025-09-11T00:10');
    await world.due(1_000);
    expect(await open(all)).toBe(4);
    await world.due();
    expect(await open(all)).toBe(0);
  });

  it('one whose lot another gives a place back to in the same instant is done in the same run', async () => {
    const all = await approvals(3, '2025-09-15');
    world.to('2025-09-16T00:10');
    let met = 0;
    world.cloud().disturb(async (...asked) => {
      if (met > 0) return undefined;
      const answer = await conflicts(() => 0, 1, 'ConditionalCheckFailed')(...asked);
      met += answer === undefined ? 0 : 1;
      return answer;
    });
    await world.due();
    expect(met).toBe(1);
    expect(await open(all)).toBe(0);
  });

  it('one that cannot be changed stops no other, and the run fails at its end', async () => {
    const all = await approvals(5, '2025-09-20');
    const bad = nth(all, 0);
    world.to('2025-09-21T00:10');
    world
      .cloud()
      .disturb(async (operation, input) =>
        operation === 'TransactWriteItems' && JSON.stringify(input).includes(bad.applicationId)
          ? refused('ValidationException', { message: 'not this one' })
          : undefined,
      );
    logged();
    await expect(world.due()).rejects.toThrow('1 changes failed');
    expect(JSON.parse(logged())).toMatchObject({
      ...{ level: 'error', message: 'not changed', applicationId: bad.applicationId },
    });
    expect(await open(all)).toBe(1);
    world.cloud().disturb(undefined);
    await world.due();
    expect(await open(all)).toBe(0);
  });

  it('a learner is reminded once, however often it runs', async () => {
    const quota = world.quota();
    const one = quota.entitled({ areaId: 'meadow' });
    await quota.approve({ ...one, validUntil: '2025-12-31', renewFrom: '2025-11-01' }, undefined);
    world.to('2025-11-01T00:10');
    await world.due();
    await world.due();
    expect(await world.toldTo(one)).toEqual(['approval-expiring']);
    expect(await world.trailOf(one)).toEqual(['time reminded']);
  });
});

describe('given counters of a quota that are not level', () => {
  const town = AreaId.parse('town');

  it('the job levels them, so that those who are approved at once do not meet in one', async () => {
    await world.quota().fill([1_000, 1_000, 100], 'town');
    await world.due();
    const used = await world.quota().readLots(town);
    expect(used.reduce((sum, count) => sum + count, 0)).toBe(2_100);
    const free = [1_000, 1_000, 500].map((capacity, lot) => capacity - (used[lot] ?? 0));
    expect(Math.max(...free) - Math.min(...free)).toBeLessThan(20);
  });

  it('edge case 13: what a cut has left above a lot’s bound goes to those with room', async () => {
    await world.quota().fill([1_000, 900, 500, 70], 'town');
    await world.due();
    expect((await world.quota().readLots(town))[3]).toBe(0);
  });
});
