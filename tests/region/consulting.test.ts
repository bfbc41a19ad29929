import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { routes } = mentoring;

/** Every time of the week, so that the day on which the test runs does not matter. */
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const offer = routes.writeConsulting.body.parse({
  name: '박상담',
  topics: ['admissions'],
  languages: ['ko'],
  ways: ['online'],
  timeZone: 'Asia/Seoul',
  weekly: days.map((day) => ({ day, from: '09:00', until: '18:00' })),
  open: true,
});

it('row 19: a learner finds a consultant, books an open time, and has it alone', async () => {
  const [consultant, learner, other] = await Promise.all([
    people.newStaff('consultant'),
    people.newApprovedLearner(),
    people.newApprovedLearner(),
  ]);
  const { staffId } = consultant;
  granted(await consultant.api(routes.writeConsulting, { body: offer }));
  await until(async () => {
    const query = { limit: 100 };
    const { consultants } = granted(await learner.api(routes.listConsultants, { query }));
    return consultants.some((one) => one.staffId === staffId);
  });

  const today = Temporal.PlainDate.from((await people.control.clock()).now.slice(0, 10));
  const query = { from: today.add({ days: 3 }).toString() };
  const openTimes = async () =>
    granted(await learner.api(routes.listConsultantTimes, { params: { staffId }, query })).starts;
  const [start = ''] = await openTimes();
  const question = '어느 대학이 제 생활기록부를 보나요?';
  const body = routes.bookAppointment.body.parse({
    ...{ staffId, start, way: 'online', topic: 'admissions', question },
  });
  const book = (who: typeof learner) => who.api(routes.bookAppointment, { body });
  const answers = await Promise.all([book(learner), book(other)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(await openTimes()).not.toContain(start);

  const since = { since: today.toString(), limit: 100 };
  const { appointments } = granted(await consultant.api(routes.listAppointments, { query: since }));
  const winner = answers[0]?.status === 201 ? learner : other;
  expect(appointments).toMatchObject([{ learnerId: winner.learnerId, start, question }]);
  await until(async () => {
    const mails = await people.control.mails(winner.email);
    return mails.some(({ subject }) => subject.includes('상담 예약'));
  });
});
