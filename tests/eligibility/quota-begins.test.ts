import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { putApplication } from '../../functions/eligibility/rows.store.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { ended, nth, openQuota, river, summer, today } from './quotas.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud.close());

/** An area that nothing bounds, with so many approvals. */
async function unbounded(people: number) {
  const quota = await openQuota(cloud);
  const held = Array.from({ length: people }, () => quota.entitled());
  await Promise.all(held.map((one) => quota.approve(one, undefined)));
  const outcomes = async (more: readonly Application[], capacities: readonly number[]) => {
    for (const one of more) await quota.approve(one, capacities);
    return Promise.all(more.map(quota.stateOf));
  };
  return { quota, held, outcomes };
}

describe('edge case 12: given approvals in an area that no quota bounds', () => {
  it('when a quota begins to bind, those who are in count: no place is given twice', async () => {
    const { quota, outcomes } = await unbounded(20);
    const more = Array.from({ length: 4 }, () => quota.entitled());
    expect(await outcomes(more, [22])).toEqual([
      ...['approved', 'approved', 'waitlisted', 'waitlisted'],
    ]);
    expect(await quota.counted()).toBe(22);
    expect(await quota.promote([22])).toBe(0);
  });

  it('edge case 13: one below what is used takes nobody’s place, not even of who renews, and gives none', async () => {
    const { quota, held, outcomes } = await unbounded(3);
    const { learnerId, applicationId: renews } = nth(held, 0);
    const seen = await quota.store.read(renews);
    if (seen === undefined) throw new Error('it was kept');
    await quota.change(seen.application, (now) => ({ ...now, renewFrom: today }));
    const renewal = quota.entitled({ learnerId, renews });
    expect(await outcomes([renewal, quota.entitled()], [2])).toEqual(['approved', 'waitlisted']);
    expect(await quota.counted()).toBe(3);
  });

  it('who ends gives the place back, bounded or not', async () => {
    const { quota, held } = await unbounded(2);
    await quota.change(nth(held, 0), ended);
    expect(await quota.counted()).toBe(1);
  });

  it('an offer to who waits from before holds a place; a rejection of who waits holds none', async () => {
    const { quota, outcomes } = await unbounded(1);
    const waiting = [quota.entitled(), quota.entitled()];
    expect(await outcomes(waiting, [1])).toEqual(['waitlisted', 'waitlisted']);
    expect(await quota.promote(undefined, 1)).toBe(1);
    expect(await quota.counted()).toBe(2);
    await quota.offers.promote({
      ...{ areaId: river, capacities: undefined, most: 1, today, also: () => [] },
      offer: (next) => ({
        next: { ...next, state: 'rejected', changedAt: summer.toString() },
        action: 'rejected',
        told: { kind: 'application-rejected', to: toLearner(next), facts: { until: today } },
      }),
    });
    expect(await quota.counted()).toBe(2);
  });

  it('one of a release that counted none there is counted with its next change', async () => {
    const { quota } = await unbounded(0);
    const old = quota.entitled();
    await transact([putApplication(quota.table, old, undefined)]);
    await quota.change(old, (now) => ({ ...now, reminded: true }));
    await quota.change(old, (now) => ({ ...now, state: 'suspended', because: 'paper-expired' }));
    expect(await quota.counted()).toBe(1);
    await quota.change(old, ended);
    expect(await quota.counted()).toBe(0);
  });
});

const toLearner = ({ learnerId }: Application) => ({ kind: 'learner' as const, learnerId });
