import type { Temporal } from 'temporal-polyfill';
import { contractRuns, dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Provider, ProviderId, Region } from '../../regions/schema.ts';
import { type PartnerRefusal, partnerRefuses } from '../identity/partner.rules.ts';
import type { Change } from './change.contract.ts';
import { isFreeToLeave, refit, switchesLeft, usesSwitch } from './fit.rules.ts';
import {
  type Approval,
  type EnrolmentId,
  type Place,
  type PlaceId,
  type Places,
  partsOf,
} from './place.contract.ts';
import { endPlaces, endWaits, entriesOf, scheduled, unchanged } from './place.rules.ts';
import { lotsOf } from './seats.rules.ts';

export type RefusalCode =
  | 'not-eligible'
  | 'approval-expired'
  | 'approval-suspended'
  | PartnerRefusal['code']
  | 'no-such-place'
  | 'provider-not-offered'
  | 'contract-not-running'
  | 'no-switch-left'
  | 'place-taken'
  | 'place-empty'
  | 'provider-chosen-already'
  | 'seat-offer-lapsed'
  | 'waiting-already'
  | 'seats-free';

export interface Refused {
  readonly kind: 'refused';
  readonly because: 'rule' | 'conflict';
  readonly code: RefusalCode;
  readonly detail: string;
}

export type Choice =
  | Refused
  | { readonly kind: 'unchanged'; readonly place: Place }
  | { readonly kind: 'chosen'; readonly place: Place; readonly change: Change };

/** What a learner asks for: a provider for one of their places. */
export interface Wish {
  readonly placeId: PlaceId;
  readonly providerId: ProviderId;
  /** The id of the enrolment, should there be one. */
  readonly enrolmentId: EnrolmentId;
}

/**
 * Decides a choice (domain.md row 10; edge case 16): an approval that holds, a place that the policy has, a
 * provider that offers its category to the approved stage under a running contract, and an empty place.
 */
export function choose(region: Region, seen: Places, wish: Wish, now: Temporal.Instant): Choice {
  const standing = standingApproval(region, seen, wish.placeId, now);
  if ('code' in standing) return standing;
  const filled = seen.places[wish.placeId];
  if (filled !== undefined) return keepOrRefuse(filled, wish);
  const provider = offeredProvider(region, seen, standing, wish, now);
  if ('code' in provider) return provider;
  const counted = countSwitch(region, seen, wish, now);
  if ('code' in counted) return counted;
  return fill(region, unchanged(counted), provider, standing, wish, now);
}

/**
 * Decides a change of provider: the place is filled before and after, and both in one write. An account that
 * is still being made is ended like any other (edge case 17). Whoever leaves a provider whose contract has
 * ended, that refused the account, or that has nothing for their stage, uses no switch up (edge case 25).
 */
export function switchProvider(
  region: Region,
  seen: Places,
  wish: Wish,
  now: Temporal.Instant,
): Choice {
  const standing = standingApproval(region, seen, wish.placeId, now);
  if ('code' in standing) return standing;
  const filled = seen.places[wish.placeId];
  if (filled === undefined) {
    return refused('conflict', 'place-empty', 'You have no such place yet. Choose with PUT.');
  }
  if (filled.providerId === wish.providerId) return { kind: 'unchanged', place: filled };
  const provider = offeredProvider(region, seen, standing, wish, now);
  if ('code' in provider) return provider;
  const counted = countSwitch(region, seen, wish, now);
  if ('code' in counted) return counted;
  const ended = endPlaces(unchanged(counted), [wish.placeId], 'switched', now);
  return fill(region, ended, provider, standing, wish, now);
}

/** The row with the switch counted that a wish is, or the refusal where none is left. */
export function countSwitch(
  region: Region,
  seen: Places,
  wish: Omit<Wish, 'enrolmentId'>,
  now: Temporal.Instant,
): Places | Refused {
  if (!usesSwitch(region, seen, wish, now)) return seen;
  if (switchesLeft(region, seen, now) > 0) return { ...seen, switched: seen.switched + 1 };
  return refused(
    'rule',
    'no-switch-left',
    'You have changed providers as often as your approval allows.',
  );
}

/** The approval that allows something to be begun in a place now, in an area that is live, and a place that the policy has. */
export function standingApproval(
  region: Region,
  { approval }: Places,
  placeId: PlaceId,
  now: Temporal.Instant,
): Approval | Refused {
  const today = dayIn(region, now);
  if (approval === undefined) {
    const detail = 'You have no approval yet. Apply with POST /applications.';
    return refused('rule', 'not-eligible', detail);
  }
  if (approval.state === 'ended') {
    return refused('rule', 'approval-expired', 'Your approval has ended. Apply again.');
  }
  if (approval.validUntil < today.toString()) {
    const detail = `Your approval ended on ${approval.validUntil}. Apply again.`;
    return refused('rule', 'approval-expired', detail);
  }
  if (approval.state === 'suspended') {
    const detail = 'Your approval is suspended. GET /me/applications says why.';
    return refused('rule', 'approval-suspended', detail);
  }
  const partner = partnerRefuses(region, approval.areaId, now, 'live');
  if (partner !== undefined) return refused('rule', partner.code, partner.detail);
  const { category, number } = partsOf(placeId);
  if (number <= (policyOn(region, today).places[category] ?? 0)) return approval;
  const detail = 'The policy in force has no such place. GET /config lists them.';
  return refused('rule', 'no-such-place', detail);
}

