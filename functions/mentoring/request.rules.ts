import type { Temporal } from 'temporal-polyfill';
import { dayIn, hasService, mentoringOn, timestamp } from '../../regions/calendar.ts';
import type { MentoringPolicy, Region, Service } from '../../regions/schema.ts';
import type { Application } from '../eligibility/application.contract.ts';
import { approvalOf } from '../enrolment/approval.rules.ts';
import type { Approval } from '../enrolment/place.contract.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { type PartnerRefusal, partnerRefuses } from '../identity/partner.rules.ts';
import { unknownLanguage } from '../identity/rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import type { MentorRequest, RequestInput } from './request.contract.ts';
import type { MentorshipId, RequestId } from './words.contract.ts';

/** What is kept of a request beside what its learner sees. */
export interface RequestKept {
  /** By what the learner's household is known (edge case 33). */
  readonly marks: string[];
  /** Mentors with whom a match came to nothing. */
  readonly refused: MentorId[];
  /** Mentors whom a coordinator has ruled out. */
  readonly vetoed: MentorId[];
  /** What is left of a mentorship that ended early, for the next one (edge case 28). */
  readonly carries?: Carried | undefined;
}

export interface Carried {
  readonly sessions: number;
  readonly continues: MentorshipId;
}

/** A request as it was read. */
export interface SeenRequest {
  readonly request: MentorRequest;
  readonly kept: RequestKept;
  readonly version: number;
}

/** A refusal by a rule (422), or because of what is there (409). */
export interface RequestRefused {
  readonly kind: 'refused';
  readonly by: 'rule' | 'conflict';
  readonly code: RefusedCode;
  readonly detail: string;
}

type RefusedCode =
  | 'not-eligible'
  | 'approval-expired'
  | 'approval-suspended'
  | 'service-not-offered'
  | PartnerRefusal['code']
  | 'mentoring-not-begun'
  | 'unknown-area'
  | 'unknown-language'
  | 'match-offered'
  | 'mentorship-running';

/** What a learner may have a mentor under. */
export interface Entitled {
  readonly kind: 'entitled';
  readonly approval: Approval;
  readonly policy: MentoringPolicy;
}

/** Of whom a request is, and what is known of them. */
export interface Asking {
  readonly learnerId: LearnerId;
  /** The applications that count for them (`countingFor`). */
  readonly applications: readonly Application[];
  readonly mentorships: readonly Mentorship[];
  readonly marks: readonly string[];
  /** The id of a request that is new. */
  readonly newId: RequestId;
}

/**
 * Whether someone may have a mentor, or meet a consultant, on a day: with an approval that holds, in an area that has the
 * service (domain.md rows 30 and 31) and is live (row 28), under a policy in force.
 */
export function entitlement(
  region: Region,
  applications: readonly Application[],
  now: Temporal.Instant,
  service: Service = 'mentoring',
): Entitled | RequestRefused {
  const today = dayIn(region, now).toString();
  const approvals = applications
    .map(approvalOf)
    .filter((approval): approval is Approval => approval !== undefined);
  const holds = ({ state, validUntil }: Approval) => state === 'holds' && today <= validUntil;
  const approval = approvals.find(holds) ?? approvals[0];
  if (approval === undefined) {
    return rule('not-eligible', 'You have no approval yet. Apply with POST /applications.');
  }
  if (approval.state === 'suspended') {
    return rule('approval-suspended', 'Your approval is suspended. GET /me/applications says why.');
  }
  if (!holds(approval)) {
    return rule('approval-expired', `Your approval ended on ${approval.validUntil}. Apply again.`);
  }
  if (!hasService(region, approval.areaId, service)) {
    return rule(
      'service-not-offered',
      `Your area has no ${service}. GET /config tells what it has.`,
    );
  }
  const partner = partnerRefuses(region, approval.areaId, now, 'live');
  if (partner !== undefined) return rule(partner.code, partner.detail);
  const policy = mentoringOn(region, dayIn(region, now));
  if (policy === undefined) {
    return rule('mentoring-not-begun', 'No policy of mentoring is in force yet. Try again later.');
  }
  return { kind: 'entitled', approval, policy };
}

