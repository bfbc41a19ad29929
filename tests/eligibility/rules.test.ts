import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { Decision } from '../../functions/eligibility/contract.ts';
import type { Case } from '../../functions/eligibility/policy.rules.ts';
import {
  admit,
  judge,
  needsRegistry,
  type RegistryAnswer,
} from '../../functions/eligibility/rules.ts';
import { Profile } from '../../functions/identity/contract.ts';
import { dayIn } from '../../regions/calendar.ts';
import { AreaId, GroupId, type Region } from '../../regions/schema.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';

const region = village();
const lowIncome = GroupId.parse('low-income');
const outOfSchool = GroupId.parse('out-of-school');
const river = AreaId.parse('river');
const summer = at('2025-07-01T12:00');

const profile = (otherwise: object = {}) =>
  Profile.parse({
    learnerId: 'lrn_00000000000000000000000000',
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
    ...otherwise,
  });

/** Policy and group that an application is judged by. */
function rulesFor(group: GroupId, now = summer, where: Region = region) {
  const admission = admit(where, group, river, now);
  if (admission.kind === 'refused') throw new Error(`not admitted: ${admission.code}`);
  return admission;
}

/** An application as the handler makes it. */
const asked = (
  group: GroupId,
  word: RegistryAnswer,
  otherwise = {},
  now = summer,
  where = region,
): Case => ({
  ...rulesFor(group, now, where),
  applicant: profile(otherwise),
  facts: { word, papers: [], consent: 'given', submittedAt: now },
});

/** Judges an application as the handler does. */
const judged = (group: GroupId, answer: RegistryAnswer, otherwise = {}, now = summer) =>
  judge(region, asked(group, answer, otherwise, now), now);

const confirmed: RegistryAnswer = { kind: 'confirmed', groups: [lowIncome] };
const unknown: RegistryAnswer = { kind: 'unknown' };

describe('given an application, when it is made', () => {
  it.each([
    ['a second before the intake opens', '2025-03-01T08:59:59', 'refused'],
    ['as it opens', '2025-03-01T09:00:00', 'admitted'],
    ['edge 15: in the last second of the intake', '2025-11-30T17:59:59', 'admitted'],
    ['edge 15: as the intake closes', '2025-11-30T18:00:00', 'refused'],
    ['between intakes', '2026-01-01T12:00:00', 'refused'],
  ])('%s', (_when, local, kind) => {
    expect(admit(region, lowIncome, river, at(local)).kind).toBe(kind);
  });

  it('edge 15: is in time by the clock of the region, nine hours ahead of UTC', () => {
    const lastSecond = Temporal.Instant.from('2025-11-30T08:59:59Z');
    expect(admit(region, lowIncome, river, lastSecond).kind).toBe('admitted');
    expect(admit(region, lowIncome, river, lastSecond.add({ seconds: 1 }))).toMatchObject({
      code: 'intake-closed',
    });
  });

  it('is refused while the intake is open and no policy has begun', () => {
    const early = village({ intakes: [{ opens: '2025-01-01T00:00' }] });
    expect(admit(early, lowIncome, river, at('2025-02-28T23:59:59'))).toMatchObject({
      code: 'intake-closed',
    });
    expect(admit(early, lowIncome, river, at('2025-03-01T00:00:00'))).toMatchObject({
      kind: 'admitted',
    });
  });

  it('brings the policy of the day and its group', () => {
    const { policy, group } = rulesFor(GroupId.parse('resident'), at('2026-04-01T12:00'));
    expect([policy.version, group.id]).toEqual(['second-2026', 'resident']);
  });

  it.each([
    ['nobody has heard of', 'noble', summer],
    ['an earlier policy had', 'low-income', at('2026-04-01T12:00')],
    ['a later policy will have', 'resident', summer],
  ])('for a group that %s, is refused and lists those there are', (_which, group, now) => {
    const admission = admit(region, GroupId.parse(group), river, now);
    expect(admission).toMatchObject({ kind: 'refused', code: 'no-such-group' });
    const [first] = (now === summer ? region.policies[0] : region.policies[1])?.groups ?? [];
    expect(admission).toMatchObject({ detail: expect.stringContaining(first?.id ?? '?') });
  });
});

describe('the registry is asked', () => {
  it.each([
    ['where it can confirm the group', lowIncome, {}, true],
    ['not where an officer confirms the group', outOfSchool, {}, false],
    ['not for a stage that the group is not open to', lowIncome, { stage: 'lifelong' }, false],
    ['not for someone too young', lowIncome, { birthDate: '2020-01-01', stage: 'middle' }, false],
  ])('%s', (_when, group, otherwise, expected) => {
    expect(needsRegistry(region, asked(group, unknown, otherwise), dayIn(region, summer))).toBe(
      expected,
    );
  });
});

