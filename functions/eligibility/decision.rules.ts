import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { IncomeBandId, Region } from '../../regions/schema.ts';
import type { Profile } from '../identity/contract.ts';
import { phaseOf } from './case.rules.ts';
import type { Application, Decision, Finding } from './contract.ts';
import {
  type Acting,
  allowed,
  type DeskRefusal,
  decidersOf,
  isAppeal,
  notOnDesk,
  type Refused,
  type Ruling,
  refused,
  waitsBehind,
  withoutClaim,
} from './officer.rules.ts';
import {
  goingOn,
  knownPapers,
  notToRestOn,
  type Rules,
  rechecked,
  restingOn,
  rulesFor,
} from './papers.rules.ts';
import {
  approvalEnd,
  evaluate,
  legalBasisOf,
  type ShownPaper,
  stillAsked,
  verdictOf,
} from './policy.rules.ts';
import { admittedOn, boundedAnew, holdsApproval, termOf } from './quota.rules.ts';

/** What an officer says of a case. */
export interface Verdict {
  readonly outcome: Decision['outcome'];
  readonly reason: string;
  readonly incomeBand?: IncomeBandId | undefined;
}

/** What is known of the applicant when a case is decided; the profile is gone where the person left. */
export interface Known {
  readonly profile: Profile | undefined;
  /** The version of the profile: a change of it that comes later puts the decision in doubt. */
  readonly profileVersion?: number | undefined;
  readonly papers: readonly ShownPaper[];
  /** The first day of a renewal's months, where what it renews still holds. */
  readonly countsFrom?: Temporal.PlainDate | undefined;
}

export type DecisionRefusal =
  | DeskRefusal
  | 'same-officer'
  | 'evidence-awaited'
  | 'resemblance-first'
  | 'rules-refuse'
  | 'consent-required'
  | 'papers-missing';

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
  if (isAppeal(application) && decidersOf(application).includes(acting.staffId)) {
    const detail = 'You decided this case first. Another officer decides the appeal.';
    return refused('same-officer', detail);
  }
  const rules = rulesFor(region, application, acting.now);
  const findings = findingsOf(region, application, rules, verdict, known, acting.now);
  if (verdict.outcome === 'approved') {
    const forbidden =
      notApprovable(findings, known) ?? papersMissing(region, application, known, acting.now);
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
  const next = decided(application, decision, known);
  if (next.state !== 'approved') return allowed(next);
  const doubted = phaseOf(application) === 'doubted';
  const bounded = doubted ? boundedAnew(next, rules, known.profile) : next;
  if (holdsApproval(application.state))
    return allowed(goingOn(bounded, rules, known.papers, dayIn(region, acting.now)));
  const { papers, papersUntil, countsFrom, ageUntil, monthsUntil, ...rest } = next;
  return allowed({ ...rest, ...daysOf(region, application, rules, known, acting.now) });
}

/** Edge case 10. Of an approval in doubt the question is another one: its papers take their own way. */
function papersMissing(
  region: Region,
  application: Application,
  { profile, papers }: Known,
  now: Temporal.Instant,
) {
  if (profile === undefined || phaseOf(application) === 'doubted') return undefined;
  return notToRestOn(region, application, papers, now);
}

/** What has to be settled before: papers that may still come, and whether it is the same person twice. */
function tooEarly(
  region: Region,
  application: Application,
  { outcome }: Verdict,
  { now }: Acting,
): Refused<'evidence-awaited' | 'resemblance-first'> | undefined {
  const until = application.request?.until;
  const phase = phaseOf(application);
  if ((phase !== 'evidence' && phase !== 'new-paper') || until === undefined) return undefined;
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

function findingsOf(
  region: Region,
  application: Application,
  { policy, group }: Rules,
  { outcome, reason, incomeBand }: Verdict,
  { profile, papers, countsFrom }: Known,
  now: Temporal.Instant,
): Finding[] {
  const confirms = outcome === 'approved';
  if (profile === undefined || group === undefined) {
    return [{ rule: 'officer-judged', met: confirms, explanation: reason }];
  }
  const doubted = phaseOf(application) === 'doubted';
  const admitted = doubted ? admittedOn(region, policy, application) : undefined;
  const word = { kind: 'officer', confirms, reason } as const;
  const facts = {
    word: incomeBand === undefined ? word : { ...word, incomeBand },
    papers: knownPapers(application, papers),
    consent: consentOf(profile),
    submittedAt:
      application.renews === undefined ? Temporal.Instant.from(application.submittedAt) : undefined,
    ...(countsFrom === undefined ? {} : { countsFrom }),
    ...(admitted === undefined ? {} : { admittedOn: admitted }),
  };
  const today = dayIn(region, now);
  const found = evaluate(region, { policy, group, applicant: profile, facts }, today);
  return stillAsked(found, rechecked(application) ? 'paper' : doubted ? 'doubt' : 'case');
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
    case 'own-lapsed':
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
function decided(
  application: Application,
  decision: Decision,
  { profileVersion }: Known,
): Application {
  const { waitingFor, because, decision: before, ...rest } = withoutClaim(application);
  const earlier = [...(rest.earlier ?? []), ...(before === undefined ? [] : [before])];
  const next = {
    ...rest,
    decision,
    ...(earlier.length > 0 ? { earlier } : {}),
    // Who looks at a paper has not judged a name or birthday that the stream is still to bring.
    ...(profileVersion === undefined || rechecked(application) ? {} : { profileVersion }),
    changedAt: decision.decidedAt,
  };
  if (decision.outcome === 'approved') return { ...next, state: 'approved' };
  if (!holdsApproval(application.state)) return { ...next, state: 'rejected' };
  const { graceUntil, ...ended } = next;
  return {
    ...ended,
    state: 'ended',
    because: rechecked(application) ? 'paper-expired' : 'profile-changed',
  };
}

/** How long an approval holds that begins now, and the papers that it rests on (edge case 10). */
function daysOf(
  region: Region,
  application: Application,
  { policy, group }: Rules,
  { profile, papers, countsFrom }: Known,
  now: Temporal.Instant,
): Partial<Application> {
  const today = dayIn(region, now);
  if (profile === undefined) return { validUntil: approvalEnd(policy, today).toString() };
  const { birthDate } = profile;
  return {
    ...termOf(region, { groupId: application.groupId, birthDate, countsFrom }, now),
    ...restingOn(group, papers),
  };
}
