import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { KeyPair, PlatformKeys, PublicKey } from './contract.ts';

/** Hours for which a key signs, and for which the next one is known before it does: thirty days. */
const turn = { hours: 30 * 24 } as const;

/** Whether there are no keys yet, or the one that signs has done so for long enough. */
export function isTurnOver(keys: PlatformKeys | undefined, now: Temporal.Instant): boolean {
  if (keys === undefined) return true;
  const until = Temporal.Instant.from(keys.since).add(turn);
  return Temporal.Instant.compare(now, until) >= 0;
}

/** The first keys. What signs was known to nobody before; who keeps keys reads them anew for a name that is unheard of. */
export function begun(current: KeyPair, next: KeyPair, now: Temporal.Instant): PlatformKeys {
  return { since: timestamp(now), current, next };
}

/**
 * The keys of the next turn: what everyone has known for a month signs from now on, and what signed is known for as long
 * again, so that what it has signed is good to its end.
 *
 * @param fresh - a pair that nobody has seen
 */
export function turned(keys: PlatformKeys, fresh: KeyPair, now: Temporal.Instant): PlatformKeys {
  return { since: timestamp(now), previous: keys.current, current: keys.next, next: fresh };
}

/** What everyone may see: also what will sign, so that who keeps keys has it by then. */
export function published({ previous, current, next }: PlatformKeys): PublicKey[] {
  return [next, current, ...(previous === undefined ? [] : [previous])].map(
    ({ publicKey }) => publicKey,
  );
}
