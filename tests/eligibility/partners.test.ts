import { describe, expect, it } from 'vitest';
import { Application } from '../../functions/eligibility/contract.ts';
import { offerPlace, takeOffer } from '../../functions/eligibility/offer.rules.ts';
import { evaluate, stillAsked } from '../../functions/eligibility/policy.rules.ts';
import { quotaToday } from '../../functions/eligibility/quota.rules.ts';
import { admit } from '../../functions/eligibility/rules.ts';
import { standingApproval } from '../../functions/enrolment/rules.ts';
import { Profile } from '../../functions/identity/contract.ts';
import { consultingFor } from '../../functions/mentoring/consulting.rules.ts';
import { entitlement } from '../../functions/mentoring/request.rules.ts';
import { heldBecause } from '../../functions/mentoring/standing.rules.ts';
import { dayIn } from '../../regions/calendar.ts';
import { AreaId, GroupId } from '../../regions/schema.ts';
import { approval as approvalOfPlaces, approved } from '../enrolment/places.ts';
import { sixteen } from '../mentoring/mentorships.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';

const text = (words: string) => ({ ko: words, en: words });
const consulting = { minutes: 30, open: 2, cancelHours: 24 } as const;

/** The hill is a partner's, from its agreement to its end; the river is the region's own. */
const region = village({
  policies: [firstPolicy],
  intakes: [{ opens: '2025-03-01T09:00' }],
  mentoring: [{ ...sixteen, consulting }],
  partners: [
    {
      id: 'valley',
      name: text('골짜기'),
      areas: ['hill'],
      agreement: { signed: '2025-03-01', legalBasis: 'Agreement of the valley' },
      from: { recruiting: '2025-05-01', live: '2025-06-01', ended: '2025-09-01' },
      services: ['mentoring', 'consulting'],
      groups: ['out-of-school'],
      quotas: [{ from: '2025-05-01', perArea: 5 }],
    },
  ],
});
const [river, hill] = [AreaId.parse('river'), AreaId.parse('hill')];
const outOfSchool = GroupId.parse('out-of-school');
const [agreed, recruiting, live, ended] = [
  '2025-04-30T23:59:59',
  '2025-05-01T00:00',
  '2025-06-01T00:00',
  '2025-09-01T00:00',
];

/** An approval of somebody on the hill that holds all the time. */
const approval = Application.parse({
  applicationId: 'app_00000000000000000000000000',
  learnerId: 'lrn_00000000000000000000000000',
  groupId: 'out-of-school',
  areaId: 'hill',
  stage: 'high',
  state: 'approved',
  validUntil: '2026-04-30',
  submittedAt: '2025-04-30T15:00:00.000Z',
  changedAt: '2025-04-30T15:00:00.000Z',
  profileVersion: 1,
  decision: {
    outcome: 'approved',
    policyVersion: 'first-2025',
    legalBasis: 'Ordinance of the village, article 1',
    findings: [{ rule: 'consent', met: true, explanation: 'None is needed.' }],
    decidedBy: 'registry',
    decidedAt: '2025-04-30T15:00:00.000Z',
  },
});
const places = approved({ approval: approvalOfPlaces({ areaId: 'hill' }) });

/** What may begin on the hill at a moment: a word for each, or the code of what is in the way. */
function begins(moment: string) {
  const now = at(moment);
  const admission = admit(region, outOfSchool, hill, now);
  const standing = standingApproval(region, places, 'subject', now);
  const mentor = entitlement(region, [approval], now);
  const consultant = consultingFor(region, hill, now);
  return {
    application: admission.kind === 'refused' ? admission.code : 'may',
    quota: quotaToday(region, hill, now)?.join(),
    choice: 'code' in standing ? standing.code : 'may',
    mentor: mentor.kind === 'refused' ? mentor.code : 'may',
    consultant: 'because' in consultant ? consultant.code : 'may',
  };
}

