import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { documents, transact } from '../../functions/runtime/dynamodb.ts';
import { Meetings } from '../../regions/schema.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { invoke, learnerClaims } from '../runtime/requests.ts';
import {
  ask,
  bookAt,
  booked,
  budgetOf,
  mentored,
  newPair,
  openMentoring,
  type Pair,
  routes,
  setTime,
  staffAsks,
  stores,
} from './mentorships.ts';

const cloud = openMentoring();
const meetings = Meetings.parse({ via: 'jitsi', url: 'https://meet.village.example', appId: 'l' });

/** The API of a region with rooms; that of all other tests has none. */
let online: ApiHandler;
beforeAll(async () => {
  cloud().secrets.put('meetings', { key: 'a secret of tests that is long enough' });
  const deployment = { ...mentored.deployment, meetings };
  online = await loadApi('mentoring', { '#region': { ...mentored, deployment } });
});

const start = '2025-06-09T07:00:00Z';
const set = (TableName: string, Key: Record<string, string>, name: string, value: unknown) =>
  documents.send(
    new UpdateCommand({
      ...{ TableName, Key, UpdateExpression: 'SET #name = :value' },
      ...{ ExpressionAttributeNames: { '#name': name } },
      ...{ ExpressionAttributeValues: { ':value': value } },
    }),
  );

const withdrawn = ({ learnerId }: Pair) =>
  set('identity', { pk: `LEARNER#${learnerId}`, sk: 'PROFILE' }, 'consent', { state: 'withdrawn' });
async function suspended({ learnerId }: Pair) {
  const [id] = await eligibilityStore('eligibility').countingFor(learnerId);
  await set('eligibility', { pk: `APPLICATION#${id}`, sk: 'APPLICATION' }, 'state', 'suspended');
}
async function expired({ mentorId }: Pair) {
  const seen = await stores.mentors.read(mentorId);
  if (seen === undefined) throw new Error('there is this mentor');
  const mentor = { ...seen.mentor, checkUntil: '2025-06-01' };
  await transact([stores.mentors.change({ ...seen, mentor }, undefined)]);
}

const meeting = (pair: Pair, sessionId: string) =>
  invoke(online, routes.readMeeting, {
    claims: learnerClaims(pair.learner),
    params: { mentorshipId: pair.mentorshipId, sessionId },
    query: { as: 'learner' },
  });

/** A mentorship with a session that begins in ten minutes; the job has not looked since. */
async function withSession(meets: object = {}) {
  setTime('2025-06-02T00:00:00Z');
  const pair = await newPair();
  const { body } = await ask(pair, routes.bookSessions, { body: { start, ...meets } });
  const [session] = routes.bookSessions.answers.body.parse(body).sessions;
  if (session === undefined) throw new Error('one was booked');
  setTime('2025-06-09T06:50:00Z');
  return { pair, sessionId: session.sessionId };
}

describe.each([
  ['edge case 2: consent was taken back', 'consent-withdrawn', 'consent', withdrawn],
  ['the approval is suspended', 'approval-missing', 'approval', suspended],
  ['edge case 34: the check has ended', 'mentor-check-expired', 'check-expired', expired],
] as const)('given that %s, and no job has looked since', (_what, code, because, happens) => {
  it('when a session is booked or moved, or somebody wants to come, it does not take place', async () => {
    const { pair, sessionId } = await withSession();
    const offline = await ask(pair, routes.bookSessions, {
      body: { start: '2025-06-09T09:00:00Z', way: 'offline', venue: 'Library' },
    });
    const [there] = routes.bookSessions.answers.body.parse(offline.body).sessions;
    expect((await meeting(pair, sessionId)).status).toBe(200);
    await happens(pair);
    const refused = { status: 409, body: { code } };
    expect(await bookAt(pair, '2025-06-10T07:00:00Z')).toMatchObject(refused);
    const body = { start: '2025-06-11T07:00:00Z' };
    const moved = { as: 'mentor', sessionId, ifMatch: '"1"', body } as const;
    expect(await ask(pair, routes.moveSession, moved)).toMatchObject(refused);
    expect(await meeting(pair, sessionId)).toMatchObject(refused);
    expect(await meeting(pair, there?.sessionId ?? '')).toMatchObject(refused);
    expect(await budgetOf(pair)).toMatchObject({ booked: 2 });
  });

  it('when a coordinator lets it go on, it is held for that reason instead', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    await booked(pair, start);
    await staffAsks(pair, routes.pauseMentorship);
    await happens(pair);
    const held = { state: 'paused', pausedBecause: because, pausedAt: '2025-06-02T00:00:00.000Z' };
    expect(await staffAsks(pair, routes.resumeMentorship)).toMatchObject({
      status: 200,
      body: held,
    });
    expect((await stores.mentorships.read(pair.mentorshipId))?.mentorship).toMatchObject(held);
    expect(await staffAsks(pair, routes.resumeMentorship)).toMatchObject({
      status: 409,
      body: { code: 'held-by-rules' },
    });
  });
});
