import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { Places } from '../enrolment/contract.ts';
import { leaveToAsk, standOf, wokenUntil } from './breaker.rules.ts';
import type { Breaker } from './contract.ts';
import { postponed, unsettledProviders } from './rules.ts';

/** What a sweep goes by; of providers that are asked as usual it says nothing. */
export interface Sweeping {
  readonly now: Temporal.Instant;
  /** Providers that nobody asks, and until when. */
  readonly resting: ReadonlyMap<ProviderId, string>;
  /** Providers that were resumed, and until when whoever was parked before is due. */
  readonly woken: ReadonlyMap<ProviderId, string>;
}

/** See `Sweeping`. */
export function sweepingBy(
  breakers: readonly (readonly [ProviderId, Breaker])[],
  now: Temporal.Instant,
): Sweeping {
  const resting = breakers.flatMap(([providerId, breaker]) => {
    const leave = leaveToAsk(breaker, now);
    return leave.kind === 'parked' ? [[providerId, leave.until] as const] : [];
  });
  const woken = breakers.flatMap(([providerId, breaker]) => {
    const until = standOf(breaker, now) === 'asks' ? wokenUntil(breaker) : undefined;
    return until === undefined ? [] : [[providerId, until] as const];
  });
  return { now, resting: new Map(resting), woken: new Map(woken) };
}

/** Until when learners are due whom a sweep looks at. */
export function sweptUntil({ now, woken }: Sweeping): string {
  return [timestamp(now), ...woken.values()].sort().at(-1) ?? timestamp(now);
}

/** What a sweep does for a learner. */
export interface Swept {
  /** Whom messages are sent to. */
  readonly ask: readonly ProviderId[];
  readonly next: Places;
}

/** What a sweep does for a learner whom it looks at; undefined: they are not due, and wait for nobody who was resumed. */
export function sweepOf(places: Places, { now, resting, woken }: Sweeping): Swept | undefined {
  const { sweepDue = '' } = places;
  const unsettled = unsettledProviders(places);
  const isDue = sweepDue <= timestamp(now);
  const back = unsettled.filter((providerId) => sweepDue <= (woken.get(providerId) ?? ''));
  const ask = isDue ? unsettled.filter((providerId) => !resting.has(providerId)) : back;
  if (!isDue && back.length === 0) return undefined;
  const rests = unsettled.flatMap((providerId) => resting.get(providerId) ?? []);
  // Later than those who are still to be sent for, so that a next run does not begin with the same.
  const behind = back.map((providerId) => justAfter(woken.get(providerId) ?? '')).sort();
  return { ask, next: postponed(places, now, rests, behind.at(-1)) };
}

function justAfter(moment: string): string {
  return timestamp(Temporal.Instant.from(moment).add({ milliseconds: 1 }));
}
