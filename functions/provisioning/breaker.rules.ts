import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { StaffId } from '../identity/contract.ts';
import { type Breaker, failingKept, longestRest } from './contract.ts';

/** Requests in a row that nobody answered, whoever asked, that make a provider rest. */
const silencesInARow = 5;
/** Seconds of the first rest; each that follows without an answer in between is twice as long, up to the longest. */
const rests = { first: 60, longest: longestRest } as const;
/**
 * Seconds that one request has to tell whether the provider is back, before another may try; and that others have to try
 * before whoever tried last.
 */
const probeSeconds = 90;

export const closed: Breaker = { version: 0, failures: 0, rests: 0 };

/** Whether a provider may be asked now; `parked` until when nothing of it has to be looked at. */
export type Leave =
  | { readonly kind: 'ask' }
  /** Its rest is over: whoever writes `next` first asks, as the only one. */
  | { readonly kind: 'probe'; readonly next: Breaker }
  | { readonly kind: 'parked'; readonly until: string };

/**
 * See `Leave`.
 *
 * @param asker - who would ask; absent: somebody, of whom nothing is known
 */
export function leaveToAsk(breaker: Breaker, now: Temporal.Instant, asker?: string): Leave {
  // What is paused is looked at now and then, for nobody tells when it is resumed.
  if (breaker.paused !== undefined) return { kind: 'parked', until: inSeconds(now, rests.longest) };
  if (isHeld(breaker, now)) return { kind: 'parked', until: breaker.heldUntil };
  if (breaker.restsUntil === undefined) return { kind: 'ask' };
  const until = untilTurnOf(asker, breaker, breaker.restsUntil);
  if (timestamp(now) < until) return { kind: 'parked', until };
  const tried = { ...breaker, ...(asker !== undefined && { asker }) };
  return { kind: 'probe', next: { ...tried, restsUntil: inSeconds(now, probeSeconds) } };
}

/** Whoever failed lately is not the next to try: it may be what fails. Where nobody else waits they are, a little later. */
function untilTurnOf(asker: string | undefined, breaker: Breaker, restsUntil: string): string {
  const failed = asker !== undefined && [breaker.asker, ...failingOf(breaker)].includes(asker);
  return failed ? inSeconds(Temporal.Instant.from(restsUntil), probeSeconds) : restsUntil;
}

/** The breaker after an answer; undefined where nothing changes, as after most. */
export function afterAnswer(breaker: Breaker): Breaker | undefined {
  if (failuresSince(breaker) === 0 && breaker.rests === 0) return undefined;
  const { restsUntil, asker, failing, ...rest } = breaker;
  return { ...rest, failures: 0, rests: 0 };
}

/**
 * The breaker after a request that nobody answered, nor a gateway in the provider's place; undefined where that says nothing
 * new. That is no one account's trouble, so it counts for the same one too: who is alone with a provider that is down is
 * parked (edge case 20). Who had asked before a rest began does not make it longer.
 */
export function afterSilence(
  breaker: Breaker,
  now: Temporal.Instant,
  asker: string,
): Breaker | undefined {
  if (breaker.restsUntil !== undefined && asker !== breaker.asker) return undefined;
  return rested({ ...breaker, failures: breaker.failures + 1, asker }, now);
}

/**
 * The breaker after a request that the provider answered with a failure; undefined where that says nothing new. Each account
 * counts once, so that one or two which fail time and again make nobody wait (edge case 24); of whoever tries whether the
 * provider is back it tells that it is not.
 */
export function afterFailure(
  breaker: Breaker,
  now: Temporal.Instant,
  asker: string,
): Breaker | undefined {
  const others = failingOf(breaker).filter((each) => each !== asker);
  const isKnown = others.length < failingOf(breaker).length;
  const isNews = breaker.restsUntil === undefined ? !isKnown : asker === breaker.asker;
  if (!isNews) return undefined;
  return rested({ ...breaker, failing: [...others, asker].slice(-failingKept), asker }, now);
}

/** With a rest where it is due: the first, or a longer one after somebody tried. */
function rested(breaker: Breaker, now: Temporal.Instant): Breaker {
  const isDue =
    breaker.restsUntil !== undefined ||
    breaker.failures >= silencesInARow ||
    failingOf(breaker).length >= failingKept;
  if (!isDue) return breaker;
  const seconds = Math.min(rests.first * 2 ** breaker.rests, rests.longest);
  return { ...breaker, rests: breaker.rests + 1, restsUntil: inSeconds(now, seconds) };
}

function failingOf({ failing = [] }: Breaker): readonly string[] {
  return failing;
}

/** Failures since the last answer: requests that nobody answered, and accounts that the provider failed at. */
export function failuresSince(breaker: Breaker): number {
  return breaker.failures + failingOf(breaker).length;
}

/**
 * The breaker after a provider refused one request, which says nothing of others; undefined where nothing changes. Whoever
 * tried whether it is back leaves that to the next.
 */
export function afterRefusal(
  breaker: Breaker,
  now: Temporal.Instant,
  asker: string,
): Breaker | undefined {
  const tried = breaker.restsUntil !== undefined && breaker.asker === asker;
  return tried ? { ...breaker, restsUntil: timestamp(now) } : undefined;
}

/**
 * The breaker of a provider that said when to come back; undefined where it has said so before.
 *
 * @param seconds - half an hour at most (`retry-after.adapter.ts`)
 */
export function held(
  breaker: Breaker,
  seconds: number,
  now: Temporal.Instant,
): Breaker | undefined {
  const heldUntil = inSeconds(now, seconds);
  const isLater = heldUntil > (breaker.heldUntil ?? '');
  return seconds > 0 && isLater ? { ...breaker, heldUntil } : undefined;
}

function isHeld(
  breaker: Breaker,
  now: Temporal.Instant,
): breaker is Breaker & { readonly heldUntil: string } {
  return breaker.heldUntil !== undefined && timestamp(now) < breaker.heldUntil;
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
  if (standOf(breaker, now) === 'asks') return undefined;
  return { version: breaker.version, failures: 0, rests: 0, wokenAt: timestamp(now) };
}

/**
 * How a provider stands: `asks`; `rests` since it did not answer, also while one tries, or since it said when to come back;
 * `paused` by an operator.
 */
export function standOf(breaker: Breaker, now: Temporal.Instant): 'asks' | 'rests' | 'paused' {
  if (breaker.paused !== undefined) return 'paused';
  return restsUntil(breaker, now) === undefined ? 'asks' : 'rests';
}

/** Until when a provider rests; undefined: it does not. */
export function restsUntil(breaker: Breaker, now: Temporal.Instant): string | undefined {
  const until = isHeld(breaker, now) ? [breaker.heldUntil] : [];
  return [...until, ...(breaker.restsUntil === undefined ? [] : [breaker.restsUntil])]
    .sort()
    .at(-1);
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
