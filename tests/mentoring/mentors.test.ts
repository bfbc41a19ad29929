import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mentor, OfferException } from '../../functions/mentoring/mentor.contract.ts';
import {
  applyOffer,
  comingExceptions,
  leaveOf,
  mergedTimes,
  scoreOf,
} from '../../functions/mentoring/mentor.rules.ts';
import { WeeklyTimes, weekdays } from '../../functions/mentoring/words.contract.ts';
import { at, village } from '../runtime/village.ts';
import { newMentorId, offer, vettingVillage as region, vetted } from './mentors.ts';

const now = at('2025-06-02T09:00');
const stranger = { mentorId: newMentorId(), nominatedBy: undefined, formerMember: false };

function mentor(otherwise: Partial<Mentor> = {}): Mentor {
  const applied = applyOffer(region, offer(), undefined, stranger, now);
  if ('code' in applied) throw new Error(applied.code);
  return { ...applied, ...otherwise };
}

describe('given an offer of somebody who wants to be a mentor', () => {
  it('applies by the first, under the moment of applying', () => {
    expect(mentor()).toMatchObject({
      state: 'applied',
      since: '2025-06-02T00:00:00.000Z',
      mentees: 0,
      nominated: false,
    });
  });

  it.each<[what: string, code: string, Parameters<typeof offer>[0]]>([
    ['helps with nothing', 'offer-empty', { subjects: [], topics: [] }],
    ['names an area that is none', 'unknown-area', { areas: ['moon'] }],
    ['comes nowhere', 'areas-needed', { ways: ['online', 'offline'] }],
    ['edge case 32: takes more learners than the policy', 'capacity-too-high', { capacity: 4 }],
  ])('refuses one that %s: %s', (_what, code, otherwise) => {
    expect(applyOffer(region, offer(otherwise), undefined, stranger, now)).toMatchObject({ code });
  });

  it('refuses all before there is mentoring', () => {
    const early = applyOffer(region, offer(), undefined, stranger, at('2025-02-28T23:59'));
    expect(early).toMatchObject({ code: 'no-mentoring' });
    expect(applyOffer(village(), offer(), undefined, stranger, now)).toEqual(early);
  });

  it.each<[Mentor['state'], Mentor['state']]>([
    ['applied', 'applied'],
    ['selected', 'selected'],
    ['suspended', 'suspended'],
    ['rejected', 'applied'],
    ['left', 'applied'],
  ])('sent by who is %s, makes them %s, with learners and check as they were', (state, then) => {
    const decision = {
      outcome: 'rejected' as const,
      reason: 'No.',
      decidedAt: '2025-05-01T00:00:00Z',
    };
    const before = mentor({ state, mentees: 2, checkUntil: '2026-01-01', decision });
    const after = applyOffer(region, offer({ capacity: 1 }), before, stranger, now);
    expect(after).toMatchObject({ state: then, mentees: 2, capacity: 1, checkUntil: '2026-01-01' });
    expect('decision' in after).toBe(then === state);
  });

  it('of whom a university nominates: names it whatever they say, then and later', () => {
    const nominatedBy = 'Riverside University';
    const first = applyOffer(
      region,
      offer({ university: 'Another' }),
      undefined,
      { ...stranger, nominatedBy },
      now,
    );
    expect(first).toMatchObject({ nominated: true, university: nominatedBy });
    if ('code' in first) throw new Error(first.code);
    // The nomination has been forgotten meanwhile.
    const later = applyOffer(region, offer({ university: 'Another' }), first, stranger, now);
    expect(later).toMatchObject({ nominated: true, university: nominatedBy });
  });
});

describe('given a mentor who leaves', () => {
  it.each<[Mentor['state'], number, object]>([
    ['selected', 0, { state: 'left' }],
    ['applied', 0, { state: 'left' }],
    ['selected', 1, { code: 'mentorships-running' }],
    // Edge case 35: whoever is accused stays so.
    ['suspended', 0, { code: 'mentor-suspended' }],
  ])('%s, with %i learners: %o', (state, mentees, result) => {
    expect(leaveOf(mentor({ state, mentees }), now)).toMatchObject(result);
  });
});

const exception = (kind: 'away' | 'extra', from: string, until: string) =>
  OfferException.parse({ kind, from, until });

