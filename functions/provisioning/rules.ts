import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { Place, PlaceId, Places } from '../enrolment/contract.ts';
import { entriesOf, isSettled, type Wanted, wantedOf } from '../enrolment/place.rules.ts';
import type { Account, AccountMessage, AskedStep, Open, ProviderResult } from './contract.ts';

/**
 * What has to be done at the provider so that its account is as the places want it; `wait`: it has been asked for,
 * and the provider, or a person, tells how it ended.
 */
export type Step = AskedStep | 'nothing' | 'wait';

/**
 * The next step by what is known of the account and what is wanted of it. An account that may be there or not
 * and is wanted suspended is not made to be suspended: it is ended, and made when it is wanted active.
 */
const steps: Readonly<
  Record<Account['state'] | 'unknown', Readonly<Record<Wanted, AskedStep | 'nothing'>>>
> = {
  // Begun and never heard of again: the account may be there or not, so either step looks first.
  creating: { active: 'create', suspended: 'delete', none: 'delete' },
  unknown: { active: 'create', suspended: 'delete', none: 'delete' },
  present: { active: 'nothing', suspended: 'suspend', none: 'delete' },
  changing: { active: 'resume', suspended: 'suspend', none: 'delete' },
  suspended: { active: 'resume', suspended: 'nothing', none: 'delete' },
  // Ended for certain before another is made: a deletion that comes late must find nothing of ours.
  deleting: { active: 'delete', suspended: 'delete', none: 'delete' },
  absent: { active: 'create', suspended: 'nothing', none: 'nothing' },
};

/**
 * The next step for an account. It looks at what is wanted now, never at why it was asked: late, repeated
 * and reordered messages come to the same end (edge cases 17, 21 and 23). Of a learner who is deleted, and whose accounts
 * ended before that, nothing is left to do: a message that is redriven later writes nobody back (edge case 24).
 */
export function nextStep(
  places: Places,
  providerId: ProviderId,
  account: Account | undefined,
  now: Temporal.Instant,
): Step {
  if (account === undefined && places.version === 0) return 'nothing';
  const step = steps[account?.state ?? 'unknown'][wantedOf(places, providerId)];
  return account?.asked === step && isOpen(account, now) ? 'wait' : step;
}

/** Whether the provider, or a person, is yet to tell how what was asked for ended. */
function isOpen({ open }: Account, now: Temporal.Instant): boolean {
  if (open === undefined) return false;
  return open.kind === 'person' || timestamp(now) < open.askAgainAt;
}

/** Minutes that a provider which accepted has to tell how it ended, before it is asked again. */
const patience = { minutes: 60 } as const;

/** What is known of a step that the provider accepted, or left to a person. */
export function openOf(
  result: Extract<ProviderResult, { readonly kind: 'accepted' | 'person' }>,
  now: Temporal.Instant,
): Open {
  return result.kind === 'accepted'
    ? { kind: 'accepted', askAgainAt: timestamp(now.add(patience)) }
    : { kind: 'person', reason: result.reason, since: timestamp(now) };
}

/** Minutes for which a provider may still be at work on a request that it never answered. */
const lateness = { minutes: 15 } as const;

/** Until when an account that is asked for now may come about unasked, should the answer be lost. */
export function lateUntilOf(now: Temporal.Instant): string {
  return timestamp(now.add(lateness));
}

/**
 * Seconds until no lost request can make or change the account any more; 0 where there is none to fear. Until
 * then an account that was not found, or was just ended, may come again (edge case 17), and one that was just
 * suspended or resumed may become what it was.
 */
export function secondsOfLateness(lateUntil: string | undefined, now: Temporal.Instant): number {
  if (lateUntil === undefined) return 0;
  return Math.max(0, Temporal.Instant.from(lateUntil).since(now).total('seconds'));
}

/** Until when a lost request may still make or change the account; undefined where none can any more. */
export function stillLate(lateUntil: string | undefined, now: Temporal.Instant) {
  return secondsOfLateness(lateUntil, now) > 0 ? lateUntil : undefined;
}

/** How things stand at the provider after a step. */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'rejected'; readonly failure: NonNullable<Place['failure']> };

