import fc from 'fast-check';
import type { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { type ConsentState, ProfileInput } from '../../functions/identity/contract.ts';
import {
  dayOfAge,
  judgeChild,
  majorityBegins,
  mayGuard,
} from '../../functions/identity/guardian.rules.ts';
import { type Before, judgeProfile } from '../../functions/identity/rules.ts';
import { ageOn, policyOn } from '../../regions/calendar.ts';
import { at, firstPolicy, secondPolicy, village } from '../runtime/village.ts';

const region = village();

describe('the day of an age (edge case 4)', () => {
  it.each([
    ['a birthday under the first policy, of 14 years', '2011-05-20', '2025-05-20'],
    ['the last day before the second policy, of 15 years', '2012-02-28', '2026-02-28'],
    ['turned 14 under the second policy: waits until 15', '2012-03-01', '2027-03-01'],
    ['born on 29 February: 1 March of a common year', '2012-02-29', '2027-03-01'],
    ['born on 29 February, turning in a leap year', '2013-02-28', '2028-02-28'],
    ['older than the programme', '1950-01-01', '1964-01-01'],
  ])('%s', (_what, birthDate, expected) => {
    expect(dayOfAge(region, birthDate, 'consentAge').toString()).toBe(expected);
  });

  it('given an age that a new policy lowers: those between are of age on its first day', () => {
    const lower = { ...secondPolicy, from: '2026-03-01', consentAge: 12 };
    const lowered = village({ policies: [firstPolicy, lower] });
    expect(dayOfAge(lowered, '2013-01-01', 'consentAge').toString()).toBe('2026-03-01');
  });

  it('is the first on which the policy of the day counts the age', () => {
    const dates = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const reached = (birthDate: string, on: Temporal.PlainDate) =>
      ageOn(birthDate, on) >= policyOn(region, on).consentAge;
    fc.assert(
      fc.property(dates, (birthDate) => {
        const first = dayOfAge(region, birthDate, 'consentAge');
        expect(reached(birthDate, first)).toBe(true);
        expect(reached(birthDate, first.subtract({ days: 1 }))).toBe(false);
      }),
    );
  });

  it('of majority begins at midnight of the region', () => {
    expect(majorityBegins(region, '2006-07-01').toString()).toBe('2025-06-30T15:00:00Z');
  });
});

describe('given a guardian', () => {
  const now = at('2025-07-01T12:00');

  it.each([
    ['no learner, age unknown', { birthDate: undefined, asks: false }, true],
    ['of age on that day', { birthDate: '2006-07-01', asks: false }, true],
    ['of age tomorrow', { birthDate: '2006-07-02', asks: false }, false],
    ['who asks for consent themself', { birthDate: undefined, asks: true }, false],
  ])('%s', (_what, standing, expected) => {
    expect(mayGuard(region, standing, now)).toBe(expected);
  });

  it.each([
    ['below the consent age', '2014-05-20', 'granted'],
    ['on the day of the consent age', '2011-07-01', 'own-needed'],
    ['on the day before majority', '2006-07-02', 'own-needed'],
    ['on the day of majority', '2006-07-01', 'child-of-age'],
    ['older than anyone', '1904-06-30', 'birth-date-too-early'],
  ])('registers a child %s', (_what, birthDate, expected) => {
    const written = { name: '김하늘', stage: 'middle', areaId: 'river', language: 'ko' };
    const verdict = judgeChild(region, ProfileInput.parse({ ...written, birthDate }), now);
    expect(verdict.kind === 'accepted' ? verdict.consent : verdict.code).toBe(expected);
  });
});

describe('given what is known of whoever writes a profile', () => {
  const asker = (
    state: 'asked' | 'granted' | 'conflict' | 'refused',
    birthDate?: string,
  ): Before => ({
    kind: 'asker',
    state,
    birthDate,
  });
  const learner = (consent: ConsentState): Before => ({ kind: 'learner', consent });

  it.each<[string, Before, string, string]>([
    ['nobody', { kind: 'nobody' }, 'consent-required', 'not-needed'],
    ['guardians were asked', asker('asked'), 'consent-required', 'not-needed'],
    ['a guardian consented', asker('granted'), 'granted', 'own-needed'],
    ['guardians disagree', asker('conflict'), 'consent-required', 'not-needed'],
    ['guardians refused', asker('refused'), 'consent-required', 'not-needed'],
    [
      'asked with another birth date',
      asker('asked', '2000-01-01'),
      'birth-date-differs',
      'birth-date-differs',
    ],
    ['a learner who needed none', learner('not-needed'), 'consent-required', 'not-needed'],
    ['a learner with consent', learner('granted'), 'granted', 'own-needed'],
    ['a learner in conflict', learner('conflict'), 'consent-required', 'consent-required'],
    ['a learner without it any more', learner('withdrawn'), 'consent-required', 'consent-required'],
    ['a learner to consent themself', learner('own-needed'), 'granted', 'own-needed'],
    ['a learner who consented', learner('own-given'), 'consent-required', 'own-given'],
  ])('%s: below the age and from it on', (_what, before, below, from) => {
    const verdict = (birthDate: string) => {
      const written = { name: '김하늘', stage: 'middle', areaId: 'river', language: 'ko' };
      const profile = ProfileInput.parse({ ...written, birthDate });
      const judged = judgeProfile(region, profile, at('2025-07-01T12:00'), before);
      return judged.kind === 'accepted' ? judged.consent : judged.code;
    };
    expect([verdict('2014-05-20'), verdict('2010-05-20')]).toEqual([below, from]);
  });
});
