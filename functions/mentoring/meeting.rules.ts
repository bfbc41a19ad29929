import { Temporal } from 'temporal-polyfill';
import type { Mentorship } from './mentorship.contract.ts';
import type { Refused } from './mentorship.rules.ts';
import type { Session } from './session.contract.ts';

/** How long before a session begins its room opens. */
export const opensBefore = { minutes: 10 } as const;
/** How long after its end it closes. */
export const closesAfter = { minutes: 30 } as const;

/** When the room of a session is open. */
export interface OpenTime {
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
}

/**
 * When the room of a session is open; refused where it is not now, or the session does not take place. A mentorship that is
 * paused or ended while they meet lets nobody in any more (edge case 35); who is in stays until the link ends.
 */
export function openTimeOf(
  mentorship: Pick<Mentorship, 'state'>,
  session: Pick<Session, 'state' | 'start' | 'minutes'>,
  now: Temporal.Instant,
): OpenTime | Refused {
  const from = Temporal.Instant.from(session.start).subtract(opensBefore);
  const until = Temporal.Instant.from(session.start)
    .add({ minutes: session.minutes })
    .add(closesAfter);
  const isOver = session.state === 'cancelled' || mentorship.state === 'ended';
  if (isOver || Temporal.Instant.compare(now, until) >= 0) {
    const detail = 'This session is over or was called off.';
    return { because: 'state', code: 'session-over', detail };
  }
  if (mentorship.state !== 'active') {
    const detail = 'The mentorship is paused, so this session does not take place.';
    return { because: 'state', code: 'session-held', detail };
  }
  if (Temporal.Instant.compare(now, from) >= 0) return { from, until };
  const detail = `The room opens at ${from} and closes at ${until}.`;
  return { because: 'state', code: 'meeting-not-open', detail };
}
