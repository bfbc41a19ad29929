import { describe, expect, it } from 'vitest';
import { documentsStore } from '../../functions/documents/store.ts';
import type { Application } from '../../functions/eligibility/contract.ts';
import { paperOf } from '../documents/papers.ts';
import { conflicts } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { application, claim } from './applications.ts';
import { clockwork } from './clockwork.ts';
import { ended, nth } from './quotas.ts';

const logged = captureLog();
const world = clockwork();
const { leave, states } = world;

/** People by the river: the first two are approved, the others wait in the order of their coming. */
async function crowd(count: number) {
  const quota = world.quota();
  const all = Array.from({ length: count }, () => quota.entitled());
  for (const one of all) await quota.approve(one, [2]);
  return all;
}

async function end(one: Application) {
  const before = await world.rowOf(one);
  await world.quota().change(one, ended);
  return before;
}

describe('given papers that a decision rests on', () => {
  it('they are kept from its day on, as long as the policy says', async () => {
    const [one] = await crowd(1);
    if (one?.decision === undefined) throw new Error('one is approved');
    const { decidedAt } = one.decision;
    const { learnerId } = one;
    await paperOf(learnerId, { createdAt: '2025-06-30T00:00:00.000Z' });
    await paperOf(learnerId, { createdAt: '2099-07-01T00:00:00.000Z' });
    await world.streamed(undefined, one);
    const [later, rested] = await documentsStore('documents').papersOf(learnerId);
    expect(rested).toMatchObject({ decidedAt });
    expect(later).not.toHaveProperty('decidedAt');
    await leave([one]);
  });
});

describe('given a full area where others wait, when a place is given back', () => {
  it('it is offered to whoever waits longest, and they are told; the others move up', async () => {
    const all = await crowd(4);
    const [first, third, fourth] = [nth(all, 0), nth(all, 2), nth(all, 3)];
    await world.streamed(await end(first), first);
    expect(await states(all)).toEqual(['ended', 'approved', 'offered', 'waitlisted']);
    expect(await world.stateOf(third)).toMatchObject({ offerUntil: '2025-07-09', lot: 0 });
    expect(await world.toldTo(third)).toEqual(['place-offered']);
    expect(await world.trailOf(third)).toEqual(['rules offered']);
    expect(await world.quota().quota.positionOf(fourth)).toEqual({ position: 1 });
    await leave(all);
  });

  it('edge case 13: two who promote for one place, one wins', async () => {
    const all = await crowd(5);
    const first = nth(all, 0);
    const before = await end(first);
    await Promise.all([
      world.streamed(before, first),
      world.streamed(before, first),
      world.streamed(before, first),
      world.due(),
    ]);
    expect(await states(all)).toEqual(['ended', 'approved', 'offered', 'waitlisted', 'waitlisted']);
    await leave(all);
  });

  it('edge case 13: an offer that is not taken lapses, and the next one’s place is held', async () => {
    const all = await crowd(4);
    const [first, third, fourth] = [nth(all, 0), nth(all, 2), nth(all, 3)];
    await world.streamed(await end(first), first);
    world.to('2025-07-09T23:00');
    await world.due();
    expect(await states(all)).toEqual(['ended', 'approved', 'offered', 'waitlisted']);
    world.to('2025-07-10T00:30');
    await world.due();
    expect(await states(all)).toEqual(['ended', 'approved', 'lapsed', 'offered']);
    expect(await world.toldTo(third)).toEqual(
      expect.arrayContaining(['place-offered', 'offer-lapsed']),
    );
    expect(await world.trailOf(third)).toEqual(['rules offered', 'time lapsed']);
    expect(await world.stateOf(fourth)).toMatchObject({ offerUntil: '2025-07-17' });
    await leave(all);
  });

  it('and the stream lost it, the job offers it', async () => {
    const all = await crowd(3);
    await end(nth(all, 0));
    await world.due();
    expect(await states(all)).toEqual(['ended', 'approved', 'offered']);
    await leave(all);
  });

  it('and whoever is to get it is refused each time, the log says who; the list goes on later', async () => {
    const all = await crowd(3);
    await end(nth(all, 0));
    world.cloud().disturb(conflicts(() => 0, 1, 'ConditionalCheckFailed'));
    logged();
    await world.due();
    const line = logged()
      .split('\n')
      .find((text) => text.includes('no place offered'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      ...{ level: 'warn', applicationId: nth(all, 2).applicationId, count: 8 },
    });
    world.cloud().disturb(undefined);
    await world.due();
    expect(await states(all)).toEqual(['ended', 'approved', 'offered']);
    await leave(all);
  });

  it('while somebody enters the list, the stream of that entry finds the place', async () => {
    const all = await crowd(3);
    await end(nth(all, 0));
    await world.streamed(undefined, nth(all, 2));
    expect(await states(all)).toEqual(['ended', 'approved', 'offered']);
    await leave(all);
  });
});

