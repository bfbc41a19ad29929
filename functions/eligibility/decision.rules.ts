import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Group, IncomeBandId, Policy, Region } from '../../regions/schema.ts';
import type { Profile } from '../identity/contract.ts';
import { phaseOf } from './case.rules.ts';
import type { Application, Decision, Finding } from './contract.ts';
import {
  type Acting,
  allowed,
  type DeskRefusal,
  decidersOf,
  notOnDesk,
  type Refused,
  type Ruling,
  refused,
  waitsBehind,
  withoutClaim,
} from './officer.rules.ts';
import { approvalEnd, evaluate, legalBasisOf, type ShownPaper, verdictOf } from './policy.rules.ts';
import { termOf } from './quota.rules.ts';

/** What an officer says of a case. */
export interface Verdict {
  readonly outcome: Decision['outcome'];
  readonly reason: string;
  readonly incomeBand?: IncomeBandId | undefined;
}

/** What is known of the applicant when a case is decided; the profile is gone where the person left. */
export interface Known {
  readonly profile: Profile | undefined;
  readonly papers: readonly ShownPaper[];
}

export type DecisionRefusal =
  | DeskRefusal
  | 'same-officer'
  | 'evidence-awaited'
  | 'resemblance-first'
  | 'rules-refuse'
  | 'consent-required';

/**
 * An officer's decision, under the policy of the day on which it is made (edge case 9), with every rule that was
 * met and not met. It needs the case on the officer's desk; an appeal needs another officer than before (edge
 * case 11). An officer confirms what papers show, and cannot approve whom the policy refuses.
 */
export function decideCase(
  region: Region,
  application: Application,
  verdict: Verdict,
  known: Known,
  acting: Acting,
): Ruling<DecisionRefusal> {
  const command = verdict.outcome === 'approved' ? 'approve' : 'reject';
  const wrong =
    notOnDesk(application, command, acting) ?? tooEarly(region, application, verdict, acting);
  if (wrong !== undefined) return wrong;
  if (application.appeal !== undefined && decidersOf(application).includes(acting.staffId)) {
    const detail = 'You decided this case first. Another officer decides the appeal.';
    return refused('same-officer', detail);
  }
  const rules = rulesFor(region, application, acting.now);
  const findings = findingsOf(region, application, rules, verdict, known, acting.now);
  if (verdict.outcome === 'approved') {
    const forbidden = notApprovable(findings, known);
    if (forbidden !== undefined) return forbidden;
  }
  const decision: Decision = {
    outcome: verdict.outcome,
    policyVersion: rules.policy.version,
    legalBasis: legalBasisOf(rules.policy, rules.group),
    findings,
    decidedBy: 'officer',
    officer: acting.staffId,
    decidedAt: timestamp(acting.now),
  };
  const next = decided(application, decision);
  if (next.state !== 'approved' || phaseOf(application) === 'doubted') return allowed(next);
  return allowed({ ...next, ...daysOf(region, application, rules, known, acting.now) });
}

/** What has to be settled before: papers that may still come, and whether it is the same person twice. */
function tooEarly(
  region: Region,
  application: Application,
  { outcome }: Verdict,
  { now }: Acting,
): Refused<'evidence-awaited' | 'resemblance-first'> | undefined {
  const until = application.request?.until;
  if (phaseOf(application) !== 'evidence' || until === undefined) return undefined;
  if (outcome === 'rejected' && dayIn(region, now).toString() <= until) {
    return refused(
      'evidence-awaited',
      `The applicant may hand in until ${until}. Wait until then.`,
    );
  }
  return outcome === 'approved' && waitsBehind(application) === 'resemblance'
    ? refused(
        'resemblance-first',
        'It may be the same person as another application. Wait for the papers, or reject it later.',
      )
    : undefined;
}

interface Rules {
  readonly policy: Policy;
  readonly group: Group | undefined;
}

/**
 * Policy and group that a case is judged by: those of the day; those of its submission where the policy of the
 * day has no such group any more.
 */
export function rulesFor(
  region: Region,
  application: Pick<Application, 'groupId' | 'submittedAt'>,
  now: Temporal.Instant,
): Rules {
  const days = [now, Temporal.Instant.from(application.submittedAt)];
  const policies = days.map((moment) => policyOn(region, dayIn(region, moment)));
  const found = policies
    .map((policy) => ({
      policy,
      group: policy.groups.find(({ id }) => id === application.groupId),
    }))
    .find(({ group }) => group !== undefined);
  return found ?? { policy: policyOn(region, dayIn(region, now)), group: undefined };
}

