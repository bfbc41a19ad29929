import { Temporal } from 'temporal-polyfill';
import type { Interval } from './availability.rules.ts';
import type { Booking } from './words.contract.ts';

/** A quarter hour of a UTC day: the attribute `t0930` of the row of 2026-03-02. */
export interface Quarter {
  readonly day: string;
  readonly name: string;
}

/** What takes up someone's time, and when. */
export interface Taken extends Interval {
  readonly booking: Booking;
}

/** A stretch of someone's time that a booking takes or gives back. */
export interface Stretch {
  readonly start: Temporal.Instant;
  readonly minutes: number;
  readonly booking: Booking;
}

const minutesOfQuarter = 15;

/**
 * The quarter hours from a moment on for so many minutes.
 *
 * @throws {RangeError} the moment or the minutes are not on the grid of quarter hours
 */
export function quartersFrom(start: Temporal.Instant, minutes: number): Quarter[] {
  const late = start.epochMilliseconds % (minutesOfQuarter * 60_000);
  if (late !== 0 || minutes % minutesOfQuarter !== 0 || minutes < minutesOfQuarter) {
    throw new RangeError('time is taken by the quarter hour');
  }
  return Array.from({ length: minutes / minutesOfQuarter }, (_, index) =>
    quarterAt(start.add({ minutes: index * minutesOfQuarter })),
  );
}

/** The UTC day of a moment, which names the row that its quarter hour is in. */
export function utcDay(moment: Temporal.Instant): string {
  return moment.toString().slice(0, 10);
}

/** When a quarter hour begins. */
export function momentOf({ day, name }: Quarter): Temporal.Instant {
  return Temporal.Instant.from(`${day}T${name.slice(1, 3)}:${name.slice(3)}Z`);
}

/**
 * What quarter hours add up to, in order: those of one booking that follow each other are one.
 *
 * @param quarters - each with what takes it, in any order, none twice
 */
export function joinedQuarters(quarters: readonly (Quarter & { booking: Booking })[]): Taken[] {
  const joined: Taken[] = [];
  const inOrder = [...quarters].sort((a, b) =>
    `${a.day}${a.name}`.localeCompare(`${b.day}${b.name}`),
  );
  for (const { booking, ...quarter } of inOrder) {
    const from = momentOf(quarter);
    const until = from.add({ minutes: minutesOfQuarter });
    const last = joined.at(-1);
    if (last?.until.equals(from) && isSame(last.booking, booking)) {
      joined[joined.length - 1] = { ...last, until };
    } else {
      joined.push({ from, until, booking });
    }
  }
  return joined;
}

function isSame(a: Booking, b: Booking): boolean {
  if ('appointmentId' in a) return 'appointmentId' in b && a.appointmentId === b.appointmentId;
  return 'sessionId' in b && a.sessionId === b.sessionId;
}

function quarterAt(moment: Temporal.Instant): Quarter {
  const [day = '', time = ''] = moment.toString().split('T');
  return { day, name: `t${time.slice(0, 2)}${time.slice(3, 5)}` };
}
