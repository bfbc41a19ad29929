import { describe, expect, it } from 'vitest';
import { SessionId } from '../../functions/mentoring/words.contract.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { AreaId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import {
  ask,
  bookAt,
  booked,
  budgetOf,
  newMentor,
  newPair,
  openMentoring,
  quartersTaken,
  routes,
  stores,
} from './mentorships.ts';

const cloud = openMentoring();

const river = AreaId.parse('river');
const monday = '2025-06-09T07:00:00Z';

describe('given a mentorship of sixteen sessions', () => {
  it('when one is booked, it takes one of the budget and the time of both sides', async () => {
    const pair = await newPair();
    expect(await bookAt(pair, monday)).toMatchObject({
      status: 201,
      body: { sessions: [{ start: monday, minutes: 30, state: 'booked', held: false }] },
    });
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 0, left: 15, booked: 1 });
    expect(await quartersTaken(pair)).toEqual([2, 2]);
  });

  it('edge case 27: when all sixteen are booked as a series, the seventeenth is refused', async () => {
    const pair = await newPair();
    const series = { days: ['monday', 'thursday'], at: '16:00', count: 16, from: '2025-06-02' };
    expect((await ask(pair, routes.bookSessions, { body: { series } })).status).toBe(201);
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 0, left: 0, booked: 16 });
    expect(await quartersTaken(pair)).toEqual([32, 32]);
    const more = await bookAt(pair, '2025-06-10T01:00:00Z');
    expect(more).toMatchObject({ status: 422, body: { code: 'no-session-left' } });
  });

  it('when a series meets one session that is booked, nothing of it is', async () => {
    const pair = await newPair();
    await bookAt(pair, '2025-06-16T07:00:00Z');
    const series = { days: ['monday'], at: '16:00', count: 4, from: '2025-06-02' };
    const answer = await ask(pair, routes.bookSessions, { body: { series } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'learner-taken' } });
    expect(await quartersTaken(pair)).toEqual([2, 2]);
  });

  it('edge case 27: when eight are booked at once and five are left, five are', async () => {
    const pair = await newPair({ budget: { granted: 16, used: 11, left: 5 } });
    const answers = await Promise.all(
      [9, 10, 11, 12, 13, 16, 17, 18].map((day) =>
        bookAt(pair, `2025-06-${String(day).padStart(2, '0')}T07:00:00Z`),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(3);
    for (const { body } of refused) expect(body).toMatchObject({ code: 'no-session-left' });
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 11, left: 0, booked: 5 });
    expect(await quartersTaken(pair)).toEqual([10, 10]);
  });

  it('when the same booking is sent twice, it is one', async () => {
    const pair = await newPair();
    const [one, two] = [
      await bookAt(pair, monday, { key: 'the-same-key' }),
      await bookAt(pair, monday, { key: 'the-same-key' }),
    ];
    expect(two).toEqual(one);
    expect(await budgetOf(pair)).toMatchObject({ booked: 1 });
  });

  it('strangers and other mentors find nothing', async () => {
    const [pair, other] = [await newPair(), await newPair()];
    for (const as of ['learner', 'mentor'] as const) {
      const stranger = { ...other, mentorshipId: pair.mentorshipId };
      const answer = await bookAt(stranger, monday, { as });
      expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-mentorship' } });
    }
  });
});

