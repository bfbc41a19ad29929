import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Application } from '../../functions/eligibility/contract.ts';
import { decideCase } from '../../functions/eligibility/decision.rules.ts';
import { StaffId } from '../../functions/identity/contract.ts';
import { ageOn } from '../../regions/calendar.ts';
import { at } from '../runtime/village.ts';
import { application, decided } from './applications.ts';
import { day, onlyGroup, policyWith, regionOf, unbounded } from './cases.ts';
import { profileOf } from './clockwork.ts';

const now = at('2025-07-10T12:00');
const staffId = StaffId.parse(`stf_${'1'.repeat(26)}`);
const claim = { by: staffId, until: '2025-07-11T00:00:00.000Z' };
const policyOf = (whenTooOld: 'end' | 'finish') => policyWith(unbounded, { whenTooOld });
const groupId = onlyGroup(policyOf('end')).id;

/** An approval in doubt up to 30 June 2026, of somebody who was taken for one who turns 25 on 2026-03-02. */
const doubted = (otherwise: object = {}): Application =>
  Application.parse({
    ...decided(application({ groupId, claim }), 'approved'),
    ...{ state: 'suspended', because: 'profile-changed' },
    ...{ validUntil: '2026-03-01', ageUntil: '2026-03-01', renewFrom: '2025-12-31' },
    monthsUntil: '2026-06-30',
    ...otherwise,
  });

/** What an officer who confirms it makes of it, knowing the birth date. */
function confirmed(birthDate: string, found = doubted(), whenTooOld: 'end' | 'finish' = 'end') {
  const known = { profile: profileOf({}, { birthDate }), papers: [] };
  const verdict = { outcome: 'approved', reason: 'The register was shown.' } as const;
  const region = regionOf(policyOf(whenTooOld));
  const ruling = decideCase(region, found, verdict, known, { staffId, now });
  if (ruling.kind !== 'allowed') throw new Error(ruling.kind === 'refused' ? ruling.code : '');
  return ruling.next;
}

describe('edge case 4: given a birth date that was corrected under an approval, when an officer confirms it', () => {
  it('who turns out older is past the last age on the right day, and reminded of that one', () => {
    expect(confirmed('2000-12-01', doubted({ reminded: true }))).toEqual(
      expect.objectContaining({
        ...{ state: 'approved', ageUntil: '2025-11-30', validUntil: '2025-11-30' },
        ...{ renewFrom: '2025-10-01', monthsUntil: '2026-06-30' },
      }),
    );
    expect(confirmed('2000-12-01', doubted({ reminded: true }))).not.toHaveProperty('reminded');
  });

  it('who turns out younger gets back the months that the wrong date had cut, and is reminded anew', () => {
    const next = confirmed('2009-05-20', doubted({ reminded: true }));
    expect(next).toMatchObject({
      ...{ ageUntil: '2034-05-19', validUntil: '2026-06-30', renewFrom: '2026-05-01' },
    });
    expect(next).not.toHaveProperty('monthsUntil');
    expect(next).not.toHaveProperty('reminded');
  });

  it('corrected once more, the months are there again, as often as it may be', () => {
    const again = { state: 'suspended', because: 'profile-changed', claim } as const;
    const older = confirmed('2000-12-01');
    const younger = confirmed('2009-05-20', { ...older, ...again });
    expect(younger).toMatchObject({ validUntil: '2026-06-30', renewFrom: '2026-05-01' });
    expect(confirmed('2000-12-01', { ...younger, ...again })).toEqual({
      ...older,
      earlier: expect.any(Array),
    });
  });

  it('whose date stays as it is, with another name, goes on as before', () => {
    const before = doubted({ reminded: true });
    const { validUntil, ageUntil, monthsUntil, renewFrom } = before;
    expect(confirmed('2001-03-02', before)).toMatchObject({
      ...{ validUntil, ageUntil, monthsUntil, renewFrom, reminded: true },
    });
  });

  it('has no such day where the policy lets who passes the age finish', () => {
    const next = confirmed('2000-12-01', doubted(), 'finish');
    expect(next).toMatchObject({ state: 'approved', validUntil: '2026-06-30' });
    expect(next).not.toHaveProperty('ageUntil');
  });

  it('never goes on beyond its months, nor beyond the age', () => {
    fc.assert(
      // From those who turn 25 tomorrow to those who are six: others are refused.
      fc.property(fc.nat(6_900), (days) => {
        const born = day('2000-07-11').add({ days }).toString();
        const next = confirmed(born);
        const ageUntil = next.ageUntil ?? 'none';
        expect(ageOn(born, day(ageUntil))).toBe(24);
        expect(ageOn(born, day(ageUntil).add({ days: 1 }))).toBe(25);
        expect(next.validUntil).toBe(ageUntil < '2026-06-30' ? ageUntil : '2026-06-30');
      }),
    );
  });
});

describe('edge case 4: given an approval that goes on past the last age, as the policy lets it finish', () => {
  /** Approved on 2025-07-02; the policy's last age is 24. */
  const finishing = (otherwise: object = {}) =>
    doubted({ ageUntil: undefined, monthsUntil: undefined, ...otherwise });

  it('who has another name is confirmed by an officer, who reads why', () => {
    const next = confirmed('2000-07-05', finishing(), 'finish');
    expect(next).toMatchObject({ state: 'approved', validUntil: '2026-03-01' });
    expect(next.decision?.findings).toContainEqual({
      rule: 'maximum-age',
      met: true,
      explanation:
        'The learner was 24 on 2025-07-02, when the approval began; the programme is for those up to 24.',
    });
  });

  it('whose months began later was young enough on their first day', () => {
    const renewal = finishing({ countsFrom: '2025-07-04' });
    expect(confirmed('2000-07-05', renewal, 'finish')).toMatchObject({ state: 'approved' });
    expect(() => confirmed('2000-07-04', renewal, 'finish')).toThrow('rules-refuse');
  });

  it('who turns out to have been too old from the beginning is not', () => {
    expect(() => confirmed('2000-07-02', finishing(), 'finish')).toThrow('rules-refuse');
  });

  it('nor is who has passed an age that ends it', () => {
    expect(() => confirmed('2000-07-05', finishing())).toThrow('rules-refuse');
  });
});

describe('given a case that was sent back with the days of then, when an officer approves it', () => {
  it('they are counted anew: no months of an approval that holds no more, no age of another birth date', () => {
    const { validUntil, renewFrom, ...rest } = doubted({ countsFrom: '2026-07-01' });
    const found: Application = { ...rest, state: 'waiting', waitingFor: 'officer-group' };
    const next = confirmed('2000-12-01', found, 'finish');
    expect(next).toMatchObject({ state: 'approved', validUntil: '2026-07-09' });
    expect(next).not.toHaveProperty('countsFrom');
    expect(next).not.toHaveProperty('ageUntil');
    expect(next).not.toHaveProperty('monthsUntil');
  });

  it('of months that an age bound cuts, the end is kept for when the date was wrong', () => {
    const { validUntil, renewFrom, ...rest } = doubted();
    const found: Application = { ...rest, state: 'waiting', waitingFor: 'officer-group' };
    expect(confirmed('2001-03-02', found)).toMatchObject({
      ...{ validUntil: '2026-03-01', ageUntil: '2026-03-01', monthsUntil: '2026-07-09' },
    });
  });
});
