import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import { decideCase } from '../../functions/eligibility/decision.rules.ts';
import { takeOffer } from '../../functions/eligibility/offer.rules.ts';
import { countsFrom, termOf } from '../../functions/eligibility/quota.rules.ts';
import { judge, precedentOf } from '../../functions/eligibility/rules.ts';
import { Profile, StaffId } from '../../functions/identity/contract.ts';
import { dayIn } from '../../regions/calendar.ts';
import { at, village } from '../runtime/village.ts';
import { application, decided } from './applications.ts';
import { caseOf, day, onlyGroup, policyWith, regionOf, unbounded } from './cases.ts';

const birthDate = '2009-05-20';
/** Approvals of twelve months for those up to 24, who are not outgrown by any group. */
const regionWhere = (whenTooOld: 'end' | 'finish') =>
  regionOf(policyWith({ ...unbounded, confirmedBy: 'registry' }, { whenTooOld }));
const groupId = onlyGroup(policyWith({})).id;

/** An approval up to 30 June 2026 that can be renewed from 1 May. */
const old = (otherwise: Partial<Application> = {}): Application => ({
  ...decided(application(), 'approved'),
  renewFrom: '2026-05-01',
  ...otherwise,
});

/** What the registry's word makes of a renewal of somebody on a day. */
function renewedOn(
  localTime: string,
  who: object,
  whenTooOld: 'end' | 'finish' = 'end',
  by = old(),
) {
  const region = regionWhere(whenTooOld);
  const now = at(localTime);
  const [policy] = region.policies;
  if (policy === undefined) throw new Error('a region has a policy');
  const applicant = { birthDate, ...who };
  const begins = countsFrom(by, dayIn(region, now));
  const word = { kind: 'confirmed', groups: [groupId] } as const;
  const facts = { word, submittedAt: undefined, ...(begins && { countsFrom: begins }) };
  const judged = judge(region, caseOf(policy, { applicant, facts }), now);
  if (judged.state !== 'approved') return judged;
  return { ...judged, ...termOf(region, { groupId, ...applicant, countsFrom: begins }, now) };
}

const unmet = ({ decision }: Partial<Application>) =>
  decision?.findings.filter(({ met }) => !met).map(({ explanation }) => explanation);

describe('a renewal counts its months', () => {
  it.each<[string, Application | undefined, string, string | undefined]>([
    ['from the day after the old one’s last', old(), '2026-05-01', '2026-07-01'],
    ['so on its last day too', old(), '2026-06-30', '2026-07-01'],
    ['from the decision where the old one is over', old(), '2026-07-01', undefined],
    [
      'after an approval that is suspended',
      old({ state: 'suspended' }),
      '2026-05-01',
      '2026-07-01',
    ],
    [
      'from the decision where the old one was ended',
      old({ state: 'ended' }),
      '2026-05-01',
      undefined,
    ],
    ['from the decision where there is no old one', undefined, '2026-05-01', undefined],
  ])('%s', (_what, renewed, today, first) => {
    expect(countsFrom(renewed, day(today))?.toString()).toBe(first);
  });

  it('the same on whatever day of the last sixty it is decided: nobody loses days by being early', () => {
    fc.assert(
      fc.property(fc.nat(60), (days) => {
        const today = day('2026-05-01').add({ days });
        expect(precedentOf(old(), today.toString())).toMatchObject({ kind: 'free' });
        expect(renewedOn(`${today}T09:00`, {})).toMatchObject({
          ...{ validUntil: '2027-06-30', renewFrom: '2027-05-01', countsFrom: '2026-07-01' },
        });
      }),
    );
  });

  it('so too when it waited for a place and takes it', () => {
    const { validUntil, renewFrom, ...rest } = old();
    const offer: Application = { ...rest, state: 'offered', offerUntil: '2026-06-01' };
    const region = regionWhere('end');
    expect(takeOffer(region, offer, at('2026-05-20T12:00'), day('2026-07-01'))).toMatchObject({
      next: { validUntil: '2027-06-30', countsFrom: '2026-07-01' },
    });
  });
});