describe('row 28: what may begin in an area of a partner', () => {
  const notLive = { choice: 'partner-not-live', mentor: 'partner-not-live' };
  const over = { choice: 'partner-ended', mentor: 'partner-ended', consultant: 'partner-ended' };

  it.each([
    [
      'the last second of agreed',
      agreed,
      {
        application: 'partner-not-recruiting',
        quota: '0',
        ...notLive,
        consultant: 'partner-not-live',
      },
    ],
    [
      'the first of recruiting',
      recruiting,
      { application: 'may', quota: '5', ...notLive, consultant: 'partner-not-live' },
    ],
    [
      'the last of recruiting',
      '2025-05-31T23:59:59',
      { application: 'may', quota: '5', ...notLive, consultant: 'partner-not-live' },
    ],
    [
      'the first of live',
      live,
      { application: 'may', quota: '5', choice: 'may', mentor: 'may', consultant: 'may' },
    ],
    [
      'the last of live',
      '2025-08-31T23:59:59',
      { application: 'may', quota: '5', choice: 'may', mentor: 'may', consultant: 'may' },
    ],
    ['the first of ended', ended, { application: 'partner-ended', quota: '0', ...over }],
  ])('%s', (_when, moment, expected) => {
    expect(begins(moment)).toEqual(expected);
  });

  it('says from which day on, and since when no more', () => {
    const said = (moment: string) => admit(region, outOfSchool, hill, at(moment));
    expect(said(agreed)).toMatchObject({ detail: expect.stringContaining('2025-05-01') });
    expect(said(ended)).toMatchObject({ detail: expect.stringContaining('2025-09-01') });
    expect(standingApproval(region, places, 'subject', at(recruiting))).toMatchObject({
      detail: expect.stringContaining('2025-06-01'),
    });
  });

  it('no renewal either, once it has ended', () => {
    const renews = approval.applicationId;
    expect(admit(region, outOfSchool, hill, at(live), { renews }).kind).toBe('admitted');
    expect(admit(region, outOfSchool, hill, at(ended), { renews })).toMatchObject({
      code: 'partner-ended',
    });
  });

  it('asks nobody in an area of the region itself', () => {
    expect(admit(region, outOfSchool, river, at(agreed)).kind).toBe('admitted');
    expect(quotaToday(region, river, at(ended))).toBe(undefined);
  });

  it('what runs goes on: no mentorship is held because the partner has ended', () => {
    const sides = { profile: undefined, applications: [approval], mentor: {} };
    const profile = Profile.parse({
      learnerId: approval.learnerId,
      name: '김하늘',
      birthDate: '2000-05-20',
      stage: 'high',
      areaId: hill,
      language: 'ko',
    });
    expect(heldBecause(region, { ...sides, profile }, at(ended))).toBe(undefined);
  });
});

describe('a decision about somebody in an area of a partner', () => {
  const [policy] = region.policies;
  const group = policy?.groups.find(({ id }) => id === outOfSchool);
  const other = policy?.groups.find(({ id }) => id !== outOfSchool);
  if (policy === undefined || group === undefined || other === undefined) throw new Error('none');
  const applicant = { birthDate: '2009-05-20', stage: 'high', areaId: hill } as const;
  const word = { kind: 'officer', confirms: true, reason: 'Seen.' } as const;
  const found = (rule: string, moment: string, of = group) =>
    evaluate(
      region,
      {
        policy,
        group: of,
        applicant,
        facts: { word, papers: [], consent: 'given', submittedAt: at(live) },
      },
      dayIn(region, at(moment)),
    ).find((finding) => finding.rule === rule);

  it.each([
    [agreed, false],
    [recruiting, true],
    [live, true],
    [ended, false],
  ])('at %s is allowed: %s', (moment, met) => {
    expect(found('partner-recruiting', moment)).toMatchObject({ met });
  });

  it('after its end approves no case, and holds it against no approval', () => {
    const unmet = [found('partner-recruiting', ended)].flatMap((one) => one ?? []);
    expect(stillAsked(unmet, 'case')).toHaveLength(1);
    expect(stillAsked(unmet, 'doubt')).toEqual([]);
    expect(stillAsked(unmet, 'paper')).toEqual([]);
  });

  it('is for the groups of the agreement only, and says which', () => {
    expect(found('residence', live)).toBe(undefined);
    expect(found('residence', live, other)).toMatchObject({
      met: false,
      explanation: expect.stringContaining('takes the groups out-of-school'),
    });
    expect(admit(region, other.id, hill, at(live))).toMatchObject({
      code: 'no-such-group',
      detail: 'Choose one of the groups: out-of-school.',
    });
    expect(admit(region, other.id, river, at(live)).kind).toBe('admitted');
  });
});

describe('a place that is offered in an area of a partner', () => {
  const waits = { ...approval, state: 'waitlisted' as const };
  const offered = (moment: string, areaId = hill) =>
    offerPlace(region, { ...waits, areaId }, at(moment)).next;

  it('is held no longer than the partner takes learners', () => {
    expect(offered('2025-08-20T12:00')).toMatchObject({ offerUntil: '2025-08-27' });
    expect(offered('2025-08-28T12:00')).toMatchObject({ offerUntil: '2025-08-31' });
    expect(offered('2025-08-28T12:00', river)).toMatchObject({ offerUntil: '2025-09-04' });
  });

  it('cannot be taken after an end that was agreed on later', () => {
    const long = { ...offered('2025-08-20T12:00'), offerUntil: '2025-09-30' };
    expect(takeOffer(region, long, at('2025-08-31T23:59')).kind).toBe('answered');
    expect(takeOffer(region, long, at(ended))).toMatchObject({ code: 'offer-expired' });
  });
});
