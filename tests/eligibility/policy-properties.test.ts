import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  type Case,
  evaluate,
  type Facts,
  verdictOf,
} from '../../functions/eligibility/policy.rules.ts';
import { ageOn } from '../../regions/calendar.ts';
import {
  EvidenceId,
  GroupId,
  IncomeBandId,
  Policy,
  type Region,
  stages,
} from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { firstPolicy, village } from '../runtime/village.ts';
import { bounded } from './cases.ts';

/** Bounds that most of the applicants keep. */
const young = fc.integer({ min: 0, max: 9 });
const old = fc.integer({ min: 21, max: 30 });
const some = <T>(all: readonly T[]) => fc.subarray([...all], { minLength: all.length - 1 });
const areas = ['river', 'hill'];
const bands = ['basic', 'near', 'above'];

/** A policy of one group, with any bounds; contradictory ones too, for they only ever refuse more. */
const somePolicy = fc
  .record({
    group: fc.record(
      {
        id: fc.constant(bounded.id),
        name: fc.constant(bounded.name),
        confirmedBy: fc.constantFrom('registry', 'officer'),
        stages: some(stages),
        ages: fc.record({ from: young, until: old }, { requiredKeys: [] }),
        areas: some(areas),
        incomeBands: some(bands),
        evidence: some(bounded.evidence),
      },
      { requiredKeys: ['id', 'name', 'confirmedBy', 'stages'] },
    ),
    bounds: fc.record(
      { minimumAge: young, consentAge: young, maximumAge: old },
      { requiredKeys: ['minimumAge', 'consentAge'] },
    ),
  })
  .map(({ group, bounds }) => Policy.parse({ ...firstPolicy, ...bounds, groups: [group] }));

const date = fc
  .integer({ min: 0, max: 6_000 })
  .map((days) => Temporal.PlainDate.from('2002-01-01').add({ days }).toString());

const someBand = fc.constantFrom(...bands).map((id) => IncomeBandId.parse(id));
const someGroup = fc.constantFrom(bounded.id, bounded.id, 'noble').map((id) => GroupId.parse(id));

const word: fc.Arbitrary<Facts['word']> = fc.oneof(
  fc.constant({ kind: 'unknown' as const }),
  fc.constant({ kind: 'unreachable' as const }),
  fc.record(
    {
      kind: fc.constant('confirmed' as const),
      groups: fc.array(someGroup, { minLength: 1 }),
      incomeBand: someBand,
    },
    { requiredKeys: ['kind', 'groups'] },
  ),
  fc.record(
    {
      kind: fc.constant('officer' as const),
      confirms: fc.boolean(),
      reason: fc.constant('Seen.'),
      incomeBand: someBand,
    },
    { requiredKeys: ['kind', 'confirms', 'reason'] },
  ),
);

const moment = fc
  .integer({ min: Date.UTC(2025, 1, 1), max: Date.UTC(2026, 0, 1) })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));

const someone = fc.record({
  applicant: fc.record({
    birthDate: date,
    stage: fc.constantFrom(...stages),
    areaId: fc.constantFrom(...village().areas.map(({ id }) => id)),
  }),
  facts: fc.record(
    {
      word,
      papers: fc.array(
        fc.record(
          {
            evidenceId: fc.constantFrom(...bounded.evidence).map(({ id }) => EvidenceId.parse(id)),
            expiresOn: fc.constantFrom('2025-01-31', '2025-12-31', '2027-12-31'),
          },
          { requiredKeys: ['evidenceId'] },
        ),
        { maxLength: 3 },
      ),
      consent: fc.constantFrom('given' as const, 'missing' as const),
      submittedAt: fc.option(moment, { nil: undefined }),
      countsFrom: fc.nat(90).map((days) => Temporal.PlainDate.from('2026-10-01').add({ days })),
    },
    { requiredKeys: ['word', 'papers', 'consent', 'submittedAt'] },
  ),
});
type Someone = Pick<Case, 'applicant' | 'facts'>;

const base = village();
const regionOf = (policy: Policy): Region => ({ ...base, policies: [policy] });

function caseOf(policy: Policy, { applicant, facts }: Someone): Case {
  const [group] = policy.groups;
  if (group === undefined) throw new Error('every policy here has a group');
  return { policy, group, applicant, facts };
}

const today = fc
  .integer({ min: 0, max: 600 })
  .map((days) => Temporal.PlainDate.from('2025-02-01').add({ days }));

