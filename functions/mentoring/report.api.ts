import { timestamp } from '../../regions/calendar.ts';
import type { AreaId } from '../../regions/schema.ts';
import { anew } from '../identity/attempt.store.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { log } from '../runtime/logger.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { holdStore } from './hold.store.ts';
import { mentorStore } from './mentor.store.ts';
import { mentorDue } from './mentor-due.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipDue, termsOf } from './mentorship.rules.ts';
import { mentorshipStore } from './mentorship.store.ts';
import { environment, learners, persons, sees, staff } from './people.api.ts';
import {
  type Accused,
  type Report,
  type Reporter,
  ReportId,
  type ReportInput,
  type reportRoutes,
} from './report.contract.ts';
import { accusedBy, accusedOf, concernedBy, type PersonId, personsOf } from './report.rules.ts';
import { reportStore } from './report.store.ts';
import type { EitherSide } from './words.contract.ts';

type Routes = typeof reportRoutes;

const { MENTORING_TABLE, NOTICES_TABLE } = environment;
const reports = reportStore(MENTORING_TABLE);
const holds = holdStore(MENTORING_TABLE);
const mentors = mentorStore(MENTORING_TABLE);
const mentorships = mentorshipStore(MENTORING_TABLE);

async function makeReport({ caller, query, body, claim }: Call<Routes['makeReport']>) {
  const { sub } = caller;
  const reporter = await reporterOf(sub, query);
  // Of the login, not of the reporter: a guardian of two children may have said for neither that they act.
  const isTheirs = async ({ learnerId, mentorId }: Mentorship) =>
    (await learners.learnerIdOf(sub, learnerId)) !== undefined ||
    (await persons.mentorIdOf(sub)) === mentorId;
  return report({ reporter, maySee: isTheirs, serves: () => true }, body, claim);
}

/** As whom a login reports: nobody is turned away for being none of those whom Ladder knows. */
async function reporterOf(sub: Sub, { as, learnerId: wanted }: EitherSide): Promise<Reporter> {
  if (as === 'mentor') {
    const mentorId = await persons.mentorIdOf(sub);
    return mentorId === undefined ? { kind: 'login', sub } : { kind: 'mentor', mentorId };
  }
  const learnerId = await learners.learnerIdOf(sub, wanted);
  return learnerId === undefined ? { kind: 'login', sub } : { kind: 'learner', learnerId };
}

async function makeStaffReport({ caller, body, claim }: Call<Routes['makeStaffReport']>) {
  const member = await staff.memberOf(caller);
  const reporter: Reporter = { kind: 'staff', staffId: member.staffId };
  const serves = (areaId: AreaId) => sees(member, areaId);
  return report({ reporter, serves, maySee: async ({ areaId }) => serves(areaId) }, body, claim);
}

/** Who reports, and what they may name: to staff learners of other areas are nobody (edge case 50). */
interface Reporting {
  readonly reporter: Reporter;
  readonly maySee: (mentorship: Mentorship) => Promise<boolean>;
  readonly serves: (areaId: AreaId) => boolean;
}

