import type { Temporal } from 'temporal-polyfill';
import { ageOn, intakeAt, policyOn } from '../../regions/calendar.ts';
import type {
  EvidenceId,
  Group,
  GroupId,
  IncomeBandId,
  Policy,
  Region,
} from '../../regions/schema.ts';
import type { Profile } from '../identity/contract.ts';
import type { Finding } from './contract.ts';
import { groupNotTaken, partnerRecruiting } from './partner.rules.ts';

/** What a welfare registry says of a person: what it confirms, that it knows nothing, or nothing at all. */
export type RegistryAnswer =
  | {
      readonly kind: 'confirmed';
      readonly groups: readonly GroupId[];
      /** The income band of the household, where the registry tells it. */
      readonly incomeBand?: IncomeBandId;
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreachable' };

/** Nobody was asked: the rules refuse the application anyway. */
export interface NotAsked {
  readonly kind: 'not-asked';
}

/** What an officer found who judged an application. */
export interface OfficerWord {
  readonly kind: 'officer';
  readonly confirms: boolean;
  readonly reason: string;
  /** The income band that the papers show, where the officer states it. */
  readonly incomeBand?: IncomeBandId;
}

/** What rules look at of a learner. */
export type Applicant = Pick<Profile, 'birthDate' | 'stage' | 'areaId'>;

/** A paper that was handed in and can be read; `expiresOn` is the last day on which it is valid. */
export interface ShownPaper {
  readonly evidenceId: EvidenceId;
  readonly expiresOn?: string;
}

/** All that is known of an application besides the learner's own data. */
export interface Facts {
  /** Who confirmed the group, or did not: the registry, or in its place an officer. */
  readonly word: RegistryAnswer | NotAsked | OfficerWord;
  readonly papers: readonly ShownPaper[];
  /** Whether a guardian consented; looked at below the consent age only. */
  readonly consent: 'given' | 'missing';
  /** The moment whose intake counts, however late the decision comes; none for a renewal, which needs no intake. */
  readonly submittedAt: Temporal.Instant | undefined;
  /** The first day of a renewal's months, where it follows an approval that still holds. */
  readonly countsFrom?: Temporal.PlainDate;
  /** Of an approval that no age bound ends: the day on which the learner had to be within them. */
  readonly admittedOn?: Temporal.PlainDate;
}

/** One application, and the policy and group that it is judged by. */
export interface Case {
  readonly policy: Policy;
  readonly group: Group;
  readonly applicant: Applicant;
  readonly facts: Facts;
}

/** A case, taken apart for its rules, with the learner's age on the day of the decision. */
export interface Known extends Applicant, Facts {
  readonly region: Region;
  readonly policy: Policy;
  readonly group: Group;
  readonly age: number;
  readonly day: Temporal.PlainDate;
}

type Found = Omit<Finding, 'rule'>;

/** The fixed order of the rules. One that does not apply finds nothing. */
export const rules: readonly (readonly [Finding['rule'], (known: Known) => Found | undefined])[] = [
  ['policy-in-force', policyInForce],
  ['intake-open', intakeOpen],
  ['partner-recruiting', partnerRecruiting],
  ['minimum-age', minimumAge],
  ['maximum-age', maximumAge],
  ['group-ages', groupAges],
  ['stage-in-group', stageInGroup],
  ['residence', residence],
  ['income-band', incomeBand],
  ['consent', consented],
  ['evidence', evidenceShown],
  ['registry-confirms-group', registryConfirms],
  ['officer-judged', officerJudged],
];

/** Edge case 9: an application is judged by the policy of the day, whose version the decision keeps. */
function policyInForce({ region, policy, day }: Known): Found {
  const met = policy.from <= day.toString() && policyOn(region, day).version === policy.version;
  const explanation =
    policy.from > day.toString()
      ? `The policy "${policy.version}" begins on ${policy.from}.`
      : met
        ? `The policy "${policy.version}" applies since ${policy.from}.`
        : `The policy "${policy.version}" was followed by "${policyOn(region, day).version}".`;
  return { met, explanation };
}

/** Edge case 15. */
function intakeOpen({ region, group, areaId, submittedAt }: Known): Found | undefined {
  if (submittedAt === undefined) return undefined;
  const intake = intakeAt(region, submittedAt, { areaId, groupId: group.id });
  if (intake === undefined) {
    const explanation = `No intake for the group "${group.id}" in the area "${areaId}" was open when the application was made.`;
    return { met: false, explanation };
  }
  const end = intake.closes === undefined ? 'is open-ended' : `closes at ${intake.closes}`;
  return { met: true, explanation: `The intake opened at ${intake.opens} and ${end}.` };
}

function minimumAge({ policy, age }: Known): Found {
  const explanation = `The learner is ${age}; the programme begins at ${policy.minimumAge}.`;
  return { met: age >= policy.minimumAge, explanation };
}

function maximumAge(known: Known): Found | undefined {
  const { policy } = known;
  if (policy.maximumAge === undefined) return undefined;
  const [oldest, said] = oldestAt(known);
  const explanation = `${said}; the programme is for those up to ${policy.maximumAge}.`;
  return { met: oldest <= policy.maximumAge, explanation };
}

/** Edge case 4: whoever renews early shall not be too old for it by its first day, and may be past it afterwards. */
function oldestAt({ age, birthDate, countsFrom, admittedOn }: Known): [number, string] {
  if (admittedOn !== undefined) {
    const then = ageOn(birthDate, admittedOn);
    return [then, `The learner was ${then} on ${admittedOn}, when the approval began`];
  }
  if (countsFrom === undefined) return [age, `The learner is ${age}`];
  const then = ageOn(birthDate, countsFrom);
  return [then, `The learner is ${then} on ${countsFrom}, when the renewal begins`];
}

function groupAges(known: Known): Found | undefined {
  const { group, age } = known;
  if (group.ages === undefined) return undefined;
  const { from, until } = group.ages;
  const [oldest, said] = oldestAt(known);
  const bounds = [
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`up to ${until}`]),
  ];
  return {
    met: (from === undefined || age >= from) && (until === undefined || oldest <= until),
    explanation: `${said}; the group "${group.id}" is for those ${bounds.join(' ')}.`,
  };
}

