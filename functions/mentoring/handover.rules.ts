import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { MentorId } from '../identity/contract.ts';
import type { Mentor } from './mentor.contract.ts';
import { checkStateOn } from './mentor-due.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import {
  type Change,
  ended,
  type Refused,
  type SeenSession,
  type Terms,
} from './mentorship.rules.ts';
import { reopened, type SeenRequest } from './request.rules.ts';
import type { MentorshipId } from './words.contract.ts';

/** To whom what remains of a mentorship goes, and the name of the mentorship that it goes on as. */
export interface Successor {
  readonly mentor: Pick<Mentor, 'mentorId' | 'state' | 'checkUntil'>;
  readonly mentorshipId: MentorshipId;
}

/** A mentorship that ends, and the one that goes on from it. */
export interface Handover {
  readonly ending: Change;
  readonly going: Mentorship;
}

/**
 * Hands a mentorship over with what remains: after nine of sixteen sessions, seven (edge case 28). Coming sessions are
 * called off and count among what remains; the new mentorship is offered to both sides, and begins when they accept.
 */
export function handOver(
  terms: Terms,
  mentorship: Mentorship,
  sessions: readonly SeenSession[],
  { mentor, mentorshipId }: Successor,
): Handover | Refused {
  const { region, policy, now } = terms;
  const refused = notToHandOver(mentorship, mentor.mentorId) ?? notAvailable(terms, mentor);
  if (refused !== undefined) return refused;
  const ending = ended(mentorship, 'handed-over', sessions, now);
  const { left } = ending.next.budget;
  if (left === 0) return nothingRemains();
  const { learnerId, areaId, requestId, subjects, topics, way, policyVersion } = mentorship;
  const by = dayIn(region, now).add({ days: policy.deadlines.answer }).toString();
  const going: Mentorship = {
    ...{ mentorshipId, learnerId, mentorId: mentor.mentorId, areaId, requestId },
    ...{ subjects, topics, way, policyVersion, extensions: mentorship.extensions },
    state: 'offered',
    offer: { by, learner: 'open', mentor: 'open' },
    budget: { granted: left, used: 0, left },
    continues: mentorship.mentorshipId,
    createdAt: timestamp(now),
  };
  const budget = { ...ending.next.budget, granted: ending.next.budget.granted - left, left: 0 };
  const next = { ...ending.next, budget, continuedBy: mentorshipId };
  return { ending: { ...ending, next }, going };
}

/**
 * A request whose mentorship has ended early: it waits again at its old place, with the sessions that remain, and never
 * for the same mentor. Undefined where none remain, or the learner has made another request since.
 */
export function backWithRest(
  seen: SeenRequest | undefined,
  { requestId, mentorId, mentorshipId, budget }: Mentorship,
): SeenRequest | undefined {
  if (seen?.request.requestId !== requestId || seen.request.state !== 'matched') return undefined;
  if (budget.left === 0) return undefined;
  const again = reopened(seen, mentorId);
  const carries = { sessions: budget.left, continues: mentorshipId };
  return { ...again, kept: { ...again.kept, carries } };
}

/**
 * Who has what remains of a mentorship that has ended: the one that goes on from it, directly or after others, or the
 * learner's request, which waits with it.
 */
export type Heir =
  | { readonly kind: 'mentorship'; readonly mentorshipId: MentorshipId }
  | { readonly kind: 'request'; readonly seen: SeenRequest };

/** How many sessions a change gives back of a mentorship that has ended before: they are for whoever goes on from it. */
export function givenBackLate(before: Mentorship, { next }: Change): number {
  return before.state === 'ended' ? Math.max(0, next.budget.left - before.budget.left) : 0;
}

/** A mentorship of which so many sessions have gone on to another. */
export function withoutPassed(mentorship: Mentorship, count: number): Mentorship {
  const { granted, used, left } = mentorship.budget;
  return { ...mentorship, budget: { granted: granted - count, used, left: left - count } };
}

/** A request that waits with so many sessions more. */
export function waitingWith({ kept, ...seen }: SeenRequest, count: number): SeenRequest {
  const { carries } = kept;
  if (carries === undefined) return { ...seen, kept };
  return {
    ...seen,
    kept: { ...kept, carries: { ...carries, sessions: carries.sessions + count } },
  };
}

/**
 * Two who share a mark are of one household, or too close (edge case 33).
 *
 * @returns why they cannot be paired; undefined where they can
 */
export function isClose(
  mentor: readonly string[],
  learner: readonly string[],
): Refused | undefined {
  return mentor.some((mark) => learner.includes(mark)) ? tooClose : undefined;
}

/** Said of a household and of a declared conflict alike: which it is concerns nobody else. */
export const tooClose: Refused = {
  because: 'rule',
  code: 'same-household',
  detail: 'These two are of one household, or must not be paired. Name another mentor.',
};

/** A mentor has as many learners as they take (edge case 32). */
export const mentorFull: Refused = {
  because: 'state',
  code: 'mentor-full',
  detail: 'This mentor has as many learners as they take. Name another.',
};

function notToHandOver({ state, mentorId }: Mentorship, to: MentorId): Refused | undefined {
  if (state !== 'active' && state !== 'paused') {
    const detail = 'Only a mentorship that goes on can be handed over.';
    return { because: 'state', code: 'not-active', detail };
  }
  if (mentorId !== to) return undefined;
  const detail = 'This is the mentor whom the learner has. Name another.';
  return { because: 'rule', code: 'same-mentor', detail };
}

function notAvailable({ region, now }: Terms, mentor: Successor['mentor']): Refused | undefined {
  const expired = checkStateOn(mentor, dayIn(region, now)) === 'expired';
  if (mentor.state === 'selected' && !expired) return undefined;
  const detail = 'This mentor takes no learners now. GET /mentors?state=selected lists who does.';
  return { because: 'rule', code: 'mentor-not-available', detail };
}

function nothingRemains(): Refused {
  const detail = 'No session remains that another mentor could hold. End the mentorship instead.';
  return { because: 'rule', code: 'nothing-remains', detail };
}
