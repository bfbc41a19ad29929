import { Temporal } from 'temporal-polyfill';
import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { MentoringPolicy, Region } from '../../regions/schema.ts';
import type { EndedBecause, Mentorship, PausedBecause } from './mentorship.contract.ts';
import type { Session } from './session.contract.ts';

/** Under which rules something is decided, and when. */
export interface Terms {
  readonly region: Pick<Region, 'id' | 'timeZone'>;
  /** The one that the mentorship began under. */
  readonly policy: MentoringPolicy;
  readonly now: Temporal.Instant;
}

/** A session as it was read; `reminded` is the last reminder of its present time. */
export interface SeenSession {
  readonly session: Session;
  readonly version: number;
  readonly reminded?: 'day' | 'hour' | undefined;
}

/** What a decision makes of a session; without `before` it is new. */
export interface SessionChange {
  readonly before?: SeenSession;
  readonly after: Session;
}

/** What a decision makes of a mentorship: all of it or nothing. */
export interface Change {
  readonly next: Mentorship;
  readonly sessions: readonly SessionChange[];
}

/** Why a decision is no: a rule, or how things stand. */
export interface Refused {
  readonly because: 'rule' | 'state';
  readonly code: string;
  readonly detail: string;
}

/**
 * Sessions that may be booked at a time. A mentorship is ended or handed over in one transaction of at most 100 writes,
 * and of each session those are its row and up to two days of both sides.
 */
export const mostBooked = 16;

/**
 * The rules that a mentorship is held to: those that it began under (edge case 9), or today's where the region file has
 * given them up.
 *
 * @throws {RangeError} a region without mentoring has a mentorship
 */
export function termsOf(
  region: Pick<Region, 'id' | 'timeZone' | 'mentoring'>,
  { policyVersion }: Pick<Mentorship, 'policyVersion'>,
  now: Temporal.Instant,
): Terms {
  const kept = region.mentoring?.find(({ version }) => version === policyVersion);
  const policy = kept ?? mentoringOn(region, dayIn(region, now));
  if (policy === undefined) throw new RangeError(`no rules of mentoring: ${policyVersion}`);
  return { region, policy, now };
}

/** The midnight that ends a day in the region, so many days later. */
export function endOf(
  { timeZone }: Pick<Region, 'timeZone'>,
  day: Temporal.PlainDate | string,
  days = 0,
): Temporal.Instant {
  const next = Temporal.PlainDate.from(day).add({ days: days + 1 });
  return next.toZonedDateTime(timeZone).toInstant();
}

/** How many sessions are booked and neither used up nor given back. */
export function bookedOf({ budget }: Pick<Mentorship, 'budget'>): number {
  return budget.granted - budget.used - budget.left;
}

/** Whether a session is held: its mentorship is paused and was so when it began, or will be. */
export function isHeld(mentorship: Mentorship, { state, start }: Session): boolean {
  const { pausedAt } = mentorship;
  if (mentorship.state !== 'paused' || pausedAt === undefined || state !== 'booked') return false;
  return Temporal.Instant.compare(start, pausedAt) >= 0;
}

/** A budget after a booked session has ended in one way or another (edge case 29). */
export function settled(
  mentorship: Mentorship,
  usedUp: boolean,
  now: Temporal.Instant,
): Mentorship {
  const { budget } = mentorship;
  const { usedUpAt, ...rest } = mentorship;
  const next = usedUp ? { ...budget, used: budget.used + 1 } : { ...budget, left: budget.left + 1 };
  return next.used < next.granted
    ? { ...rest, budget: next }
    : { ...rest, budget: next, usedUpAt: timestamp(now) };
}

/**
 * Holds a mentorship: nothing is booked, coming sessions are held (edge cases 2, 34 and 35).
 *
 * @returns undefined where it does not go on anyway
 */
export function paused(
  mentorship: Mentorship,
  because: PausedBecause,
  now: Temporal.Instant,
): Mentorship | undefined {
  if (mentorship.state !== 'active') return undefined;
  return { ...mentorship, state: 'paused', pausedBecause: because, pausedAt: timestamp(now) };
}

/**
 * Lets a mentorship go on. Sessions whose time has passed meanwhile are given back, and its last day moves by the days
 * that it was held.
 *
 * @param sessions - all that are booked
 */
export function resumed(
  { region, now }: Terms,
  mentorship: Mentorship,
  sessions: readonly SeenSession[],
): Change {
  const { pausedBecause, pausedBefore, pausedAt, ...rest } = mentorship;
  const missed = sessions.filter(
    ({ session }) =>
      isHeld(mentorship, session) && Temporal.Instant.compare(session.start, now) <= 0,
  );
  const budget = { ...rest.budget, left: rest.budget.left + missed.length };
  const next: Mentorship = { ...rest, state: 'active', budget };
  const held = Temporal.Instant.from(pausedAt ?? timestamp(now));
  const days = dayIn(region, held).until(dayIn(region, now)).days;
  const until = rest.until && Temporal.PlainDate.from(rest.until).add({ days }).toString();
  return {
    next: until === undefined ? next : { ...next, until },
    sessions: missed.map((before) => ({ before, after: calledOff(before.session) })),
  };
}