describe('edge case 4: a renewal of somebody who passes the last age, 24', () => {
  it.each<[string, 'end' | 'finish', string, string]>([
    ['during its months, ends the day before', 'end', '2001-09-15', '2026-09-14'],
    ['during its months, finishes them', 'finish', '2001-09-15', '2027-06-30'],
    ['on the day after its last', 'end', '2002-07-01', '2027-06-30'],
  ])('%s', (_what, whenTooOld, born, last) => {
    expect(renewedOn('2026-05-10T09:00', { birthDate: born }, whenTooOld)).toMatchObject({
      state: 'approved',
      validUntil: last,
    });
  });

  it.each(['end', 'finish'] as const)(
    'before its months begin, is refused and told by when ("%s")',
    (whenTooOld) => {
      // Still 24 when they apply: the old one goes on as the policy says, and nothing follows it.
      const refused = renewedOn('2026-05-10T09:00', { birthDate: '2001-07-01' }, whenTooOld);
      expect(refused.state).toBe('rejected');
      expect(unmet(refused)).toEqual([
        'The learner is 25 on 2026-07-01, when the renewal begins; the programme is for those up to 24.',
      ]);
    },
  );

  it('never adds a day beyond the bound where passing it ends an approval', () => {
    fc.assert(
      fc.property(fc.nat(900), fc.nat(60), (younger, days) => {
        const born = day('2000-07-01').add({ days: younger });
        const ageUntil = born.add({ years: 25 }).subtract({ days: 1 }).toString();
        const today = day('2026-05-01').add({ days });
        const made = renewedOn(`${today}T09:00`, { birthDate: born.toString() });
        if (made.state !== 'approved') {
          expect(ageUntil < '2026-07-01').toBe(true);
          return;
        }
        expect(made.validUntil).toBe(ageUntil < '2027-06-30' ? ageUntil : '2027-06-30');
      }),
    );
  });
});

describe('a renewal for a group that the learner no longer meets', () => {
  const bounds = { ...unbounded, ages: { until: 16 }, areas: ['river'], confirmedBy: 'registry' };
  const region = regionOf(policyWith(bounds));
  const [policy] = region.policies;

  it.each([
    ['who left school', { stage: 'lifelong' }, 'The learner is at the stage lifelong; the group'],
    ['who moved', { areaId: 'hill' }, 'The learner lives in hill; the group'],
    [
      'who grew out of it before it begins',
      { birthDate: '2009-06-01' },
      'The learner is 17 on 2026-07-01',
    ],
  ])('%s, is refused at once, with the reason, and leaves the old one alone', (_who, who, why) => {
    if (policy === undefined) throw new Error('a region has a policy');
    const facts = {
      word: { kind: 'confirmed' as const, groups: [groupId] },
      submittedAt: undefined,
      countsFrom: day('2026-07-01'),
    };
    // On 10 May 2026 a learner born on 1 June 2009 is still 16.
    const now = at('2026-05-10T09:00');
    const applicant = { birthDate: '2010-05-20', ...who };
    const refused = judge(region, caseOf(policy, { applicant, facts }), now);
    expect(refused).toMatchObject({ state: 'rejected', decision: { outcome: 'rejected' } });
    expect(unmet(refused)).toEqual([expect.stringContaining(why)]);
    const renewal = { ...application(), ...refused, renews: old().applicationId };
    expect(precedentOf(renewal, '2026-05-10')).toMatchObject({ renews: renewal.renews });
  });

  it('is not approved by an officer either, who is told which rule', () => {
    const staffId = StaffId.parse(`stf_${'1'.repeat(26)}`);
    const now = at('2026-05-10T09:00');
    const claim = { by: staffId, until: '2026-05-10T09:00:00.000Z' };
    const found = application({ groupId, renews: old().applicationId, claim });
    const profile = Profile.parse({
      ...{ learnerId: found.learnerId, name: '김하늘', birthDate: '2009-06-01', stage: 'high' },
      ...{ areaId: 'river', language: 'ko' },
    });
    const by = (begins?: string) =>
      decideCase(
        region,
        found,
        { outcome: 'approved', reason: 'As before.' },
        { profile, papers: [], countsFrom: begins === undefined ? undefined : day(begins) },
        { staffId, now },
      );
    expect(by('2026-07-01')).toMatchObject({
      code: 'rules-refuse',
      detail: expect.stringContaining('group-ages'),
    });
    expect(by()).toMatchObject({ kind: 'allowed' });
  });
});

describe('the region of every other test', () => {
  it('renews as it approves', () => {
    const begins = day('2026-07-01');
    const low = { groupId: old().groupId, birthDate, countsFrom: begins };
    // The second policy of the village gives six months.
    expect(termOf(village(), low, at('2026-05-10T09:00'))).toEqual({
      ...{ validUntil: '2026-12-31', renewFrom: '2026-11-01', countsFrom: '2026-07-01' },
    });
  });
});
