import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Application } from '../../functions/eligibility/contract.ts';
import { Busy } from '../../functions/runtime/errors.ts';
import { AreaId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import {
  all,
  conflicts,
  delayedReads,
  delayedTransactions,
  refused,
  seeded,
  withoutCondition,
} from '../runtime/disturbances.ts';
import { claim } from './applications.ts';
import { ended, nth, openQuota, river, today } from './quotas.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

/** So many are approved at once, for so many places; who waits is named by their order of submission. */
async function rush(people: number, capacities: readonly number[]) {
  const quota = await openQuota(cloud);
  const sent = Array.from({ length: people }, () => quota.entitled());
  return { quota, sent, run: () => Promise.all(sent.map((one) => quota.approve(one, capacities))) };
}

// `npm run soak` has 600 on a quota of 500, through the API (tests/soak/quota.test.ts).
describe('edge case 12: given five people for each four places of a quota, who are approved at once', () => {
  const [people, places] = [runs(20), runs(16)];

  async function outcome({ quota, run }: Awaited<ReturnType<typeof rush>>) {
    const kept = await run();
    const applications = kept.flatMap((one) => (one.kind === 'kept' ? [one.application] : []));
    const waiting = applications.filter(({ state }) => state === 'waitlisted');
    const inOrder = waiting.toSorted((a, b) => a.submittedAt.localeCompare(b.submittedAt));
    const places = await Promise.all(inOrder.map((one) => quota.quota.positionOf(one)));
    return {
      approved: applications.filter(({ state }) => state === 'approved').length,
      counted: await quota.counted(),
      positions: places.map(({ position }) => position),
    };
  }
  const exactly = {
    approved: places,
    counted: places,
    positions: Array.from({ length: people - places }, (_, index) => index + 1),
  };

  it('exactly as many are as there are places, and the rest waits in order', async () => {
    expect(await outcome(await rush(people, [places]))).toEqual(exactly);
  });

  it('the same while three in ten transactions conflict', async () => {
    const contest = await rush(people, [places]);
    cloud.disturb(conflicts(seeded(11), 0.3));
    expect(await outcome(contest)).toEqual(exactly);
  });

  it('the condition on the lot is what holds: without it, too many are', async () => {
    const contest = await rush(people, [places]);
    cloud.disturb(all(delayedReads(seeded(12), 60), withoutCondition('QUOTA#')));
    const { approved, counted } = await outcome(contest);
    expect(approved).toBeGreaterThan(places);
    expect(counted).toBe(approved);
  });
});

describe('given a quota in several lots', () => {
  it('when nearly all is taken, the rest is found in whichever lots it is', async () => {
    const { quota, run } = await rush(30, [1_000, 1_000, 500]);
    await quota.fill([995, 1_000, 493]);
    cloud.disturb(all(delayedReads(seeded(13), 40), delayedTransactions(seeded(14), 40)));
    const kept = await run();
    expect(
      kept.filter((one) => one.kind === 'kept' && one.application.state === 'approved'),
    ).toHaveLength(12);
    expect(await quota.readLots()).toEqual([1_000, 1_000, 500]);
  });
});

describe('edge case 13: given a quota that was cut', () => {
  it('below what is used: nobody loses a place, and nobody gets one until it is below', async () => {
    const quota = await openQuota(cloud);
    const held = [quota.entitled(), quota.entitled(), quota.entitled()];
    for (const one of held) await quota.approve(one, [3]);
    expect(await quota.approve(quota.entitled(), [2])).toMatchObject({
      application: { state: 'waitlisted' },
    });
    expect(await Promise.all(held.map(quota.stateOf))).toEqual(held.map(() => 'approved'));
    await quota.change(nth(held, 0), ended);
    expect(await quota.promote([2])).toBe(0);
    await quota.change(nth(held, 1), ended);
    expect(await quota.promote([2])).toBe(1);
  });

  it('so that a closed lot holds places: all that come at once meet the bound of both lots together', async () => {
    const { quota, run } = await rush(40, [800]);
    await quota.fill([700, 90]);
    cloud.disturb(all(delayedReads(seeded(15), 30), delayedTransactions(seeded(16), 30)));
    const kept = await run();
    expect(
      kept.filter((one) => one.kind === 'kept' && one.application.state === 'approved'),
    ).toHaveLength(10);
    expect(await quota.readLots()).toEqual([800, 0]);
  });

  it('while others move counts all the time, nobody is told that it is full', async () => {
    const quota = await openQuota(cloud);
    await quota.fill([700, 90]);
    cloud.disturb(async (operation, input) => {
      const { TransactItems } = z
        .object({ TransactItems: z.array(z.unknown()) })
        .partial()
        .parse(input);
      if (operation !== 'TransactWriteItems' || TransactItems?.length !== 2) return undefined;
      const CancellationReasons = [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }];
      return refused('TransactionCanceledException', { CancellationReasons });
    });
    const decided = quota.entitled();
    const approving = { decided, seen: undefined, capacities: [800], today, also: () => [] };
    await expect(quota.quota.keepApproval(approving)).rejects.toThrow(Busy);
  });

  it('whoever has a place in a lot that was moved gives it back all the same', async () => {
    const quota = await openQuota(cloud);
    await quota.fill([999, 0]);
    const [one, other] = [quota.entitled(), quota.entitled()];
    await quota.approve(one, [1_000, 1]);
    await quota.approve(other, [1_000, 1]);
    await quota.change(one, ended);
    await quota.change(other, ended);
    await quota.approve(quota.entitled(), [1_000]);
    expect(await quota.readLots()).toEqual([1_000, 0]);
  });
});

