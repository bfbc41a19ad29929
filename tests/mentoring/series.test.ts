import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { type Series, sessionsOf } from '../../functions/mentoring/series.rules.ts';
import { weekdays } from '../../functions/mentoring/words.contract.ts';
import { runs } from '../runs.ts';

/** Each Sunday at 16:00 in New York, four times half an hour; the clocks change on 8 March and 1 November. */
const sundays: Series = {
  days: ['sunday'],
  at: '16:00',
  timeZone: 'America/New_York',
  sessions: 4,
  minutes: 30,
  from: '2026-02-22',
  until: '2026-04-30',
  skipped: [],
};

const starts = (series: Series) =>
  sessionsOf(series).map(({ from }) =>
    from
      .toZonedDateTimeISO(series.timeZone)
      .toString({ smallestUnit: 'minute', timeZoneName: 'never' }),
  );

describe('a series', () => {
  it.each<[string, Partial<Series>, string[]]>([
    [
      'edge case 31: at 16:00 stays at 16:00 across a DST change',
      {},
      [
        '2026-02-22T16:00-05:00',
        '2026-03-01T16:00-05:00',
        '2026-03-08T16:00-04:00',
        '2026-03-15T16:00-04:00',
      ],
    ],
    [
      'edge case 31: in the hour that does not exist moves on by it, that once',
      { at: '02:30', from: '2026-03-01', sessions: 3 },
      ['2026-03-01T02:30-05:00', '2026-03-08T03:30-04:00', '2026-03-15T02:30-04:00'],
    ],
    [
      'edge case 31: in the hour that exists twice takes the first',
      { at: '01:30', from: '2026-10-25', until: '2026-11-30', sessions: 3 },
      ['2026-10-25T01:30-04:00', '2026-11-01T01:30-04:00', '2026-11-08T01:30-05:00'],
    ],
    [
      'edge case 31: in the half hour that does not exist moves on by half an hour',
      { at: '02:15', timeZone: 'Australia/Lord_Howe', from: '2026-10-04', until: '2026-10-04' },
      ['2026-10-04T02:45+11:00'],
    ],
    [
      'edge case 31: in the half hour that exists twice takes the first',
      { at: '01:45', timeZone: 'Australia/Lord_Howe', from: '2026-04-05', until: '2026-04-05' },
      ['2026-04-05T01:45+11:00'],
    ],
    [
      'edge case 31: has nothing on a day that a zone left out, and no two sessions on the next',
      {
        ...{ days: ['friday', 'saturday'], timeZone: 'Pacific/Apia', sessions: 3 },
        ...{ from: '2011-12-29', until: '2012-01-31' },
      },
      ['2011-12-31T16:00+14:00', '2012-01-06T16:00+14:00', '2012-01-07T16:00+14:00'],
    ],
    [
      'keeps a zone of odd minutes',
      { timeZone: 'Asia/Kathmandu', sessions: 1 },
      ['2026-02-22T16:00+05:45'],
    ],
    [
      'of several days a week takes them in order, from its first day to its last',
      {
        days: ['thursday', 'tuesday'],
        timeZone: 'Asia/Seoul',
        from: '2026-03-05',
        until: '2026-03-12',
      },
      ['2026-03-05T16:00+09:00', '2026-03-10T16:00+09:00', '2026-03-12T16:00+09:00'],
    ],
    [
      'skips days and makes up for them at its end',
      { skipped: ['2026-03-01', '2026-03-08'], sessions: 2 },
      ['2026-02-22T16:00-05:00', '2026-03-15T16:00-04:00'],
    ],
    ['of no days is empty', { days: [] }, []],
    ['that ends before it begins is empty', { until: '2026-02-21' }, []],
  ])('%s', (_what, otherwise, expected) => {
    expect(starts({ ...sundays, ...otherwise })).toEqual(expected);
  });

  it('edge case 31: lasts its minutes by the clock of the world, also across the missing hour', () => {
    const [session] = sessionsOf({ ...sundays, at: '01:45', from: '2026-03-08', minutes: 45 });
    expect(session?.until.since(session.from).total('minutes')).toBe(45);
    const end = session?.until.toZonedDateTimeISO('America/New_York').toPlainTime();
    expect(end?.toString({ smallestUnit: 'minute' })).toBe('03:30');
  });

  it('edge case 31: rises, has the number asked for, and keeps its local time unless that does not exist', () => {
    const series = fc.record({
      days: fc.subarray([...weekdays], { minLength: 1 }),
      at: fc
        .tuple(fc.nat(23), fc.constantFrom('00', '15', '30', '45'))
        .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`),
      timeZone: fc.constantFrom(
        'America/New_York',
        'Asia/Seoul',
        'Asia/Kathmandu',
        'Australia/Lord_Howe',
      ),
      sessions: fc.integer({ min: 1, max: 12 }),
      minutes: fc.constantFrom(15, 30, 90),
      from: fc
        .integer({ min: 0, max: 364 })
        .map((days) => Temporal.PlainDate.from('2026-01-01').add({ days }).toString()),
      until: fc.constant('2027-12-31'),
      skipped: fc.constant([]),
    });
    fc.assert(
      fc.property(series, (asked) => {
        const sessions = sessionsOf(asked);
        expect(sessions).toHaveLength(asked.sessions);
        let previous: Temporal.PlainDate | undefined;
        for (const { from } of sessions) {
          const shown = from.toZonedDateTimeISO(asked.timeZone);
          const day = shown.toPlainDate();
          expect(asked.days).toContain(weekdays[shown.dayOfWeek - 1]);
          if (previous !== undefined) expect(Temporal.PlainDate.compare(previous, day)).toBe(-1);
          previous = day;
          if (shown.toPlainTime().toString().slice(0, 5) !== asked.at)
            expect(clocksOf(asked, day)).not.toContain(asked.at);
        }
      }),
      { numRuns: runs(25) },
    );
  });

  /** All that a clock on the wall shows on a day, each quarter of an hour. */
  function clocksOf({ timeZone }: Series, day: Temporal.PlainDate): string[] {
    const midnight = day.toZonedDateTime(timeZone);
    return Array.from({ length: midnight.hoursInDay * 4 }, (_, i) =>
      midnight
        .add({ minutes: i * 15 })
        .toPlainTime()
        .toString()
        .slice(0, 5),
    );
  }
});
