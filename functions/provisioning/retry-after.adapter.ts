import { now } from '../runtime/clock.ts';
import { longestRest } from './contract.ts';

/**
 * `Retry-After` in either form, in seconds (RFC 9110, 10.2.3; edge case 20); undefined where it says nothing. Half an hour
 * at most: a provider that says a moment where seconds are meant is not left alone for years, and one that means days is
 * asked once each half an hour, as where it does not answer.
 */
export function secondsOf(retryAfter: string | null): number | undefined {
  const seconds = retryAfter === null ? undefined : secondsIn(retryAfter);
  return seconds === undefined ? undefined : Math.min(seconds, longestRest);
}

function secondsIn(retryAfter: string): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  // Date.parse makes a day of "-1"; a date of HTTP begins with the name of its day.
  const at = /^[A-Z]/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(at)
    ? undefined
    : Math.max(0, Math.ceil((at - now().epochMilliseconds) / 1_000));
}