function stageInGroup({ group, stage }: Known): Found {
  const explanation = `The learner is at the stage ${stage}; the group "${group.id}" is for ${group.stages.join(', ')}.`;
  return { met: group.stages.includes(stage), explanation };
}

function residence({ region, group, areaId }: Known): Found | undefined {
  const notTaken = groupNotTaken(region, areaId, group.id);
  if (notTaken !== undefined) return notTaken;
  if (group.areas === undefined) return undefined;
  const explanation = `The learner lives in ${areaId}; the group "${group.id}" is for ${group.areas.join(', ')}.`;
  return { met: group.areas.includes(areaId), explanation };
}

/** Edge case 3. */
function consented({ policy, age, consent }: Known): Found | undefined {
  if (age >= policy.consentAge) return undefined;
  const end = consent === 'given' ? 'has consented' : 'has not consented';
  const explanation = `The learner is ${age}, below ${policy.consentAge}; a guardian ${end}.`;
  return { met: consent === 'given', explanation };
}

/** Whoever confirms a group that is for some income bands vouches for the income; a band that is told has to be one of them. */
function incomeBand({ group, word }: Known): Found | undefined {
  if (group.incomeBands === undefined) return undefined;
  const bands = `the group "${group.id}" is for ${group.incomeBands.join(', ')}`;
  const told = 'incomeBand' in word ? word.incomeBand : undefined;
  if (told !== undefined) {
    const explanation = `The household is in the income band ${told}; ${bands}.`;
    return { met: group.incomeBands.includes(told), explanation };
  }
  const met = confirmedByRegistry(group, word) || (word.kind === 'officer' && word.confirms);
  const end = met ? 'is vouched for with the group' : 'is not known';
  return { met, explanation: `The income ${end}; ${bands}.` };
}

/** Row 6: papers of a group that the registry confirmed are not asked for. */
function evidenceShown({ group, word, papers, day }: Known): Found | undefined {
  if (group.evidence === undefined || confirmedByRegistry(group, word)) return undefined;
  const today = day.toString();
  const states = group.evidence.map(({ id }) => {
    const shown = papers.filter(({ evidenceId }) => evidenceId === id);
    const valid = shown.find(({ expiresOn }) => expiresOn === undefined || expiresOn >= today);
    if (valid !== undefined) {
      const end = valid.expiresOn === undefined ? '' : ` until ${valid.expiresOn}`;
      return { met: true, said: `${id} is valid${end}` };
    }
    return { met: false, said: `${id} ${shown.length === 0 ? 'is missing' : 'has expired'}` };
  });
  return {
    met: states.every(({ met }) => met),
    explanation: `Papers of the group "${group.id}": ${states.map(({ said }) => said).join(', ')}.`,
  };
}

function registryConfirms({ group, word }: Known): Found | undefined {
  if (group.confirmedBy !== 'registry' || word.kind === 'officer') return undefined;
  const met = confirmedByRegistry(group, word);
  const verb = met ? 'confirms' : unconfirmed(word.kind);
  return { met, explanation: `The welfare registry ${verb} the group "${group.id}".` };
}

function unconfirmed(kind: (RegistryAnswer | NotAsked)['kind']): string {
  switch (kind) {
    case 'not-asked':
      return 'was not asked about';
    case 'unreachable':
      return 'was not reached about';
    case 'unknown':
    case 'confirmed':
      return 'does not confirm';
  }
}

function officerJudged({ group, word }: Known): Found | undefined {
  if (word.kind === 'officer') return { met: word.confirms, explanation: word.reason };
  if (group.confirmedBy !== 'officer') return undefined;
  return { met: false, explanation: `An officer has to confirm the group "${group.id}".` };
}

function confirmedByRegistry(group: Group, word: Facts['word']): boolean {
  return (
    group.confirmedBy === 'registry' && word.kind === 'confirmed' && word.groups.includes(group.id)
  );
}
