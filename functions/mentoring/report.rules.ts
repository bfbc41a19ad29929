import type { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { LearnerId, MentorId, StaffId } from '../identity/contract.ts';
import { type Scope, sees } from '../identity/scope.rules.ts';
import type { Mentor, MentorState } from './mentor.contract.ts';
import type { Mentorship, MentorshipOfSides, MentorshipOfStaff } from './mentorship.contract.ts';
import { paused } from './mentorship.rules.ts';
import type {
  Accused,
  Report,
  ReportEntry,
  Reporter,
  ReportId,
  VerdictInput,
} from './report.contract.ts';
import type { MentorshipId } from './words.contract.ts';

/** Somebody whom a report concerns. */
export type PersonId = LearnerId | MentorId | StaffId;

/** The person whom a report is about; undefined where whoever reported could not name one. */
export function accusedOf(about: Accused): PersonId | undefined {
  switch (about.kind) {
    case 'mentor':
      return about.mentorId;
    case 'learner':
      return about.learnerId;
    case 'staff':
      return about.staffId;
  }
}

/** The person who made a report; undefined of a login that is neither learner nor mentor: nothing is kept about it. */
function reporterOf(reporter: Reporter): PersonId | undefined {
  switch (reporter.kind) {
    case 'learner':
      return reporter.learnerId;
    case 'mentor':
      return reporter.mentorId;
    case 'staff':
      return reporter.staffId;
    case 'login':
      return undefined;
  }
}

/** All whom a report concerns, each once: whom it is about, who made it, and both sides of the mentorship that it names. */
export function personsOf(
  { about, reporter }: Pick<Report, 'about' | 'reporter'>,
  mentorship: Pick<Mentorship, 'learnerId' | 'mentorId'> | undefined,
): readonly PersonId[] {
  const sides = mentorship === undefined ? [] : [mentorship.learnerId, mentorship.mentorId];
  const named = [accusedOf(about), reporterOf(reporter), ...sides];
  return [...new Set(named.flatMap((personId) => personId ?? []))];
}

/** A lead, as far as it matters for what they may see. */
interface Lead {
  readonly staffId: StaffId;
  readonly scope: Scope;
}

/** Whether a lead sees a report: of their area, and never one about themself (edge cases 35 and 50). */
export function maySee(
  { staffId, scope }: Lead,
  { about, areaId }: Pick<Report, 'about' | 'areaId'>,
): boolean {
  if (accusedOf(about) === staffId) return false;
  return scope.kind === 'region' || (areaId !== undefined && sees(scope, areaId));
}

/** A report as a list shows it. */
export function entryOf({ words, decidedBy, reason, ...entry }: Report): ReportEntry {
  return entry;
}

/** A report that was decided. */
export function decided(
  report: Report,
  { outcome, reason }: VerdictInput,
  decidedBy: StaffId,
  now: Temporal.Instant,
): Report {
  return { ...report, state: outcome, reason, decidedBy, decidedAt: timestamp(now) };
}

/** What open reports do to somebody: nothing about them is deleted (the legal hold), and what was stopped is remembered. */
export interface Hold {
  readonly personId: PersonId;
  /** The open reports that name them in any part. */
  readonly concerned: readonly ReportId[];
  /** Those that are about them. */
  readonly accused: readonly ReportId[];
  /** What a mentor was before the first of these, and returns to. */
  readonly mentorWas?: MentorState | undefined;
  /** Mentorships whose other side has still to be told that they are paused. */
  readonly untold: readonly MentorshipId[];
  /** What has still to be done with their mentorships. */
  readonly settling?: 'resume' | 'end' | undefined;
}

/** Of somebody whom no open report concerns. */
export const noHold = (personId: PersonId): Hold => ({
  personId,
  concerned: [],
  accused: [],
  untold: [],
});

/** Whether nothing about somebody may be deleted: an open report concerns them (edge case 35). */
export const holdsDeletion = ({ concerned }: Pick<Hold, 'concerned'>): boolean =>
  concerned.length > 0;

/** Whether something is left to be done about somebody's mentorships. */
export const isUnsettled = ({ untold, settling }: Hold): boolean =>
  untold.length > 0 || settling !== undefined;

/** Whether nothing is held, nor anything left to do. */
export const isOver = (hold: Hold): boolean => hold.concerned.length === 0 && !isUnsettled(hold);

/** Somebody whom one more open report concerns. */
export function concernedBy(hold: Hold, reportId: ReportId): Hold {
  return { ...hold, concerned: [...hold.concerned, reportId] };
}

/** What a report stops at once (edge case 35). */
export interface Stopped {
  readonly hold: Hold;
  /** The mentor, suspended; undefined where they are no mentor, or were suspended before. */
  readonly mentor: Mentor | undefined;
  /** The mentorships that are paused by it. */
  readonly mentorships: readonly Mentorship[];
}

/**
 * Somebody whom one more open report is about: a mentor is suspended whatever they were, and every mentorship that goes on
 * is paused; one that was paused already cannot go on for that other reason alone, which stays on its row: the other side
 * may be reported too, and whichever report is decided last finds it there.
 *
 * @param mentor - undefined where they are no mentor
 * @param mentorships - theirs, also those that are over
 */
export function accusedBy(
  hold: Hold,
  reportId: ReportId,
  mentor: Mentor | undefined,
  mentorships: readonly Mentorship[],
  now: Temporal.Instant,
): Stopped {
  const held = mentorships.flatMap((one) => suspended(one, now) ?? []);
  const suspends = mentor !== undefined && mentor.state !== 'suspended';
  return {
    hold: {
      ...concernedBy(hold, reportId),
      accused: [...hold.accused, reportId],
      mentorWas: suspends ? mentor.state : hold.mentorWas,
      untold: [...new Set([...hold.untold, ...held.map(({ mentorshipId }) => mentorshipId)])],
      settling: hold.settling === 'end' ? 'end' : undefined,
    },
    mentor: suspends ? { ...mentor, state: 'suspended', since: timestamp(now) } : undefined,
    mentorships: held,
  };
}

function suspended(mentorship: Mentorship, now: Temporal.Instant): Mentorship | undefined {
  const { state, pausedBecause } = mentorship;
  if (state !== 'paused') return paused(mentorship, 'safeguarding', now);
  if (pausedBecause === 'safeguarding') return undefined;
  return { ...mentorship, pausedBecause: 'safeguarding', pausedBefore: pausedBecause };
}

/** What a decision about a report leaves of a hold. */
export interface Released {
  readonly hold: Hold;
  /** What the mentor returns to; undefined where they stay as they are. */
  readonly mentor: MentorState | undefined;
}

/**
 * Somebody whom one open report less concerns. Upheld: they stay suspended for good, since whoever `left` can apply anew,
 * and their mentorships end. Dismissed: all goes on as before, unless another report about them is open.
 */
export function releasedBy(
  hold: Hold,
  reportId: ReportId,
  outcome: VerdictInput['outcome'],
): Released {
  const without = (ids: readonly ReportId[]) => ids.filter((id) => id !== reportId);
  const next: Hold = {
    ...hold,
    concerned: without(hold.concerned),
    accused: without(hold.accused),
  };
  if (!hold.accused.includes(reportId)) return { hold: next, mentor: undefined };
  const { mentorWas, ...rest } = next;
  if (outcome === 'upheld') return { hold: { ...rest, settling: 'end' }, mentor: undefined };
  if (next.accused.length > 0) return { hold: next, mentor: undefined };
  return { hold: { ...rest, settling: hold.settling ?? 'resume' }, mentor: mentorWas };
}

/**
 * A mentorship as its two sides see it: that it was reported, neither is told (edge case 35); a pause or an end by a report
 * looks like one by a coordinator.
 */
export function asSidesSee(mentorship: Mentorship): MentorshipOfSides {
  const { declined, pausedBefore, pausedBecause: why, endedBecause: whyOver, ...rest } = mentorship;
  const pausedBecause = why === 'safeguarding' ? 'asked' : why;
  const endedBecause = whyOver === 'safeguarding' ? 'coordinator' : whyOver;
  return {
    ...rest,
    ...(pausedBecause && { pausedBecause }),
    ...(endedBecause && { endedBecause }),
  };
}

/** A mentorship as coordinators see it: that they cannot let it go on, and not why; only leads read reports. */
export function asStaffSee(mentorship: Mentorship): MentorshipOfStaff {
  const { pausedBefore, pausedBecause: why, endedBecause: whyOver, ...rest } = mentorship;
  const pausedBecause = why === 'safeguarding' ? 'rules' : why;
  const endedBecause = whyOver === 'safeguarding' ? 'rules' : whyOver;
  return {
    ...rest,
    ...(pausedBecause && { pausedBecause }),
    ...(endedBecause && { endedBecause }),
  };
}
