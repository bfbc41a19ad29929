import { beforeAll, describe, expect, it } from 'vitest';
import { stipendStore } from '../../functions/mentoring/stipend.store.ts';
import { SessionId } from '../../functions/mentoring/words.contract.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { context } from '../runtime/requests.ts';
import {
  ask,
  booked,
  budgetOf,
  mentored,
  newMentor,
  newPair,
  openMentoring,
  type Pair,
  quartersTaken,
  routes,
  setTime,
  staffAsks,
  stores,
} from './mentorships.ts';

type Job = (event: unknown, clock: typeof context) => Promise<void>;
let due: Job;
const ledger = stipendStore('mentoring', mentored);

openMentoring();
beforeAll(async () => {
  due = await loadHandler<Job>('mentoring/due.job', { '#region': mentored });
});

const start = '2025-06-09T07:00:00Z';
const look = async (at: string) => {
  setTime(at);
  await due({}, context);
};
const stateOf = async ({ mentorshipId }: Pair) =>
  (await stores.mentorships.read(mentorshipId))?.mentorship;
const sessionOf = async ({ mentorshipId }: Pair, sessionId: string) =>
  (await stores.sessions.read(mentorshipId, SessionId.parse(sessionId)))?.session;

/** A session that has begun. */
async function begun() {
  setTime('2025-06-02T00:00:00Z');
  const pair = await newPair();
  const sessionId = await booked(pair, start);
  setTime('2025-06-09T07:40:00Z');
  return { pair, sessionId };
}

describe('edge case 29: given a session of which nobody tells how it ended', () => {
  it('when a week has passed, it is given back, once', async () => {
    const { pair, sessionId } = await begun();
    await look('2025-06-16T14:59:00Z');
    expect(await sessionOf(pair, sessionId)).toMatchObject({ state: 'booked' });
    await look('2025-06-16T15:00:00Z');
    await look('2025-06-16T15:05:00Z');
    expect(await sessionOf(pair, sessionId)).toMatchObject({ state: 'ended', toldBy: 'time' });
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 0, left: 16, booked: 0 });
    // Its time is kept: calendars look back.
    expect(await quartersTaken(pair)).toEqual([2, 2]);
  });
});

describe('edge case 29: given a session of which nobody told in time', () => {
  it('when a coordinator decides that it took place, it is used up and paid, once', async () => {
    const { pair, sessionId } = await begun();
    await look('2025-06-16T15:00:00Z');
    const decided = { sessionId, body: { outcome: 'completed' } };
    expect(await staffAsks(pair, routes.decideOutcome, decided)).toMatchObject({
      status: 200,
      body: { outcome: 'completed', toldBy: 'coordinator' },
    });
    expect((await staffAsks(pair, routes.decideOutcome, decided)).status).toBe(409);
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 1, left: 15, booked: 0 });
    const paid = await ledger.listStipends('2025-06', pair.mentorId);
    expect(paid.map(({ sessionId: of, amount }) => [of, amount])).toEqual([[sessionId, 12_000]]);
  });
});

