import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { ProviderId, Region } from '../../regions/schema.ts';
import type { Change, Queued, Taking, Told } from './change.contract.ts';
import type { EndReason, Place, PlaceId, Places, Wait } from './place.contract.ts';

/** Places by their ids, in the order in which they were filled. */
export function entriesOf<Kept>(kept: { readonly [place in PlaceId]?: Kept }) {
  // Object.entries forgets that the keys are ids of places; those of a parsed row are.
  return Object.entries(kept) as (readonly [PlaceId, Kept])[];
}

/** The row as it is, which nothing goes with yet. */
export function unchanged(next: Places): Change {
  return { next, freed: [], joins: [], leaves: [], ended: [], told: [] };
}

/** What the learner's places want of their account at a provider; a place that failed wants none. */
export type Wanted = 'active' | 'suspended' | 'none';

/** See `Wanted`. */
export function wantedOf({ places, approval }: Places, providerId: ProviderId): Wanted {
  const wants = Object.values(places).some(
    (place) => place.providerId === providerId && place.state !== 'failed',
  );
  if (!wants) return 'none';
  return approval?.state === 'suspended' ? 'suspended' : 'active';
}

/** Whether every account is as it should be, so that the sweep has nothing to do. */
export function isSettled({ places, endings }: Places): boolean {
  return (
    Object.keys(endings).length === 0 &&
    Object.values(places).every(({ state }) => state !== 'pending')
  );
}

/** Why a place ended that the learner is told of: what they did themselves they know. */
const told: Readonly<Record<EndReason, boolean>> = {
  'given-back': false,
  switched: false,
  'approval-ended': true,
  expired: true,
  moved: true,
  'provider-left': true,
  'not-offered': true,
  'fewer-places': true,
};

/**
 * Ends places at once and keeps them in history. A provider's account is ended afterwards, unless another place
 * wants it; one that failed does not, but its provider may be left with an account of an earlier place.
 */
export function endPlaces(
  change: Change,
  ids: readonly PlaceId[],
  reason: EndReason,
  now: Temporal.Instant,
): Change {
  return ids.reduce((before, id) => endPlace(before, id, reason, now), change);
}

function endPlace(change: Change, id: PlaceId, reason: EndReason, now: Temporal.Instant): Change {
  const { [id]: place, ...places } = change.next.places;
  if (place === undefined) return change;
  const { enrolmentId, providerId, chosenAt, seat } = place;
  const endedAt = timestamp(now);
  const left: Places = { ...change.next, places };
  const endings =
    wantedOf(left, providerId) === 'none'
      ? { ...left.endings, [providerId]: endedAt }
      : left.endings;
  return {
    ...change,
    next: { ...left, endings },
    freed: seat === undefined ? change.freed : [...change.freed, { providerId, ...seat }],
    ended: [...change.ended, { place: id, enrolmentId, providerId, chosenAt, endedAt, reason }],
    told: told[reason]
      ? [...change.told, { kind: 'place-ended', facts: { provider: providerId } }]
      : change.told,
  };
}

/** Ends waits: whoever waits leaves the list, and a seat that is held goes back. */
export function endWaits(change: Change, ids: readonly PlaceId[]): Change {
  return ids.reduce(endWait, change);
}

/** Ends waits that the learner did not end, with notice; a seat that is held goes back. */
export function dropWaits(change: Change, ids: readonly PlaceId[]): Change {
  const told = ids.flatMap((placeId): Told[] => {
    const wait = change.next.waits[placeId];
    return wait === undefined ? [] : [{ kind: 'wait-ended', facts: { provider: wait.providerId } }];
  });
  const ended = endWaits(change, ids);
  return { ...ended, told: [...ended.told, ...told] };
}

function endWait(change: Change, placeId: PlaceId): Change {
  const { [placeId]: wait, ...waits } = change.next.waits;
  if (wait === undefined) return change;
  return offList({ ...change, next: { ...change.next, waits } }, placeId, wait);
}

/** What a wait has beside the row goes: a seat that is held goes back, an entry leaves its list. */
function offList(change: Change, placeId: PlaceId, wait: Wait): Change {
  if (wait.offer !== undefined) {
    const { providerId, areaId, offer } = wait;
    return { ...change, freed: [...change.freed, { providerId, areaId, lot: offer.lot }] };
  }
  if (!isListed(wait)) return change;
  return { ...change, leaves: [...change.leaves, entryOf(change.next, placeId, wait)] };
}

/** Whether a wait has an entry on its list. */
export function isListed({ offer, paused }: Wait): boolean {
  return offer === undefined && paused === undefined;
}

function entryOf(
  { learnerId }: Places,
  placeId: PlaceId,
  { providerId, areaId, since }: Wait,
): Queued {
  return { providerId, areaId, learnerId, placeId, since };
}

/**
 * Nobody can take a seat while their approval is suspended: what is free, or was held for them, is for who waits
 * behind. Such a wait leaves its list, where it would count as one that a seat has to be left for, and is back in
 * its old position once the approval holds again.
 */