/**
 * Ends a mentorship. Coming sessions are called off and given back; one that has begun keeps its time, so that its
 * outcome can still be told.
 *
 * @param sessions - all that are booked
 */
export function ended(
  mentorship: Mentorship,
  because: EndedBecause,
  sessions: readonly SeenSession[],
  now: Temporal.Instant,
): Change {
  const { pausedBecause, pausedBefore, pausedAt, ...rest } = mentorship;
  const coming = sessions.filter(
    ({ session }) =>
      session.state === 'booked' &&
      (isHeld(mentorship, session) || Temporal.Instant.compare(session.start, now) > 0),
  );
  const budget = { ...rest.budget, left: rest.budget.left + coming.length };
  return {
    next: {
      ...rest,
      state: 'ended',
      endedBecause: because,
      endedAt: timestamp(now),
      budget,
    },
    sessions: coming.map((before) => ({ before, after: calledOff(before.session) })),
  };
}

/** A session that does not take place: its entry in calendars is cancelled (RFC 5546, 3.2.5). */
export function calledOff(session: Session): Session {
  return { ...session, state: 'cancelled', sequence: session.sequence + 1 };
}

/**
 * What a moment brings to a mentorship: its end, for its budget is used up or its span is over. Both wait for the days in
 * which outcomes are told and disputed, so that whoever used up the last session can still ask for more; and for a
 * coordinator who has been asked. The span of one that is held is not over: its last day moves by those days.
 *
 * @returns why it ends; undefined where it goes on
 */
export function endingOf(
  { region, policy, now }: Terms,
  mentorship: Mentorship,
): Extract<EndedBecause, 'completed' | 'span-over'> | undefined {
  const { state, budget, until, usedUpAt, extension } = mentorship;
  if ((state !== 'active' && state !== 'paused') || extension?.state === 'asked') return undefined;
  const passed = (day: Temporal.PlainDate | string) =>
    Temporal.Instant.compare(endOf(region, day, policy.deadlines.outcome), now) <= 0;
  const lastUse = usedUpAt && dayIn(region, Temporal.Instant.from(usedUpAt));
  const usedUp = budget.used === budget.granted;
  if (usedUp && lastUse !== undefined && passed(lastUse)) return 'completed';
  if (state === 'paused' || until === undefined) return undefined;
  if (bookedOf(mentorship) > 0 || !passed(until)) return undefined;
  return usedUp ? 'completed' : 'span-over';
}

/**
 * When a mentorship has to be looked at next: `endingOf` asked; whether what it is held for is in order again; or, when it
 * has ended, what was written in it deleted (`forgetAt`); undefined where only people bring something.
 */
export function mentorshipDue(
  { region, policy, now }: Terms,
  mentorship: Mentorship,
): string | undefined {
  const { state, pausedBecause, until, budget, usedUpAt } = mentorship;
  const forgotten = forgetAt({ region, policy }, mentorship);
  if (forgotten !== undefined) return timestamp(forgotten);
  if ((state !== 'active' && state !== 'paused') || until === undefined) return undefined;
  // Asked before and it went on: a session waits for its outcome, or a coordinator was asked.
  const later = now.add({ hours: 1 });
  // Nobody tells when consent, an approval or a check is in order again.
  const byRules = pausedBecause !== 'asked' && pausedBecause !== 'safeguarding';
  if (pausedBecause !== undefined && byRules) return timestamp(later);
  const days = policy.deadlines.outcome;
  const usedUp =
    usedUpAt === undefined || budget.used < budget.granted
      ? undefined
      : endOf(region, dayIn(region, Temporal.Instant.from(usedUpAt)), days);
  const spanOver = state === 'paused' ? undefined : endOf(region, until, days);
  const [first] = [usedUp, spanOver]
    .filter((moment) => moment !== undefined)
    .sort(Temporal.Instant.compare);
  if (first === undefined) return undefined;
  return timestamp(Temporal.Instant.compare(first, now) > 0 ? first : later);
}

/**
 * When plan, notes and feedback of a mentorship are to be deleted: the policy's days after its end; undefined where it has
 * not ended, or never began.
 */
export function forgetAt(
  { region, policy }: Pick<Terms, 'region' | 'policy'>,
  { state, from, endedAt }: Pick<Mentorship, 'state' | 'from' | 'endedAt'>,
): Temporal.Instant | undefined {
  if (state !== 'ended' || from === undefined || endedAt === undefined) return undefined;
  return endOf(region, dayIn(region, Temporal.Instant.from(endedAt)), policy.deadlines.notes);
}