describe('given one slot of a mentor', () => {
  it('when many bookings of it come at once, by each of its learners and for each of them, one has it', async () => {
    const learners = runs(5);
    const mentor = await newMentor({ capacity: 50 });
    const pairs = await Promise.all(Array.from({ length: learners }, () => newPair({}, mentor)));
    const sides = ['learner', 'mentor'] as const;
    const answers = await Promise.all(
      pairs.flatMap((pair) => sides.map((as) => bookAt(pair, monday, { as }))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers) {
      if (status === 201) continue;
      expect({ status, body }).toMatchObject({ status: 409 });
      expect(body).toMatchObject({ code: expect.stringMatching(/^(mentor|learner)-taken$/) });
    }
    const budgets = await Promise.all(pairs.map(budgetOf));
    expect(budgets.reduce((sum, { booked }) => sum + booked, 0)).toBe(1);
  });
});

describe('edge case 30: given a session that both sides move at once', () => {
  it('one wins, the other is told that it is stale; the entry keeps its UID and raises SEQUENCE', async () => {
    const pair = await newPair();
    const sessionId = await booked(pair, monday);
    const [learner, mentor] = await Promise.all(
      (['learner', 'mentor'] as const).map((as) => {
        const start = as === 'learner' ? '2025-06-10T07:00:00Z' : '2025-06-11T07:00:00Z';
        return ask(pair, routes.moveSession, { as, sessionId, ifMatch: '"1"', body: { start } });
      }),
    );
    expect([learner?.status, mentor?.status].toSorted()).toEqual([200, 412]);
    const seen = await stores.sessions.read(pair.mentorshipId, SessionId.parse(sessionId));
    expect(seen).toMatchObject({
      version: 2,
      session: { uid: `${sessionId}@village`, sequence: 1 },
    });
    expect(await quartersTaken(pair)).toEqual([2, 2]);
  });
});

describe('given a session that is moved', () => {
  it.each([
    ['by less than its length', '2025-06-09T07:15:00Z', 200, undefined],
    ['to where the mentor meets another', '2025-06-09T08:15:00Z', 409, 'mentor-taken'],
  ])('%s: %s', async (_, start, status, code) => {
    const mentor = await newMentor();
    const [pair, other] = [await newPair({}, mentor), await newPair({}, mentor)];
    const sessionId = await booked(pair, monday);
    await bookAt(other, '2025-06-09T08:00:00Z');
    const answer = await ask(pair, routes.moveSession, {
      sessionId,
      ifMatch: '"1"',
      body: { start },
    });
    expect(answer).toMatchObject({ status, body: code === undefined ? { start } : { code } });
    expect(await quartersTaken(pair)).toEqual([2, 4]);
  });
});

describe('given the times at which both sides could meet', () => {
  it('when one of them is booked, those that it takes are no longer listed', async () => {
    const monday = [{ day: 'monday', from: '16:00', until: '17:15' }];
    const pair = await newPair({}, await newMentor({ weekly: monday }));
    const query = { from: '2025-06-09', until: '2025-06-09' };
    const open = async () => (await ask(pair, routes.listOpenTimes, { query })).body;
    expect(await open()).toEqual({
      minutes: 30,
      starts: ['07:00', '07:15', '07:30', '07:45'].map((time) => `2025-06-09T${time}:00Z`),
    });
    await bookAt(pair, '2025-06-09T07:00:00Z');
    expect(await open()).toMatchObject({
      starts: ['2025-06-09T07:30:00Z', '2025-06-09T07:45:00Z'],
    });
  });
});

describe('given a session that is reminded of while it is called off', () => {
  it('both are on its row', async () => {
    const pair = await newPair();
    const sessionId = SessionId.parse(await booked(pair, monday));
    const seen = await stores.sessions.read(pair.mentorshipId, sessionId);
    if (seen === undefined) throw new Error('it was booked');
    const reminder = stores.sessions.put({ ...seen, reminded: 'day' }, river, undefined);
    let reminded = false;
    cloud().disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || reminded) return undefined;
      reminded = true;
      await transact([reminder]);
      return undefined;
    });
    const answer = await ask(pair, routes.cancelSession, { sessionId });
    cloud().disturb(undefined);
    expect(answer.status).toBe(204);
    expect(await stores.sessions.read(pair.mentorshipId, sessionId)).toMatchObject({
      version: 3,
      reminded: 'day',
      session: { state: 'cancelled' },
    });
  });
});
