import type { Certified } from './certificate.contract.ts';
import type { HeldSession } from './stipend.contract.ts';

/**
 * What a certificate of activity says (row 16); undefined of who has completed no session.
 *
 * @param held - the completed sessions by their days
 * @param today - the region's day
 */
export function certifiedOf(
  name: string,
  held: readonly HeldSession[],
  today: string,
): Certified | undefined {
  const [first] = held;
  const last = held.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const [initial = ''] = name;
  const minutes = held.reduce((sum, session) => sum + session.minutes, 0);
  return {
    initial,
    mentorships: new Set(held.map(({ mentorshipId }) => mentorshipId)).size,
    sessions: held.length,
    hours: minutes / 60,
    from: first.day,
    until: last.day,
    issuedOn: today,
  };
}
