import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { Mentorship } from './mentorship.contract.ts';
import {
  type Change,
  endOf,
  isHeld,
  type Refused,
  type SeenSession,
  settled,
  type Terms,
} from './mentorship.rules.ts';
import type { ToldOutcome } from './outcome.contract.ts';
import type { Session } from './session.contract.ts';
import { outcomeDeadline } from './session.rules.ts';

/** What becomes of a session whose mentor tells how it ended (edge case 29): only some outcomes use it up. */
export function tell(
  terms: Terms,
  mentorship: Mentorship,
  before: SeenSession,
  outcome: ToldOutcome,
): Change | Refused {
  const refused = notToBeTold(terms, mentorship, before.session);
  if (refused !== undefined) return refused;
  const deadline = outcomeDeadline(terms, before.session);
  if (Temporal.Instant.compare(terms.now, deadline) >= 0) return tooLate(terms);
  return toldBy(terms, mentorship, before, 'mentor', outcome);
}

/**
 * What becomes of a session of which nobody has told in time: it has used up nothing, and is not paid.
 *
 * @returns undefined where it can still be told, or was
 */
export function untold(
  terms: Terms,
  mentorship: Mentorship,
  before: SeenSession,
): Change | undefined {
  const { session } = before;
  const over = Temporal.Instant.compare(terms.now, outcomeDeadline(terms, session)) >= 0;
  if (session.state !== 'booked' || !over) return undefined;
  const told = { toldBy: 'time', toldAt: timestamp(terms.now) } as const;
  const after: Session = { ...session, ...told, state: 'ended' };
  return { next: settled(mentorship, false, terms.now), sessions: [{ before, after }] };
}

/** What becomes of a session that the learner says ended otherwise; it stays as told until a coordinator decides. */
export function dispute(
  terms: Terms,
  mentorship: Mentorship,
  before: SeenSession,
  says: ToldOutcome,
): Change | Refused {
  const { session } = before;
  const { state, toldBy: by, toldAt, outcome } = session;
  if (state !== 'ended' || by !== 'mentor' || toldAt === undefined || says === outcome) {
    return {
      because: 'state',
      code: 'nothing-to-dispute',
      detail: 'Only what the mentor told of a session can be disputed, once, with another outcome.',
    };
  }
  if (session.dispute !== undefined) {
    const detail = 'You have disputed this session already. A coordinator decides.';
    return { because: 'state', code: 'nothing-to-dispute', detail };
  }
  const last = dayIn(terms.region, Temporal.Instant.from(toldAt));
  const deadline = endOf(terms.region, last, terms.policy.deadlines.outcome);
  if (Temporal.Instant.compare(terms.now, deadline) >= 0) return tooLate(terms);
  const disputed = { state: 'open', says, at: timestamp(terms.now) } as const;
  return { next: mentorship, sessions: [{ before, after: { ...session, dispute: disputed } }] };
}

/** What a coordinator decides of a session that is disputed, or of which nobody has told, in time or at all. */
export function decideOutcome(
  terms: Terms,
  mentorship: Mentorship,
  before: SeenSession,
  outcome: ToldOutcome,
): Change | Refused {
  const { session } = before;
  if (session.state === 'booked') {
    const refused = notToBeTold(terms, mentorship, session);
    return refused ?? toldBy(terms, mentorship, before, 'coordinator', outcome);
  }
  const nobodyTold = session.state === 'ended' && session.toldBy === 'time';
  if (!nobodyTold && session.dispute?.state !== 'open') {
    const detail = 'This session is not disputed, and it is known how it ended.';
    return { because: 'state', code: 'nothing-to-decide', detail };
  }
  const after: Session = {
    ...session,
    outcome,
    toldBy: 'coordinator',
    toldAt: timestamp(terms.now),
    ...(session.dispute && { dispute: { ...session.dispute, state: 'decided' } }),
  };
  const next = corrected(terms, mentorship, session, outcome);
  return { next, sessions: [{ before, after }] };
}

/**
 * The budget, one session having ended otherwise than told. One that was given back and booked anew is not taken from the
 * learner again.
 */
function corrected(
  { policy, now }: Terms,
  mentorship: Mentorship,
  session: Session,
  outcome: ToldOutcome,
): Mentorship {
  const was = session.outcome !== undefined && policy.usesUp.includes(session.outcome);
  const is = policy.usesUp.includes(outcome);
  const { budget } = mentorship;
  if (was === is || (is && budget.left === 0)) return mentorship;
  const [used, left] = is ? [budget.used, budget.left - 1] : [budget.used - 1, budget.left];
  return settled({ ...mentorship, budget: { ...budget, used, left } }, is, now);
}

function toldBy(
  { policy, now }: Terms,
  mentorship: Mentorship,
  before: SeenSession,
  by: 'mentor' | 'coordinator',
  outcome: ToldOutcome,
): Change {
  const told = { outcome, toldBy: by, toldAt: timestamp(now) };
  const after: Session = { ...before.session, ...told, state: 'ended' };
  const next = settled(mentorship, policy.usesUp.includes(outcome), now);
  return { next, sessions: [{ before, after }] };
}

function notToBeTold(
  { now }: Terms,
  mentorship: Mentorship,
  session: Session,
): Refused | undefined {
  if (session.state !== 'booked') {
    const detail = 'It is known how this session ended, or it was called off.';
    return { because: 'state', code: 'outcome-told', detail };
  }
  if (isHeld(mentorship, session)) {
    const detail =
      'The mentorship is paused, so this session did not take place. It is given back.';
    return { because: 'state', code: 'session-held', detail };
  }
  if (Temporal.Instant.compare(now, session.start) >= 0) return undefined;
  const detail = `The session begins at ${session.start}. Tell how it ended afterwards.`;
  return { because: 'state', code: 'session-not-begun', detail };
}

function tooLate({ policy }: Terms): Refused {
  return {
    because: 'rule',
    code: 'outcome-too-late',
    detail: `How a session ended can be told, and disputed, for ${policy.deadlines.outcome} days. Ask a coordinator.`,
  };
}
