import { describe, expect, it } from 'vitest';
import { Finding } from '../../functions/eligibility/contract.ts';
import { rules } from '../../functions/eligibility/criteria.rules.ts';
import { evaluate, type Facts, verdictOf } from '../../functions/eligibility/policy.rules.ts';
import { EvidenceId, GroupId, IncomeBandId } from '../../regions/schema.ts';
import { bounded, caseOf, day, policyWith, regionOf, unbounded } from './cases.ts';

const policy = policyWith({});
const summer = day('2025-07-01');
type Otherwise = Parameters<typeof caseOf>[1];

const findings = (otherwise: Otherwise = {}, of = policy, on = summer) =>
  evaluate(regionOf(of), caseOf(of, otherwise), on);
const found = (rule: Finding['rule'], ...rest: Parameters<typeof findings>) =>
  findings(...rest).find((finding) => finding.rule === rule);

const band = (id: string) => IncomeBandId.parse(id);
const paper = (id: string, expiresOn?: string) => ({
  evidenceId: EvidenceId.parse(id),
  ...(expiresOn === undefined ? {} : { expiresOn }),
});
const group = GroupId.parse(bounded.id);
const confirmed: Facts['word'] = { kind: 'confirmed', groups: [group] };
const officer: Facts['word'] = { kind: 'officer', confirms: true, reason: 'Form 7 was shown.' };

describe('given a policy with every kind of bound, when an application is evaluated', () => {
  it('lists every rule that applies, met or not met, in one order', () => {
    const listed = findings({
      applicant: { birthDate: '2012-07-02', stage: 'lifelong' },
      facts: { word: { kind: 'unreachable' } },
    });
    expect(listed.map(({ rule, met }) => [rule, met])).toEqual([
      ['policy-in-force', true],
      ['intake-open', true],
      ['minimum-age', true],
      ['maximum-age', true],
      ['group-ages', true],
      ['stage-in-group', false],
      ['residence', true],
      ['income-band', false],
      ['consent', false],
      ['evidence', false],
      ['registry-confirms-group', false],
    ]);
  });

  it('has one rule for each name of the contract, in its order', () => {
    expect(rules.map(([rule]) => rule)).toEqual(Finding.shape.rule.options);
  });

  it('says what a decision can keep, and neither name nor birth date', () => {
    const said = findings();
    for (const finding of said) expect(Finding.safeParse(finding).error).toBe(undefined);
    expect(JSON.stringify(said)).not.toContain('2009');
  });

  it('names the numbers of the policy in each explanation', () => {
    const said = Object.fromEntries(
      findings({ applicant: { birthDate: '2012-07-02' }, facts: { word: confirmed } }).map(
        ({ rule, explanation }) => [rule, explanation],
      ),
    );
    expect(said).toEqual({
      'policy-in-force': 'The policy "first-2025" applies since 2025-03-01.',
      'intake-open': 'The intake opened at 2025-03-01T09:00 and closes at 2025-11-30T18:00.',
      'minimum-age': 'The learner is 12; the programme begins at 6.',
      'maximum-age': 'The learner is 12; the programme is for those up to 24.',
      'group-ages': 'The learner is 12; the group "bounded" is for those from 12 up to 18.',
      'stage-in-group':
        'The learner is at the stage high; the group "bounded" is for middle, high.',
      residence: 'The learner lives in river; the group "bounded" is for river.',
      consent: 'The learner is 12, below 14; a guardian has not consented.',
      'income-band':
        'The income is vouched for with the group; the group "bounded" is for basic, near.',
      'registry-confirms-group': 'The welfare registry confirms the group "bounded".',
    });
  });

  it('lists no rule that the policy does not have', () => {
    const { maximumAge, whenTooOld, ...open } = policyWith(unbounded);
    expect(findings({}, open).map(({ rule }) => rule)).toEqual([
      'policy-in-force',
      'intake-open',
      'minimum-age',
      'stage-in-group',
      'registry-confirms-group',
    ]);
  });
});

