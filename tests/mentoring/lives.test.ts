import { describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import {
  ask,
  bookAt,
  booked,
  budgetOf,
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

openMentoring();

const start = '2025-06-09T07:00:00Z';

/** A session that has begun. */
async function begun(otherwise: object = {}) {
  setTime('2025-06-02T00:00:00Z');
  const pair = await newPair(otherwise);
  const sessionId = await booked(pair, start);
  setTime('2025-06-09T07:40:00Z');
  return { pair, sessionId };
}

const tell = (pair: Pair, sessionId: string, outcome: string) =>
  ask(pair, routes.tellOutcome, { as: 'mentor', sessionId, body: { outcome } });

describe('edge case 29: given a session that has begun', () => {
  it.each([
    ['completed', 1],
    ['learner-no-show', 1],
    ['mentor-no-show', 0],
    ['technical-failure', 0],
  ])('when the mentor tells %s, %i of the budget is used up', async (outcome, used) => {
    const { pair, sessionId } = await begun();
    expect(await tell(pair, sessionId, outcome)).toMatchObject({
      status: 200,
      body: { state: 'ended', outcome, toldBy: 'mentor' },
    });
    expect(await budgetOf(pair)).toEqual({ granted: 16, used, left: 16 - used, booked: 0 });
    expect(await quartersTaken(pair)).toEqual([2, 2]);
    const again = await tell(pair, sessionId, 'completed');
    expect(again).toMatchObject({ status: 409, body: { code: 'outcome-told' } });
  });

  it('when the learner disputes a no-show, a coordinator decides and the session is given back', async () => {
    const { pair, sessionId } = await begun();
    await tell(pair, sessionId, 'learner-no-show');
    const says = { sessionId, body: { says: 'mentor-no-show' } };
    expect((await ask(pair, routes.disputeOutcome, says)).status).toBe(200);
    expect((await ask(pair, routes.disputeOutcome, says)).status).toBe(409);
    const decided = { sessionId, body: { outcome: 'mentor-no-show' } };
    expect((await staffAsks(pair, routes.decideOutcome, decided)).status).toBe(200);
    expect(await budgetOf(pair)).toEqual({ granted: 16, used: 0, left: 16, booked: 0 });
    expect((await staffAsks(pair, routes.decideOutcome, decided)).status).toBe(409);
  });
});

describe('edge case 29: given a session to come', () => {
  it.each([
    ['learner', '2025-06-08T06:59:00Z', 0],
    ['learner', '2025-06-08T07:01:00Z', 1],
    ['mentor', '2025-06-09T06:59:00Z', 0],
  ] as const)(
    'when the %s calls it off at %s, %i of the budget is used up',
    async (as, at, used) => {
      setTime('2025-06-02T00:00:00Z');
      const pair = await newPair();
      const sessionId = await booked(pair, start);
      setTime(at);
      const cancel = () => ask(pair, routes.cancelSession, { as, sessionId });
      expect([(await cancel()).status, (await cancel()).status]).toEqual([204, 204]);
      expect(await budgetOf(pair)).toEqual({ granted: 16, used, left: 16 - used, booked: 0 });
      expect(await quartersTaken(pair)).toEqual([0, 0]);
    },
  );
});

describe('edge case 28: given a mentor who leaves after nine sessions', () => {
  const nine = { budget: { granted: 16, used: 9, left: 7 } };

  it('when a coordinator hands over, seven carry over, and what was booked is free', async () => {
    setTime('2025-06-02T00:00:00Z');
    const [pair, next] = [await newPair(nine), await newMentor({ mentees: 0 })];
    await bookAt(pair, start);
    const answer = await staffAsks(pair, routes.handOverMentorship, {
      body: { mentorId: next.mentorId },
    });
    expect(answer).toMatchObject({
      status: 201,
      body: { state: 'offered', budget: { granted: 7, left: 7 }, continues: pair.mentorshipId },
    });
    expect(await quartersTaken(pair)).toEqual([0, 0]);
    const old = await stores.mentorships.read(pair.mentorshipId);
    expect(old?.mentorship).toMatchObject({ state: 'ended', endedBecause: 'handed-over' });
    const mentees = await Promise.all(
      [pair.mentorId, next.mentorId].map(
        async (id) => (await stores.mentors.read(id))?.mentor.mentees,
      ),
    );
    expect(mentees).toEqual([0, 1]);
    expect((await bookAt(pair, start)).status).toBe(409);
  });

  it('the largest of all fits into one transaction: sixteen to come, each on two days of UTC', async () => {
    setTime('2025-06-01T22:00:00Z');
    const [pair, next] = [await newPair(), await newMentor({ mentees: 0 })];
    const days = ['monday', 'wednesday', 'friday'];
    const series = { days, at: '08:45', count: 16, from: '2025-06-02' };
    expect((await ask(pair, routes.bookSessions, { body: { series } })).status).toBe(201);
    const body = { mentorId: next.mentorId };
    expect(await staffAsks(pair, routes.handOverMentorship, { body })).toMatchObject({
      status: 201,
      body: { budget: { granted: 16 } },
    });
    expect(await quartersTaken(pair)).toEqual([0, 0]);
  });

  it('when the mentor leaves, the learner waits again with seven, and not for the same', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair(nine);
    expect((await ask(pair, routes.leaveMentorship, { as: 'mentor' })).status).toBe(200);
    expect(await stores.requests.read(pair.learnerId)).toMatchObject({
      request: { state: 'open' },
      kept: {
        refused: [pair.mentorId],
        carries: { sessions: 7, continues: pair.mentorshipId },
      },
    });
  });

  it('edge case 32: when the other mentor has as many learners as they take, nothing changes', async () => {
    const [pair, full] = [await newPair(nine), await newMentor({ capacity: 1, mentees: 1 })];
    const body = { mentorId: full.mentorId };
    const answer = await staffAsks(pair, routes.handOverMentorship, { body });
    expect(answer).toMatchObject({ status: 409, body: { code: 'mentor-full' } });
    expect((await stores.mentorships.read(pair.mentorshipId))?.mentorship.state).toBe('active');
  });
});

describe('edge case 27: given a mentorship whose sessions are used up', () => {
  it('when an extension is asked for and approved, eight more can be booked', async () => {
    setTime('2025-07-21T00:00:00Z');
    const pair = await newPair({ budget: { granted: 16, used: 16, left: 0 } });
    expect((await bookAt(pair, '2025-07-22T01:00:00Z')).status).toBe(422);
    const reason = { body: { reason: 'Two chapters are left.' } };
    expect((await ask(pair, routes.askForExtension, reason)).status).toBe(200);
    const approved = { body: { outcome: 'approved' } };
    expect(await staffAsks(pair, routes.decideExtension, approved)).toMatchObject({
      status: 200,
      body: { budget: { granted: 24, left: 8 }, until: '2025-08-24', extensions: 1 },
    });
    expect((await bookAt(pair, '2025-08-22T01:00:00Z')).status).toBe(201);
    const more = await ask(pair, routes.askForExtension, reason);
    expect(more).toMatchObject({ status: 422, body: { code: 'no-extension-left' } });
  });
});

describe('edge case 34: given a mentorship that is paused', () => {
  it('nothing is booked, and what is booked is held; when it goes on, missed sessions are given back', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair();
    await booked(pair, start);
    await booked(pair, '2025-06-30T07:00:00Z');
    expect((await staffAsks(pair, routes.pauseMentorship)).status).toBe(200);
    expect((await bookAt(pair, '2025-06-10T07:00:00Z')).status).toBe(409);
    const { body } = await ask(pair, routes.listSessions);
    expect(body).toMatchObject({ sessions: [{ held: true }, { held: true }] });
    setTime('2025-06-16T00:00:00Z');
    expect(await staffAsks(pair, routes.resumeMentorship)).toMatchObject({
      status: 200,
      body: { state: 'active', until: '2025-08-10', budget: { left: 15 } },
    });
    expect(await quartersTaken(pair)).toEqual([2, 2]);
  });

  it('a mentor whose check has expired meets nobody', async () => {
    setTime('2025-06-02T00:00:00Z');
    const pair = await newPair({}, await newMentor({ checkUntil: '2025-06-01' }));
    const answer = await bookAt(pair, start);
    expect(answer).toMatchObject({ status: 409, body: { code: 'mentor-check-expired' } });
  });
});

describe('given what a coordinator decides or looks at', () => {
  it('each is in the trail of the learner', async () => {
    const { pair, sessionId } = await begun();
    await staffAsks(pair, routes.listAttendance);
    const outcome = { sessionId, body: { outcome: 'completed' } };
    await staffAsks(pair, routes.decideOutcome, outcome);
    await ask(pair, routes.askForExtension, { body: { reason: 'Two chapters are left.' } });
    await staffAsks(pair, routes.decideExtension, { body: { outcome: 'refused' } });
    await staffAsks(pair, routes.pauseMentorship);
    await staffAsks(pair, routes.resumeMentorship);
    await staffAsks(pair, routes.endMentorship, { body: { waits: false } });
    const { entries } = await auditStore('audit').listOfLearner(pair.learnerId, 100, undefined);
    expect(entries.map(({ action }) => action).toSorted()).toEqual([
      'attendance-read',
      'extension-decided',
      'mentorship-ended',
      'mentorship-paused',
      'mentorship-resumed',
      'outcome-decided',
    ]);
  });
});
