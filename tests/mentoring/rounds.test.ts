import { beforeEach, describe, expect, it } from 'vitest';
import { village } from '../runtime/village.ts';
import {
  ask,
  deliver,
  helper,
  menteesOf,
  openMatching,
  pairs,
  pairsOf,
  passes,
  proposedRound,
  publishRound,
  rounds,
  routes,
  rowsOf,
  startAnew,
  streamOut,
  turnConsent,
  waiting,
} from './matches.ts';
import { setTime, sixteen } from './mentorships.ts';
import { coordinator } from './office.ts';

const cloud = openMatching(
  village({ mentoring: [{ ...sixteen, rounds: { day: 'monday', at: '06:00' } }] }),
);
beforeEach(startAnew);

const conflict = (code: string) => ({ status: 409, body: { code } });

describe('given learners who wait and mentors with room', () => {
  it('a coordinator has matches proposed, and sees them with reasons and names', async () => {
    const office = await coordinator();
    const mentor = await helper({ subjects: ['mathematics'] });
    const asking = await waiting(3);
    const roundId = await proposedRound(office);
    const round = await ask(office, routes.readRound, { params: { roundId } });
    expect(round.body).toMatchObject({
      state: 'proposed',
      attempt: 1,
      proposal: { requests: 3, mentors: 1, room: 2, pairs: 2 },
    });
    const proposed = await pairsOf(office, roundId);
    expect(proposed).toHaveLength(2);
    for (const pair of proposed) {
      expect(pair).toMatchObject({
        mentorId: mentor.mentorId,
        learner: { name: '김하늘', stage: 'high' },
        mentor: { name: '이멘토', language: 'ko' },
      });
      expect(pair.score).toBe(pair.reasons.reduce((sum, { points }) => sum + points, 0));
      expect(asking.map(({ learnerId }) => learnerId)).toContain(pair.learnerId);
    }
    const listed = await ask(office, routes.listRounds);
    expect(listed.body).toMatchObject({ rounds: [{ roundId, state: 'proposed' }] });
  });

  it('one round is open at a time, whoever asks at once, and another when it is closed', async () => {
    const [office, second, third] = [await coordinator(), await coordinator(), await coordinator()];
    for (const _time of ['first', 'second']) {
      const asked = [office, second, third].map((one) => ask(one, routes.startRound));
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
      expect(answers.find(({ status }) => status === 409)).toMatchObject(conflict('round-open'));
      const last = await rounds.readLast();
      if (last === undefined) throw new Error('a round was started');
      await deliver(last.roundId);
      await publishRound(office, last.roundId);
      expect(await rounds.readLast()).toMatchObject({ roundId: last.roundId, open: false });
    }
  });

  it('the same intent is answered the same', async () => {
    const office = await coordinator();
    const headers = { 'idempotency-key': 'the-same-intent' };
    const first = await ask(office, routes.startRound, { headers });
    expect(await ask(office, routes.startRound, { headers })).toEqual(first);
  });

  it('a run that the stream brings again, or too late, changes nothing', async () => {
    const office = await coordinator();
    await helper();
    await waiting(1);
    const roundId = await proposedRound(office);
    const [row] = await rowsOf(`ROUND#${roundId}`);
    await waiting(1);
    await publishRound(office, roundId);
    await streamOut({ ...row, state: 'wanted' });
    expect(await rounds.read(roundId)).toMatchObject({ state: 'published' });
    expect(await pairsOf(office, roundId)).toMatchObject([{ state: 'published' }]);
  });

  it('edge case 2: whoever may have no mentor now takes the place of nobody', async () => {
    const office = await coordinator();
    await helper({ capacity: 1, subjects: ['mathematics'] });
    const [[better], [other]] = [await waiting(1), await waiting(1, { subjects: ['english'] })];
    if (better === undefined) throw new Error('somebody waits');
    await turnConsent(better.learnerId, 'withdrawn');
    const roundId = await proposedRound(office);
    expect(await pairsOf(office, roundId)).toMatchObject([{ learnerId: other?.learnerId }]);
    // It is given again: the request has waited all along.
    await turnConsent(better.learnerId, 'granted');
    await ask(office, routes.rerunRound, { params: { roundId } });
    await deliver(roundId);
    expect(await pairsOf(office, roundId)).toMatchObject([{ learnerId: better.learnerId }]);
  });

  it('a publication that the stream brings again after another run releases nothing of that', async () => {
    const office = await coordinator();
    const { mentorId } = await helper();
    await waiting(1);
    const roundId = await proposedRound(office);
    await ask(office, routes.publishRound, { params: { roundId } });
    const released = await rowsOf(`ROUND#${roundId}`);
    await ask(office, routes.rerunRound, { params: { roundId } });
    await deliver(roundId);
    for (const row of released.filter(({ sk }) => sk !== 'ROUND')) await streamOut(row);
    expect(await rounds.read(roundId)).toMatchObject({ state: 'proposed', attempt: 2 });
    expect(await pairsOf(office, roundId)).toMatchObject([{ state: 'proposed' }]);
    expect(await menteesOf(mentorId)).toBe(0);
  });

  it('a round that is run again while it is published stays open', async () => {
    const office = await coordinator();
    await helper();
    await waiting(1);
    const roundId = await proposedRound(office);
    let again = false;
    cloud().disturb(async (operation, input) => {
      if (again || operation !== 'TransactWriteItems') return undefined;
      if (!JSON.stringify(input).includes('match-offered')) return undefined;
      again = true;
      await ask(office, routes.rerunRound, { params: { roundId } });
      await waiting(1);
      await streamOut((await rowsOf(`ROUND#${roundId}`)).find(({ sk }) => sk === 'ROUND') ?? {});
      return undefined;
    });
    await publishRound(office, roundId);
    expect(again).toBe(true);
    expect(await rounds.read(roundId)).toMatchObject({ state: 'proposed', attempt: 2 });
  });

  it('a run that ends halfway is done by the next', async () => {
    const office = await coordinator();
    await helper();
    await waiting(2);
    cloud().disturb(async (operation) =>
      operation === 'BatchWriteItem' ? { reply: { status: 400, body: '{}' } } : undefined,
    );
    await expect(proposedRound(office)).rejects.toThrow();
    cloud().disturb(undefined);
    const roundId = (await rounds.readLast())?.roundId;
    if (roundId === undefined) throw new Error('the round was written');
    expect(await rounds.read(roundId)).toMatchObject({ state: 'wanted' });
    await deliver(roundId);
    expect(await pairsOf(office, roundId)).toHaveLength(2);
  });
});

