import type { Mentorship } from './mentorship.contract.ts';
import { type Change, ended, resumed, type SeenSession, type Terms } from './mentorship.rules.ts';
import type { Hold } from './report.rules.ts';
import type { HeldBecause } from './standing.rules.ts';

/**
 * What becomes of one mentorship once its reports are decided: it goes on only where nothing else holds it.
 *
 * @param sessions - all that are booked
 * @param because - why the rules hold it now (`heldBecause`)
 * @returns undefined where there is nothing to do
 */
export function settled(
  terms: Terms,
  { settling }: Pick<Hold, 'settling'>,
  mentorship: Mentorship,
  sessions: readonly SeenSession[],
  because: HeldBecause | undefined,
): Change | undefined {
  const { pausedBefore: before, ...row } = mentorship;
  if (row.state !== 'paused' || row.pausedBecause !== 'safeguarding') return undefined;
  if (settling === 'end') return ended(mentorship, 'safeguarding', sessions, terms.now);
  if (settling !== 'resume') return undefined;
  // What people had paused they let go on; anything else goes by how things stand now.
  const still = before === 'asked' ? before : because;
  if (still === undefined) return resumed(terms, mentorship, sessions);
  return { next: { ...row, pausedBecause: still }, sessions: [] };
}
