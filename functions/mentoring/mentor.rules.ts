import { Temporal } from 'temporal-polyfill';
import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { MentoringPolicy, MentorPoints, Region } from '../../regions/schema.ts';
import type { MentorId } from '../identity/contract.ts';
import type { Mentor, MentorOffer, OfferException } from './mentor.contract.ts';
import type { Refused } from './mentorship.rules.ts';
import type { Score, ScoreReason } from './vetting.contract.ts';
import type { WeeklyTime, WeeklyTimes } from './words.contract.ts';

/** What is known of an applicant beside what they say. */
export interface Background {
  /** The university that nominated them; undefined: none did. */
  readonly nominatedBy: string | undefined;
  readonly formerMember: boolean;
}

/** A mentor by the offer that they send: an applicant where they are none, left, or were rejected. */
export function applyOffer(
  region: Pick<Region, 'areas' | 'mentoring' | 'timeZone'>,
  offer: MentorOffer,
  before: Mentor | undefined,
  who: Background & { readonly mentorId: MentorId },
  now: Temporal.Instant,
): Refused | Mentor {
  const wrong = wrongOffer(region, offer, mentoringOn(region, dayIn(region, now)));
  if (wrong !== undefined) return wrong;
  const { mentorId, formerMember, nominatedBy } = who;
  const offered = { ...offer, weekly: mergedTimes(offer.weekly), mentorId };
  const university = nominatedBy ?? (before?.nominated ? before.university : offer.university);
  const facts = {
    ...offered,
    university,
    nominated: nominatedBy !== undefined || before?.nominated === true,
    formerMember: formerMember || before?.formerMember === true,
  };
  if (before === undefined) {
    return { ...facts, state: 'applied', since: timestamp(now), mentees: 0, exceptions: [] };
  }
  const { decision, ...rest } = before;
  const anew = before.state === 'left' || before.state === 'rejected';
  return anew
    ? { ...rest, ...facts, state: 'applied', since: timestamp(now) }
    : { ...before, ...facts };
}

function wrongOffer(
  { areas }: Pick<Region, 'areas'>,
  offer: MentorOffer,
  policy: MentoringPolicy | undefined,
): Refused | undefined {
  if (policy === undefined) {
    return ruled(
      'no-mentoring',
      'There is no mentoring here yet. GET /config tells what there is.',
    );
  }
  if (offer.subjects.length + offer.topics.length === 0) {
    return ruled('offer-empty', 'Name at least one subject or topic that you help with.');
  }
  if (!offer.areas.every((wanted) => areas.some(({ id }) => id === wanted))) {
    return ruled('unknown-area', 'Name only areas that GET /config lists.');
  }
  if (offer.ways.includes('offline') && offer.areas.length === 0) {
    return ruled('areas-needed', 'Name the areas that you come to, or offer "online" only.');
  }
  if (offer.capacity > policy.mentees) {
    return ruled(
      'capacity-too-high',
      `A mentor has at most ${policy.mentees} learners at a time. Lower "capacity".`,
    );
  }
  return undefined;
}

/**
 * A mentor who leaves: only without learners, whom a coordinator hands over first (edge case 28), and not while a report
 * about them is open, or who comes back would be an applicant like any other (edge case 35).
 */
export function leaveOf(mentor: Mentor, now: Temporal.Instant): Refused | Mentor {
  if (mentor.state === 'suspended') {
    return {
      because: 'state',
      code: 'mentor-suspended',
      detail:
        'For now you meet no learners, and cannot leave either. We write as soon as that changes.',
    };
  }
  if (mentor.mentees === 0) return { ...mentor, state: 'left', since: timestamp(now) };
  return {
    because: 'state',
    code: 'mentorships-running',
    detail: `You have ${mentor.mentees} learners. A coordinator hands them over, then you can leave.`,
  };
}

/** Weekly times in the order of the week, those that overlap or touch in one. */
export function mergedTimes(weekly: WeeklyTimes): WeeklyTimes {
  const merged: WeeklyTime[] = [];
  for (const time of [...weekly].sort(byWeek)) {
    const last = merged.at(-1);
    if (last?.day !== time.day || last.until < time.from) merged.push(time);
    else if (last.until < time.until) merged[merged.length - 1] = { ...last, until: time.until };
  }
  return merged;
}

const order = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const byWeek = (a: WeeklyTime, b: WeeklyTime) =>
  order.indexOf(a.day) - order.indexOf(b.day) || a.from.localeCompare(b.from);

/** The exceptions that are not over, in their order, by the clock on the mentor's wall. */
export function comingExceptions(
  exceptions: readonly OfferException[],
  timeZone: string,
  now: Temporal.Instant,
): OfferException[] {
  const there = now.toZonedDateTimeISO(timeZone).toPlainDateTime();
  return exceptions
    .filter(({ until }) => Temporal.PlainDateTime.compare(until, there) > 0)
    .sort((a, b) => a.from.localeCompare(b.from));
}

/**
 * What an applicant gains by the policy's points, each with its reason (rows 16 and 18): a coordinator compares by it and
 * decides. The score is the sum of its reasons, and what gains nothing is left out.
 */
export function scoreOf(
  mentor: Pick<Mentor, 'nominated' | 'formerMember' | 'subjects' | 'topics' | 'weekly'>,
  points: MentorPoints,
): Score {
  const counts: Readonly<Record<ScoreReason['reason'], number>> = {
    nominated: Number(mentor.nominated),
    formerMember: Number(mentor.formerMember),
    subject: new Set(mentor.subjects).size,
    topic: new Set(mentor.topics).size,
    weeklyHour: Math.floor(minutesOf(mentor.weekly) / 60),
  };
  const reasons = scored.flatMap((reason) => {
    const gained = counts[reason] * points[reason];
    return gained === 0 ? [] : [{ reason, count: counts[reason], points: gained }];
  });
  return { score: reasons.reduce((sum, { points: gained }) => sum + gained, 0), reasons };
}

const scored = ['nominated', 'formerMember', 'subject', 'topic', 'weeklyHour'] as const;

function minutesOf(weekly: WeeklyTimes): number {
  return mergedTimes(weekly).reduce((sum, { from, until }) => sum + clock(until) - clock(from), 0);
}

/** Minutes of the day; "24:00" is its end. */
function clock(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function ruled(code: string, detail: string): Refused {
  return { because: 'rule', code, detail };
}