describe('given a proposal', () => {
  it('a lock and a veto hold when it is run again', async () => {
    const office = await coordinator();
    const [good, poor] = [await helper({ subjects: ['mathematics'] }), await helper()];
    const [locked, ruled] = await waiting(2);
    const roundId = await proposedRound(office);
    const before = await pairsOf(office, roundId);
    const requestOf = (who: typeof locked) => {
      const pair = before.find(({ learnerId }) => learnerId === who?.learnerId);
      if (pair === undefined) throw new Error('nobody is left out of this proposal');
      expect(pair.mentorId).toBe(good.mentorId);
      return pair.requestId;
    };
    const onLock = { params: { roundId, requestId: requestOf(locked) } };
    const body = { mentorId: poor.mentorId };
    expect(await ask(office, routes.lockPair, { ...onLock, body })).toMatchObject({ status: 204 });
    const onVeto = { params: { roundId, requestId: requestOf(ruled), mentorId: good.mentorId } };
    expect(await ask(office, routes.vetoPair, onVeto)).toMatchObject({ status: 204 });
    expect(await ask(office, routes.rerunRound, { params: { roundId } })).toMatchObject({
      status: 202,
      body: { state: 'wanted', attempt: 2 },
    });
    expect(await publishRound(office, roundId)).toMatchObject(conflict('round-at-work'));
    await deliver(roundId);
    const after = await pairsOf(office, roundId);
    expect(after.map(({ mentorId, locked }) => [mentorId, locked])).toEqual(
      expect.arrayContaining([
        [poor.mentorId, true],
        [poor.mentorId, false],
      ]),
    );
    await ask(office, routes.unlockPair, onLock);
    await ask(office, routes.liftVeto, onVeto);
    await ask(office, routes.rerunRound, { params: { roundId } });
    await deliver(roundId);
    const again = await pairsOf(office, roundId);
    expect(again.map(({ mentorId }) => mentorId)).toEqual([good.mentorId, good.mentorId]);
  });

  it('two of whom a conflict is declared cannot be locked, nor published', async () => {
    const office = await coordinator();
    const mentor = await helper();
    const [someone] = await waiting(1);
    const roundId = await proposedRound(office);
    const [pair] = await pairsOf(office, roundId);
    if (pair === undefined || someone === undefined) throw new Error('there is a pair');
    const { requestId, learnerId, mentorId } = pair;
    const declared = await ask(office, routes.declareConflict, { params: { mentorId, learnerId } });
    expect(declared).toMatchObject({ status: 204 });
    expect(
      await ask(office, routes.lockPair, { params: { roundId, requestId }, body: { mentorId } }),
    ).toMatchObject({ status: 422, body: { code: 'pair-not-possible' } });
    await publishRound(office, roundId);
    expect(await pairsOf(office, roundId)).toMatchObject([
      { state: 'proposed', failed: 'conflict' },
    ]);
    expect(await menteesOf(mentor.mentorId)).toBe(0);
    await ask(office, routes.liftConflict, { params: { mentorId, learnerId } });
    await publishRound(office, roundId);
    expect(await menteesOf(mentor.mentorId)).toBe(1);
  });

  it('edge case 50: a coordinator of an area sees, decides and publishes its pairs only', async () => {
    const [office, river] = [await coordinator(), await coordinator('river')];
    const mentor = await helper();
    const [[mine], [theirs]] = [await waiting(1), await waiting(1, {}, 'hill')];
    const roundId = await proposedRound(office);
    expect(await pairsOf(river, roundId)).toMatchObject([{ learnerId: mine?.learnerId }]);
    const other = (await pairsOf(office, roundId, { areaId: 'hill' }))[0];
    expect(other?.learnerId).toBe(theirs?.learnerId);
    const params = { roundId, requestId: other?.requestId ?? '', mentorId: mentor.mentorId };
    expect(await ask(river, routes.vetoPair, { params })).toMatchObject({
      status: 404,
      body: { code: 'no-such-request' },
    });
    const query = { areaId: 'hill' };
    expect(await ask(river, routes.listPairs, { params: { roundId }, query })).toMatchObject({
      status: 404,
    });
    const wrong = { status: 403, body: { code: 'whole-region-only' } };
    expect(await ask(river, routes.rerunRound, { params: { roundId } })).toMatchObject(wrong);
    await publishRound(river, roundId);
    const states = (await pairsOf(office, roundId)).map(({ areaId, state }) => [areaId, state]);
    expect(states).toEqual([
      ['hill', 'proposed'],
      ['river', 'published'],
    ]);
    expect(await rounds.read(roundId)).toMatchObject({ state: 'proposed' });
    await publishRound(office, roundId);
    expect(await rounds.read(roundId)).toMatchObject({ state: 'published' });
    expect(await publishRound(office, roundId)).toMatchObject(conflict('round-closed'));
    expect(await ask(office, routes.startRound)).toMatchObject({ status: 202 });
  });
});

