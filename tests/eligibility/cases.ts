import { Temporal } from 'temporal-polyfill';
import type { Case, Facts } from '../../functions/eligibility/policy.rules.ts';
import { type Group, Policy, Region } from '../../regions/schema.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';

const text = (words: string) => ({ ko: words, en: words });

/** A group with every bound that a group can have. */
export const bounded = {
  id: 'bounded',
  name: text('저소득층'),
  confirmedBy: 'registry',
  stages: ['middle', 'high'],
  ages: { from: 12, until: 18 },
  areas: ['river'],
  incomeBands: ['basic', 'near'],
  evidence: [
    { id: 'income-letter', name: text('소득 증명'), validMonths: 12 },
    { id: 'family-register', name: text('가족관계증명서') },
  ],
} as const;

/** What takes every bound off that group. */
export const unbounded = {
  ages: undefined,
  areas: undefined,
  incomeBands: undefined,
  evidence: undefined,
};

/** The first policy of the village with one group and an age cap, and parts of it otherwise or (undefined) gone. */
export function policyWith(group: object, otherwise: object = {}): Policy {
  return Policy.parse({
    ...firstPolicy,
    maximumAge: 24,
    whenTooOld: 'end',
    groups: [present({ ...bounded, ...group })],
    ...otherwise,
  });
}

function present(parts: object): object {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

/** A region of the village's areas that goes by one policy. */
export function regionOf(policy: Policy, otherwise: object = {}): Region {
  return Region.parse({ ...village(), policies: [policy], ...otherwise });
}

export function onlyGroup({ groups: [group] }: Policy): Group {
  if (group === undefined) throw new Error('a policy has a group');
  return group;
}

export const day = (text: string) => Temporal.PlainDate.from(text);

/** All facts of someone who fits `bounded` on `noon`, with parts of them otherwise. */
export function facts(otherwise: Partial<Facts> = {}): Facts {
  return {
    word: { kind: 'unknown' },
    papers: [],
    consent: 'missing',
    submittedAt: at('2025-07-01T12:00'),
    ...otherwise,
  };
}

/** A case of someone who is 16, at high school, in the area "river". */
export function caseOf(
  policy: Policy,
  otherwise: { applicant?: object; facts?: Partial<Facts> } = {},
): Case {
  return {
    policy,
    group: onlyGroup(policy),
    applicant: {
      birthDate: '2009-05-20',
      stage: 'high',
      areaId: village().areas[0]?.id ?? fail(),
      ...otherwise.applicant,
    },
    facts: facts(otherwise.facts),
  };
}

function fail(): never {
  throw new Error('the village has areas');
}
