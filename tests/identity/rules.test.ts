import { describe, expect, it } from 'vitest';
import { ProfileInput, StaffInput } from '../../functions/identity/contract.ts';
import { judgeInvitation, judgeProfile } from '../../functions/identity/rules.ts';
import { at, village } from '../runtime/village.ts';

const region = village();

/** A profile that the village takes, with parts of it otherwise. */
const profile = (otherwise: object = {}) =>
  ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
    ...otherwise,
  });

const verdictOf = (verdict: { readonly kind: string; readonly code?: string }) =>
  verdict.kind === 'accepted' ? 'accepted' : verdict.code;

describe('given a profile, when it is judged', () => {
  const summer = at('2025-07-01T12:00');

  it.each([
    ['complete and in order', {}, 'accepted'],
    ['an area of another region', { areaId: 'moon' }, 'unknown-area'],
    ['born tomorrow', { birthDate: '2025-07-02' }, 'birth-date-in-future'],
    ['born in the next century', { birthDate: '2125-01-01' }, 'birth-date-in-future'],
    ['born today', { birthDate: '2025-07-01' }, 'below-minimum-age'],
    ['one day short of the minimum age', { birthDate: '2019-07-02' }, 'below-minimum-age'],
    ['on the day of the minimum age', { birthDate: '2019-07-01' }, 'consent-required'],
    ['edge 3: one day short of the consent age', { birthDate: '2011-07-02' }, 'consent-required'],
    ['edge 3: on the day of the consent age', { birthDate: '2011-07-01' }, 'accepted'],
    ['ninety years old', { birthDate: '1935-01-01', stage: 'lifelong' }, 'accepted'],
  ])('%s', (_what, otherwise, expected) => {
    expect(verdictOf(judgeProfile(region, profile(otherwise), summer))).toBe(expected);
  });

  it('refuses a language that the region does not speak', () => {
    const korean = village({ languages: ['ko'] });
    const verdict = judgeProfile(korean, profile({ language: 'en' }), summer);
    expect(verdict).toMatchObject({ kind: 'refused', code: 'unknown-language' });
  });

  it.each([
    ['28 February of a common year', '2027-02-28T12:00', 'consent-required'],
    ['1 March of a common year', '2027-03-01T12:00', 'accepted'],
  ])('edge 4: born on 29 February, turning 15 on %s', (_when, moment, expected) => {
    const leapling = profile({ birthDate: '2012-02-29' });
    expect(verdictOf(judgeProfile(region, leapling, at(moment)))).toBe(expected);
  });

  it('counts the birthday by the calendar of the region, not by UTC', () => {
    const fourteenOnFirstOfJuly = profile({ birthDate: '2011-07-01' });
    const lastSecond = at('2025-06-30T23:59:59');
    expect(verdictOf(judgeProfile(region, fourteenOnFirstOfJuly, lastSecond))).toBe(
      'consent-required',
    );
    const midnight = lastSecond.add({ seconds: 1 });
    expect(midnight.toString()).toBe('2025-06-30T15:00:00Z');
    expect(verdictOf(judgeProfile(region, fourteenOnFirstOfJuly, midnight))).toBe('accepted');
  });

  it('takes the ages from the policy of the day: consent rises to 15 years in 2026', () => {
    const fourteen = profile({ birthDate: '2011-12-01' });
    expect(verdictOf(judgeProfile(region, fourteen, at('2026-02-28T12:00')))).toBe('accepted');
    expect(verdictOf(judgeProfile(region, fourteen, at('2026-03-01T12:00')))).toBe(
      'consent-required',
    );
  });

  it('protects children before the first policy has begun', () => {
    const child = profile({ birthDate: '2014-01-01' });
    expect(verdictOf(judgeProfile(region, child, at('2025-01-01T12:00')))).toBe('consent-required');
  });

  it('names the legal basis, and nothing of the child, where consent is missing', () => {
    const child = profile({ name: '도라온', birthDate: '2014-01-01' });
    const verdict = judgeProfile(region, child, summer);
    expect(verdict).toMatchObject({ detail: expect.stringContaining('article 1') });
    expect(JSON.stringify(verdict)).not.toMatch(/도라온|2014/);
  });
});

describe('given an invitation of staff, when it is judged', () => {
  const hosting = village({
    partners: [
      {
        id: 'valley',
        name: { ko: '골짜기', en: 'Valley' },
        areas: ['hill'],
        agreement: { signed: '2025-03-01', legalBasis: 'Agreement of the valley' },
        from: { recruiting: '2025-05-01', live: '2025-06-01' },
        services: [],
      },
    ],
  });

  it.each([
    ['an officer of one area', { role: 'officer', areaId: 'river' }, 'accepted'],
    ['an officer of the whole region', { role: 'officer' }, 'accepted'],
    ['a coordinator of one area', { role: 'coordinator', areaId: 'hill' }, 'accepted'],
    ['a safeguarding lead of one area', { role: 'safeguarding-lead', areaId: 'hill' }, 'accepted'],
    ['a consultant', { role: 'consultant' }, 'accepted'],
    ['an administrator', { role: 'administrator' }, 'accepted'],
    [
      'an officer of an area that is not there',
      { role: 'officer', areaId: 'moon' },
      'unknown-area',
    ],
    ['an officer of a partner', { role: 'officer', partnerId: 'valley' }, 'accepted'],
    ['an officer of no partner', { role: 'officer', partnerId: 'moon' }, 'unknown-partner'],
    [
      'an officer of a partner and one of its areas',
      { role: 'officer', partnerId: 'valley', areaId: 'hill' },
      'area-or-partner',
    ],
    [
      'an administrator of a partner: whoever invites serves the region',
      { role: 'administrator', partnerId: 'valley' },
      'role-without-area',
    ],
    ['a consultant of one area', { role: 'consultant', areaId: 'river' }, 'role-without-area'],
    [
      'an administrator of one area',
      { role: 'administrator', areaId: 'hill' },
      'role-without-area',
    ],
    [
      'edge 49: the first administrator, whom the region file names',
      { email: 'office@village.example', role: 'officer' },
      'already-staff',
    ],
    [
      'edge 49: the same in other letters',
      { email: 'Office@Village.Example', role: 'officer' },
      'already-staff',
    ],
  ])('%s', (_what, invitation, expected) => {
    const input = StaffInput.parse({ email: 'someone@village.example', ...invitation });
    expect(verdictOf(judgeInvitation(hosting, input))).toBe(expected);
  });
});
