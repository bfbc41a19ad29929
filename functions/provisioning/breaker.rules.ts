import type { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { Breaker } from './contract.ts';

/** Failures in a row that make a provider rest. */
const failuresInARow = 5;
/** Seconds of the first rest; each that follows without an answer in between is twice as long, up to the longest. */
const rests = { first: 60, longest: 1_800 } as const;
/** Seconds that one request has to tell whether the provider is back, before another may try. */
const probeSeconds = 90;

export const closed: Breaker = { version: 0, failures: 0, rests: 0 };

/** Whether a provider may be asked now; `parked` until when nothing of it has to be looked at. */
export type Leave =
  | { readonly kind: 'ask' }
  /** Its rest is over: whoever writes `next` first asks, as the only one. */
  | { readonly kind: 'probe'; readonly next: Breaker }
  | { readonly kind: 'parked'; readonly until: string };

/** See `Leave`. */
export function leaveToAsk(breaker: Breaker, now: Temporal.Instant): Leave {
  // What is paused is looked at now and then, for nobody tells when it is resumed.
  if (breaker.paused !== undefined) return { kind: 'parked', until: inSeconds(now, rests.longest) };
  if (breaker.restsUntil === undefined) return { kind: 'ask' };
  if (timestamp(now) < breaker.restsUntil) return { kind: 'parked', until: breaker.restsUntil };
  return { kind: 'probe', next: { ...breaker, restsUntil: inSeconds(now, probeSeconds) } };
}

/** The breaker after an answer; undefined where nothing changes, as after most. */
export function afterAnswer(breaker: Breaker): Breaker | undefined {
  if (breaker.failures === 0 && breaker.rests === 0) return undefined;
  const { restsUntil, ...rest } = breaker;
  return { ...rest, failures: 0, rests: 0 };
}

/** The breaker after a request that nobody answered, or that the provider failed at. */
export function afterFailure(breaker: Breaker, now: Temporal.Instant): Breaker {
  const failures = breaker.failures + 1;
  if (failures < failuresInARow) return { ...breaker, failures };
  const seconds = Math.min(rests.first * 2 ** breaker.rests, rests.longest);
  return { ...breaker, failures, rests: breaker.rests + 1, restsUntil: inSeconds(now, seconds) };
}

function inSeconds(now: Temporal.Instant, seconds: number): string {
  return timestamp(now.add({ seconds }));
}
