import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import { type Availability, isFree } from './availability.rules.ts';
import type { Mentor } from './mentor.contract.ts';
import { checkStateOn } from './mentor-due.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import {
  bookedOf,
  type Change,
  endOf,
  mostBooked,
  type Refused,
  type SeenSession,
  type Terms,
} from './mentorship.rules.ts';
import type { Session } from './session.contract.ts';
import { alreadyOver, isLate } from './session.rules.ts';
import type { SessionId, Side, Way } from './words.contract.ts';

/** Where and how sessions are to be held; without a way, the mentorship's. */
export interface Meeting {
  readonly way?: Way | undefined;
  readonly venue?: string | undefined;
}

/** The side that did not ask, and when it can meet: whoever asks is taken to be free. */
export interface Other {
  readonly side: Side;
  readonly availability: Availability;
}

/** A session to be: when, and the name that it gets. */
export interface Wanted {
  readonly start: Temporal.Instant;
  readonly sessionId: SessionId;
}

/**
 * Books sessions, all or none: as many as the budget has, within the span, when the other side is free.
 *
 * @param wanted - in order, and as many as `asked`; fewer where the span has no more days for them
 */
export function book(
  terms: Terms,
  mentorship: Mentorship,
  wanted: readonly Wanted[],
  asked: number,
  meeting: Meeting,
  other: Other,
): Change | Refused {
  const { budget } = mentorship;
  const held = notActive(mentorship);
  if (held !== undefined) return held;
  if (budget.left < asked) return noSessionLeft(terms, mentorship);
  if (bookedOf(mentorship) + asked > mostBooked) return tooManyBooked(mentorship);
  if (wanted.length < asked) return outsideSpan(mentorship);
  const where = meetingOf(mentorship, meeting);
  if ('code' in where) return where;
  for (const { start } of wanted) {
    const refused = refusedStart(terms, mentorship, start, other);
    if (refused !== undefined) return refused;
  }
  const { mentorshipId, learnerId, mentorId } = mentorship;
  const sessions = wanted.map(({ start, sessionId }) => ({
    after: {
      sessionId,
      mentorshipId,
      learnerId,
      mentorId,
      start: start.toString(),
      minutes: terms.policy.sessionMinutes,
      ...where,
      state: 'booked',
      uid: `${sessionId}@${terms.region.id}`,
      sequence: 0,
    } satisfies Session,
  }));
  const next = { ...mentorship, budget: { ...budget, left: budget.left - asked } };
  return { next, sessions };
}

/** Moves a session; to where it is already, without a change (edge case 30). */
export function move(
  terms: Terms,
  mentorship: Mentorship,
  before: SeenSession,
  wish: Meeting & { readonly start: string },
  other: Other,
): Change | Refused {
  const { session } = before;
  const start = Temporal.Instant.from(wish.start);
  const held = notActive(mentorship);
  if (held !== undefined) return held;
  const over = alreadyOver(terms, session);
  if (over !== undefined) return over;
  const where = meetingOf(session, wish);
  if ('code' in where) return where;
  if (isMovedAlready(session, start, where)) return { next: mentorship, sessions: [] };
  if (other.side === 'mentor' && isLate(terms, session)) return tooLateToMove(terms);
  const refused = refusedStart(terms, mentorship, start, other);
  if (refused !== undefined) return refused;
  const { venue, ...rest } = session;
  const after = { ...rest, ...where, start: start.toString(), sequence: session.sequence + 1 };
  return { next: mentorship, sessions: [{ before, after }] };
}

/** Whether a session is where somebody wants to have it. */
function isMovedAlready(session: Session, start: Temporal.Instant, where: Meeting): boolean {
  const there = Temporal.Instant.from(session.start).equals(start);
  return there && session.way === where.way && session.venue === where.venue;
}

/** Whether a mentor may meet learners: one who is suspended, has left, or whose check has expired may not (edge case 34). */
export function mayMeet(
  { region, now }: Pick<Terms, 'region' | 'now'>,
  mentor: Pick<Mentor, 'state' | 'checkUntil'>,
): Refused | undefined {
  if (mentor.state !== 'selected') {
    const detail = 'The mentor takes no sessions now. A coordinator helps.';
    return { because: 'state', code: 'mentor-not-active', detail };
  }
  if (checkStateOn(mentor, dayIn(region, now)) !== 'expired') return undefined;
  const detail = 'The background check of the mentor has expired. It goes on when it is renewed.';
  return { because: 'state', code: 'mentor-check-expired', detail };
}

function notActive({ state }: Mentorship): Refused | undefined {
  if (state === 'active') return undefined;
  const why = {
    offered: 'Both sides accept it first.',
    paused: 'It is paused; sessions can be booked when it goes on.',
    ended: 'It has ended.',
  } as const;
  const detail = `Nothing can be booked in this mentorship. ${why[state]}`;
  return { because: 'state', code: 'not-active', detail };
}

/** Otherwise nobody would ever be late to call off. */
function tooLateToMove({ policy }: Terms): Refused {
  return {
    because: 'rule',
    code: 'too-late-to-move',
    detail: `Less than ${policy.cancelHours} hours before it begins only the mentor moves a session. Ask them, or call it off.`,
  };
}

/** Edge case 27. */
function noSessionLeft({ policy }: Terms, { budget }: Mentorship): Refused {
  const more =
    policy.extension === undefined ? '' : ' Ask for more with POST /mentorships/{id}/extension.';
  return {
    because: 'rule',
    code: 'no-session-left',
    detail: `${budget.left} of ${budget.granted} sessions can still be booked.${more}`,
  };
}

function tooManyBooked(mentorship: Mentorship): Refused {
  return {
    because: 'rule',
    code: 'too-many-booked',
    detail: `${bookedOf(mentorship)} sessions are booked, and at most ${mostBooked} may be. Hold some of them first.`,
  };
}

/** Edge case 27: a session is over by the midnight that ends the last day. */
function outsideSpan({ from, until }: Mentorship): Refused {
  return {
    because: 'rule',
    code: 'outside-span',
    detail: `Sessions are held from ${from} to the end of ${until}. Choose earlier days, or fewer sessions.`,
  };
}

function refusedStart(
  { region, policy, now }: Terms,
  mentorship: Mentorship,
  start: Temporal.Instant,
  other: Other,
): Refused | undefined {
  const { from, until } = mentorship;
  if (Temporal.Instant.compare(start, now) <= 0) {
    const detail = 'This moment has passed. Choose one to come.';
    return { because: 'rule', code: 'start-passed', detail };
  }
  const ends = start.add({ minutes: policy.sessionMinutes });
  const within =
    from !== undefined &&
    until !== undefined &&
    dayIn(region, start).toString() >= from &&
    Temporal.Instant.compare(ends, endOf(region, until)) <= 0;
  if (!within) return outsideSpan(mentorship);
  if (isFree(other.availability, start, policy.sessionMinutes)) return undefined;
  return {
    because: 'rule',
    code: `${other.side}-not-free`,
    detail: `At ${start} the ${other.side} is not free by their times. GET …/open-times lists when both are.`,
  };
}

function meetingOf(
  present: { readonly way: Way; readonly venue?: string | undefined },
  wish: Meeting,
): { way: Way; venue?: string } | Refused {
  const way = wish.way ?? present.way;
  if (way === 'online') return { way };
  const venue = wish.venue ?? present.venue;
  if (venue !== undefined) return { way, venue };
  return {
    because: 'rule',
    code: 'venue-required',
    detail: 'A session offline needs a place where both meet: send "venue".',
  };
}
