import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Interval } from './availability.rules.ts';
import type { Stretch } from './day.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import {
  type Change,
  calledOff,
  endOf,
  isHeld,
  type Refused,
  type SeenSession,
  settled,
  type Terms,
} from './mentorship.rules.ts';
import { maySeeNotes } from './note.rules.ts';
import { sessionsOf } from './series.rules.ts';
import type { BookingWish, SeriesWish, Session, SessionView } from './session.contract.ts';
import type { Side } from './words.contract.ts';

/**
 * When the sessions that somebody wants to book begin. Those of a series keep their time by the region's clock (edge
 * case 31); days whose time has passed do not count.
 *
 * @returns fewer than were asked for where the span has no more
 */
export function startsOf(
  terms: Terms,
  mentorship: Pick<Mentorship, 'until'>,
  { start, series }: Pick<BookingWish, 'start' | 'series'>,
): Temporal.Instant[] {
  if (series !== undefined) return startsOfSeries(terms, mentorship, series);
  return start === undefined ? [] : [Temporal.Instant.from(start)];
}

function startsOfSeries(
  { region, policy, now }: Terms,
  { until }: Pick<Mentorship, 'until'>,
  { days, at, count, from }: SeriesWish,
): Temporal.Instant[] {
  const today = dayIn(region, now).toString();
  const series = {
    days,
    at,
    timeZone: region.timeZone,
    // One of them may be today, and passed.
    sessions: count + 1,
    minutes: policy.sessionMinutes,
    from: from > today ? from : today,
    until: until ?? today,
    skipped: [],
  };
  return sessionsOf(series)
    .map((session) => session.from)
    .filter((start) => Temporal.Instant.compare(start, now) > 0)
    .slice(0, count);
}

/**
 * Calls a session off. One that the learner calls off later than the policy's notice has an outcome, which may use it up;
 * any other is given back (edge case 29). A held session would not take place anyway: nobody is late.
 */
export function cancel(
  terms: Terms,
  mentorship: Mentorship,
  before: SeenSession,
  side: Side,
): Change | Refused {
  const { session } = before;
  if (session.state === 'cancelled') return { next: mentorship, sessions: [] };
  const over = alreadyOver(terms, session);
  if (over !== undefined) return over;
  const { policy, now } = terms;
  const notice = Temporal.Instant.from(session.start).subtract({ hours: policy.cancelHours });
  const late =
    side === 'learner' && !isHeld(mentorship, session) && Temporal.Instant.compare(now, notice) > 0;
  const told = { toldBy: side, toldAt: timestamp(now) };
  const after: Session = late
    ? { ...calledOff(session), ...told, outcome: 'learner-cancelled-late' }
    : { ...calledOff(session), ...told };
  const usedUp = late && policy.usesUp.includes('learner-cancelled-late');
  return { next: settled(mentorship, usedUp, now), sessions: [{ before, after }] };
}

/** Whether it is later than the policy's notice before a session begins. */
export function isLate({ policy, now }: Terms, { start }: Session): boolean {
  const notice = Temporal.Instant.from(start).subtract({ hours: policy.cancelHours });
  return Temporal.Instant.compare(now, notice) > 0;
}

/**
 * When a session has to be looked at next: a day and an hour before it begins, and at the end of the days in which its
 * outcome can be told; undefined where nothing more comes of itself.
 */
export function sessionDue(
  { region, policy, now }: Terms,
  { state, start, minutes }: Session,
): string | undefined {
  if (state !== 'booked') return undefined;
  const begins = Temporal.Instant.from(start);
  const moments = [
    begins.subtract({ hours: 24 }),
    begins.subtract({ hours: 1 }),
    outcomeDeadline({ region, policy }, { start, minutes }),
  ];
  const next = moments.find((moment) => Temporal.Instant.compare(moment, now) > 0);
  return timestamp(next ?? now);
}

/** Until when the outcome of a session can be told: the midnight that ends the last of the policy's days. */
export function outcomeDeadline(
  { region, policy }: Pick<Terms, 'region' | 'policy'>,
  { start, minutes }: Pick<Session, 'start' | 'minutes'>,
): Temporal.Instant {
  const end = Temporal.Instant.from(start).add({ minutes });
  return endOf(region, dayIn(region, end), policy.deadlines.outcome);
}

/** The time that a session takes on both sides: that of one that is not called off, past ones included. */
export function timeOf(session: Session | undefined): Stretch[] {
  if (session === undefined || session.state === 'cancelled') return [];
  const { mentorshipId, sessionId, start, minutes } = session;
  return [{ start: Temporal.Instant.from(start), minutes, booking: { mentorshipId, sessionId } }];
}

/**
 * Whether a side sees a session. A mentor's access ends with the mentorship (edge case 28); what has begun by then stays
 * in sight until its outcome is told.
 */
export function maySeeSession(
  mentorship: Pick<Mentorship, 'state'>,
  { state }: Pick<Session, 'state'>,
  side: Side,
): boolean {
  return state === 'booked' || maySeeNotes(mentorship, side);
}

/** What both sides see of a session. */
export function sessionView(mentorship: Mentorship, session: Session): SessionView {
  const { uid, sequence, ...view } = session;
  return { ...view, held: isHeld(mentorship, session) };
}

/** The days of a mentorship in which sessions can be booked from now on; undefined where there are none. */
export function openSpan(
  { region, now }: Terms,
  { state, from, until }: Mentorship,
  asked: Readonly<{ from: string; until?: string | undefined }>,
): Interval | undefined {
  if (state !== 'active' || from === undefined || until === undefined) return undefined;
  const day = Temporal.PlainDate.from(asked.from);
  const last = day.add({ days: 30 }).toString();
  const to = [asked.until ?? day.add({ days: 13 }).toString(), last, until].sort()[0] ?? until;
  const begins = day.toZonedDateTime(region.timeZone).toInstant();
  const first = Temporal.PlainDate.from(from).toZonedDateTime(region.timeZone).toInstant();
  const latest = [begins, first, now].reduce((a, b) =>
    Temporal.Instant.compare(a, b) > 0 ? a : b,
  );
  const end = endOf(region, to);
  return Temporal.Instant.compare(latest, end) < 0 ? { from: latest, until: end } : undefined;
}

/** Why a session can be neither moved nor called off. */
export function alreadyOver({ now }: Terms, { state, start }: Session): Refused | undefined {
  if (state === 'booked' && Temporal.Instant.compare(start, now) > 0) return undefined;
  const detail =
    state === 'booked'
      ? 'This session has begun. Tell how it ended with POST …/outcome.'
      : 'This session has ended or was called off.';
  return { because: 'state', code: 'session-over', detail };
}
