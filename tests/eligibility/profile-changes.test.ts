import { describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { clockwork, profileOf } from './clockwork.ts';

captureLog();
const world = clockwork();
const { leave, states } = world;

describe('given a learner whose profile changes', () => {
  async function approved(otherwise: object = {}) {
    const quota = world.quota();
    const one = quota.entitled(otherwise);
    await quota.approve(one, [2]);
    return { one, before: profileOf(one) };
  }

  it('edge case 2: consent withdrawn ends the approval, and its place goes back', async () => {
    const { one, before } = await approved();
    const held = await world.quota().counted();
    await world.profileChanged(before, profileOf(one, { consent: { state: 'withdrawn' } }));
    expect(await world.stateOf(one)).toMatchObject({
      state: 'ended',
      because: 'consent-withdrawn',
    });
    expect(await world.trailOf(one)).toEqual(['rules ended']);
    expect(await world.quota().counted()).toBe(held - 1);
  });

  it.each([
    ['edge case 1: guardians in conflict suspend it, and their agreement', 'conflict', 'granted'],
    ['edge case 4: own consent that lapsed suspends it, and giving it', 'own-lapsed', 'own-given'],
  ] as const)('%s resumes it', async (_what, stopped, given) => {
    const { one, before } = await approved();
    const without = profileOf(one, { consent: { state: stopped } });
    await world.profileChanged(before, without);
    expect(await world.stateOf(one)).toMatchObject({ state: 'suspended' });
    await world.profileChanged(without, profileOf(one, { consent: { state: given } }));
    expect(await world.stateOf(one)).toMatchObject({ state: 'approved' });
    expect((await world.trailOf(one)).toSorted()).toEqual(['rules resumed', 'rules suspended']);
    await leave([one]);
  });

  it('edge case 14: who moves gives the place back, takes one there, and keeps the approval', async () => {
    const { one, before } = await approved();
    const held = await world.quota().counted();
    await world.profileChanged(before, profileOf(one, { areaId: 'hill' }));
    expect(await world.stateOf(one)).toMatchObject({ state: 'approved', areaId: 'hill', lot: 0 });
    expect(await world.quota().counted()).toBe(held - 1);
    const other = await approved();
    await world.profileChanged(other.before, profileOf(other.one, { areaId: 'hill' }));
    expect(await world.stateOf(other.one)).toMatchObject({
      state: 'waitlisted',
      areaId: 'hill',
      because: 'moved',
    });
    expect(await world.toldTo(other.one)).toEqual(['waitlisted']);
    for (const mover of [one, other.one])
      expect(await world.trailOf(mover)).toEqual(['rules moved']);
    await leave([one, other.one]);
  });

  it('a name or birthday that changes under an approval is for an officer, once', async () => {
    const { one, before } = await approved();
    const after = profileOf(one, { birthDate: '2010-05-20' });
    world.to('2025-07-03T12:00');
    await world.profileChanged(before, after);
    await world.profileChanged(before, after);
    expect(await world.quota().store.read(one.applicationId)).toMatchObject({
      application: { state: 'suspended', because: 'profile-changed' },
      version: 2,
    });
    expect(await world.toldTo(one)).toEqual(['approval-suspended']);
    await leave([one]);
  });

  it('a change of anything else leaves it alone', async () => {
    const { one, before } = await approved();
    await world.profileChanged(before, profileOf(one, { language: 'en' }));
    expect(await world.quota().store.read(one.applicationId)).toMatchObject({ version: 1 });
    await leave([one]);
  });

  it('edge case 2: also the approval that goes on while its renewal waits', async () => {
    const quota = world.quota();
    const old = quota.entitled({ areaId: 'meadow' });
    await quota.approve({ ...old, renewFrom: '2025-07-01' }, undefined);
    const { learnerId, applicationId: renews } = old;
    const { decision, validUntil, ...rest } = quota.entitled({
      learnerId,
      renews,
      areaId: 'meadow',
    });
    const renewal: Application = { ...rest, state: 'waiting', waitingFor: 'officer-group' };
    const claim = { id: 'login#renewal', fingerprint: 'as sent' };
    expect(await quota.store.keep(renewal, claim, '2025-07-02')).toEqual({ kind: 'kept' });
    const before = profileOf(old, { areaId: 'meadow' });
    await world.profileChanged(before, { ...before, consent: { state: 'withdrawn' } });
    expect(await states([old, renewal])).toEqual(['ended', 'ended']);
  });
});
