import { Temporal } from 'temporal-polyfill';
import { documents } from '../../functions/documents/contract.ts';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { EvidenceId } from '../../regions/schema.ts';
import { announced, files, send } from '../documents/files.ts';
import { granted, type Learner, type People } from '../people.ts';
import { until } from '../until.ts';

const { routes } = mentoring;
const asMentor = { as: 'mentor' } as const;
/** Nobody else of these tests offers it, so that a round pairs the two. */
const subject = 'history';
/** Every time of the week, so that the day on which the test runs does not matter. */
export const always = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
].map((day) => ({ day, from: '09:00', until: '18:00' }));

type Api = Learner['api'];

/** Hands a paper in, and waits until it is found clean. */
export async function handIn(people: People, api: Api, evidence: string, query: object = {}) {
  const bytes = files.pdf(evidence);
  const issuedOn = (await people.control.clock()).now.slice(0, 10);
  const body = announced(bytes, { evidenceId: EvidenceId.parse(evidence), issuedOn });
  const { paper, upload } = granted(await api(documents.routes.handInPaper, { query, body }));
  if ((await send(upload, bytes)) !== 204) throw new Error('a paper was not taken');
  const { paperId } = paper;
  await until(async () => {
    const { papers } = granted(await api(documents.routes.listMyPapers, { query }));
    return papers.some((one) => one.paperId === paperId && one.state === 'clean');
  });
  return paper;
}

/** Somebody whom the region has selected, who meets learners of all areas. */
export async function selectedMentor(people: People, taught: string = subject) {
  const mentor = await people.newLogin();
  await introduceMentor(mentor.api);
  const offer = { topics: [], languages: ['ko'], ways: ['online'], areas: [], capacity: 2 };
  const body = routes.writeOffer.body.parse({
    ...offer,
    subjects: [taught],
    weekly: always,
  });
  const { mentorId } = granted(await mentor.api(routes.writeOffer, { body }));
  const [, check] = await Promise.all([
    handIn(people, mentor.api, 'enrolment-certificate', asMentor),
    handIn(people, mentor.api, 'background-check', asMentor),
  ]);
  const decision = {
    outcome: 'selected',
    reason: '월요일에 시간이 됩니다.',
    checkUntil: check.expiresOn,
  };
  granted(
    await people.administrator.api(routes.decideOnMentor, {
      params: { mentorId },
      body: routes.decideOnMentor.body.parse(decision),
    }),
  );
  return { ...mentor, mentorId, check };
}

/** Has a login say that they are a mentor. */
export async function introduceMentor(api: Api) {
  const who = { name: '이멘토', language: 'ko', timeZone: 'Asia/Seoul' };
  granted(
    await api(identity.routes.writeMentor, { body: identity.routes.writeMentor.body.parse(who) }),
  );
}

async function mentored(people: People, learner: Learner, mentor: { readonly api: Api }) {
  const wish = {
    ...{
      goals: '수학을 따라잡고 싶어요.',
      subjects: [subject],
      topics: [],
      languages: ['ko'],
    },
    ...{ ways: ['online'], weekly: always },
  };
  const body = routes.writeRequest.body.parse(wish);
  const { requestId } = granted(await learner.api(routes.writeRequest, { body }));
  const rounds = await roundsOfTheWeek(people);
  const params = { roundId: rounds[0]?.roundId ?? '' };
  granted(await people.administrator.api(routes.publishRound, { params }));
  const offers = async () => granted(await learner.api(routes.listMyMentorships, {})).mentorships;
  await until(async () => (await offers()).length === 1);
  const [offered] = await offers();
  if (offered === undefined) throw new Error('no mentor was offered');
  const which = { mentorshipId: offered.mentorshipId };
  const accept = { answer: 'accept' } as const;
  granted(await learner.api(routes.answerOffer, { params: which, body: accept }));
  granted(await mentor.api(routes.answerOffer, { params: which, query: asMentor, body: accept }));
  const { starts } = granted(
    await learner.api(routes.listOpenTimes, { params: which, query: await soon(people) }),
  );
  const session = routes.bookSessions.body.parse({ start: starts[0], way: 'online' });
  const { sessions } = granted(
    await learner.api(routes.bookSessions, { params: which, body: session }),
  );
  return { rounds, ids: { requestId, ...which, sessionId: sessions[0]?.sessionId ?? '' } };
}

/** All rounds, once the job that begins one each week has run twice and the newest has its proposal. */
async function roundsOfTheWeek({ administrator, control }: People) {
  const listed = async () =>
    granted(await administrator.api(routes.listRounds, { query: { limit: 10 } })).rounds;
  const due = (await control.schedules()).find(({ name }) => name.includes('MentoringDue'));
  await control.fire(due?.name ?? '');
  await control.fire(due?.name ?? '');
  await until(async () => (await listed())[0]?.state === 'proposed');
  return listed();
}

async function soon(people: People) {
  const today = Temporal.PlainDate.from((await people.control.clock()).now.slice(0, 10));
  return { from: today.add({ days: 3 }).toString() };
}

async function advised(people: People, learner: Learner) {
  const consultant = await people.newStaff('consultant');
  const { api, staffId } = consultant;
  const offer = {
    name: '박상담',
    topics: ['admissions'],
    languages: ['ko'],
    ways: ['online'],
    open: true,
  };
  const given = { ...offer, timeZone: 'Asia/Seoul', weekly: always };
  granted(await api(routes.writeConsulting, { body: routes.writeConsulting.body.parse(given) }));
  const query = await soon(people);
  const { starts } = granted(
    await learner.api(routes.listConsultantTimes, { params: { staffId }, query }),
  );
  // The first of their days is for the mentor.
  const wish = {
    staffId,
    start: starts.at(-1),
    way: 'online',
    topic: 'admissions',
    question: '수시?',
  };
  const body = routes.bookAppointment.body.parse(wish);
  const { appointmentId } = granted(await learner.api(routes.bookAppointment, { body }));
  return { consultant, appointmentId };
}

/** A learner of an area with one of everything that a learner can have, and the ids of all of it. */
export async function victimIn(people: People, areaId: string) {
  const [learner, mentor] = await Promise.all([
    people.newApprovedLearner({ areaId }),
    selectedMentor(people),
  ]);
  const { applications } = granted(await learner.api(eligibility.routes.listMine, {}));
  const [paper, { rounds, ids }, { consultant, appointmentId }] = await Promise.all([
    handIn(people, learner.api, 'income-certificate'),
    mentored(people, learner, mentor),
    advised(people, learner),
  ]);
  const about = { kind: 'staff' as const };
  const report = routes.makeReport.body.parse({ about, words: '사무실에서 무례했어요.' });
  const { reportId } = granted(await learner.api(routes.makeReport, { body: report }));
  // One that is open, so that nothing is refused for being over.
  const { roundId } = granted(await people.administrator.api(routes.startRound, {}));
  return {
    ...{ learner, consultant, mentor, mentorId: mentor.mentorId, rounds, roundId },
    own: {
      ...ids,
      appointmentId,
      ...{ areaId, reportId, learnerId: learner.learnerId, paperId: paper.paperId },
      applicationId: applications[0]?.applicationId ?? '',
    },
  };
}

export type Victim = Awaited<ReturnType<typeof victimIn>>;
