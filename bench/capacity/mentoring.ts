import { Temporal } from 'temporal-polyfill';
import { documents } from '../../functions/documents/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { granted, type Learner } from '../../tests/people.ts';
import { always, selectedMentor } from '../../tests/region/victim.ts';
import { areaId, type MeteredRegion } from './metered-region.ts';
import { stayingStaff } from './staff.ts';

const { routes } = mentoring;
const asMentor = { as: 'mentor' } as const;
/** Nobody else in the story teaches it. */
const subject = 'science';

type Mentor = Awaited<ReturnType<typeof selectedMentor>>;

/**
 * A mentorship as it can go: vetoed, begun, planned, booked, held, handed over and ended, from both sides and the office.
 *
 * @returns whom the learner consults, once it is time
 */
export async function mentored(town: MeteredRegion) {
  const { people } = town;
  const learner = await people.newApprovedLearner({ areaId });
  const first = await selectedMentor(people, subject);
  await proposing(town, learner, first);
  const begun = await matched(town, learner, [first]);
  await together(town, learner, first, begun);
  await kept(town, first);
  await held(town, begun);
  await ending(town, learner, first, begun);
  return consulted(town);
}

async function asked({ api }: Learner) {
  const wish = { goals: '과학을 좋아해요.', subjects: [subject], topics: [], languages: ['ko'] };
  const body = routes.writeRequest.body.parse({ ...wish, ways: ['online'], weekly: always });
  return granted(await api(routes.writeRequest, { body }));
}

async function proposing(town: MeteredRegion, learner: Learner, { mentorId }: Mentor) {
  const office = town.people.administrator.api;
  const { requestId } = await asked(learner);
  const params = { roundId: await openRound(town), requestId, mentorId };
  granted(await office(routes.vetoPair, { params }));
  granted(await office(routes.liftVeto, { params }));
  const both = { params: { mentorId, learnerId: learner.learnerId } };
  granted(await office(routes.declareConflict, both));
  granted(await office(routes.liftConflict, both));
  granted(await learner.api(routes.withdrawRequest, {}));
}

/** The one that is open: there is no second. */
export async function openRound({ people }: MeteredRegion) {
  const { rounds } = granted(await people.administrator.api(routes.listRounds, { query: {} }));
  const [open] = rounds;
  if (open === undefined) throw new Error('no round was begun');
  return open.roundId;
}

/** A round finds a mentor; both accept. */
async function matched(town: MeteredRegion, learner: Learner, mentors: readonly Mentor[]) {
  const office = town.people.administrator.api;
  await town.ledger.apart('again', () => asked(learner));
  const params = { roundId: await openRound(town) };
  granted(await office(routes.rerunRound, { params }));
  await town.control.settle();
  granted(await office(routes.publishRound, { params }));
  await town.control.settle();
  // One that is open, as before.
  granted(await office(routes.startRound, {}));
  return accepted(learner, mentors);
}

/** The mentorship that was offered last, once both have accepted it. */
async function accepted(learner: Learner, mentors: readonly Mentor[]) {
  const offers = granted(await learner.api(routes.listMyMentorships, {})).mentorships;
  const offered = offers.find(({ state }) => state === 'offered');
  if (offered === undefined) throw new Error('no mentor was offered');
  const params = { mentorshipId: offered.mentorshipId };
  const body = { answer: 'accept' } as const;
  granted(await learner.api(routes.answerOffer, { params, body }));
  const answers = [];
  for (const { api } of mentors)
    answers.push(await api(routes.answerOffer, { params, query: asMentor, body }));
  if (!answers.some(({ ok }) => ok)) throw new Error('no mentor was asked');
  return params;
}

type Which = Awaited<ReturnType<typeof accepted>>;