describe('edge case 34: given a mentorship that is held until after its last day', () => {
  it('it does not end meanwhile, and its last day moves by the days that it was held', async () => {
    setTime('2025-07-20T00:00:00Z');
    const pair = await newPair();
    expect((await staffAsks(pair, routes.pauseMentorship)).status).toBe(200);
    await look('2025-08-03T15:05:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'paused' });
    expect((await stores.mentors.read(pair.mentorId))?.mentor.mentees).toBe(1);
    setTime('2025-08-19T00:00:00Z');
    expect(await staffAsks(pair, routes.resumeMentorship)).toMatchObject({
      body: { state: 'active', until: '2025-08-26' },
    });
    await look('2025-09-02T15:00:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'ended', endedBecause: 'span-over' });
  });
});

describe('edge case 27: given a mentorship whose span is over', () => {
  it('when a week has passed, it ends, and the mentor has room for another', async () => {
    const { pair, sessionId } = await begun();
    await ask(pair, routes.tellOutcome, {
      as: 'mentor',
      sessionId,
      body: { outcome: 'completed' },
    });
    await look('2025-08-03T14:59:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'active' });
    await look('2025-08-03T15:00:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'ended', endedBecause: 'span-over' });
    expect((await stores.mentors.read(pair.mentorId))?.mentor.mentees).toBe(0);
  });

  it('when a coordinator is asked for more, it waits', async () => {
    const { pair, sessionId } = await begun();
    await ask(pair, routes.tellOutcome, {
      as: 'mentor',
      sessionId,
      body: { outcome: 'completed' },
    });
    await ask(pair, routes.askForExtension, { body: { reason: 'More.' } });
    await look('2025-08-04T00:00:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'active' });
    await staffAsks(pair, routes.decideExtension, { body: { outcome: 'refused' } });
    await look('2025-08-04T02:00:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'ended' });
  });
});

describe('edge case 28: given a hand-over while a session waits for its outcome', () => {
  it('when the mentor did not come, that session too is for the next mentor', async () => {
    const { pair, sessionId } = await begun();
    const next = await newMentor({ mentees: 0 });
    const body = { mentorId: next.mentorId };
    await staffAsks(pair, routes.handOverMentorship, { body });
    const successor = (await stateOf(pair))?.continuedBy;
    expect(successor).toBeDefined();
    const decided = { sessionId, body: { outcome: 'mentor-no-show' } };
    expect((await staffAsks(pair, routes.decideOutcome, decided)).status).toBe(200);
    expect(await budgetOf(pair)).toEqual({ granted: 0, used: 0, left: 0, booked: 0 });
    expect(await budgetOf({ ...pair, mentorshipId: successor ?? pair.mentorshipId })).toEqual({
      granted: 16,
      used: 0,
      left: 16,
      booked: 0,
    });
  });
});

describe('given sixteen sessions in eight weeks', () => {
  it('from the first to the sixteenth: each is used up and paid, and a week later it is completed', async () => {
    setTime('2025-06-01T22:00:00Z');
    const pair = await newPair();
    const series = { days: ['monday', 'thursday'], at: '16:00', count: 16, from: '2025-06-02' };
    const { body } = await ask(pair, routes.bookSessions, { body: { series } });
    const { sessions } = routes.bookSessions.answers.body.parse(body);
    for (const { sessionId, start: from } of sessions) {
      setTime(new Date(Date.parse(from) + 30 * 60_000).toISOString());
      const told = { as: 'mentor', sessionId, body: { outcome: 'completed' } } as const;
      expect((await ask(pair, routes.tellOutcome, told)).status).toBe(200);
    }
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 16, left: 0, booked: 0 });
    const months = await Promise.all(
      ['2025-06', '2025-07'].map((month) => ledger.listStipends(month, pair.mentorId)),
    );
    expect(months.flat().map(({ amount }) => amount)).toEqual(Array(16).fill(12_000));
    await look('2025-07-31T14:59:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'active' });
    await look('2025-07-31T15:00:00Z');
    expect(await stateOf(pair)).toMatchObject({ state: 'ended', endedBecause: 'completed' });
  });
});

describe('edge case 28: given a mentor whose mentorship has ended', () => {
  const mentors = { as: 'mentor' } as const;
  const statesOf = async (pair: Pair, as: 'learner' | 'mentor') => {
    const { body } = await ask(pair, routes.listSessions, { as });
    return routes.listSessions.answers.body.parse(body).sessions.map(({ state }) => state);
  };
  const namesOf = async (pair: Pair) => {
    const views = await Promise.all(
      (['mentor', 'learner'] as const).map((as) => ask(pair, routes.readMyMentorship, { as })),
    );
    return views.map(({ body }) => routes.readMyMentorship.answers.body.parse(body).with?.name);
  };

  it('they find the session whose outcome they have still to tell, then none; the learner keeps all', async () => {
    const { pair, sessionId } = await begun();
    await booked(pair, '2025-06-16T07:00:00Z');
    await staffAsks(pair, routes.endMentorship, { body: { waits: false } });
    expect(await statesOf(pair, 'mentor')).toEqual(['booked']);
    expect((await ask(pair, routes.readSession, { ...mentors, sessionId })).status).toBe(200);
    const told = { ...mentors, sessionId, body: { outcome: 'completed' } };
    expect((await ask(pair, routes.tellOutcome, told)).status).toBe(200);
    expect(await statesOf(pair, 'mentor')).toEqual([]);
    expect(await ask(pair, routes.readSession, { ...mentors, sessionId })).toMatchObject({
      status: 404,
      body: { code: 'no-such-session' },
    });
    expect(await statesOf(pair, 'learner')).toEqual(['ended', 'cancelled']);
  });

  it('they are no longer told with whom it was; of a match that never began neither side is', async () => {
    const pair = await newPair();
    expect(await namesOf(pair)).toEqual(['김하늘', '이멘토']);
    await staffAsks(pair, routes.endMentorship, { body: { waits: false } });
    expect(await namesOf(pair)).toEqual([undefined, '이멘토']);
    const declined = await newPair({ state: 'ended', endedBecause: 'declined', from: undefined });
    expect(await namesOf(declined)).toEqual([undefined, undefined]);
  });
});
