import { beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  changeMentor,
  helper,
  menteesOf,
  openMatching,
  pairsOf,
  proposedRound,
  publishRound,
  rounds,
  routes,
  startAnew,
  turnConsent,
  waiting,
} from './matches.ts';
import { setTime, stores } from './mentorships.ts';
import { coordinator } from './office.ts';

const cloud = openMatching();
beforeEach(startAnew);

type Asking = Awaited<ReturnType<typeof waiting>>[number];

describe('given a proposal that is published', () => {
  it('both sides are offered the match, and both are told', async () => {
    const office = await coordinator();
    const mentor = await helper();
    const [someone] = await waiting(1);
    await publishRound(office, await proposedRound(office));
    const mine = await ask(mentor, routes.listMyMentorships, { query: { as: 'mentor' } });
    expect(mine.body).toMatchObject({
      mentorships: [
        {
          state: 'offered',
          offer: { by: '2025-06-07', learner: 'open', mentor: 'open' },
          budget: { granted: 16, used: 0, left: 16 },
          with: { name: '김하늘', language: 'ko', stage: 'high' },
        },
      ],
    });
    if (someone === undefined) throw new Error('somebody waits');
    const theirs = await ask(someone, routes.listMyMentorships);
    expect(theirs.body).toMatchObject({ mentorships: [{ with: { name: '이멘토' } }] });
    expect(await ask(someone, routes.readRequest)).toMatchObject({ body: { state: 'offered' } });
    expect(await menteesOf(mentor.mentorId)).toBe(1);
  });

  it('edge case 32: a mentor who takes fewer now has no more than that', async () => {
    const office = await coordinator();
    const mentor = await helper({ capacity: 2 });
    await waiting(2);
    const roundId = await proposedRound(office);
    await changeMentor(mentor.mentorId, { mentees: 1 });
    await publishRound(office, roundId);
    expect(await menteesOf(mentor.mentorId)).toBe(2);
    const outcomes = (await pairsOf(office, roundId)).map(({ state, failed }) => failed ?? state);
    expect(outcomes.sort()).toEqual(['no-room', 'published']);
  });

  it.each([
    ['edge case 32: the mentor has as many as they take', 'no-room', 'SET mentees = #capacity'],
    ['the mentor is suspended', 'mentor-gone', 'SET #state = :suspended'],
    ['the learner withdraws', 'request-changed', 'SET #state = :withdrawn ADD version :one'],
    ['a conflict is declared', 'conflict', 'SET learnerId = :one'],
  ] as const)('when, at the last moment, %s, the pair stays with its reason', async (...row) => {
    const [, failed, UpdateExpression] = row;
    const office = await coordinator();
    const { mentorId } = await helper();
    const [someone] = await waiting(1);
    const roundId = await proposedRound(office);
    const learnerId = someone?.learnerId ?? '';
    const keys = {
      'no-room': [`MENTOR#${mentorId}`, 'MENTOR'],
      'mentor-gone': [`MENTOR#${mentorId}`, 'MENTOR'],
      'request-changed': [`LEARNER#${learnerId}`, 'REQUEST'],
      conflict: ['CONFLICTS', `${mentorId}#${learnerId}`],
    };
    const [pk = '', sk = ''] = keys[failed];
    const used = <Value>(all: Record<string, Value>) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => UpdateExpression.includes(name)));
    const names = used({ '#state': 'state', '#capacity': 'capacity' });
    const texts = { ':suspended': { S: 'suspended' }, ':withdrawn': { S: 'withdrawn' } };
    const values = used({ ...texts, ':one': { N: '1' } });
    let changed = false;
    cloud().disturb(async (operation, input) => {
      if (operation !== 'TransactWriteItems' || changed) return undefined;
      if (!JSON.stringify(input).includes('match-offered')) return undefined;
      changed = true;
      await cloud().ask('UpdateItem', {
        TableName: 'mentoring',
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression,
        ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
        ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
      });
      return undefined;
    });
    await publishRound(office, roundId);
    cloud().disturb(undefined);
    expect(await pairsOf(office, roundId)).toMatchObject([{ state: 'proposed', failed }]);
    expect(await stores.mentorships.listOf(mentorId)).toEqual([]);
  });

  it('edge case 33: a household that has become known since is not matched', async () => {
    const office = await coordinator();
    const mentor = await helper();
    const [someone] = await waiting(1);
    const roundId = await proposedRound(office);
    const request = someone && (await stores.requests.read(someone.learnerId));
    await changeMentor(mentor.mentorId, {}, request?.kept.marks);
    await publishRound(office, roundId);
    expect(await pairsOf(office, roundId)).toMatchObject([{ failed: 'same-household' }]);
  });

  it.each([
    [
      'edge case 2: consent is taken back',
      ({ learnerId }: Asking) => turnConsent(learnerId, 'withdrawn'),
    ],
    ['the approval has ended', async () => setTime('2025-06-03T00:00:00Z')],
  ] as const)('when %s, the pair stays with its reason, and nobody hears of it', async (...row) => {
    const [, happens] = row;
    const office = await coordinator();
    const { mentorId } = await helper();
    const [someone] = await waiting(1, {}, 'river', { validUntil: '2025-06-02' });
    if (someone === undefined) throw new Error('somebody waits');
    const roundId = await proposedRound(office);
    await happens(someone);
    await publishRound(office, roundId);
    expect(await pairsOf(office, roundId)).toMatchObject([
      { state: 'proposed', failed: 'not-entitled' },
    ]);
    expect(await stores.mentorships.listOf(mentorId)).toEqual([]);
    expect(await menteesOf(mentorId)).toBe(0);
  });

  it('a publication that stops wherever it may goes on, and offers each pair once', async () => {
    const office = await coordinator();
    const mentor = await helper({ capacity: 5 });
    await waiting(3);
    const roundId = await proposedRound(office);
    for (let nth = 1; nth <= 2; nth += 1) {
      let transactions = 0;
      cloud().disturb(async (operation, input) => {
        if (operation !== 'TransactWriteItems') return undefined;
        transactions += 1;
        // The publication itself is the first; then each pair's answer is lost in its turn.
        if (transactions !== nth + 1) return undefined;
        await cloud().ask(operation, input);
        return { reply: { status: 400, body: '{}' } };
      });
      await expect(publishRound(office, roundId)).rejects.toThrow();
      cloud().disturb(undefined);
    }
    await publishRound(office, roundId);
    expect(await menteesOf(mentor.mentorId)).toBe(3);
    const listed = await stores.mentorships.listOf(mentor.mentorId);
    expect(new Set(listed.map(({ mentorship }) => mentorship.learnerId)).size).toBe(3);
    expect(listed).toHaveLength(3);
    expect(await rounds.read(roundId)).toMatchObject({ state: 'published' });
  });
});