describe('given exceptions to the weekly times', () => {
  it('keeps those that are not over on the clock of the mentor, in order', () => {
    const past = exception('away', '2025-06-01T18:00', '2025-06-01T20:00');
    const running = exception('extra', '2025-06-01T18:00', '2025-06-01T20:15');
    const coming = exception('away', '2025-06-09T00:00', '2025-06-16T00:00');
    // 20:00 on the evening before in New York.
    const exceptions = comingExceptions([coming, past, running], 'America/New_York', now);
    expect(exceptions).toEqual([running, coming]);
  });

  it.each([
    ['backwards', '2025-06-02T18:00', '2025-06-02T16:00'],
    ['empty', '2025-06-02T18:00', '2025-06-02T18:00'],
    ['off the quarter hour', '2025-06-02T18:05', '2025-06-02T19:00'],
    ['on a day that is none', '2025-02-29T18:00', '2025-03-01T19:00'],
    ['with an offset', '2025-06-02T18:00+09:00', '2025-06-02T19:00+09:00'],
  ])('takes none that is %s', (_what, from, until) => {
    expect(OfferException.safeParse({ kind: 'away', from, until }).success).toBe(false);
  });
});

const quarter = fc.integer({ min: 0, max: 95 });
const clock = (at: number) =>
  `${String(Math.floor(at / 4)).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}`;
const times = fc
  .array(fc.tuple(fc.constantFrom(...weekdays), quarter, quarter), { minLength: 1, maxLength: 12 })
  .map((some) =>
    WeeklyTimes.parse(
      some.map(([day, a, b]) => ({
        day,
        from: clock(Math.min(a, b)),
        until: clock(Math.max(a, b) + 1),
      })),
    ),
  );

/** The quarter hours of weekly times, one by one. */
function quartersOf(weekly: WeeklyTimes): Set<string> {
  const all = Array.from({ length: 96 }, (_, index) => clock(index));
  return new Set(
    weekly.flatMap(({ day, from, until }) =>
      all.filter((time) => from <= time && time < until).map((time) => `${day} ${time}`),
    ),
  );
}

describe('given weekly times in any order, overlapping or not', () => {
  it('are kept as the same quarter hours, in order, none touching another', () => {
    fc.assert(
      fc.property(times, (weekly) => {
        const merged = mergedTimes(weekly);
        expect(quartersOf(merged)).toEqual(quartersOf(weekly));
        for (const [index, time] of merged.entries()) {
          const next = merged[index + 1];
          if (next?.day === time.day) expect(time.until < next.from).toBe(true);
        }
        expect(mergedTimes(merged)).toEqual(merged);
      }),
    );
  });
});

describe('given an applicant, when a coordinator looks at the score', () => {
  const { points } = vetted;

  it('row 16 and 18: gains by a nomination and by having been a member, and says so', () => {
    const both = mentor({ nominated: true, formerMember: true });
    expect(scoreOf(both, points)).toEqual({
      score: 20 + 10 + 3 + 2 + 3,
      reasons: [
        { reason: 'nominated', count: 1, points: 20 },
        { reason: 'formerMember', count: 1, points: 10 },
        { reason: 'subject', count: 1, points: 3 },
        { reason: 'topic', count: 1, points: 2 },
        { reason: 'weeklyHour', count: 3, points: 3 },
      ],
    });
  });

  it('then it is the sum of its reasons, and nobody loses by offering more or by saying it twice', () => {
    const some = fc.record({
      nominated: fc.boolean(),
      formerMember: fc.boolean(),
      subjects: fc.subarray(['mathematics' as const, 'english' as const]),
      topics: fc.subarray(['sport' as const, 'art' as const, 'career' as const]),
      weekly: times,
    });
    fc.assert(
      fc.property(some, times, (applicant, more) => {
        const { score, reasons } = scoreOf(applicant, points);
        expect(score).toBe(reasons.reduce((sum, reason) => sum + reason.points, 0));
        for (const { reason, count, points: gained } of reasons) {
          expect(gained).toBe(count * points[reason]);
        }
        const twice = { ...applicant, weekly: [...applicant.weekly, ...applicant.weekly] };
        expect(scoreOf(twice, points).score).toBe(score);
        const weekly = [...applicant.weekly, ...more];
        const better = scoreOf({ ...applicant, weekly, formerMember: true }, points);
        expect(better.score).toBeGreaterThanOrEqual(score + (applicant.formerMember ? 0 : 10));
      }),
    );
  });
});
