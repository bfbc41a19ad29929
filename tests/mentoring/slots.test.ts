import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  bitCount,
  countOf,
  listOf,
  quartersOfWeek,
  sessionsThatFit,
  sharedStarts,
  slotsOf,
  startsOf,
  wordsOfWeek,
} from '../../functions/mentoring/slots.rules.ts';
import { WeeklyTimes, weekdays } from '../../functions/mentoring/words.contract.ts';
import { runs } from '../runs.ts';

const seoul = 'Asia/Seoul';
const newYork = 'America/New_York';
const winter = Temporal.PlainDate.from('2026-01-14');

/** Times such as "monday 16:00-18:30". */
function times(...written: readonly string[]): WeeklyTimes {
  return WeeklyTimes.parse(
    written.map((one) => {
      const [day, from, until] = one.split(/[ -]/);
      return { day, from, until };
    }),
  );
}

/** The stretches of a set, in the words of `times`. */
function told(slots: Uint32Array): string[] {
  const clock = (quarter: number) =>
    `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
  const free = new Set(listOf(slots));
  return [...free].flatMap((quarter) => {
    const continues = free.has(quarter - 1) && quarter % 96 !== 0;
    if (continues) return [];
    let until = quarter + 1;
    while (free.has(until) && until % 96 !== 0) until += 1;
    const midnight = until % 96 === 0 ? '24:00' : clock(until % 96);
    return [`${weekdays[Math.floor(quarter / 96)]} ${clock(quarter % 96)}-${midnight}`];
  });
}

const here = (...written: readonly string[]) =>
  slotsOf(times(...written), { from: seoul, to: seoul, day: winter });

describe('the quarter hours in which someone is free', () => {
  it.each<[string, string, string, string, string[], string[]]>([
    [
      'in one zone they are as stated',
      seoul,
      seoul,
      '2026-01-14',
      ['monday 16:00-18:30'],
      ['monday 16:00-18:30'],
    ],
    [
      'the whole last day',
      seoul,
      seoul,
      '2026-01-14',
      ['sunday 00:00-24:00'],
      ['sunday 00:00-24:00'],
    ],
    [
      'stretches that touch become one',
      seoul,
      seoul,
      '2026-01-14',
      ['friday 10:00-11:00', 'friday 11:00-11:30'],
      ['friday 10:00-11:30'],
    ],
    [
      'a mentor in New York is 14 hours behind in winter',
      newYork,
      seoul,
      '2026-01-14',
      ['monday 08:00-10:00'],
      ['monday 22:00-24:00'],
    ],
    [
      'edge case 31: and 13 in summer',
      newYork,
      seoul,
      '2026-07-14',
      ['monday 08:00-10:00'],
      ['monday 21:00-23:00'],
    ],
    [
      'past midnight they go on the next day',
      newYork,
      seoul,
      '2026-01-14',
      ['monday 09:30-10:30'],
      ['monday 23:30-24:00', 'tuesday 00:00-00:30'],
    ],
    [
      'behind Sunday comes Monday',
      newYork,
      seoul,
      '2026-01-14',
      ['sunday 11:00-12:00'],
      ['monday 01:00-02:00'],
    ],
    [
      'and before Monday was Sunday',
      seoul,
      newYork,
      '2026-01-14',
      ['monday 08:00-09:00'],
      ['sunday 18:00-19:00'],
    ],
    [
      'Kathmandu is off by three quarters',
      'Asia/Kathmandu',
      'UTC',
      '2026-01-14',
      ['monday 10:00-10:30'],
      ['monday 04:15-04:45'],
    ],
    [
      'edge case 31: the hour that New York skips is nobody’s',
      newYork,
      'UTC',
      '2026-03-04',
      ['sunday 01:30-03:30'],
      ['sunday 06:30-07:30'],
    ],
    [
      'edge case 31: of the hour that it has twice both count',
      newYork,
      'UTC',
      '2026-11-01',
      ['sunday 01:00-02:00'],
      ['sunday 05:00-07:00'],
    ],
    [
      'edge case 31: a day in the week tells its offsets, Monday as Sunday',
      newYork,
      'UTC',
      '2026-10-26',
      ['sunday 01:00-02:00'],
      ['sunday 05:00-07:00'],
    ],
  ])('%s', (_what, from, to, day, stated, expected) => {
    const slots = slotsOf(times(...stated), { from, to, day: Temporal.PlainDate.from(day) });
    expect(slots).toHaveLength(wordsOfWeek);
    expect(told(slots)).toEqual(expected);
  });
});

describe('where a session can begin', () => {
  it.each<[string, string[], number, string[]]>([
    ['one that fits once has one start', ['monday 16:00-16:30'], 2, ['monday 16:00-16:15']],
    ['nowhere in less than its length', ['monday 16:00-16:15'], 2, []],
    ['so that its end is free too', ['monday 16:00-18:00'], 4, ['monday 16:00-17:15']],
    ['across midnight', ['monday 23:30-24:00', 'tuesday 00:00-00:30'], 3, ['monday 23:30-24:00']],
    [
      'across the week’s end',
      ['sunday 23:45-24:00', 'monday 00:00-00:15'],
      2,
      ['sunday 23:45-24:00'],
    ],
    ['not across a gap', ['monday 16:00-16:15', 'monday 16:30-16:45'], 2, []],
  ])('%s', (_what, stated, quarters, expected) => {
    expect(told(startsOf(here(...stated), quarters))).toEqual(expected);
  });

  it('is shared where it is in both weeks', () => {
    const one = startsOf(here('monday 16:00-18:00', 'friday 10:00-11:00'), 2);
    const other = startsOf(here('monday 17:15-20:00', 'sunday 10:00-11:00'), 2);
    expect(told(sharedStarts(one, other))).toEqual(['monday 17:15-17:45']);
    expect(told(sharedStarts(one, here('tuesday 16:00-18:00')))).toEqual([]);
  });
});

describe('how many sessions fit side by side', () => {
  it.each<[string, string[], number, number]>([
    ['none into nothing', ['monday 16:00-16:15'], 2, 0],
    ['two half hours into an hour and a quarter', ['monday 16:00-17:15'], 2, 2],
    ['each stretch for itself', ['monday 16:00-16:45', 'tuesday 16:00-16:45'], 2, 2],
    ['two across the week’s end', ['sunday 23:30-24:00', 'monday 00:00-00:30'], 2, 2],
    ['one across the week’s end', ['sunday 23:45-24:00', 'monday 00:00-00:15'], 2, 1],
    ['a whole week of them', weekdays.map((day) => `${day} 00:00-24:00`), 2, 336],
  ])('%s', (_what, stated, quarters, expected) => {
    expect(sessionsThatFit(startsOf(here(...stated), quarters), quarters)).toBe(expected);
  });
});

describe('whatever the week', () => {
  /** Free in any stretches, of which some go on past the week's end. */
  const week = fc
    .array(
      fc.record({ begin: fc.nat(quartersOfWeek - 1), length: fc.integer({ min: 1, max: 40 }) }),
      {
        maxLength: 14,
      },
    )
    .map((stretches) => {
      const slots = new Uint32Array(wordsOfWeek);
      for (const { begin, length } of stretches) {
        for (let step = 0; step < length; step += 1) {
          const at = (begin + step) % quartersOfWeek;
          slots[at >>> 5] = (slots[at >>> 5] ?? 0) | (1 << (at & 31));
        }
      }
      return slots;
    });
  const quarters = fc.integer({ min: 1, max: 12 });

  it('a session can begin exactly where all of its quarter hours are free, on a week that is a circle', () => {
    fc.assert(
      fc.property(week, quarters, (slots, length) => {
        const free = new Set(listOf(slots));
        const expected = [...free].filter((quarter) =>
          Array.from({ length }, (_, step) => (quarter + step) % quartersOfWeek).every((one) =>
            free.has(one),
          ),
        );
        expect(listOf(startsOf(slots, length))).toEqual(expected);
      }),
      { numRuns: runs(25) },
    );
  });

  it('no way to lay sessions into the week has more of them', () => {
    fc.assert(
      fc.property(week, quarters, (slots, length) => {
        const starts = startsOf(slots, length);
        const free = new Set(listOf(starts));
        // From every quarter hour on, each session as early as it can be.
        const best = [...Array(length + 1).keys(), ...free].map((begin) => {
          let sessions = 0;
          for (let step = 0; step + length <= quartersOfWeek; ) {
            const fits = free.has((begin + step) % quartersOfWeek);
            sessions += Number(fits);
            step += fits ? length : 1;
          }
          return sessions;
        });
        expect(sessionsThatFit(starts, length)).toBe(Math.max(...best));
      }),
      { numRuns: runs(20) },
    );
  });

  it('counts as many as it lists, and shares what both list', () => {
    fc.assert(
      fc.property(week, week, (one, other) => {
        expect(countOf(one)).toBe(listOf(one).length);
        const both = new Set(listOf(other));
        expect(listOf(sharedStarts(one, other))).toEqual(listOf(one).filter((at) => both.has(at)));
      }),
      { numRuns: runs(25) },
    );
  });

  it('counts the bits of any word', () => {
    expect([0, 1, 0xff, 0x8000_0000, 0xffff_ffff].map(bitCount)).toEqual([0, 1, 8, 1, 32]);
    expect(bitCount(-1)).toBe(32);
  });
});