describe('each rule is met or not met at its bound', () => {
  const born = (birthDate: string) => ({ applicant: { birthDate } });
  const word = (told: Facts['word']) => ({ facts: { word: told } });
  const papers = (...shown: Facts['papers']) => ({ facts: { papers: shown } });
  const both = [paper('income-letter', '2025-07-01'), paper('family-register')];

  it.each<[string, Finding['rule'], Otherwise, boolean]>([
    ['a day short of the minimum age', 'minimum-age', born('2019-07-02'), false],
    ['on the birthday of the minimum age', 'minimum-age', born('2019-07-01'), true],
    ['on the last day of the maximum age', 'maximum-age', born('2000-07-02'), true],
    ['on the birthday after the maximum age', 'maximum-age', born('2000-07-01'), false],
    ['a day short of the first age of the group', 'group-ages', born('2013-07-02'), false],
    ['on the birthday of the first age of the group', 'group-ages', born('2013-07-01'), true],
    ['on the last day of the last age of the group', 'group-ages', born('2006-07-02'), true],
    ['on the birthday after the last age of the group', 'group-ages', born('2006-07-01'), false],
    ['another stage', 'stage-in-group', { applicant: { stage: 'elementary' } }, false],
    ['another area', 'residence', { applicant: { areaId: 'hill' } }, false],
    [
      'below the consent age, with consent',
      'consent',
      { ...born('2011-07-02'), facts: { consent: 'given' } },
      true,
    ],
    ['below the consent age, without', 'consent', born('2011-07-02'), false],
    [
      'a band of the group, told by the registry',
      'income-band',
      word({ kind: 'confirmed', groups: [], incomeBand: band('near') }),
      true,
    ],
    [
      'another band, told by the registry',
      'income-band',
      word({ kind: 'confirmed', groups: [group], incomeBand: band('above') }),
      false,
    ],
    ['no band told, the group confirmed', 'income-band', word(confirmed), true],
    ['no band told, the group not confirmed', 'income-band', word({ kind: 'unknown' }), false],
    ['no band told, an officer convinced', 'income-band', word(officer), true],
    [
      'another band, found by an officer',
      'income-band',
      word({ ...officer, incomeBand: band('above') }),
      false,
    ],
    ['both papers, one on its last day', 'evidence', papers(...both), true],
    [
      'a paper that expired yesterday',
      'evidence',
      papers(paper('income-letter', '2025-06-30'), paper('family-register')),
      false,
    ],
    [
      'a paper that expired, and its successor',
      'evidence',
      papers(...both, paper('income-letter', '2024-06-30')),
      true,
    ],
    ['one paper of two', 'evidence', papers(paper('family-register')), false],
    [
      'a paper for something else',
      'evidence',
      papers(paper('family-register'), paper('school-letter')),
      false,
    ],
    [
      'the registry knows another group',
      'registry-confirms-group',
      word({ kind: 'confirmed', groups: [GroupId.parse('noble')] }),
      false,
    ],
    ['the registry knows nobody', 'registry-confirms-group', word({ kind: 'unknown' }), false],
    ['the registry is silent', 'registry-confirms-group', word({ kind: 'unreachable' }), false],
    ['an officer rejects', 'officer-judged', word({ ...officer, confirms: false }), false],
  ])('%s', (_what, rule, otherwise, met) => {
    expect(found(rule, otherwise)?.met).toBe(met);
  });

  it('nobody of the consent age needs a guardian', () => {
    expect(found('consent', born('2011-07-01'))).toBe(undefined);
  });

  it('the registry’s confirmation makes papers needless, an officer’s does not', () => {
    expect(found('evidence', word(confirmed))).toBe(undefined);
    expect(found('evidence', word(officer))?.explanation).toBe(
      'Papers of the group "bounded": income-letter is missing, family-register is missing.',
    );
  });

  it('a registry that was not asked is not said to have answered', () => {
    expect(found('registry-confirms-group', word({ kind: 'not-asked' }))).toEqual({
      rule: 'registry-confirms-group',
      met: false,
      explanation: 'The welfare registry was not asked about the group "bounded".',
    });
  });

  it('an officer who judged stands in for the registry', () => {
    expect(found('registry-confirms-group', word(officer))).toBe(undefined);
    expect(found('officer-judged', word(officer))).toMatchObject({
      met: true,
      explanation: 'Form 7 was shown.',
    });
  });

  it('a group that an officer confirms waits for one, whatever a registry says', () => {
    const byOfficer = policyWith({ confirmedBy: 'officer' });
    expect(found('officer-judged', word(confirmed), byOfficer)?.met).toBe(false);
    expect(found('registry-confirms-group', word(confirmed), byOfficer)).toBe(undefined);
    expect(found('evidence', word(confirmed), byOfficer)?.met).toBe(false);
  });
});

describe('a verdict of findings', () => {
  const eligible = { facts: { word: confirmed, consent: 'given' } } as const;

  it.each<[string, Otherwise, ReturnType<typeof verdictOf>]>([
    ['is met where all rules are', eligible, 'met'],
    ['is open where the registry is silent', { facts: { word: { kind: 'unreachable' } } }, 'open'],
    ['is open where the registry knows nobody', { facts: { word: { kind: 'unknown' } } }, 'open'],
    [
      'is open without consent',
      { ...eligible, applicant: { birthDate: '2012-07-01' }, facts: { word: confirmed } },
      'open',
    ],
    [
      'is refused by an age, whatever is open besides',
      { applicant: { birthDate: '2020-01-01' } },
      'refused',
    ],
    ['is refused by a stage', { ...eligible, applicant: { stage: 'lifelong' } }, 'refused'],
    ['is refused by residence', { ...eligible, applicant: { areaId: 'hill' } }, 'refused'],
  ])('%s', (_what, otherwise, verdict) => {
    expect(verdictOf(findings(otherwise))).toBe(verdict);
  });
});
