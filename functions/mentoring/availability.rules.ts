import { Temporal } from 'temporal-polyfill';
import { type WeeklyTime, type WeeklyTimes, weekdays } from './words.contract.ts';

/** A stretch of time, its end not included; never empty, never backwards. */
export interface Interval {
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
}

/** A dated deviation from the weekly times, in local time such as `2026-03-08T16:00`, on the quarter hour. */
export interface Exception {
  /** Not free, whatever else says so; or free beside the weekly times. */
  readonly kind: 'away' | 'extra';
  readonly from: string;
  readonly until: string;
}

/** When someone can meet, told by the clock on their wall. */
export interface Availability {
  readonly timeZone: string;
  readonly weekly: WeeklyTimes;
  readonly exceptions: readonly Exception[];
}

/** Milliseconds: of the epoch, or of a clock on a wall as if that wall were in UTC. */
interface Span {
  readonly from: number;
  readonly until: number;
}

const minute = 60_000;
const quarter = 15 * minute;
const day = 24 * 60 * minute;

/**
 * When someone is free between two moments: in order, what touches joined. Someone is free whenever their clock shows a
 * time that they named, so on a day of a DST change (edge case 31) a time that falls into the missing hour shrinks or
 * is left out, and one in the hour that exists twice counts both times. Away outweighs extra: nobody is
 * booked when they said that they are not there.
 */
export function freeTimes(
  availability: Availability,
  from: Temporal.Instant,
  until: Temporal.Instant,
): Interval[] {
  return freeSpans(availability, spanOf({ from, until })).map(intervalOf);
}

/** Whether someone is free from a moment on for so many minutes. */
export function isFree(
  availability: Availability,
  start: Temporal.Instant,
  minutes: number,
): boolean {
  const asked = spanOf({ from: start, until: start.add({ minutes }) });
  const [free] = freeSpans(availability, asked);
  return free !== undefined && free.from === asked.from && free.until === asked.until;
}

/**
 * When two people can begin to meet: the quarter hours from which both are free for so many minutes and nothing
 * of what is taken, on either side, is in the way.
 *
 * @param taken - sessions of either; in any order, overlapping or not
 * @param until - when the last session has to be over
 */
export function openStarts(
  one: Availability,
  other: Availability,
  taken: readonly Interval[],
  from: Temporal.Instant,
  until: Temporal.Instant,
  minutes: number,
): Temporal.Instant[] {
  const range = spanOf({ from, until });
  const shared = common(freeSpans(one, range), freeSpans(other, range));
  const open = without(shared, joined(taken.map(spanOf)));
  return open.flatMap((span) => startsIn(span, minutes * minute)).map(instantOf);
}

function startsIn({ from, until }: Span, length: number): number[] {
  const starts: number[] = [];
  for (let start = Math.ceil(from / quarter) * quarter; start + length <= until; start += quarter) {
    starts.push(start);
  }
  return starts;
}

function freeSpans({ timeZone, weekly, exceptions }: Availability, range: Span): Span[] {
  const stretches = stretchesOf(timeZone, range);
  const told = (kind: Exception['kind']) =>
    exceptions
      .filter((exception) => exception.kind === kind)
      .map((exception) => ({ from: wall(exception.from), until: wall(exception.until) }));
  const free = [...stretches.flatMap((stretch) => weeklyIn(weekly, stretch)), ...told('extra')];
  return without(joined(realOf(free, stretches)), joined(realOf(told('away'), stretches)));
}

/** A part of the range in which the zone's distance from UTC, in milliseconds, does not change. */
interface Stretch extends Span {
  readonly offset: number;
}

function stretchesOf(timeZone: string, range: Span): Stretch[] {
  const stretches: Stretch[] = [];
  let at = instantOf(range.from).toZonedDateTimeISO(timeZone);
  while (at.epochMilliseconds < range.until) {
    const next = at.getTimeZoneTransition('next');
    const until = Math.min(next?.epochMilliseconds ?? range.until, range.until);
    const offset = at.offsetNanoseconds / 1_000_000;
    stretches.push({ from: at.epochMilliseconds, until, offset });
    if (next === null) break;
    at = next;
  }
  return stretches;
}

/**
 * What is meant by times on the wall. Each is read with every distance from UTC and counts where that distance holds;
 * so no reading falls into an hour that does not exist, and an hour that exists twice is read twice.
 */
function realOf(times: readonly Span[], stretches: readonly Stretch[]): Span[] {
  return stretches.flatMap(({ from, until, offset }) =>
    times.map((time) => ({
      from: Math.max(time.from - offset, from),
      until: Math.min(time.until - offset, until),
    })),
  );
}

/** The weekly times of all days that a stretch touches, on the wall. */
function weeklyIn(weekly: WeeklyTimes, { from, until, offset }: Stretch): Span[] {
  const times: Span[] = [];
  const first = Math.floor((from + offset) / day) * day;
  for (let midnight = first; midnight < until + offset; midnight += day) {
    // Day 0, the first of January 1970, was a Thursday.
    const weekday = weekdays[(midnight / day + 3) % 7];
    times.push(
      ...weekly.filter((time) => time.day === weekday).map((time) => onDay(time, midnight)),
    );
  }
  return times;
}

function onDay({ from, until }: WeeklyTime, midnight: number): Span {
  return { from: midnight + timeOfDay(from), until: midnight + timeOfDay(until) };
}

/** Of a time such as "18:30", or "24:00" for the end of the day. */
function timeOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  if (hours === undefined || minutes === undefined) throw new RangeError('not a time of day');
  return (hours * 60 + minutes) * minute;
}

function wall(local: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime('UTC').epochMilliseconds;
}

/** In order, without empty ones, and what touches in one. */
function joined(spans: readonly Span[]): Span[] {
  const all: { from: number; until: number }[] = [];
  const inOrder = spans.filter(({ from, until }) => from < until).sort((a, b) => a.from - b.from);
  for (const { from, until } of inOrder) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.until) last.until = Math.max(last.until, until);
    else all.push({ from, until });
  }
  return all;
}

function common(some: readonly Span[], others: readonly Span[]): Span[] {
  const both = some.flatMap((a) =>
    others.map((b) => ({ from: Math.max(a.from, b.from), until: Math.min(a.until, b.until) })),
  );
  return joined(both);
}

/** What is left of joined spans, given joined others that take away. */
function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  return spans.flatMap(({ from, until }) => {
    const left: Span[] = [];
    let rest = from;
    for (const other of others.filter((one) => one.from < until && one.until > from)) {
      if (other.from > rest) left.push({ from: rest, until: other.from });
      rest = other.until;
    }
    return rest < until ? [...left, { from: rest, until }] : left;
  });
}

const spanOf = ({ from, until }: Interval): Span => ({
  from: from.epochMilliseconds,
  until: until.epochMilliseconds,
});

const instantOf = (milliseconds: number) => Temporal.Instant.fromEpochMilliseconds(milliseconds);

const intervalOf = ({ from, until }: Span): Interval => ({
  from: instantOf(from),
  until: instantOf(until),
});