describe('given an approval that holds a place', () => {
  it('when it ends, the place goes back in the same transaction, once', async () => {
    const quota = await openQuota(cloud);
    const one = quota.entitled();
    await quota.approve(one, [5]);
    const seen = await quota.store.read(one.applicationId);
    if (seen === undefined) throw new Error('it was kept');
    const ending = () => quota.quota.keepChange(seen, ended(seen.application), today, []);
    expect(await ending()).toMatchObject({ application: { state: 'ended' }, version: 2 });
    expect(await ending()).toBe(undefined);
    expect(await quota.counted()).toBe(0);
    expect((await quota.store.read(one.applicationId))?.application).not.toHaveProperty('lot');
  });

  it('when it is suspended, it keeps the place', async () => {
    const quota = await openQuota(cloud);
    const one = quota.entitled();
    await quota.approve(one, [5]);
    await quota.change(one, (now) => ({ ...now, state: 'suspended', because: 'paper-expired' }));
    expect(await quota.counted()).toBe(1);
  });

  it('when it is renewed, hands the place over: full or not, nobody waits and none is taken twice', async () => {
    const quota = await openQuota(cloud);
    const renewFrom = today;
    const old = quota.entitled({});
    await quota.approve({ ...old, renewFrom }, [1]);
    const { learnerId, applicationId: renews } = old;
    const renewal = quota.entitled({ learnerId, renews });
    expect(await quota.approve(renewal, [1])).toMatchObject({
      kind: 'kept',
      application: { state: 'approved', lot: 0 },
    });
    expect((await quota.store.read(renews))?.application).toMatchObject({
      state: 'ended',
      because: 'renewed',
    });
    expect(await quota.counted()).toBe(1);
    expect(await quota.store.currentOf(learnerId)).toMatchObject({
      applicationId: renewal.applicationId,
    });
  });

  it('edge case 14: when it is renewed in another area, its place goes back, though its count was moved', async () => {
    const quota = await openQuota(cloud);
    const old = { ...quota.entitled(), renewFrom: today };
    await quota.fill([0, 1]);
    await quota.approve(old, [1, 1]);
    // A cut to one lot has moved the one count that there is into the other.
    await quota.fill([0, 1]);
    const { learnerId, applicationId: renews } = old;
    const renewal = quota.entitled({ learnerId, renews, areaId: AreaId.parse('hill') });
    expect(await quota.approve(renewal, [1])).toMatchObject({
      kind: 'kept',
      application: { state: 'approved', areaId: 'hill' },
    });
    expect(await quota.readLots()).toEqual([0, 0]);
  });

  it('outside its time of renewal, it stands in the way of another', async () => {
    const quota = await openQuota(cloud);
    const old = quota.entitled();
    await quota.approve({ ...old, renewFrom: '2025-07-03' }, [5]);
    const second = quota.entitled({ learnerId: old.learnerId });
    expect(await quota.approve(second, [5])).toEqual({ kind: 'standing' });
    expect(await quota.counted()).toBe(1);
  });
});

