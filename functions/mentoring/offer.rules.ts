import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { MentoringPolicy, Region } from '../../regions/schema.ts';
import type { Application } from '../eligibility/application.contract.ts';
import { consentOf } from '../eligibility/decision.rules.ts';
import type { Profile } from '../identity/contract.ts';
import type { Mentor } from './mentor.contract.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { endOf, mentorshipDue, type Refused, termsOf } from './mentorship.rules.ts';
import type { AnswerInput } from './offer.contract.ts';
import { explainPair, type FreeMentor, type OpenRequest, type Terms } from './pair.rules.ts';
import { wayOf } from './proposal.rules.ts';
import { entitlement, reopened, type SeenRequest } from './request.rules.ts';
import type { Pair, PairFailure } from './round.contract.ts';
import type { MentorshipId, Side } from './words.contract.ts';

/** What a match is made of, as its rows are now. */
export interface Match {
  readonly pair: Pick<Pair, 'requestId' | 'mentorId'>;
  readonly seen: SeenRequest;
  readonly asking: OpenRequest;
  readonly helping: FreeMentor;
  readonly terms: Terms;
  readonly policy: MentoringPolicy;
  readonly newId: MentorshipId;
}

/**
 * The mentorship that a pair is offered, held for both sides until the policy's last day for answers; what is left of an
 * earlier mentorship carries over (edge case 28).
 *
 * @returns why the pair cannot be any more: what the round saw may have changed
 */
export function offerMatch(
  { pair, seen, asking, helping, terms, policy, newId }: Match,
  now: Temporal.Instant,
): Mentorship | PairFailure {
  const { request, kept } = seen;
  if (request.state !== 'open' || request.requestId !== pair.requestId) return 'request-changed';
  const explained = explainPair(helping, asking, terms);
  if (explained.kind === 'forbidden') return explained.obstacles[0] ?? 'request-changed';
  const way = wayOf(helping, asking);
  if (way === undefined) return 'no-shared-way';
  const { requestId, learnerId, areaId, subjects, topics } = request;
  const granted = kept.carries?.sessions ?? policy.sessions;
  const by = terms.on.add({ days: policy.deadlines.answer }).toString();
  return {
    ...{ mentorshipId: newId, learnerId, mentorId: pair.mentorId, areaId, requestId, way },
    ...{ subjects, topics, extensions: 0, policyVersion: policy.version },
    state: 'offered',
    offer: { by, learner: 'open', mentor: 'open' },
    budget: { granted, used: 0, left: granted },
    ...(kept.carries === undefined ? {} : { continues: kept.carries.continues }),
    createdAt: timestamp(now),
  };
}

/** When nobody can accept an offer any more: the midnight that ends its last day. */
export function offerDue(
  region: Pick<Region, 'timeZone'>,
  { offer }: Pick<Mentorship, 'offer'>,
): string | undefined {
  return offer === undefined ? undefined : timestamp(endOf(region, offer.by));
}

/** What an answer makes of an offered mentorship. */
export type Answered =
  /** It was answered so before. */
  | { readonly kind: 'unchanged' }
  /** The other side has still to answer. */
  | { readonly kind: 'accepted'; readonly next: Mentorship; readonly due: string | undefined }
  | { readonly kind: 'begun'; readonly next: Mentorship; readonly due: string | undefined }
  | { readonly kind: 'declined'; readonly next: Mentorship };

/**
 * What the answer of one side makes of an offer: accepted by both it begins today, declined by one it ends.
 *
 * @param side - who answers
 */
export function answerOffer(
  region: Region,
  mentorship: Mentorship,
  side: Side,
  { answer, reason }: AnswerInput,
  now: Temporal.Instant,
): Answered | Refused {
  const { state, offer, declined } = mentorship;
  if (state !== 'offered' || offer === undefined) {
    const before = declined?.by === side ? 'decline' : offer?.[side] === 'accepted' && 'accept';
    if (before === answer) return { kind: 'unchanged' };
    return answeredBefore();
  }
  if (dayIn(region, now).toString() > offer.by) return offerLapsed(offer.by);
  if (answer === 'decline') {
    const by = { by: side, ...(reason === undefined ? {} : { reason }) };
    return { kind: 'declined', next: { ...endOffer(mentorship, 'declined', now), declined: by } };
  }
  if (offer[side] === 'accepted') return { kind: 'unchanged' };
  const next: Mentorship = { ...mentorship, offer: { ...offer, [side]: 'accepted' } };
  const both = next.offer?.learner === 'accepted' && next.offer.mentor === 'accepted';
  return both
    ? begin(region, next, now)
    : { kind: 'accepted', next, due: offerDue(region, mentorship) };
}

