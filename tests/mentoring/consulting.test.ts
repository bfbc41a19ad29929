import { describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { eventOfAppointment } from '../../functions/mentoring/appointment.rules.ts';
import { consultingStore } from '../../functions/mentoring/consulting.store.ts';
import { dayStore } from '../../functions/mentoring/day.store.ts';
import { learnerKey } from '../../functions/mentoring/rows.store.ts';
import { MentorshipId, SessionId } from '../../functions/mentoring/words.contract.ts';
import { momentOf } from '../../functions/runtime/clock.ts';
import { transact } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { book, booked, consultant, first, mine, question, refusal, there } from './consultants.ts';
import { ask, learner, openMatching, routes } from './matches.ts';
import { setTime } from './mentorships.ts';

const cloud = openMatching(there);

describe('given a consultant who offers half-hours on Mondays', () => {
  it('when one is booked, both see it, it is taken, and the look is recorded', async () => {
    const [who, them] = [await learner(), await consultant()];
    const times = () =>
      ask(who, routes.listConsultantTimes, {
        params: { staffId: them.staffId },
        query: { from: '2025-06-09', until: '2025-06-09' },
      });
    expect((await times()).body).toMatchObject({ minutes: 30, starts: { length: 7 } });
    expect(await book(who, them, first)).toMatchObject({
      status: 201,
      body: { start: first, minutes: 30, state: 'booked', consultant: '박상담' },
    });
    expect((await times()).body).toMatchObject({ starts: { length: 5 } });
    expect(await mine(who)).toMatchObject([{ start: first, question }]);
    expect((await ask(them, routes.listAppointments)).body).toMatchObject({
      appointments: [{ start: first, question, learner: '김하늘' }],
    });
    const { entries } = await auditStore('audit').listOfStaff(them.staffId, 10, undefined);
    expect(entries.map(({ action }) => action)).toEqual(['appointments-read']);
  });

  it('when a calendar follows the learner, it has the appointment until it is called off', async () => {
    const [who, them] = [await learner(), await consultant()];
    const appointmentId = await booked(who, them, first);
    const { body } = await ask(who, routes.makeCalendar);
    const { url } = routes.makeCalendar.answers.body.parse(body);
    const query = { token: new URL(url).searchParams.get('token') ?? '' };
    const feed = async () => String((await ask(who, routes.readCalendar, { query })).body);
    expect(await feed()).toContain(`UID:${appointmentId}@village\r\n`);
    expect(await feed()).toContain('SUMMARY:상담\r\n');
    expect(await feed()).not.toContain('박상담');
    await ask(who, routes.cancelMyAppointment, { params: { appointmentId } });
    expect(await feed()).not.toContain('VEVENT');
  });

  it('edge case 30: called off it is the same entry in calendars, with a higher sequence', async () => {
    const [who, them] = [await learner(), await consultant()];
    const { body } = await book(who, them, first);
    const one = routes.bookAppointment.answers.body.parse(body);
    const entry = eventOfAppointment(there, one);
    expect(entry).toMatchObject({ sequence: 0, cancelled: false });
    const off = eventOfAppointment(there, { ...one, state: 'cancelled' });
    expect(off).toEqual({ ...entry, sequence: 1, cancelled: true });
  });

  it('when ten learners book the same moment at once, one has it', async () => {
    const them = await consultant();
    const all = await Promise.all(Array.from({ length: 10 }, () => learner()));
    const answers = await Promise.all(all.map((who) => book(who, them, first)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const lost = answers.filter(({ status }) => status !== 201);
    for (const answer of lost) expect(answer).toMatchObject(refusal(409, 'consultant-taken'));
  });

  it('when a learner with one to come books four at once, one more may be', async () => {
    const [who, them] = [await learner(), await consultant()];
    await booked(who, them, first);
    const more = ['16:30', '17:00', '17:15', '17:30'].map((time) => `2025-06-09T${time}:00+09:00`);
    const answers = await Promise.all(
      more.map((start) => book(who, them, new Date(start).toISOString().replace('.000', ''))),
    );
    const lost = answers.filter(({ status }) => status !== 201);
    expect(lost).toHaveLength(3);
    for (const answer of lost) expect(answer).toMatchObject(refusal(409, 'too-many-appointments'));
    expect(await mine(who)).toHaveLength(2);
    setTime('2025-06-09T09:00:00Z');
    expect(await book(who, them, '2025-06-16T07:00:00Z')).toMatchObject({ status: 201 });
  });

  it('when the same booking is sent twice, it is one', async () => {
    const [who, them] = [await learner(), await consultant()];
    const { staffId } = them;
    const body = { staffId, start: first, way: 'online', topic: 'college', question };
    const headers = { 'idempotency-key': 'the-very-same-key' };
    const one = await ask(who, routes.bookAppointment, { body, headers });
    expect(await ask(who, routes.bookAppointment, { body, headers })).toEqual(one);
    expect(await mine(who)).toHaveLength(1);
  });

  it('nobody is in two places: a mentoring session at the time is in the way', async () => {
    const [who, them] = [await learner(), await consultant()];
    const session = {
      mentorshipId: newId(MentorshipId, 'msh'),
      sessionId: newId(SessionId, 'ses'),
    };
    const days = dayStore('mentoring');
    await transact(days.reserve(learnerKey(who.learnerId), momentOf(first), 30, session));
    expect(await book(who, them, first)).toMatchObject(refusal(409, 'learner-taken'));
  });
});

it('nobody books what is closed at that very moment', async () => {
  const [who, them] = [await learner(), await consultant()];
  const offers = consultingStore('mentoring');
  let closed = false;
  cloud().disturb(async (operation) => {
    if (operation !== 'TransactWriteItems' || closed) return undefined;
    closed = true;
    const seen = await offers.read(them.staffId);
    if (seen !== undefined) await offers.keep({ ...seen.consultant, open: false }, seen.version);
    return undefined;
  });
  expect(await book(who, them, first)).toMatchObject(refusal(404, 'no-such-consultant'));
  expect(await mine(who)).toEqual([]);
});

describe('who may book what', () => {
  it.each([
    ['where the area has no consulting', { areaId: 'hill' }, {}, first, 'service-not-offered'],
    ['without an approval', { approval: 'none' }, {}, first, 'not-eligible'],
    [
      'after the approval',
      { approval: { validUntil: '2025-06-08' } },
      {},
      first,
      'approval-expired',
    ],
    ['at a time that is not offered', {}, {}, '2025-06-10T07:00:00Z', 'consultant-not-free'],
    ['what has passed', {}, {}, '2025-05-26T07:00:00Z', 'start-passed'],
    ['another way', {}, { way: 'offline' }, first, 'way-not-offered'],
    ['another topic', {}, { topic: 'sport' }, first, 'topic-not-offered'],
  ] as const)('nobody books %s', async (_what, whose, wish, start, code) => {
    const [who, them] = [await learner(whose), await consultant()];
    expect(await book(who, them, start, wish)).toMatchObject(refusal(422, code));
  });

  it('a consultant who has closed is not found, nor in the list', async () => {
    const [who, them] = [await learner(), await consultant({ open: false })];
    expect(await book(who, them, first)).toMatchObject(refusal(404, 'no-such-consultant'));
    const { body } = await ask(who, routes.listConsultants, { query: { limit: '100' } });
    const { consultants } = routes.listConsultants.answers.body.parse(body);
    expect(consultants.map(({ staffId }) => staffId)).not.toContain(them.staffId);
    const hill = await learner({ areaId: 'hill' });
    const list = await ask(hill, routes.listConsultants);
    expect(list).toMatchObject(refusal(422, 'service-not-offered'));
  });
});
