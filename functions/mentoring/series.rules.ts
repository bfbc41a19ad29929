import { Temporal } from 'temporal-polyfill';
import type { Interval } from './availability.rules.ts';
import { type Weekday, weekdays } from './words.contract.ts';

/** "Each Tuesday and Thursday at 16:00 in Seoul, sixteen times half an hour, from 1 March to 30 April, not on the 10th." */
export interface Series {
  readonly days: readonly Weekday[];
  /** Local time of day, such as "16:00". */
  readonly at: string;
  readonly timeZone: string;
  /** How many. */
  readonly sessions: number;
  readonly minutes: number;
  /** The first day that may have a session, and the last on which one may begin (year-month-day). */
  readonly from: string;
  readonly until: string;
  /** Days without a session, such as holidays; they do not count. */
  readonly skipped: readonly string[];
}

/**
 * The sessions of a series in order: as many as were asked for, or fewer where the days do not suffice. Each keeps
 * its local time, so 16:00 stays 16:00 across a DST change (edge case 31), and lasts its minutes by the clock of the
 * world, not of the wall.
 *
 * A start in the hour that exists twice is the first of the two. A start in the hour that does not exist moves on by
 * what is missing, 02:30 to 03:30, as a date-time of iCalendar does (RFC 5545, 3.3.5; Temporal's `compatible`). It is
 * not left out, as an instance of an iCalendar recurrence would be (3.3.10): it would cost the learner one of few weeks.
 * A day that a zone's calendar does not have (30 December 2011 in Samoa) has no session.
 */
export function sessionsOf(series: Series): Interval[] {
  const found: Interval[] = [];
  const last = Temporal.PlainDate.from(series.until);
  let day = Temporal.PlainDate.from(series.from);
  while (found.length < series.sessions && Temporal.PlainDate.compare(day, last) <= 0) {
    const start = startOn(series, day);
    if (start !== undefined) {
      found.push({ from: start, until: start.add({ minutes: series.minutes }) });
    }
    day = day.add({ days: 1 });
  }
  return found;
}

function startOn(
  { days, at, timeZone, skipped }: Series,
  day: Temporal.PlainDate,
): Temporal.Instant | undefined {
  const weekday = weekdays[day.dayOfWeek - 1];
  if (weekday === undefined || !days.includes(weekday)) return undefined;
  if (skipped.includes(day.toString())) return undefined;
  const start = day
    .toPlainDateTime(Temporal.PlainTime.from(at))
    .toZonedDateTime(timeZone, { disambiguation: 'compatible' });
  return start.toPlainDate().equals(day) ? start.toInstant() : undefined;
}