describe('given people who wait in an area of a partner (row 28)', () => {
  const moor = (count: number) =>
    Array.from({ length: count }, () => world.quota().entitled({ areaId: 'moor' }));

  it('when it ends, they are rejected and told, and who has a place goes on', async () => {
    const all = moor(28);
    for (const one of all) await world.quota().approve(one, [1]);
    world.to('2025-07-14T23:50');
    await world.due();
    expect((await states(all)).slice(0, 3)).toEqual(['approved', 'waitlisted', 'waitlisted']);
    world.to('2025-07-15T00:10');
    await world.due();
    expect(new Set((await states(all)).slice(1))).toEqual(new Set(['rejected']));
    expect((await states(all))[0]).toBe('approved');
    const second = nth(all, 1);
    expect(await world.stateOf(second)).toMatchObject({
      decision: { decidedBy: 'rules', findings: [{ rule: 'partner-recruiting', met: false }] },
      earlier: [{ outcome: 'approved' }],
    });
    expect(await world.toldTo(second)).toEqual(['application-rejected']);
    expect(await world.trailOf(second)).toEqual(['rules rejected']);
    await world.due();
    expect(await world.toldTo(second)).toEqual(['application-rejected']);
    await leave(all.slice(0, 1));
  });

  it('when it ends, cases on officers’ desks are rejected and told; appeals, and what runs, wait on', async () => {
    const moor = { areaId: 'moor' };
    const approved = { ...world.quota().entitled(moor), waitingFor: 'papers-replaced' as const };
    const request = { evidence: [], message: 'Form 7.', askedAt: '2025-07-14T00:00:00.000Z' };
    const asked = {
      waitingFor: 'evidence',
      request: { ...request, until: '2025-07-28', before: 'officer-group' },
    };
    const by = { by: `stf_${'0'.repeat(26)}`, until: '2025-07-15T12:00:00.000Z' };
    const all = [
      application({ ...moor, claim: by }),
      application({ ...moor, ...asked }),
      application(),
      approved,
      application({ ...moor, waitingFor: 'appeal' }),
    ];
    for (const one of all) await world.quota().store.keep(one, claim(), '2025-07-02');
    world.to('2025-07-14T23:50');
    await world.due();
    expect(await states(all)).toEqual(['waiting', 'waiting', 'waiting', 'approved', 'waiting']);
    world.to('2025-07-15T00:10');
    await world.due();
    await world.due();
    expect(await states(all)).toEqual(['rejected', 'rejected', 'waiting', 'approved', 'waiting']);
    const first = nth(all, 0);
    expect(await world.stateOf(first)).toMatchObject({
      decision: { decidedBy: 'rules', findings: [{ rule: 'partner-recruiting', met: false }] },
    });
    expect(await world.stateOf(first)).not.toHaveProperty('claim');
    expect(await world.toldTo(first)).toEqual(['application-rejected']);
    expect(await world.trailOf(first)).toEqual(['rules rejected']);
    await leave(all);
  });

  it('a place that is given back after its end is offered to nobody', async () => {
    const all = moor(2);
    for (const one of all) await world.quota().approve(one, [1]);
    const first = nth(all, 0);
    world.to('2025-07-15T00:10');
    await world.streamed(await end(first), first);
    expect(await states(all)).toEqual(['ended', 'waitlisted']);
    await world.due();
    expect(await states(all)).toEqual(['ended', 'rejected']);
  });
});
