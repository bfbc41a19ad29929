import { now } from '../runtime/clock.ts';

/** `Retry-After` in either form, in seconds (RFC 9110, 10.2.3; edge case 20); undefined where it says nothing. */
export function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  // Date.parse makes a day of "-1"; a date of HTTP begins with the name of its day.
  const at = /^[A-Z]/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now().epochMilliseconds) / 1000);
}