/** Keeps a report, and stops in the same transaction what must not go on (edge case 35). */
async function report(reporting: Reporting, body: ReportInput, claim: Claim) {
  const { reporter } = reporting;
  const mentorship = await namedIn(body, reporting);
  const areaId = await areaOf(reporting, body.about, mentorship);
  const made = { ...body, reporter, reportId: newId(ReportId, 'rpt'), state: 'open' } as const;
  const next: Report = { ...made, ...(areaId && { areaId }), createdAt: timestamp(now()) };
  const answer = { body: { reportId: next.reportId } };
  return anew(async () => {
    const stopping = await stop(next, mentorship);
    // Before it is kept, so that no crash in between leaves it unseen: rather an alarm too many.
    log.warn('safeguarding report made');
    const written = await transact([
      rememberAnswer(MENTORING_TABLE, claim, { status: 201, ...answer }),
      reports.create(next),
      ...stopping,
    ]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? answer : undefined;
  });
}

/** The writes by which a report stops things: of an accused mentor with 50 learners 57 of 100 that a transaction may have. */
async function stop(next: Report, mentorship: Mentorship | undefined): Promise<TransactItem[]> {
  const accused = accusedOf(next.about);
  const others = personsOf(next, mentorship).filter((personId) => personId !== accused);
  const concerned = await Promise.all(
    others.map(async (personId) => {
      const seen = await holds.read(personId);
      return holds.change(concernedBy(seen.hold, next.reportId), seen, next.createdAt);
    }),
  );
  return accused === undefined ? concerned : [...concerned, ...(await suspend(next, accused))];
}

async function suspend({ about, reportId }: Report, accused: PersonId): Promise<TransactItem[]> {
  const [seen, mentor, ongoing] = await Promise.all([
    holds.read(accused),
    about.kind === 'mentor' ? mentors.read(about.mentorId) : undefined,
    ongoingOf(about),
  ]);
  const rows = ongoing.map((one) => one.mentorship);
  const moment = now();
  const stopped = accusedBy(seen.hold, reportId, mentor?.mentor, rows, moment);
  const held = new Map(stopped.mentorships.map((one) => [one.mentorshipId, one]));
  return [
    holds.change(stopped.hold, seen, timestamp(moment)),
    ...ongoing.map((one) => {
      const paused = held.get(one.mentorship.mentorshipId);
      // An offer that is accepted at this moment would be a mentorship that nobody paused.
      if (paused === undefined) return reports.isStill(one);
      const due = mentorshipDue(termsOf(region, paused, moment), paused);
      return mentorships.change({ mentorship: paused, version: one.version }, due);
    }),
    ...(mentor === undefined || stopped.mentor === undefined
      ? []
      : suspension({ ...mentor, mentor: stopped.mentor })),
  ];
}

function suspension(next: Parameters<typeof mentors.change>[0]): TransactItem[] {
  const { mentor, kept } = next;
  const to = { kind: 'mentor', mentorId: mentor.mentorId } as const;
  return [
    mentors.change(next, mentorDue(region, mentor, kept, now())),
    sendNotice(NOTICES_TABLE, { kind: 'mentor-suspended', to, facts: {} }),
  ];
}

async function ongoingOf(about: Accused) {
  switch (about.kind) {
    case 'mentor':
      return reports.ongoingOf(about.mentorId);
    case 'learner':
      return reports.ongoingOf(about.learnerId);
    case 'staff':
      return [];
  }
}

/** The mentorship that a report names. @throws {NotFound} `no-such-mentorship`, also of someone else's */
async function namedIn({ mentorshipId }: ReportInput, { maySee }: Reporting) {
  if (mentorshipId === undefined) return undefined;
  const seen = await mentorships.read(mentorshipId);
  if (seen !== undefined && (await maySee(seen.mentorship))) return seen.mentorship;
  throw new NotFound({
    code: 'no-such-mentorship',
    detail: 'You have no such mentorship. Leave "mentorshipId" out, or name one of yours.',
  });
}

/**
 * Whose leads read a report beside those of the whole region: where the mentorship, the learner whom it is about, or the
 * learner who reports is at home. Ids of staff are taken as they are named, so that nobody learns by it who works here.
 *
 * @throws {NotFound} `no-such-person`
 */
async function areaOf(
  { reporter, serves }: Reporting,
  about: Accused,
  mentorship: Mentorship | undefined,
): Promise<AreaId | undefined> {
  const found = about.kind === 'learner' ? await learners.readRecord(about.learnerId) : undefined;
  const at = found && serves(found.profile.areaId) ? found : undefined;
  const mentor = about.kind === 'mentor' ? await persons.readMentor(about.mentorId) : undefined;
  if (about.kind !== 'staff' && at === undefined && mentor === undefined) {
    throw new NotFound({
      code: 'no-such-person',
      detail: 'Nobody has this id. Take the one that your mentorship shows.',
    });
  }
  const areaId = mentorship?.areaId ?? at?.profile.areaId;
  if (areaId !== undefined || reporter.kind !== 'learner') return areaId;
  return (await learners.readRecord(reporter.learnerId))?.profile.areaId;
}

/** The routes of those who report. */
export const reportHandlers = { makeReport, makeStaffReport };
