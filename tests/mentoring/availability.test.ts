import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  type Availability,
  type Exception,
  freeTimes,
  type Interval,
  isFree,
  openStarts,
} from '../../functions/mentoring/availability.rules.ts';
import { weekdays } from '../../functions/mentoring/words.contract.ts';

const instant = (text: string) => Temporal.Instant.from(text);
const quarters = (a: Temporal.Instant, b: Temporal.Instant) =>
  (b.epochMilliseconds - a.epochMilliseconds) / 900_000;

/** "sunday 02:30-04:00" of a zone. */
function weekly(timeZone: string, ...times: readonly string[]): Availability {
  const parsed = times.map((time) => {
    const [, name, from = '', until = ''] = /^(\w+) (.+)-(.+)$/.exec(time) ?? [];
    const day = weekdays.find((weekday) => weekday === name);
    if (day === undefined) throw new Error(`no time of a week: ${time}`);
    return { day, from, until };
  });
  return { timeZone, weekly: parsed, exceptions: [] };
}

/** The same with "away 2026-03-04T16:00/2026-03-05T00:00". */
function but(availability: Availability, ...exceptions: readonly string[]): Availability {
  const parsed = exceptions.map((exception): Exception => {
    const [kind, from = '', until = ''] = exception.split(/[ /]/);
    return { kind: kind === 'away' ? 'away' : 'extra', from, until };
  });
  return { ...availability, exceptions: parsed };
}

/** Free times of a week from a local midnight on, as "Sun 02:30-05:00 – Sun 03:00-05:00". */
function freeIn(availability: Availability, monday: string): string[] {
  const { timeZone } = availability;
  const midnight = Temporal.PlainDate.from(monday).toZonedDateTime(timeZone);
  const shown = (moment: Temporal.Instant) =>
    moment.toZonedDateTimeISO(timeZone).toString({ smallestUnit: 'minute', timeZoneName: 'never' });
  return freeTimes(availability, midnight.toInstant(), midnight.add({ days: 7 }).toInstant()).map(
    ({ from, until }) => `${shown(from)} ${shown(until).slice(11)} (${quarters(from, until)})`,
  );
}

const seoul = weekly('Asia/Seoul', 'tuesday 16:00-18:00', 'thursday 22:00-24:00');
const york = (...times: string[]) => weekly('America/New_York', ...times);
const howe = (...times: string[]) => weekly('Australia/Lord_Howe', ...times);
const overnight = weekly('Asia/Kathmandu', 'friday 23:00-24:00', 'saturday 00:00-01:00');