describe('given an application, when it is judged', () => {
  it.each<[string, GroupId, RegistryAnswer, object, object]>([
    ['the registry confirms the group', lowIncome, confirmed, {}, { state: 'approved' }],
    [
      'the registry knows the person for another group',
      lowIncome,
      { kind: 'confirmed', groups: [outOfSchool] },
      {},
      { state: 'waiting', waitingFor: 'registry-unknown' },
    ],
    [
      'the registry knows the person for no group',
      lowIncome,
      { kind: 'confirmed', groups: [] },
      {},
      { state: 'waiting', waitingFor: 'registry-unknown' },
    ],
    [
      'the registry does not know the person',
      lowIncome,
      unknown,
      {},
      { state: 'waiting', waitingFor: 'registry-unknown' },
    ],
    [
      'the registry does not answer',
      lowIncome,
      { kind: 'unreachable' },
      {},
      { state: 'waiting', waitingFor: 'registry-unreachable' },
    ],
    [
      'an officer confirms the group',
      outOfSchool,
      unknown,
      {},
      { state: 'waiting', waitingFor: 'officer-group' },
    ],
    [
      'too young, whatever the registry says',
      lowIncome,
      confirmed,
      { birthDate: '2020-01-01' },
      { state: 'rejected' },
    ],
    [
      'a stage that the group is not open to',
      lowIncome,
      confirmed,
      { stage: 'lifelong' },
      { state: 'rejected' },
    ],
    [
      'a day short of the minimum age, for an officer group',
      outOfSchool,
      unknown,
      { birthDate: '2019-07-02' },
      { state: 'rejected' },
    ],
    [
      'on the birthday of the minimum age',
      outOfSchool,
      unknown,
      { birthDate: '2019-07-01' },
      { state: 'waiting' },
    ],
  ])('%s', (_what, group, answer, otherwise, expected) => {
    expect(judged(group, answer, otherwise)).toMatchObject(expected);
  });

  it('explains an approval by every rule that was looked at', () => {
    const { decision, ...rest } = judged(lowIncome, confirmed);
    expect(rest).toEqual({ state: 'approved', validUntil: '2026-06-30' });
    expect(Decision.parse(decision)).toMatchObject({
      outcome: 'approved',
      decidedBy: 'registry',
      policyVersion: 'first-2025',
      legalBasis: 'Ordinance of the village, article 1',
      decidedAt: '2025-07-01T03:00:00.000Z',
      findings: [
        { rule: 'policy-in-force', met: true },
        { rule: 'intake-open', met: true },
        { rule: 'minimum-age', met: true },
        { rule: 'stage-in-group', met: true },
        { rule: 'registry-confirms-group', met: true },
      ],
    });
  });

  it('explains a rejection by what was not met, and by what was', () => {
    const { decision, ...rest } = judged(lowIncome, confirmed, { stage: 'lifelong' });
    expect(rest).toEqual({ state: 'rejected' });
    expect(decision).toMatchObject({
      outcome: 'rejected',
      decidedBy: 'rules',
      findings: expect.arrayContaining([
        expect.objectContaining({ rule: 'minimum-age', met: true }),
        expect.objectContaining({
          rule: 'stage-in-group',
          met: false,
          explanation: expect.stringContaining('middle, high'),
        }),
      ]),
    });
  });

  it('says nothing of a decision where there is none yet', () => {
    expect(judged(lowIncome, unknown)).toEqual({
      state: 'waiting',
      waitingFor: 'registry-unknown',
    });
  });

  it('keeps neither name nor birth date in what it says', () => {
    const said = JSON.stringify([
      judged(lowIncome, confirmed),
      judged(lowIncome, confirmed, { stage: 'lifelong' }),
    ]);
    expect(said).not.toMatch(/김하늘|2009/);
  });
});

describe('an approval holds', () => {
  it.each([
    ['twelve months, the last day included', '2025-07-01T12:00', 12, '2026-06-30'],
    ['one month from the last day of January', '2025-01-31T12:00', 1, '2025-02-27'],
    ['a year from 29 February', '2028-02-29T12:00', 12, '2029-02-27'],
    ['counted from the day of the region, not of UTC', '2025-07-01T00:30', 1, '2025-07-31'],
  ])('%s', (_what, local, approvalMonths, validUntil) => {
    const there = village({
      policies: [{ ...firstPolicy, from: '2020-01-01', approvalMonths }],
      intakes: [{ opens: '2020-01-01T00:00' }],
    });
    const now = at(local);
    const judgement = judge(there, asked(lowIncome, confirmed, {}, now, there), now);
    expect(judgement.validUntil).toBe(validUntil);
  });
});
