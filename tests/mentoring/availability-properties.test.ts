import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  type Availability,
  freeTimes,
  type Interval,
  isFree,
  openStarts,
} from '../../functions/mentoring/availability.rules.ts';
import { type WeeklyTime, weekdays } from '../../functions/mentoring/words.contract.ts';
import { runs } from '../runs.ts';

/** Local days on which the clocks change, and ordinary ones. */
const places = [
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Asia/Kathmandu', '2026-03-08'],
  ['Asia/Seoul', '2026-12-31'],
] as const;

const clock = (quarter: number) =>
  `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${['00', '15', '30', '45'][quarter % 4]}`;

const stretch = fc
  .tuple(fc.nat(95), fc.integer({ min: 1, max: 30 }))
  .map(([from, length]) => ({ from, until: Math.min(96, from + length) }));

const weekly = fc.array(
  fc
    .record({ day: fc.constantFrom(...weekdays.slice(4)), stretch })
    .map(({ day, stretch: { from, until } }) => ({ day, from: clock(from), until: clock(until) })),
  { maxLength: 5 },
);

const deviations = fc.array(fc.record({ kind: fc.constantFrom('away', 'extra'), stretch }), {
  maxLength: 3,
});

/** Someone with free times on a day and around it. */
const someone = fc
  .tuple(fc.constantFrom(...places), weekly, deviations)
  .map(([[timeZone, name], times, all]) => {
    const day = Temporal.PlainDate.from(name);
    const local = (quarter: number) =>
      minuteOf(day.toPlainDateTime().add({ minutes: quarter * 15 }));
    const exceptions = all.map(({ kind, stretch: { from, until } }) => ({
      ...{ kind, from: local(from), until: local(until) },
    }));
    return { day, availability: { timeZone, weekly: times, exceptions } };
  });

const minuteOf = (local: Temporal.PlainDateTime) => local.toString({ smallestUnit: 'minute' });

/** Whether someone named the time that their clock shows at a moment. */
function named({ timeZone, weekly, exceptions }: Availability, moment: Temporal.Instant): boolean {
  const shown = moment.toZonedDateTimeISO(timeZone);
  const local = minuteOf(shown.toPlainDateTime());
  const within = (kind: 'away' | 'extra') =>
    exceptions.some((one) => one.kind === kind && one.from <= local && local < one.until);
  const inWeek = ({ day, from, until }: WeeklyTime) =>
    day === weekdays[shown.dayOfWeek - 1] && from <= local.slice(11) && local.slice(11) < until;
  return (weekly.some(inWeek) || within('extra')) && !within('away');
}

function quartersOf({ from, until }: Interval): Temporal.Instant[] {
  const count = (until.epochMilliseconds - from.epochMilliseconds) / 900_000;
  expect(count).toBeGreaterThan(0);
  return Array.from({ length: count }, (_, i) => from.add({ minutes: i * 15 }));
}

const isBefore = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;

describe('for anyone', () => {
  it('edge case 31: the free times are the moments at which their clock shows a time that they named', () => {
    fc.assert(
      fc.property(someone, ({ day, availability }) => {
        const from = day.toZonedDateTime(availability.timeZone).toInstant();
        const until = from.add({ hours: 26 });
        const free = freeTimes(availability, from, until).flatMap(quartersOf);
        const expected = quartersOf({ from, until }).filter((one) => named(availability, one));
        expect(free.map(String)).toEqual(expected.map(String));
      }),
      { numRuns: runs(25) },
    );
  });

  it('the open starts are the quarter hours at which both are free and nothing is taken', () => {
    const range = {
      from: Temporal.Instant.from('2026-03-06T00:00Z'),
      until: Temporal.Instant.from('2026-03-07T12:00Z'),
    };
    const session = fc
      .record({ start: fc.nat(140), length: fc.integer({ min: 1, max: 8 }) })
      .map(({ start, length }) => {
        const from = range.from.add({ minutes: start * 15 });
        return { from, until: from.add({ minutes: length * 15 }) };
      });
    const sessions = fc.array(session, { maxLength: 4 });
    fc.assert(
      fc.property(weekly, weekly, sessions, fc.constantFrom(15, 30, 45), (a, b, taken, minutes) => {
        const one = { timeZone: 'Asia/Seoul', weekly: a, exceptions: [] };
        const other = { timeZone: 'Asia/Kathmandu', weekly: b, exceptions: [] };
        const isOpen = (start: Temporal.Instant) => {
          const end = start.add({ minutes });
          const isFreeForBoth = isFree(one, start, minutes) && isFree(other, start, minutes);
          const meets = taken.some(
            ({ from, until }) => isBefore(from, end) && isBefore(start, until),
          );
          return isFreeForBoth && !meets && !isBefore(range.until, end);
        };
        const starts = openStarts(one, other, taken, range.from, range.until, minutes);
        expect(starts.map(String)).toEqual(quartersOf(range).filter(isOpen).map(String));
      }),
      { numRuns: runs(6) },
    );
  });
});