async function together(town: MeteredRegion, { api }: Learner, mentor: Mentor, params: Which) {
  const steps = [{ what: '빛과 그림자', done: false }];
  const plan = routes.writePlan.body.parse({ goals: '과학 탐구', steps });
  granted(await api(routes.writePlan, { params, body: plan }));
  granted(await mentor.api(routes.readPlan, { params, query: asMentor }));
  granted(await api(routes.writeFeedback, { params, body: { score: 5 } }));
  granted(await api(routes.readFeedback, { params }));

  const { now } = await town.control.clock();
  const from = Temporal.PlainDate.from(now.slice(0, 10)).add({ days: 4 }).toString();
  const open = await api(routes.listOpenTimes, { params, query: { from } });
  const [start = '', , , , later = ''] = granted(open).starts;
  const body = routes.bookSessions.body.parse({ start, way: 'online' });
  const [session] = granted(await api(routes.bookSessions, { params, body })).sessions;
  if (session === undefined) throw new Error('nothing was booked');
  const which = { ...params, sessionId: session.sessionId };
  const seen = await api(routes.readSession, { params: which });
  const moved = { params: which, body: { start: later }, ifMatch: seen.ok ? seen.etag : undefined };
  granted(await api(routes.moveSession, moved));
  granted(await api(routes.cancelSession, { params: which }));

  const { url } = granted(await api(routes.makeCalendar, {}));
  const token = routes.readCalendar.query.shape.token.parse(new URL(url).searchParams.get('token'));
  granted(await town.people.anyone(routes.readCalendar, { query: { token } }));
  const report = { about: { kind: 'staff' }, words: '사무실에서 무례했어요.', ...params };
  const told = routes.makeStaffReport.body.parse(report);
  const office = town.people.administrator.api;
  const { reportId } = granted(await office(routes.makeStaffReport, { body: told }));
  const lead = await town.people.newStaff('safeguarding-lead');
  const verdict = routes.decideReport.body.parse({ outcome: 'dismissed', reason: '오해였어요.' });
  granted(await lead.api(routes.decideReport, { params: { reportId }, body: verdict }));
}

/** What mentors do by themselves, and the office about them. */
async function kept(
  { people, control }: MeteredRegion,
  { api, mentorId, check }: Mentor,
): Promise<void> {
  const office = people.administrator.api;
  granted(await api(identity.routes.readMentor, {}));
  granted(await api(routes.readMyOffer, {}));
  const { now } = await control.clock();
  const month = routes.listMyStipends.query.parse({ month: now.slice(0, 7) });
  granted(await api(routes.listMyStipends, { query: month }));
  const away = { kind: 'away', from: '2029-03-08T16:00', until: '2029-03-08T18:00' };
  const body = routes.writeExceptions.body.parse({ exceptions: [away] });
  granted(await api(routes.writeExceptions, { body }));
  const params = { mentorId };
  const until = routes.renewCheck.body.parse({ until: check.expiresOn });
  granted(await office(routes.renewCheck, { params, body: until }));
  const paper = documents.routes.readPaperOfMentor.params.parse({
    ...params,
    paperId: check.paperId,
  });
  granted(await office(documents.routes.readPaperOfMentor, { params: paper }));
}

async function held({ people }: MeteredRegion, params: Which): Promise<void> {
  const office = people.administrator.api;
  granted(await office(routes.pauseMentorship, { params }));
  granted(await office(routes.resumeMentorship, { params }));
}

async function ending(town: MeteredRegion, learner: Learner, first: Mentor, begun: Which) {
  const office = town.people.administrator.api;
  const reason = { body: { reason: '두 장이 남았어요.' } };
  granted(
    await learner.api(routes.askForExtension, {
      params: begun,
      body: routes.askForExtension.body.parse(reason.body),
    }),
  );
  const approved = { outcome: 'approved' } as const;
  granted(await office(routes.decideExtension, { params: begun, body: approved }));
  const second = await selectedMentor(town.people, subject);
  const heir = { params: begun, body: { mentorId: second.mentorId } };
  granted(await office(routes.handOverMentorship, heir));
  const going = await accepted(learner, [second]);
  granted(await office(routes.endMentorship, { params: going, body: { waits: false } }));
  const last = await matched(town, learner, [first, second]);
  granted(await learner.api(routes.leaveMentorship, { params: last }));
  granted(await first.api(routes.leave, {}));
}

/** An appointment with a consultant who will still be there when it is time. */
async function consulted(town: MeteredRegion) {
  const learner = await town.people.newApprovedLearner({ areaId });
  const consultant = await stayingStaff(town, 'consultant');
  const office = await consultant.signedIn();
  const offer = { name: '김상담', topics: ['admissions'], languages: ['ko'], ways: ['online'] };
  const given = { ...offer, open: true, timeZone: 'Asia/Seoul', weekly: always };
  granted(await office(routes.writeConsulting, { body: routes.writeConsulting.body.parse(given) }));
  const { staffId } = consultant;
  const { now } = await town.control.clock();
  const from = Temporal.PlainDate.from(now.slice(0, 10)).add({ days: 6 }).toString();
  const times = await learner.api(routes.listConsultantTimes, {
    params: { staffId },
    query: { from },
  });
  const [start = ''] = granted(times).starts;
  const wish = { staffId, start, way: 'online', topic: 'admissions', question: '수시?' };
  const body = routes.bookAppointment.body.parse(wish);
  const { appointmentId } = granted(await learner.api(routes.bookAppointment, { body }));
  const coordinator = await stayingStaff(town, 'coordinator');
  return { learner, consultant, coordinator, appointmentId, start };
}
