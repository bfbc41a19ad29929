import type { Temporal } from 'temporal-polyfill';
import { dayIn, intakeAt, partnerOf, policyOn, timestamp } from '../../regions/calendar.ts';
import type { AreaId, Group, GroupId, Policy, Region } from '../../regions/schema.ts';
import { type PartnerRefusal, partnerRefuses } from '../identity/partner.rules.ts';
import type { StepRefusal } from './case.rules.ts';
import type { Application, ApplicationId, Decision, Finding } from './contract.ts';
import { outOfStep, type Refused } from './officer.rules.ts';
import { approvalEnd, type Case, evaluate, type Facts, verdictOf } from './policy.rules.ts';

export type { RegistryAnswer } from './policy.rules.ts';

/** The rules that an application made now is judged by, or why none can be made. */
export type Admission =
  | { readonly kind: 'admitted'; readonly policy: Policy; readonly group: Group }
  | {
      readonly kind: 'refused';
      readonly code: 'intake-closed' | 'no-such-group' | PartnerRefusal['code'];
      readonly detail: string;
    };

/**
 * Whether an application may be made now (edge case 15), and under which policy; a renewal needs no intake. Where the
 * area is a partner's, while that takes learners, and in the groups that it takes (domain.md row 28).
 */
export function admit(
  region: Region,
  groupId: GroupId,
  areaId: AreaId,
  now: Temporal.Instant,
  { renews }: Pick<Precedent, 'renews'> = {},
): Admission {
  const closed = partnerRefuses(region, areaId, now, 'recruiting');
  if (closed !== undefined) return { kind: 'refused', ...closed };
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  const open = renews !== undefined || intakeAt(region, now, { areaId, groupId }) !== undefined;
  if (!open || policy.from > today.toString()) {
    const detail = 'Applications are not taken now. GET /config tells when the next intake opens.';
    return { kind: 'refused', code: 'intake-closed', detail };
  }
  const here = partnerOf(region, areaId)?.groups;
  const groups = policy.groups.filter(({ id }) => here?.includes(id) ?? true);
  const group = groups.find(({ id }) => id === groupId);
  if (group !== undefined) return { kind: 'admitted', policy, group };
  const known = groups.map(({ id }) => id).join(', ');
  return { kind: 'refused', code: 'no-such-group', detail: `Choose one of the groups: ${known}.` };
}

/** What comes before an application that may be made: nothing that stands, or an approval that it renews. */
export interface Precedent {
  readonly kind: 'free';
  readonly renews?: ApplicationId;
}

/**
 * Whether a learner's newest application leaves room for another: one that was closed does (edge case 11), and so
 * does an approval from the first day on which it can be renewed.
 */
export function precedentOf(
  newest: Application | undefined,
  today: string,
): Precedent | Refused<StepRefusal> {
  if (newest === undefined) return { kind: 'free' };
  const { state, applicationId, validUntil, renewFrom, renews } = newest;
  const over = validUntil !== undefined && validUntil < today;
  if (over) return { kind: 'free' };
  if (state === 'approved' && renewFrom !== undefined && renewFrom <= today)
    return { kind: 'free', renews: applicationId };
  const wrong = outOfStep(newest, 'apply');
  if (wrong !== undefined) return wrong;
  // What a refused renewal was to follow may still hold, and has still only one place in the quota.
  return renews === undefined ? { kind: 'free' } : { kind: 'free', renews };
}

/** Whether it is worth asking the registry: an application that the rules refuse anyway is not a reason to. */
export function needsRegistry(region: Region, asked: Case, today: Temporal.PlainDate): boolean {
  return (
    asked.group.confirmedBy === 'registry' &&
    verdictOf(evaluate(region, asked, today)) !== 'refused'
  );
}

export type Judgement = Pick<Application, 'state' | 'waitingFor' | 'validUntil' | 'decision'>;

/**
 * Judges an application as far as rules and registry can: approved where the registry confirms the group,
 * rejected where the learner's own data do not fit, otherwise waiting for an officer. A registry that does
 * not answer, or does not know someone, never rejects.
 */
export function judge(region: Region, asked: Case, now: Temporal.Instant): Judgement {
  const { policy, group, facts } = asked;
  const today = dayIn(region, now);
  const findings = evaluate(region, asked, today);
  switch (verdictOf(findings)) {
    case 'refused':
      return decided('rejected', 'rules', policy, findings, now, today);
    case 'met':
      return decided('approved', 'registry', policy, findings, now, today);
    case 'open':
      return { state: 'waiting', waitingFor: reasonToWait(group, facts) };
  }
}

function reasonToWait({ confirmedBy }: Group, { word }: Facts): Judgement['waitingFor'] {
  if (confirmedBy === 'officer') return 'officer-group';
  return word.kind === 'unreachable' ? 'registry-unreachable' : 'registry-unknown';
}

function decided(
  outcome: Decision['outcome'],
  decidedBy: Decision['decidedBy'],
  policy: Policy,
  findings: Finding[],
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): Judgement {
  const { version: policyVersion, legalBasis } = policy;
  const decision = {
    outcome,
    policyVersion,
    legalBasis,
    findings,
    decidedBy,
    decidedAt: timestamp(now),
  };
  if (outcome === 'rejected') return { state: 'rejected', decision };
  const validUntil = approvalEnd(policy, today).toString();
  return { state: 'approved', validUntil, decision };
}
