import type { Temporal } from 'temporal-polyfill';
import type { Message } from '../../regions/notices.ts';
import { bothSides } from './invitation.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import type { SeenSession } from './mentorship.rules.ts';

/** Which reminder of a session is sent: a day before it begins, or an hour. */
export type Reminder = NonNullable<SeenSession['reminded']>;

/**
 * The reminder that is due: none of a session that does not take place, none twice, and none that is late by so much that
 * the next is due as well.
 */
export function reminderDue(
  { state }: Pick<Mentorship, 'state'>,
  { session, reminded }: SeenSession,
  now: Temporal.Instant,
): Reminder | undefined {
  if (state !== 'active' || session.state !== 'booked') return undefined;
  const hours = now.until(session.start).total('hours');
  if (hours <= 0 || hours > 24 || reminded === 'hour') return undefined;
  if (hours <= 1) return 'hour';
  return reminded === undefined ? 'day' : undefined;
}

/** The same words to both sides, each in their language and zone. */
export function reminders(
  mentorship: Pick<Mentorship, 'learnerId' | 'mentorId'>,
  { session: { start } }: SeenSession,
): Message[] {
  return bothSides(mentorship).map((to) => ({ kind: 'session-reminder', to, facts: { start } }));
}