/**
 * The places once the provider's account is as they want it, or was rejected for good. Undefined where
 * nothing changes: a write that says nothing new would only wake the stream.
 */
export function settle(
  places: Places,
  providerId: ProviderId,
  settlement: Settlement,
): Places | undefined {
  const { sweepDue, ...rest } = places;
  const { [providerId]: ending, ...endings } = places.endings;
  const wanted = wantedOf(places, providerId);
  const settled = entriesOf(places.places).map(([id, place]): [PlaceId, Place] => [
    id,
    settlePlace(place, providerId, wanted, settlement),
  ]);
  const changed =
    ending !== undefined || settled.some(([id, place]) => place !== places.places[id]);
  if (!changed) return undefined;
  const next: Places = { ...rest, places: Object.fromEntries(settled), endings };
  return isSettled(next) || sweepDue === undefined ? next : { ...next, sweepDue };
}

function settlePlace(
  place: Place,
  providerId: ProviderId,
  wanted: Wanted,
  settlement: Settlement,
): Place {
  if (place.providerId !== providerId || place.state !== 'pending') return place;
  if (settlement.kind === 'rejected') {
    return { ...place, state: 'failed', failure: settlement.failure };
  }
  return { ...place, state: wanted === 'suspended' ? 'suspended' : 'active' };
}

/** Providers at which an account of the learner is not as it should be. */
export function unsettledProviders({ places, endings }: Places): readonly ProviderId[] {
  const pending = Object.values(places).filter(({ state }) => state === 'pending');
  // The keys of a parsed row's endings are provider ids; Object.keys says string.
  return [
    ...new Set([
      ...pending.map(({ providerId }) => providerId),
      ...(Object.keys(endings) as ProviderId[]),
    ]),
  ];
}

/** The messages that a change of a learner's row calls for: one for each provider that has something new to do. */
export function messagesFor(before: Places | undefined, after: Places): readonly AccountMessage[] {
  const { learnerId, version } = after;
  return unsettledProviders(after)
    .filter((providerId) => fingerprint(before, providerId) !== fingerprint(after, providerId))
    .map((providerId) => ({ learnerId, providerId, version }));
}

/** The longest and shortest time between two sweeps of one learner. */
const sweepMinutes = { shortest: 15, longest: 240 } as const;

/**
 * The row with its next sweep put off for as long as it has been waiting, so that an outage is not a flood.
 *
 * @param rests - when providers that rest may be asked again: the first of them is not missed
 * @param notBefore - unless one of them is
 */
export function postponed(
  places: Places,
  now: Temporal.Instant,
  rests: readonly string[] = [],
  notBefore = '',
): Places {
  const waiting = Object.values(places.places).filter(({ state }) => state === 'pending');
  const since = [
    ...waiting.map(({ chosenAt }) => chosenAt),
    ...Object.values(places.endings),
  ].sort()[0];
  const waited = since === undefined ? 0 : now.since(Temporal.Instant.from(since)).total('minutes');
  const minutes = Math.round(
    Math.min(Math.max(waited, sweepMinutes.shortest), sweepMinutes.longest),
  );
  const [first = notBefore] = [timestamp(now.add({ minutes })), ...rests].sort();
  const sweepDue = rests.length === 0 && first < notBefore ? notBefore : first;
  return { ...places, sweepDue };
}

/**
 * The row, due no later than when a provider that accepted, and has not told how it ended, is asked again; undefined where
 * nothing changes. Otherwise a place that was chosen long ago would have it put off for hours.
 */
export function dueToAskAgain(places: Places, account: Account | undefined): Places | undefined {
  const { open } = account ?? {};
  const { sweepDue } = places;
  if (open?.kind !== 'accepted' || sweepDue === undefined) return undefined;
  return sweepDue <= open.askAgainAt ? undefined : { ...places, sweepDue: open.askAgainAt };
}

/** What matters to one provider of a learner's places. */
function fingerprint(places: Places | undefined, providerId: ProviderId): string {
  const pending = Object.values(places?.places ?? {})
    .filter((place) => place.providerId === providerId && place.state === 'pending')
    .map(({ enrolmentId }) => enrolmentId);
  const wanted = places && wantedOf(places, providerId);
  return JSON.stringify([pending.sort(), places?.endings[providerId], wanted]);
}
