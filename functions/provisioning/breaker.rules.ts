import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { StaffId } from '../identity/contract.ts';
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

/**
 * The breaker of a provider that nobody asks until it is resumed; undefined where it is paused already.
 *
 * @param by - absent of an operator at the shell
 */
export function paused(
  breaker: Breaker,
  by: StaffId | undefined,
  now: Temporal.Instant,
): Breaker | undefined {
  if (breaker.paused !== undefined) return undefined;
  const { wokenAt, ...rest } = breaker;
  return { ...rest, paused: { since: timestamp(now), ...(by !== undefined && { by }) } };
}

/**
 * The breaker of a provider that is asked again from now on, whether it was paused or rested: whoever resumes it knows
 * that it is back. Undefined where it is asked already.
 */
export function resumed(breaker: Breaker, now: Temporal.Instant): Breaker | undefined {
  if (breaker.paused === undefined && breaker.restsUntil === undefined) return undefined;
  return { version: breaker.version, failures: 0, rests: 0, wokenAt: timestamp(now) };
}

/** How a provider stands: `asks`; `rests` since it did not answer, also while one tries; `paused` by an operator. */
export function standOf(breaker: Breaker): 'asks' | 'rests' | 'paused' {
  if (breaker.paused !== undefined) return 'paused';
  return breaker.restsUntil === undefined ? 'asks' : 'rests';
}

/** Seconds for which a worker may still park somebody for what it has read of a breaker: as long as it runs. */
const parkingSeconds = 60;

/**
 * Until when rows are due that were parked before a provider was resumed: all of them, since nobody is parked for longer
 * than the longest rest. Whoever has been sent for is due after that, and so is not sent for twice.
 */
export function wokenUntil({ wokenAt }: Breaker): string | undefined {
  if (wokenAt === undefined) return undefined;
  return inSeconds(Temporal.Instant.from(wokenAt), parkingSeconds + rests.longest);
}

/**
 * The breaker once all who were parked have been sent for; undefined where it stays, as workers that read it before may
 * still be parking somebody.
 *
 * @param began - when it was begun to send for them
 */
export function awake(breaker: Breaker, began: Temporal.Instant): Breaker | undefined {
  const { wokenAt, ...rest } = breaker;
  if (wokenAt === undefined) return undefined;
  return inSeconds(Temporal.Instant.from(wokenAt), parkingSeconds) <= timestamp(began)
    ? rest
    : undefined;
}

function inSeconds(now: Temporal.Instant, seconds: number): string {
  return timestamp(now.add({ seconds }));
}