/** What of a mentor stands against accepting a match now (edge cases 33 and 34); undefined where nothing does. */
export function acceptable(
  region: Pick<Region, 'timeZone'>,
  mentor: Pick<Mentor, 'state' | 'checkUntil'> | undefined,
  marksOfMentor: readonly string[],
  marksOfLearner: readonly string[],
  now: Temporal.Instant,
):
  | { readonly code: 'mentor-not-available' | 'same-household'; readonly detail: string }
  | undefined {
  const today = dayIn(region, now).toString();
  if (mentor?.state !== 'selected' || (mentor.checkUntil ?? today) < today) {
    const detail = 'The mentor cannot begin now. Decline, or try again before the last day.';
    return { code: 'mentor-not-available', detail };
  }
  if (!marksOfMentor.some((mark) => marksOfLearner.includes(mark))) return undefined;
  const detail = 'The two are of one household, so they cannot be matched. Decline this match.';
  return { code: 'same-household', detail };
}

/**
 * What of a learner stands against a match: no consent (edge case 2), or no approval that holds; undefined where nothing
 * does. Only for the learner's own side: a mentor is not told of either.
 */
export function unentitled(
  region: Region,
  profile: Profile | undefined,
  applications: readonly Application[],
  now: Temporal.Instant,
): { readonly code: string; readonly detail: string } | undefined {
  if (profile === undefined || consentOf(profile) === 'missing') {
    const detail = 'Nobody has consented, or consent was taken back. GET /me/consent says more.';
    return { code: 'consent-required', detail };
  }
  const entitled = entitlement(region, applications, now);
  return entitled.kind === 'refused' ? entitled : undefined;
}

/**
 * The refusal of what cannot begin, for whoever may not learn why: a declared conflict, a report, or the other side's
 * consent and approval read alike (ADR 21).
 */
export const notPossible = {
  code: 'match-not-possible',
  detail: 'This match cannot begin now. Decline it, or try again before its last day.',
} as const;

/** From today for the weeks of the policy, today being the first of its days. */
function begin(region: Region, mentorship: Mentorship, now: Temporal.Instant): Answered {
  const terms = termsOf(region, mentorship, now);
  const from = dayIn(region, now);
  const until = from.add({ weeks: terms.policy.weeks }).subtract({ days: 1 });
  const next: Mentorship = {
    ...mentorship,
    state: 'active',
    from: from.toString(),
    until: until.toString(),
  };
  return { kind: 'begun', next, due: mentorshipDue(terms, next) };
}

/** What becomes of an offer that was not answered by both in time; undefined where it still can be, or was. */
export function lapseOffer(
  region: Pick<Region, 'timeZone'>,
  mentorship: Mentorship,
  now: Temporal.Instant,
): Mentorship | undefined {
  const { state, offer } = mentorship;
  if (state !== 'offered' || offer === undefined) return undefined;
  const over = Temporal.Instant.compare(endOf(region, offer.by), now) <= 0;
  return over ? endOffer(mentorship, 'offer-lapsed', now) : undefined;
}

function endOffer(
  mentorship: Mentorship,
  because: 'declined' | 'offer-lapsed',
  now: Temporal.Instant,
): Mentorship {
  return { ...mentorship, state: 'ended', endedBecause: because, endedAt: timestamp(now) };
}

/**
 * What becomes of the request of a match that came to nothing: it waits again for the next round. Undefined where the
 * learner has made another since.
 */
export function backInLine(
  seen: SeenRequest | undefined,
  { requestId, mentorshipId, mentorId, continues, budget }: Mentorship,
): SeenRequest | undefined {
  if (seen?.request.requestId !== requestId) return undefined;
  const { state } = seen.request;
  // A hand-over offers another mentorship to the request that the first one had matched.
  const its = seen.request.mentorshipId === mentorshipId || continues !== undefined;
  if (!its || (state !== 'offered' && state !== 'matched')) return undefined;
  const again = reopened(seen, mentorId);
  if (continues === undefined) return again;
  return { ...again, kept: { ...again.kept, carries: { sessions: budget.granted, continues } } };
}

/** A request whose match both sides have accepted. */
export function matched(seen: SeenRequest, { mentorshipId }: Mentorship): SeenRequest {
  const { carries: _, ...kept } = seen.kept;
  return { ...seen, request: { ...seen.request, state: 'matched', mentorshipId }, kept };
}

function answeredBefore(): Refused {
  const detail = 'This match has been answered otherwise, or has ended.';
  return { because: 'state', code: 'offer-answered', detail };
}

function offerLapsed(by: string): Refused {
  const detail = `The last day for an answer was ${by}. The request takes part in the next round.`;
  return { because: 'state', code: 'match-lapsed', detail };
}

/**
 * Whether a side is told with whom a mentorship is. A mentor's knowledge of the learner ends with it (edge case 28); of a
 * match that never began neither side keeps the other's name.
 */
export function knowsOther(
  { state, from }: Pick<Mentorship, 'state' | 'from'>,
  side: Side,
): boolean {
  return state !== 'ended' || (side === 'learner' && from !== undefined);
}