/**
 * What a request becomes with a learner's new wishes. One that is open keeps its place and whom it is not matched with;
 * after a mentorship, or a withdrawal, it is a new one.
 */
export function askFor(
  region: Region,
  seen: SeenRequest | undefined,
  input: RequestInput,
  asking: Asking,
  now: Temporal.Instant,
): (Omit<SeenRequest, 'version'> & { readonly kind: 'asked' }) | RequestRefused {
  const standing = standingInTheWay(seen, asking.mentorships) ?? wrongIn(region, input);
  if (standing !== undefined) return standing;
  const entitled = entitlement(region, asking.applications, now);
  if (entitled.kind === 'refused') return entitled;
  const before = seen?.request.state === 'open' ? seen : undefined;
  const request: MentorRequest = {
    ...input,
    requestId: before?.request.requestId ?? asking.newId,
    learnerId: asking.learnerId,
    areaId: entitled.approval.areaId,
    state: 'open',
    since: before?.request.since ?? timestamp(now),
    policyVersion: entitled.policy.version,
  };
  const { refused = [], vetoed = [], carries } = before?.kept ?? {};
  return { kind: 'asked', request, kept: { marks: [...asking.marks], refused, vetoed, carries } };
}

/**
 * What becomes of a request that nobody wants any more; undefined where there is nothing to withdraw.
 *
 * @param mentorships - all that the learner has or had
 */
export function withdraw(
  seen: SeenRequest | undefined,
  mentorships: readonly Mentorship[],
): SeenRequest | RequestRefused | undefined {
  const standing = standingInTheWay(seen, mentorships);
  if (standing !== undefined || seen?.request.state !== 'open') return standing;
  return { ...seen, request: { ...seen.request, state: 'withdrawn' } };
}

/** A mentorship, or the match that becomes one, is ended or answered as such. */
function standingInTheWay(
  seen: SeenRequest | undefined,
  mentorships: readonly Mentorship[],
): RequestRefused | undefined {
  // While a request is open or withdrawn there is no mentorship: offering one closes it in the same transaction.
  if (seen === undefined || seen.request.state === 'open') return undefined;
  const running = mentorships.find(({ state }) => state !== 'ended');
  if (running === undefined) return undefined;
  const { mentorshipId } = running;
  if (running.state === 'offered') {
    const detail = `A match waits for answers. Answer it with PUT /mentorships/${mentorshipId}/answer.`;
    return { kind: 'refused', by: 'conflict', code: 'match-offered', detail };
  }
  const detail = `You have a mentor: mentorship ${mentorshipId} has not ended.`;
  return { kind: 'refused', by: 'conflict', code: 'mentorship-running', detail };
}

function wrongIn(region: Region, { languages, meetIn }: RequestInput): RequestRefused | undefined {
  if (meetIn !== undefined && !region.areas.some(({ id }) => id === meetIn)) {
    return rule(
      'unknown-area',
      'This region has no area as "meetIn" says. GET /config lists them.',
    );
  }
  for (const language of languages) {
    const wrong = unknownLanguage(region, language);
    if (wrong !== undefined) return rule('unknown-language', wrong.detail);
  }
  return undefined;
}

function rule(code: RefusedCode, detail: string): RequestRefused {
  return { kind: 'refused', by: 'rule', code, detail };
}

/** A request whose match came to nothing waits again, at its old place, and never for the same mentor. */
export function reopened(seen: SeenRequest, refused: MentorId): SeenRequest {
  const { mentorshipId: _, ...request } = seen.request;
  return {
    ...seen,
    request: { ...request, state: 'open' },
    kept: { ...seen.kept, refused: [...new Set([...seen.kept.refused, refused])] },
  };
}

/**
 * A request for which a coordinator rules a mentor out, or rules them out no more.
 *
 * @returns undefined where that is so already
 */
export function vetoed(
  seen: SeenRequest,
  mentorId: MentorId,
  out: boolean,
): SeenRequest | undefined {
  const others = seen.kept.vetoed.filter((other) => other !== mentorId);
  if (out === others.length < seen.kept.vetoed.length) return undefined;
  return { ...seen, kept: { ...seen.kept, vetoed: out ? [...others, mentorId] : others } };
}