/** Ways to make a policy narrower; each takes one and gives one that admits nobody whom the first did not. */
const narrower = fc.constantFrom<(policy: Policy) => object>(
  ({ minimumAge }) => ({ minimumAge: minimumAge + 1 }),
  ({ maximumAge = 30 }) => ({ maximumAge: Math.max(0, maximumAge - 1) }),
  ({ consentAge }) => ({ consentAge: Math.min(25, consentAge + 1) }),
  ({ from }) => ({ from: Temporal.PlainDate.from(from).add({ days: 90 }).toString() }),
  ({ groups: [group] }) => ({ groups: [{ ...group, stages: group?.stages.slice(0, 1) }] }),
  ({ groups: [group] }) => ({ groups: [{ ...group, areas: (group?.areas ?? areas).slice(0, 1) }] }),
  ({ groups: [group] }) => ({
    groups: [{ ...group, incomeBands: (group?.incomeBands ?? bands).slice(0, 1) }],
  }),
  ({ groups: [group] }) => ({ groups: [{ ...group, evidence: bounded.evidence }] }),
  ({ groups: [group] }) => ({
    groups: [{ ...group, ages: { ...group?.ages, from: (group?.ages?.from ?? 0) + 1 } }],
  }),
  ({ groups: [group] }) => ({
    groups: [
      { ...group, ages: { ...group?.ages, until: Math.max(0, (group?.ages?.until ?? 30) - 1) } },
    ],
  }),
);

describe('whatever policy, applicant and facts', () => {
  it('a more restrictive policy never approves more, nor refuses less', () => {
    const ranks = ['refused', 'open', 'met'];
    const seen = new Set<string>();
    fc.assert(
      fc.property(somePolicy, narrower, someone, today, (policy, narrow, person, on) => {
        const strict = Policy.parse({ ...policy, ...narrow(policy) });
        const [wide, narrowed] = [policy, strict].map((of) =>
          verdictOf(evaluate(regionOf(of), caseOf(of, person), on)),
        );
        expect(ranks.indexOf(narrowed ?? '')).toBeLessThanOrEqual(ranks.indexOf(wide ?? ''));
        seen.add(`${wide}, then ${narrowed}`);
      }),
      { numRuns: runs(1_500) },
    );
    // The property shall not hold for want of cases that a narrower policy approves, or refuses.
    expect([...seen]).toEqual(
      expect.arrayContaining(['met, then met', 'open, then open', 'open, then refused']),
    );
  });

  it('every rule that applies is listed exactly once, in one order', () => {
    const order = new Map<string, number>();
    fc.assert(
      fc.property(somePolicy, someone, today, (policy, person, on) => {
        const { group, facts } = caseOf(policy, person);
        const listed = evaluate(regionOf(policy), caseOf(policy, person), on).map(
          ({ rule }) => rule,
        );
        expect(new Set(listed).size).toBe(listed.length);
        const is = (rule: (typeof listed)[number], applies: boolean) =>
          expect([rule, listed.includes(rule)]).toEqual([rule, applies]);
        for (const rule of ['policy-in-force', 'minimum-age', 'stage-in-group'] as const) {
          is(rule, true);
        }
        is('intake-open', facts.submittedAt !== undefined);
        is('maximum-age', policy.maximumAge !== undefined);
        is('group-ages', group.ages !== undefined);
        is('residence', group.areas !== undefined);
        is('income-band', group.incomeBands !== undefined);
        is('consent', ageOn(person.applicant.birthDate, on) < policy.consentAge);
        // Somebody always has to say that the applicant is one of the group: one of the two, never both.
        const said = ['registry-confirms-group', 'officer-judged'].filter((rule) =>
          listed.some((one) => one === rule),
        );
        expect(said).toHaveLength(1);
        for (const [position, rule] of listed.entries()) {
          for (const later of listed.slice(position + 1)) {
            expect(order.has(`${later}<${rule}`)).toBe(false);
            order.set(`${rule}<${later}`, 1);
          }
        }
      }),
      { numRuns: runs(150) },
    );
  });

  it('a registry never refuses anybody: its word changes what is open, not what is refused', () => {
    const silent: Facts['word'] = { kind: 'unreachable' };
    fc.assert(
      fc.property(somePolicy, someone, today, (policy, person, on) => {
        const verdict = (told: Facts['word']) => {
          const facts = { ...person.facts, word: told };
          return verdictOf(evaluate(regionOf(policy), caseOf(policy, { ...person, facts }), on));
        };
        expect(verdict(person.facts.word) === 'refused').toBe(verdict(silent) === 'refused');
      }),
      { numRuns: runs(100) },
    );
  });

  it('more papers never make a case worse', () => {
    fc.assert(
      fc.property(somePolicy, someone, today, (policy, person, on) => {
        const met = (papers: Facts['papers']) =>
          evaluate(
            regionOf(policy),
            caseOf(policy, { ...person, facts: { ...person.facts, papers } }),
            on,
          ).every(({ met }) => met);
        if (met(person.facts.papers.slice(1))) expect(met(person.facts.papers)).toBe(true);
      }),
      { numRuns: runs(100) },
    );
  });
});
