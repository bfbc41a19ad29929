import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { caseStore } from '../../functions/eligibility/case.store.ts';
import type { Application } from '../../functions/eligibility/contract.ts';
import { register } from '../../functions/eligibility/resemblance.rules.ts';
import { type PersonRead, personStore } from '../../functions/eligibility/resemblance.store.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { LearnerId, StaffId } from '../../functions/identity/contract.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { AnsweredBefore, findAnswer } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { conflicts, seeded } from '../runtime/disturbances.ts';
import { application, claim, decided } from './applications.ts';

let cloud: Cloud;
const store = eligibilityStore('eligibility');
const cases = caseStore('eligibility');

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('eligibility', ['waiting', 'waitingArea', 'submittedAt']);
});
afterEach(() => cloud.disturb(undefined));
afterAll(() => cloud.close());

const today = '2025-07-01';
const json = { 'content-type': 'application/x-amz-json-1.0' };
const keep = (kept: Application, day = today) => store.keep(kept, claim(), day);

describe('given an application', () => {
  it('when it is kept, can be read at once (edge 40), and its answer is remembered', async () => {
    const kept = application();
    const itsClaim = claim();
    expect(await store.keep(kept, itsClaim, today)).toEqual({ kind: 'kept' });
    expect(await store.read(kept.applicationId)).toEqual({ application: kept, version: 1 });
    expect(await store.listOf(kept.learnerId)).toEqual([kept]);
    expect(await findAnswer('eligibility', itsClaim)).toMatchObject({
      status: 201,
      body: kept,
      version: 1,
    });
  });

  it('while another of the learner waits, is refused and leaves nothing', async () => {
    const first = application();
    await keep(first);
    const second = application({ learnerId: first.learnerId });
    expect(await keep(second)).toEqual({ kind: 'standing', state: 'waiting' });
    expect(await store.read(second.applicationId)).toBe(undefined);
    expect(await store.listOf(first.learnerId)).toEqual([first]);
  });

  it('after an approval that holds, is refused up to its last day', async () => {
    const first = decided(application(), 'approved');
    await keep(first);
    const second = () => application({ learnerId: first.learnerId });
    expect(await keep(second(), '2026-06-30')).toEqual({ kind: 'standing', state: 'approved' });
    expect(await keep(second(), '2026-07-01')).toEqual({ kind: 'kept' });
  });

  it('says what stands in the way of another', async () => {
    const standing = async (kept: Application, day: string) => {
      await keep(kept);
      return store.standingOf(kept.learnerId, day);
    };
    expect(await store.standingOf(newId(LearnerId, 'lrn'), today)).toBe(undefined);
    expect(await standing(application(), '2999-01-01')).toBe('waiting');
    expect(await standing(decided(application(), 'rejected'), today)).toBe(undefined);
    expect(await standing(decided(application(), 'approved'), '2026-06-30')).toBe('approved');
    expect(await standing(decided(application(), 'approved'), '2026-07-01')).toBe(undefined);
  });

  it('that counts for a learner is the newest', async () => {
    const first = decided(application(), 'rejected');
    await keep(first);
    expect(await store.currentOf(first.learnerId)).toEqual(first);
    const second = application({ learnerId: first.learnerId });
    await keep(second);
    expect(await store.currentOf(first.learnerId)).toEqual(second);
    expect(await store.currentOf(newId(LearnerId, 'lrn'))).toBe(undefined);
  });

  it('edge 11: after a rejection is a new case, and the first stays as it was', async () => {
    const first = decided(application(), 'rejected');
    await keep(first);
    const second = application({
      learnerId: first.learnerId,
      submittedAt: '2025-07-03T00:00:00.000Z',
    });
    expect(await keep(second)).toEqual({ kind: 'kept' });
    expect(await store.listOf(first.learnerId)).toEqual([second, first]);
  });

  it('of twenty made at once by one learner, one is kept', async () => {
    cloud.disturb(conflicts(seeded(9), 0.3));
    const learnerId = newId(LearnerId, 'lrn');
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => keep(application({ learnerId }))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'kept')).toHaveLength(1);
    expect(await store.listOf(learnerId)).toHaveLength(1);
  });

  it('made again by the same request, is known to be answered', async () => {
    const itsClaim = claim();
    const first = application();
    await store.keep(first, itsClaim, today);
    const again = store.keep(application({ learnerId: first.learnerId }), itsClaim, today);
    await expect(again).rejects.toBeInstanceOf(AnsweredBefore);
  });

  it('lists those of a learner newest first, and nobody else’s', async () => {
    const { learnerId } = application();
    const days = ['2025-07-01', '2025-07-03', '2025-07-02'];
    for (const day of days) {
      const submittedAt = `${day}T00:00:00.000Z`;
      await keep(decided(application({ learnerId, submittedAt }), 'rejected'));
    }
    await keep(application());
    const listed = await store.listOf(learnerId);
    expect(listed.map(({ submittedAt }) => submittedAt.slice(0, 10))).toEqual(
      days.toSorted().reverse(),
    );
  });

  it('are all listed when the table is throttled in the middle, or none', async () => {
    const { learnerId } = application();
    for (const day of ['01', '02', '03']) {
      const submittedAt = `2025-07-${day}T00:00:00.000Z`;
      await keep(decided(application({ learnerId, submittedAt }), 'rejected'));
    }
    let throttled = 2;
    cloud.disturb(async (operation, input) => {
      if (operation !== 'BatchGetItem' || throttled === 0) return undefined;
      throttled -= 1;
      const body = JSON.stringify({ Responses: {}, UnprocessedKeys: input['RequestItems'] });
      return { reply: { status: 200, headers: json, body } };
    });
    expect(await store.listOf(learnerId)).toHaveLength(3);
    throttled = 9;
    await expect(store.listOf(learnerId)).rejects.toMatchObject({ code: 'busy' });
  });

  it('of nobody is an empty list', async () => {
    expect(await store.listOf(newId(LearnerId, 'lrn'))).toEqual([]);
  });
});