it('a round that has not proposed for a quarter of an hour can be run again', async () => {
  const office = await coordinator();
  const { body } = await ask(office, routes.startRound);
  const { roundId } = routes.startRound.answers.body.parse(body);
  const again = () => ask(office, routes.rerunRound, { params: { roundId } });
  expect(await again()).toMatchObject(conflict('round-at-work'));
  setTime('2025-06-02T00:15:00Z');
  expect(await again()).toMatchObject({ status: 202, body: { attempt: 2 } });
  expect(await pairs.anyLeft({ roundId, attempt: 2 })).toBe(false);
});

it('the weekly round begins by itself, once; the one before lapses, and publishes nothing more', async () => {
  const office = await coordinator();
  await helper();
  await waiting(1);
  const roundId = await proposedRound(office);
  await passes();
  expect(await rounds.read(roundId)).toMatchObject({ state: 'proposed' });
  setTime('2025-06-08T21:00:00Z');
  await Promise.all([passes(), passes()]);
  expect(await rounds.read(roundId)).toMatchObject({ state: 'lapsed' });
  expect(await publishRound(office, roundId)).toMatchObject(conflict('round-closed'));
  const { body } = await ask(office, routes.listRounds);
  expect(body).toMatchObject({ rounds: [{ state: 'wanted', wantedBy: 'schedule' }, { roundId }] });
});