function findingsOf(
  region: Region,
  application: Application,
  { policy, group }: Rules,
  { outcome, reason, incomeBand }: Verdict,
  { profile, papers }: Known,
  now: Temporal.Instant,
): Finding[] {
  const confirms = outcome === 'approved';
  if (profile === undefined || group === undefined) {
    return [{ rule: 'officer-judged', met: confirms, explanation: reason }];
  }
  const word = { kind: 'officer', confirms, reason } as const;
  const facts = {
    word: incomeBand === undefined ? word : { ...word, incomeBand },
    papers,
    consent: consentOf(profile),
    submittedAt:
      application.renews === undefined ? Temporal.Instant.from(application.submittedAt) : undefined,
  };
  const today = dayIn(region, now);
  const found = evaluate(region, { policy, group, applicant: profile, facts }, today);
  // What was met when the application was made is not held against it: an intake that the region file has
  // forgotten since, and a policy that is in force no more.
  const before: readonly Finding['rule'][] = ['intake-open', 'policy-in-force'];
  return found.filter(({ rule, met }) => met || !before.includes(rule));
}

/** Whether consent holds: a guardian's below the consent age, afterwards one's own or the one before. */
export function consentOf({ consent }: Profile): 'given' | 'missing' {
  switch (consent.state) {
    case 'not-needed':
    case 'granted':
    case 'own-needed':
    case 'own-given':
      return 'given';
    case 'conflict':
    case 'withdrawn':
      return 'missing';
  }
}

function notApprovable(
  findings: readonly Finding[],
  { profile }: Known,
): Refused<'rules-refuse' | 'consent-required'> | undefined {
  const unmet = findings.filter(({ met }) => !met);
  // The finding is of guardians'; of the consent age learners take their own back.
  if (profile !== undefined && consentOf(profile) === 'missing')
    return refused('consent-required', 'Nobody has consented, or consent was taken back.');
  if (verdictOf(findings) !== 'refused') return undefined;
  const named = unmet.map(({ rule }) => rule).join(', ');
  return refused('rules-refuse', `The policy refuses this application: ${named}. Reject it.`);
}

/** The application as it was decided; what an appeal replaces stays with it. */
function decided(application: Application, decision: Decision): Application {
  const { waitingFor, because, decision: before, ...rest } = withoutClaim(application);
  const earlier = [...(rest.earlier ?? []), ...(before === undefined ? [] : [before])];
  const next = {
    ...rest,
    decision,
    ...(earlier.length > 0 ? { earlier } : {}),
    changedAt: decision.decidedAt,
  };
  if (decision.outcome === 'approved') return { ...next, state: 'approved' };
  return phaseOf(application) === 'doubted'
    ? { ...next, state: 'ended', because: 'profile-changed' }
    : { ...next, state: 'rejected' };
}

/** How long an approval holds that begins now, and the papers that it rests on (edge case 10). */
function daysOf(
  region: Region,
  { groupId }: Application,
  { policy, group }: Rules,
  { profile, papers }: Known,
  now: Temporal.Instant,
): Partial<Application> {
  const today = dayIn(region, now);
  if (profile === undefined) return { validUntil: approvalEnd(policy, today).toString() };
  const papersUntil = validUntilOf(group, papers);
  return {
    ...termOf(region, { groupId, birthDate: profile.birthDate }, now),
    ...(papersUntil === undefined ? {} : { papersUntil }),
  };
}

/**
 * The last day on which every paper that a group asks for is valid, of each the one that holds longest; undefined
 * where all hold for good, or none was shown.
 */
export function validUntilOf(
  group: Pick<Group, 'evidence'> | undefined,
  papers: readonly ShownPaper[],
): string | undefined {
  const lastDays = (group?.evidence ?? []).flatMap(({ id }) => {
    const shown = papers.filter(({ evidenceId }) => evidenceId === id);
    const days = shown.flatMap(({ expiresOn }) => expiresOn ?? []);
    return days.length < shown.length ? [] : days.sort().slice(-1);
  });
  return lastDays.sort()[0];
}
