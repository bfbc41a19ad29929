import { dayIn } from '../../regions/calendar.ts';
import type { CalendarEvent, Message } from '../../regions/notices.ts';
import type { Mentorship } from './mentorship.contract.ts';
import type { Change, SessionChange, Terms } from './mentorship.rules.ts';
import type { Session } from './session.contract.ts';

/** The two sides of a mentorship, as notices name them. */
export function bothSides({ learnerId, mentorId }: Pick<Mentorship, 'learnerId' | 'mentorId'>) {
  return [
    { kind: 'learner', learnerId },
    { kind: 'mentor', mentorId },
  ] as const;
}

/**
 * What both sides are told of sessions that were booked, moved or called off, with the sessions' entries for their
 * calendars: one notice to each, of a series too.
 *
 * @param changes - of one mentorship, in the order of their starts; all of one kind
 */
export function sessionNotices(
  mentorship: Pick<Mentorship, 'learnerId' | 'mentorId'>,
  changes: readonly SessionChange[],
): Message[] {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const events = changes.map(({ after }) => eventOf(after));
  return bothSides(mentorship).map((to) => {
    if (changes.length > 1 && first.before === undefined) {
      const facts = { first: first.after.start, last: last.after.start };
      return { kind: 'sessions-booked', to, facts, events };
    }
    return { kind: kindOf(first), to, facts: { start: first.after.start }, events };
  });
}

/** A session as calendars have it; without a venue it is online. */
export function eventOf({ uid, sequence, start, minutes, venue, state }: Session): CalendarEvent {
  return { uid, sequence, start, minutes, venue, cancelled: state === 'cancelled' };
}

function kindOf({ before, after }: SessionChange) {
  if (before === undefined) return 'session-booked';
  return after.state === 'cancelled' ? 'session-cancelled' : 'session-moved';
}

/**
 * What both sides are told of a mentorship that ends, with the sessions that it calls off.
 *
 * @param waits - the learner waits for another mentor, with what remains
 */
export function endingNotices({ next, sessions }: Change, waits: boolean): Message[] {
  const events = sessions.map(({ after }) => eventOf(after));
  return bothSides(next).map((to) =>
    to.kind === 'learner' && waits
      ? { kind: 'mentor-changing', to, facts: {}, events }
      : { kind: 'mentorship-ended', to, facts: {}, events },
  );
}

/** What both sides are told of a mentorship that is held. */
export function pausedNotices(mentorship: Pick<Mentorship, 'learnerId' | 'mentorId'>): Message[] {
  return bothSides(mentorship).map((to) => ({ kind: 'mentorship-paused', to, facts: {} }));
}

/** What both sides are told of a mentorship that goes on: its last day, and the sessions that did not take place. */
export function resumedNotices({ next, sessions }: Change): Message[] {
  const { until } = next;
  if (until === undefined) return [];
  const events = sessions.map(({ after }) => eventOf(after));
  const rest = { facts: { until }, events };
  return bothSides(next).map((to) => ({ kind: 'mentorship-resumed', to, ...rest }));
}

/** What both sides are told of a decision about more sessions. */
export function extensionNotices(
  mentorship: Pick<Mentorship, 'learnerId' | 'mentorId' | 'until' | 'extension'>,
): Message[] {
  const { until, extension } = mentorship;
  return bothSides(mentorship).map((to) =>
    extension?.state === 'approved' && until !== undefined
      ? { kind: 'mentorship-extended', to, facts: { until } }
      : { kind: 'extension-refused', to, facts: {} },
  );
}

/** What a learner is told whose mentor says that they did not come: until when they can say otherwise. */
export function missedNotice(
  { region, policy, now }: Terms,
  { learnerId }: Pick<Mentorship, 'learnerId'>,
  { start, outcome }: Pick<Session, 'start' | 'outcome'>,
): Message[] {
  if (outcome !== 'learner-no-show') return [];
  const until = dayIn(region, now).add({ days: policy.deadlines.outcome }).toString();
  return [{ kind: 'session-missed', to: { kind: 'learner', learnerId }, facts: { start, until } }];
}

/** What both sides are told of a session whose outcome a coordinator has decided. */
export function decisionNotices(
  mentorship: Pick<Mentorship, 'learnerId' | 'mentorId'>,
  { start }: Pick<Session, 'start'>,
): Message[] {
  return bothSides(mentorship).map((to) => ({ kind: 'outcome-decided', to, facts: { start } }));
}