describe('edge case 5: given those of one name and birthday', () => {
  it('of two who register on the same reading, one has to read again', async () => {
    const people = personStore('eligibility');
    const enter = async (seen: PersonRead, newcomer: Application) =>
      transact([people.write('2012-03-04 x', seen, register(seen.known, newcomer))]);
    const nobody = await people.read('2012-03-04 x');
    expect(await enter(nobody, application())).toEqual({ done: true });
    expect(await enter(nobody, application())).toMatchObject({ done: false });
    const one = await people.read('2012-03-04 x');
    expect(await enter(one, application())).toEqual({ done: true });
    expect(await enter(one, application())).toMatchObject({ done: false });
    expect((await people.read('2012-03-04 x')).known).toHaveLength(2);
  });
});

describe('given an application that was read, when something is done with it', () => {
  const queued = async (areaId: AreaId) => {
    const search = { areaId, asks: newId(StaffId, 'stf'), now: '2025-07-01T00:00:00.000Z' };
    return (await cases.listQueue({ ...search, claimed: 'any' }, 25, undefined)).applications;
  };
  const keepNext = (next: Application, seen: Application, version = 1) =>
    store.keepNext(next, { application: seen, version }, today, undefined);

  it('is kept with the next version, and leaves the officers’ queue', async () => {
    const areaId = AreaId.parse('decided-here');
    const waiting = application({ areaId });
    await keep(waiting);
    expect(await queued(areaId)).toEqual([waiting]);
    const outcome = decided(waiting, 'approved');
    expect(await keepNext(outcome, waiting)).toEqual({ kind: 'kept' });
    expect(await store.read(waiting.applicationId)).toEqual({ application: outcome, version: 2 });
    expect(await queued(areaId)).toEqual([]);
  });

  it('by ten officers at once, is done once', async () => {
    const waiting = application();
    await keep(waiting);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, officer) => {
        const outcome = officer % 2 === 0 ? 'approved' : 'rejected';
        return keepNext(decided(waiting, outcome, `officer ${officer}`), waiting);
      }),
    );
    expect(outcomes.filter(({ kind }) => kind === 'kept')).toHaveLength(1);
    const winner = outcomes.findIndex(({ kind }) => kind === 'kept');
    const kept = await store.read(waiting.applicationId);
    expect(kept?.application.decision?.findings[0]?.explanation).toBe(`officer ${winner}`);
  });

  it('on an old version, is refused and leaves nothing', async () => {
    const waiting = application();
    await keep(waiting);
    await keepNext({ ...waiting, waitingFor: 'registry-unknown' }, waiting);
    const late = await keepNext(decided(waiting, 'rejected'), waiting);
    expect(late).toEqual({ kind: 'changed-meanwhile' });
    expect(await store.standingOf(waiting.learnerId, today)).toBe('waiting');
  });

  it('rejected, frees the learner to apply again', async () => {
    const waiting = application();
    await keep(waiting);
    await keepNext(decided(waiting, 'rejected'), waiting);
    expect(await keep(application({ learnerId: waiting.learnerId }))).toEqual({ kind: 'kept' });
  });

  it('edge 11: appealed after another application came, is refused by that one', async () => {
    const first = decided(application(), 'rejected');
    await keep(first);
    await keep(application({ learnerId: first.learnerId }));
    const appealed = { ...first, state: 'waiting', waitingFor: 'appeal' } as const;
    expect(await keepNext(appealed, first)).toEqual({ kind: 'standing', state: 'waiting' });
    expect(await store.read(first.applicationId)).toEqual({ application: first, version: 1 });
  });

  it('for a reason in any script, keeps the reason as it was written', async () => {
    const waiting = application();
    await keep(waiting);
    const reason = '서류를 확인함 — “확인” 🙂';
    await keepNext(decided(waiting, 'approved', reason), waiting);
    const kept = await store.read(waiting.applicationId);
    expect(kept?.application.decision?.findings[0]?.explanation).toBe(reason);
  });
});