/** The provider that is asked for, if the approval's stage can choose it for this place now. */
export function offeredProvider(
  region: Region,
  { places }: Places,
  { stage }: Approval,
  { placeId, providerId }: Omit<Wish, 'enrolmentId'>,
  now: Temporal.Instant,
): Provider | Refused {
  const { category } = partsOf(placeId);
  const provider = region.providers.find(({ id }) => id === providerId);
  const offers = provider?.offers.some(
    (offer) => offer.stage === stage && offer.category === category,
  );
  if (provider === undefined || !offers) {
    const detail = 'Choose a provider that GET /providers lists for this category.';
    return refused('rule', 'provider-not-offered', detail);
  }
  if (!contractRuns(provider, dayIn(region, now))) {
    const detail = 'This provider takes nobody now. Choose another.';
    return refused('rule', 'contract-not-running', detail);
  }
  const twice = entriesOf(places).some(
    ([id, place]) =>
      id !== placeId && partsOf(id).category === category && place.providerId === providerId,
  );
  if (!twice) return provider;
  const detail = 'Another place of yours in this category is with this provider. Choose another.';
  return refused('conflict', 'provider-chosen-already', detail);
}

function keepOrRefuse(place: Place, wish: Wish): Choice {
  if (place.providerId === wish.providerId) return { kind: 'unchanged', place };
  const detail = `Your place is filled by "${place.providerId}". Change it with POST …/switch.`;
  return refused('conflict', 'place-taken', detail);
}

/** Fills a place: with the seat that is held for the learner, or with one that has to be found. */
function fill(
  region: Region,
  before: Change,
  provider: Provider,
  { areaId }: Approval,
  { placeId, enrolmentId }: Wish,
  now: Temporal.Instant,
): Choice {
  const wait = before.next.waits[placeId];
  const awaited = wait?.providerId === provider.id ? wait : undefined;
  const offer = awaited?.areaId === areaId ? awaited.offer : undefined;
  if (offer !== undefined && offer.until < dayIn(region, now).toString()) {
    const detail = `The seat was held for you until ${offer.until}. Wait for another with PUT …/waiting.`;
    return refused('conflict', 'seat-offer-lapsed', detail);
  }
  const seat = offer === undefined ? {} : { seat: { areaId, lot: offer.lot } };
  const chosen = { enrolmentId, providerId: provider.id, chosenAt: timestamp(now) };
  const place: Place = { ...chosen, state: 'pending', ...seat };
  const { [provider.id]: _, ...endings } = before.next.endings;
  const { [placeId]: __, ...givenBack } = before.next.givenBack;
  const places = { ...before.next.places, [placeId]: place };
  const filled: Change = { ...before, next: { ...before.next, places, endings, givenBack } };
  const lots = offer === undefined ? lotsOf(provider, areaId) : undefined;
  const take: Pick<Change, 'take'> =
    lots === undefined ? {} : { take: { ...lots, placeId, for: 'place' } };
  const waited = awaited === undefined ? filled : withoutWait(filled, placeId, offer !== undefined);
  return { kind: 'chosen', place, change: scheduled(region, { ...waited, ...take }, now) };
}

/** Without the wait that a place was filled after; a seat that was offered is the place's now. */
function withoutWait(change: Change, placeId: PlaceId, seated: boolean): Change {
  const { freed } = change;
  return { ...endWaits(change, [placeId]), ...(seated ? { freed } : {}) };
}

/**
 * Gives a place back at once; undefined where nothing is there. Whom it was with is remembered, so that giving
 * back and choosing another provider counts as the switch that it is; not of a place that is free to leave. One
 * beyond the policy's number may take the place's number.
 */
export function giveBack(
  region: Region,
  seen: Places,
  placeId: PlaceId,
  now: Temporal.Instant,
): Change | undefined {
  const place = seen.places[placeId];
  if (place === undefined) return undefined;
  const givenBack = isFreeToLeave(region, seen, placeId, place, now)
    ? seen.givenBack
    : { ...seen.givenBack, [placeId]: place.providerId };
  const ended = endPlaces(unchanged({ ...seen, givenBack }), [placeId], 'given-back', now);
  const { approval } = seen;
  const fitted = approval === undefined ? ended : refit(region, ended, now);
  return scheduled(region, fitted, now);
}

export function refused(because: Refused['because'], code: RefusalCode, detail: string): Refused {
  return { kind: 'refused', because, code, detail };
}
