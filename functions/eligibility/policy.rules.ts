import type { Temporal } from 'temporal-polyfill';
import { ageOn, birthday } from '../../regions/calendar.ts';
import type { Group, Policy, Region } from '../../regions/schema.ts';
import type { Finding } from './contract.ts';
import { type Applicant, type Case, type Known, rules } from './criteria.rules.ts';

export type {
  Applicant,
  Case,
  Facts,
  OfficerWord,
  RegistryAnswer,
  ShownPaper,
} from './criteria.rules.ts';

/**
 * Every rule of a policy that applies to an application, met or not met, in the order of `rules` below and each
 * once. Explanations name the numbers of the policy, and of the learner no more than stage, area and age in years.
 *
 * @param day - the region's day of the decision: ages and papers count as of it (edge cases 4, 9)
 */
export function evaluate(
  region: Region,
  { policy, group, applicant, facts }: Case,
  day: Temporal.PlainDate,
): Finding[] {
  const age = ageOn(applicant.birthDate, day);
  const known: Known = { region, policy, group, ...applicant, ...facts, age, day };
  return rules.flatMap(([rule, apply]) => {
    const found = apply(known);
    return found === undefined ? [] : [{ rule, ...found }];
  });
}

/**
 * Where an application stands by its findings: all `met`; `refused` by a rule that nobody can mend; or `open`,
 * because somebody has still to consent, to hand in a paper or to confirm. What a registry says never refuses.
 */
export function verdictOf(findings: readonly Finding[]): 'met' | 'refused' | 'open' {
  const unmet = findings.filter(({ met }) => !met);
  if (unmet.length === 0) return 'met';
  return unmet.some(({ rule }) => whenUnmet[rule] === 'refused') ? 'refused' : 'open';
}

const whenUnmet: Readonly<Record<Finding['rule'], 'refused' | 'open'>> = {
  'policy-in-force': 'refused',
  'intake-open': 'refused',
  'partner-recruiting': 'refused',
  'minimum-age': 'refused',
  'maximum-age': 'refused',
  'group-ages': 'refused',
  'stage-in-group': 'refused',
  residence: 'refused',
  consent: 'open',
  'income-band': 'open',
  evidence: 'open',
  'registry-confirms-group': 'open',
  'officer-judged': 'open',
};

/** What an officer decides on: a case, an approval that a name or birthday put in doubt, a paper of an approval. */
export type Question = 'case' | 'doubt' | 'paper';

/**
 * Findings without what was met before and is not held against anybody now: of a case an intake that the region file
 * has forgotten since, and a policy that is in force no more; of an approval that its learner has moved or changed
 * school since, and of a paper also that they grew up.
 */
export function stillAsked(findings: readonly Finding[], question: Question): Finding[] {
  return findings.filter(({ rule, met }) => met || !metBefore[question].includes(rule));
}

const onApplying = ['intake-open', 'policy-in-force'] as const;
const onEntry = [...onApplying, 'partner-recruiting', 'stage-in-group', 'residence'] as const;
const metBefore: Readonly<Record<Question, readonly Finding['rule'][]>> = {
  case: onApplying,
  doubt: onEntry,
  paper: [...onEntry, 'minimum-age', 'maximum-age', 'group-ages'],
};

/** The last day of an approval that is decided on a day: it holds for whole months of the region's calendar. */
export function approvalEnd(
  { approvalMonths }: Pick<Policy, 'approvalMonths'>,
  day: Temporal.PlainDate,
): Temporal.PlainDate {
  return day.add({ months: approvalMonths }).subtract({ days: 1 });
}

/** The first day on which an approval can be renewed that ends with its last day. */
export function renewalFrom(
  { deadlines }: Pick<Policy, 'deadlines'>,
  lastDay: Temporal.PlainDate,
): Temporal.PlainDate {
  return lastDay.subtract({ days: deadlines.renewal });
}

/**
 * The first day on which a learner is too old for a policy or for the group; undefined where neither has a bound.
 * Whether an approval ends on it is `policy.whenTooOld`: with "finish" it goes on to its last day (edge case 4).
 */
export function ageBoundDay(
  policy: Pick<Policy, 'maximumAge'>,
  group: Pick<Group, 'ages'>,
  birthDate: Applicant['birthDate'],
): Temporal.PlainDate | undefined {
  const bounds = [policy.maximumAge, group.ages?.until].filter((age) => age !== undefined);
  return bounds.length === 0 ? undefined : birthday(birthDate, Math.min(...bounds) + 1);
}

/** What allows an approval of a group: the policy's legal basis, and the group's own where it has one. */
export function legalBasisOf(
  policy: Pick<Policy, 'legalBasis'>,
  group: Pick<Group, 'legalBasis'> | undefined,
): string {
  const own = group?.legalBasis;
  return own === undefined ? policy.legalBasis : `${policy.legalBasis}; ${own}`;
}
