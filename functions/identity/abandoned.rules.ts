import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';

/**
 * Whether a sign-up that nobody confirmed is to be deleted: the last of the policy's days for it is over, so that
 * its password waits no longer on what may be another's address (edge case 8).
 *
 * @param signedUpAt - when the login was made, in milliseconds since the epoch; its day is not counted
 */
export function isAbandoned(
  region: Pick<Region, 'policies' | 'timeZone'>,
  signedUpAt: number,
  now: Temporal.Instant,
): boolean {
  const today = dayIn(region, now);
  const first = dayIn(region, Temporal.Instant.fromEpochMilliseconds(signedUpAt));
  const last = first.add({ days: policyOn(region, today).deadlines.signUp });
  return Temporal.PlainDate.compare(last, today) < 0;
}