describe('someone is free', () => {
  it.each<[string, Availability, string, string[]]>([
    [
      'at their weekly times in their own zone',
      seoul,
      '2026-03-02',
      ['2026-03-03T16:00+09:00 18:00+09:00 (8)', '2026-03-05T22:00+09:00 00:00+09:00 (8)'],
    ],
    [
      'across midnight without a break',
      overnight,
      '2026-03-02',
      ['2026-03-06T23:00+05:45 01:00+05:45 (8)'],
    ],
    [
      'but not while they are away',
      but(
        seoul,
        'away 2026-03-03T16:30/2026-03-03T17:00',
        'away 2026-03-05T00:00/2026-03-06T00:00',
      ),
      '2026-03-02',
      ['2026-03-03T16:00+09:00 16:30+09:00 (2)', '2026-03-03T17:00+09:00 18:00+09:00 (4)'],
    ],
    [
      'at extra times too, joined to what they touch',
      but(
        seoul,
        'extra 2026-03-03T18:00/2026-03-03T19:00',
        'away 2026-03-05T00:00/2026-03-07T00:00',
      ),
      '2026-03-02',
      ['2026-03-03T16:00+09:00 19:00+09:00 (12)'],
    ],
    [
      'not at an extra time at which they are away',
      but(
        seoul,
        'extra 2026-03-04T10:00/2026-03-04T11:00',
        'away 2026-03-02T00:00/2026-03-09T00:00',
      ),
      '2026-03-02',
      [],
    ],
    [
      'edge case 31: at 16:00 by their clock on both sides of a DST change',
      york('saturday 16:00-17:00', 'sunday 16:00-17:00'),
      '2026-03-02',
      ['2026-03-07T16:00-05:00 17:00-05:00 (4)', '2026-03-08T16:00-04:00 17:00-04:00 (4)'],
    ],
    [
      'edge case 31: for less time where the missing hour takes the beginning',
      york('sunday 02:30-05:00'),
      '2026-03-02',
      ['2026-03-08T03:00-04:00 05:00-04:00 (8)'],
    ],
    [
      'edge case 31: for less time where the missing hour takes the end',
      york('sunday 01:00-02:30'),
      '2026-03-02',
      ['2026-03-08T01:00-05:00 03:00-04:00 (4)'],
    ],
    [
      'edge case 31: not at all within the missing hour',
      york('sunday 02:15-02:45'),
      '2026-03-02',
      [],
    ],
    [
      'edge case 31: both times in the hour that exists twice',
      york('sunday 00:30-02:00'),
      '2026-10-26',
      ['2026-11-01T00:30-04:00 02:00-05:00 (10)'],
    ],
    [
      'edge case 31: twice, with a break, where their time is a part of that hour',
      york('sunday 01:00-01:30'),
      '2026-10-26',
      ['2026-11-01T01:00-04:00 01:30-04:00 (2)', '2026-11-01T01:00-05:00 01:30-05:00 (2)'],
    ],
    [
      'edge case 31: for half an hour less where the half hour is missing',
      howe('sunday 01:30-03:00'),
      '2026-09-28',
      ['2026-10-04T01:30+10:30 03:00+11:00 (4)'],
    ],
    [
      'edge case 31: for half an hour more where the half hour exists twice',
      howe('sunday 01:00-02:30'),
      '2026-03-30',
      ['2026-04-05T01:00+11:00 02:30+10:30 (8)'],
    ],
    [
      'edge case 31: not while they are away in the hour that exists twice, either time',
      but(york('sunday 00:00-04:00'), 'away 2026-11-01T01:00/2026-11-01T02:00'),
      '2026-10-26',
      ['2026-11-01T00:00-04:00 01:00-04:00 (4)', '2026-11-01T02:00-05:00 04:00-05:00 (8)'],
    ],
    [
      'edge case 31: as ever when they are away in the missing hour',
      but(york('sunday 01:00-05:00'), 'away 2026-03-08T02:15/2026-03-08T02:45'),
      '2026-03-02',
      ['2026-03-08T01:00-05:00 05:00-04:00 (12)'],
    ],
  ])('%s', (_what, availability, monday, free) => {
    expect(freeIn(availability, monday)).toEqual(free);
  });

  it.each<[string, Availability, string, number, boolean]>([
    ['for a session that fills the time', seoul, '2026-03-03T16:00+09:00', 120, true],
    ['not a quarter hour longer', seoul, '2026-03-03T16:00+09:00', 135, false],
    ['not from a quarter hour before', seoul, '2026-03-03T15:45+09:00', 30, false],
    ['for a session across midnight', overnight, '2026-03-06T23:45+05:45', 30, true],
    [
      'in the evening, when it is the next day in UTC',
      york('tuesday 20:00-21:00'),
      '2026-03-03T20:00-05:00',
      60,
      true,
    ],
    [
      'edge case 31: across the missing hour, for as long as the world counts',
      york('sunday 01:00-04:00'),
      '2026-03-08T01:30-05:00',
      90,
      true,
    ],
    [
      'edge case 31: and no longer than that',
      york('sunday 01:00-04:00'),
      '2026-03-08T01:30-05:00',
      105,
      false,
    ],
  ])('%s', (_what, availability, start, minutes, free) => {
    expect(isFree(availability, instant(start), minutes)).toBe(free);
  });
});

describe('two people can begin', () => {
  const from = instant('2026-03-02T00:00Z');
  const until = instant('2026-03-09T00:00Z');
  const starts = (
    one: Availability,
    other: Availability,
    taken: readonly Interval[] = [],
    minutes = 30,
  ) =>
    openStarts(one, other, taken, from, until, minutes).map((start) =>
      start.toZonedDateTimeISO('Asia/Seoul').toPlainDateTime().toString({ smallestUnit: 'minute' }),
    );
  const kathmandu = weekly('Asia/Kathmandu', 'tuesday 13:00-14:00');

  it('on the quarter hour, while the whole session fits both, whatever their zones', () => {
    expect(starts(seoul, kathmandu)).toEqual([
      '2026-03-03T16:15',
      '2026-03-03T16:30',
      '2026-03-03T16:45',
    ]);
  });

  it('not when a session of either is in the way; right after it they can', () => {
    const taken = {
      from: instant('2026-03-03T16:15+09:00'),
      until: instant('2026-03-03T16:45+09:00'),
    };
    expect(starts(seoul, kathmandu, [taken, taken])).toEqual(['2026-03-03T16:45']);
  });

  it('around what is taken, in whatever order that comes', () => {
    const session = (from: string, until: string) => ({
      from: instant(`2026-03-03T${from}+09:00`),
      until: instant(`2026-03-03T${until}+09:00`),
    });
    const taken = [session('17:15', '17:30'), session('16:00', '17:00'), session('16:15', '16:30')];
    const tuesday = weekly('Asia/Seoul', 'tuesday 16:00-18:00');
    expect(starts(tuesday, tuesday, taken, 15)).toEqual([
      '2026-03-03T17:00',
      '2026-03-03T17:30',
      '2026-03-03T17:45',
    ]);
  });

  it('never where they share nothing, or too little', () => {
    expect(starts(seoul, york('tuesday 16:00-18:00'))).toEqual([]);
    expect(starts(seoul, kathmandu, [], 75)).toEqual([]);
  });

  it('on the quarter hour even where the range does not begin on it, and not past its end', () => {
    const found = openStarts(
      seoul,
      seoul,
      [],
      instant('2026-03-03T16:05+09:00'),
      instant('2026-03-03T17:10+09:00'),
      30,
    );
    expect(found.map(String)).toEqual(['2026-03-03T07:15:00Z', '2026-03-03T07:30:00Z']);
  });
});