describe('edge case 14: given a learner who moves', () => {
  const hill = AreaId.parse('hill');

  async function moved(capacitiesThere: readonly number[] | undefined) {
    const quota = await openQuota(cloud);
    const one = quota.entitled();
    await quota.approve(one, [5]);
    const other = quota.entitled({ areaId: hill });
    await quota.approve(other, capacitiesThere);
    const seen = await quota.store.read(one.applicationId);
    if (seen === undefined) throw new Error('it was kept');
    const placed: Application = { ...seen.application, areaId: hill };
    const { lot: _, ...rest } = placed;
    const became = await quota.quota.keepMoved({
      seen,
      placed,
      unplaced: { ...rest, state: 'waitlisted', because: 'moved' },
      capacities: capacitiesThere,
      today,
      also: () => [],
    });
    return { quota, became };
  }

  it('the place of the old area goes back and one of the new area is taken', async () => {
    const { quota, became } = await moved([2]);
    expect(became).toMatchObject({ state: 'approved', areaId: hill, lot: 0 });
    expect(await quota.readLots()).toEqual([0]);
    expect(await quota.quota.readLots(hill)).toEqual([2]);
  });

  it('where the new area is full, waits there, and the old place goes back all the same', async () => {
    const { quota, became } = await moved([1]);
    expect(became).toMatchObject({ state: 'waitlisted', areaId: hill, because: 'moved' });
    expect(became && (await quota.quota.positionOf(became))).toEqual({ position: 1 });
    expect(await quota.readLots()).toEqual([0]);
    expect(await quota.quota.readLots(river)).toEqual([0]);
  });

  it('while their renewal waits for an officer, is offered a place there, and the list goes on', async () => {
    const quota = await openQuota(cloud);
    const there = quota.entitled();
    const old = quota.entitled({ areaId: hill });
    const behind = quota.entitled();
    await quota.approve(there, [1]);
    await quota.approve({ ...old, renewFrom: '2025-07-01' }, [1]);
    await quota.approve(behind, [1]);
    const { learnerId, applicationId: renews } = old;
    const { decision, validUntil, ...rest } = quota.entitled({ learnerId, renews });
    const renewal: Application = { ...rest, state: 'waiting', waitingFor: 'officer-group' };
    expect(await quota.store.keep(renewal, claim(), today)).toEqual({ kind: 'kept' });
    const seen = await quota.store.read(renews);
    if (seen === undefined) throw new Error('it was kept');
    const { lot: _, validUntil: __, renewFrom, ...placed } = seen.application;
    const moved: Application = { ...placed, areaId: river };
    const unplaced: Application = { ...moved, state: 'waitlisted' };
    await quota.quota.keepMoved({
      ...{ seen, placed: moved, unplaced, capacities: [1], today, also: () => [] },
    });
    await quota.change(there, ended);
    expect(await quota.promote([1])).toBe(1);
    expect(await quota.stateOf(old)).toBe('offered');
    expect(await quota.store.countingFor(learnerId)).toEqual([renewal.applicationId, renews]);
    await quota.change(old, (found) => ({ ...found, state: 'lapsed' }));
    expect(await quota.promote([1])).toBe(1);
    expect(await quota.stateOf(behind)).toBe('offered');
  });

  it('where the new area has no quota, goes on, and is counted for the day on which it gets one', async () => {
    const { quota, became } = await moved(undefined);
    expect(became).toMatchObject({ state: 'approved', areaId: hill });
    const there = await quota.readLots(hill);
    expect(there.reduce((sum, used) => sum + (used ?? 0), 0)).toBe(2);
    expect(await quota.readLots()).toEqual([0]);
  });
});