export function pauseWaits(change: Change): Change {
  const suspended = change.next.approval?.state === 'suspended';
  return entriesOf(change.next.waits).reduce(
    (before, [id, wait]) => (suspended ? pause(before, id, wait) : goOn(before, id, wait)),
    change,
  );
}

function pause(change: Change, placeId: PlaceId, wait: Wait): Change {
  if (wait.paused) return change;
  const { offer, ...kept } = wait;
  return offList(withWait(change, placeId, { ...kept, paused: true }), placeId, wait);
}

function goOn(change: Change, placeId: PlaceId, { paused, ...wait }: Wait): Change {
  if (!paused) return change;
  const back = withWait(change, placeId, wait);
  return { ...back, joins: [...back.joins, entryOf(back.next, placeId, wait)] };
}

function withWait(change: Change, placeId: PlaceId, wait: Wait): Change {
  const waits = { ...change.next.waits, [placeId]: wait };
  return { ...change, next: { ...change.next, waits } };
}

/** Minutes after which the sweep asks again for an account that is not as it should be. */
const sweepAfter = { minutes: 15 } as const;

/**
 * Hours after which a learner with a place, or with a wait, is looked at though nothing is known to become due:
 * a region file can end a contract early, or add seats, and no row says so.
 */
const lookAfter = { place: { hours: 24 }, wait: { hours: 1 } } as const;

/**
 * A change with the moments at which the sweep and the calendar look at the row again. One that is to come, and early
 * enough, stays as it is: an index is then not written for it.
 */
export function scheduled(region: Region, change: Change, now: Temporal.Instant): Change {
  const { sweepDue, dueAt, ...rest } = change.next;
  const due = dueOf(region, rest, now);
  const sweep = isSettled(rest) ? undefined : timestamp(now.add(sweepAfter));
  const next: Places = {
    ...rest,
    ...(sweep === undefined ? {} : { sweepDue: inTime(sweepDue, sweep, now) }),
    ...(due === undefined ? {} : { dueAt: inTime(dueAt, due, now) }),
  };
  return { ...change, next };
}

function inTime(set: string | undefined, latest: string, now: Temporal.Instant): string {
  return set !== undefined && set > timestamp(now) && set < latest ? set : latest;
}

/** Whether somebody can choose a place, now or once it is not suspended any more. */
function mayHold({ approval }: Places, region: Region, now: Temporal.Instant): boolean {
  if (approval === undefined || approval.state === 'ended') return false;
  return approval.validUntil >= dayIn(region, now).toString();
}

function dueOf(region: Region, places: Places, now: Temporal.Instant): string | undefined {
  const held = Object.values(places.places);
  const waits = Object.values(places.waits);
  // Whoever can choose is in the index before they do: an opening day's choices then write to none but the sweep's.
  if (held.length + waits.length === 0 && !mayHold(places, region, now)) return undefined;
  const lasts = [
    places.approval?.validUntil,
    ...held.flatMap((place) => [contractEnd(region, place), place.graceUntil]),
    ...waits.map(({ offer }) => offer?.until),
  ];
  const waiting = waits.some(isListed);
  const moments = [
    timestamp(now.add(waiting ? lookAfter.wait : lookAfter.place)),
    ...lasts.flatMap((day) => (day === undefined ? [] : [timestamp(endOf(region, day))])),
  ];
  const first = moments.sort()[0];
  // What is long due is due now, and not before: the row would else sort before all that waits longer.
  return first === undefined || first < timestamp(now) ? timestamp(now) : first;
}

function contractEnd(region: Region, { providerId }: Place): string | undefined {
  return region.providers.find(({ id }) => id === providerId)?.contract.until;
}

/** The first moment after a day of the region. */
function endOf(region: Region, day: string): Temporal.Instant {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(region.timeZone).toInstant();
}

/** Whether a provider's contract has ended, or the region file does not know it any more (edge case 25). */
export function hasLeft(region: Region, providerId: ProviderId, now: Temporal.Instant): boolean {
  const provider = region.providers.find(({ id }) => id === providerId);
  const until = provider?.contract.until;
  return provider === undefined || (until !== undefined && until < dayIn(region, now).toString());
}

/** A change once the seat is found that it takes. */
export function seated(
  change: Change,
  { placeId, areaId, for: what }: Taking,
  lot: number,
): Places {
  const { next } = change;
  const place = next.places[placeId];
  const wait = next.waits[placeId];
  if (what === 'place' && place !== undefined) {
    const seat = { areaId, lot };
    return { ...next, places: { ...next.places, [placeId]: { ...place, seat } } };
  }
  if (what === 'offer' && wait?.offer !== undefined) {
    const offer = { ...wait.offer, lot };
    return { ...next, waits: { ...next.waits, [placeId]: { ...wait, offer } } };
  }
  throw new RangeError(`there is nothing in ${placeId} to seat`);
}
