import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import type { ConsentState } from '../../functions/identity/learner.contract.ts';
import { SessionId } from '../../functions/mentoring/words.contract.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { NoticeRow } from '../../functions/runtime/notice.ts';
import { loadHandler } from '../runtime/handlers.ts';
import {
  ask,
  booked,
  mentored,
  newPair,
  openMentoring,
  type Pair,
  quartersTaken,
  routes,
  setTime,
  stores,
} from './mentorships.ts';

const cloud = openMentoring();
let job: (event: object, clock: object) => Promise<void>;
beforeAll(async () => {
  job = await loadHandler('mentoring/due.job', { '#region': mentored });
});

const lookAt = (moment: string, left = 300_000) => {
  setTime(moment);
  return job({}, { getRemainingTimeInMillis: () => left });
};

/** 16:00 in the village, on Monday a week after the mentorship began. */
const start = '2025-06-09T07:00:00Z';
const dayBefore = '2025-06-08T07:00:00Z';
const hourBefore = '2025-06-09T06:00:00Z';

async function withSession(): Promise<Pair & { readonly sessionId: string }> {
  setTime('2025-06-02T00:00:00Z');
  const pair = await newPair();
  return { ...pair, sessionId: await booked(pair, start) };
}

/** Kinds of notices to each side since it was last asked, in the order of their names. */
async function told({ learnerId, mentorId }: Pair) {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
  const messages = Items.map((item) => NoticeRow.parse(item).message);
  const to = (whom: string) =>
    messages
      .filter((message) => JSON.stringify(message?.to).includes(whom))
      .flatMap((message) => message?.kind ?? [])
      .filter((kind) => kind !== 'session-booked')
      .sort();
  return { learner: to(learnerId), mentor: to(mentorId) };
}

const both = (...kinds: string[]) => ({ learner: kinds, mentor: kinds });
const mentorshipOf = async ({ mentorshipId }: Pair) =>
  (await stores.mentorships.read(mentorshipId))?.mentorship;

/** Changes a row behind everybody's back. */
const change = (TableName: string, Key: Record<string, string>, name: string, value: unknown) =>
  documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );

const consent = ({ learnerId }: Pair, state: ConsentState) =>
  change('identity', { pk: `LEARNER#${learnerId}`, sk: 'PROFILE' }, 'consent', { state });

async function approval({ learnerId }: Pair, state: 'approved' | 'suspended') {
  const [id] = await eligibilityStore('eligibility').countingFor(learnerId);
  await change('eligibility', { pk: `APPLICATION#${id}`, sk: 'APPLICATION' }, 'state', state);
}

async function check({ mentorId }: Pair, checkUntil: string) {
  const seen = await stores.mentors.read(mentorId);
  if (seen === undefined) throw new Error('there is no such mentor');
  const next = { ...seen, mentor: { ...seen.mentor, checkUntil } };
  await transact([stores.mentors.change(next, new Date().toISOString())]);
}

describe('given a session that is booked', () => {
  it('when its moments come, both sides are reminded a day and an hour before, each time once', async () => {
    const pair = await withSession();
    await lookAt('2025-06-08T06:59:00Z');
    expect(await told(pair)).toEqual(both());
    await lookAt(dayBefore);
    await Promise.all([lookAt('2025-06-08T07:05:00Z'), lookAt('2025-06-08T07:05:00Z')]);
    expect(await told(pair)).toEqual(both('session-reminder'));
    await lookAt(hourBefore);
    await lookAt('2025-06-09T06:05:00Z');
    await lookAt('2025-06-09T07:05:00Z');
    expect(await told(pair)).toEqual(both('session-reminder', 'session-reminder'));
  });

  it('when the index lags and shows it once more, nobody is reminded twice', async () => {
    const { sessionId, ...pair } = await withSession();
    const row = { pk: `MENTORSHIP#${pair.mentorshipId}`, sk: `SESSION#${sessionId}` };
    for (const moment of [dayBefore, hourBefore]) {
      await lookAt(moment);
      await change('mentoring', row, 'dueAt', '2025-06-02T00:00:00.000Z');
      await lookAt(moment);
    }
    expect(await told(pair)).toEqual(both('session-reminder', 'session-reminder'));
  });

  it('when the job is late, the reminder that is no news any more is left out', async () => {
    const pair = await withSession();
    await lookAt('2025-06-09T06:30:00Z');
    await lookAt('2025-06-09T06:35:00Z');
    expect(await told(pair)).toEqual(both('session-reminder'));
  });

  it('when it is called off, nobody is reminded', async () => {
    const { sessionId, ...pair } = await withSession();
    await ask(pair, routes.cancelSession, { sessionId });
    await lookAt(dayBefore);
    expect(await told(pair)).toEqual(both('session-cancelled'));
  });

  it('when it is moved after the first reminder, its new time is reminded of anew', async () => {
    const { sessionId, ...pair } = await withSession();
    await lookAt(dayBefore);
    const body = { start: '2025-06-12T07:00:00Z' };
    await ask(pair, routes.moveSession, { as: 'mentor', sessionId, body, ifMatch: '"2"' });
    await lookAt('2025-06-11T07:00:00Z');
    expect(await told(pair)).toEqual(both('session-moved', 'session-reminder', 'session-reminder'));
  });

  it('when the mentorship is paused by a coordinator, nobody is reminded', async () => {
    const pair = await withSession();
    await change(
      'mentoring',
      { pk: `MENTORSHIP#${pair.mentorshipId}`, sk: 'MENTORSHIP' },
      'state',
      'paused',
    );
    await lookAt(dayBefore);
    expect(await told(pair)).toEqual(both());
  });
});

describe('given a session whose mentorship is not in order', () => {
  it.each<[string, (pair: Pair) => Promise<unknown>, (pair: Pair) => Promise<unknown>, string]>([
    [
      'edge case 2: consent is taken back',
      (pair) => consent(pair, 'withdrawn'),
      (pair) => consent(pair, 'granted'),
      'consent',
    ],
    [
      'edge case 2: the approval is suspended',
      (pair) => approval(pair, 'suspended'),
      (pair) => approval(pair, 'approved'),
      'approval',
    ],
    [
      'edge case 34: the background check has expired',
      (pair) => check(pair, '2025-06-07'),
      (pair) => check(pair, '2026-06-07'),
      'check-expired',
    ],
  ])('%s: it is held, without a reminder, and goes on when that is mended', async (_, ...test) => {
    const [breaks, mends, because] = test;
    const { sessionId, ...pair } = await withSession();
    await breaks(pair);
    await lookAt(dayBefore);
    await lookAt(hourBefore);
    expect(await mentorshipOf(pair)).toMatchObject({ state: 'paused', pausedBecause: because });
    expect((await told(pair)).learner).toEqual(['mentorship-paused']);
    await mends(pair);
    // The session has passed meanwhile: it is given back, and its time with it.
    await lookAt('2025-06-10T07:00:00Z');
    await lookAt('2025-06-10T07:05:00Z');
    expect(await mentorshipOf(pair)).toMatchObject({
      state: 'active',
      until: '2025-07-29',
      budget: { granted: 16, used: 0, left: 16 },
    });
    expect((await told(pair)).learner).toEqual(['mentorship-paused', 'mentorship-resumed']);
    const seen = await stores.sessions.read(pair.mentorshipId, SessionId.parse(sessionId));
    expect(seen?.session).toMatchObject({ state: 'cancelled', sequence: 1 });
    expect(await quartersTaken(pair)).toEqual([0, 0]);
  });

  it('when it goes on before the session, that takes place, with the reminder that is left', async () => {
    const pair = await withSession();
    await consent(pair, 'own-lapsed');
    await lookAt(dayBefore);
    await consent(pair, 'own-given');
    await lookAt('2025-06-08T08:00:00Z');
    await lookAt(hourBefore);
    expect(await told(pair)).toEqual(
      both('mentorship-paused', 'mentorship-resumed', 'session-reminder'),
    );
  });
});

describe('edge case 34: given a mentor whose background check ends', () => {
  it('when it is near, they are reminded once; when it has passed, all their mentorships are held', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    await check(pair, '2025-06-10');
    await lookAt('2025-06-02T00:05:00Z');
    await lookAt('2025-06-02T00:10:00Z');
    expect((await told(pair)).mentor).toEqual(['mentor-check-ending']);
    await lookAt('2025-06-10T14:55:00Z');
    expect(await mentorshipOf(pair)).toMatchObject({ state: 'active' });
    // The midnight of the village that ends the day.
    await lookAt('2025-06-10T15:00:00Z');
    await lookAt('2025-06-10T15:05:00Z');
    expect(await mentorshipOf(pair)).toMatchObject({ pausedBecause: 'check-expired' });
    expect((await told(pair)).mentor).toEqual([
      'mentor-check-ending',
      'mentor-check-expired',
      'mentorship-paused',
    ]);
  });
});

describe('given much that is due', () => {
  it('when one fails, the others are looked at all the same, and it is tried again', async () => {
    const [one, other] = [await withSession(), await withSession()];
    cloud().disturb(async (operation, input) => {
      const written = operation === 'TransactWriteItems' ? JSON.stringify(input) : '';
      if (written.includes(one.mentorshipId)) throw new Error('the table is away');
      return undefined;
    });
    await expect(lookAt(dayBefore)).rejects.toThrow('1 could not be looked at');
    cloud().disturb(undefined);
    expect(await told(other)).toEqual(both('session-reminder'));
    expect(await told(one)).toEqual(both());
    await lookAt('2025-06-08T07:05:00Z');
    expect(await told(one)).toEqual(both('session-reminder'));
    expect(await told(other)).toEqual(both('session-reminder'));
  });
});
