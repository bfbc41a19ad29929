import type { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { ProviderId, Region } from '../../regions/schema.ts';
import type { Change, Told } from './change.contract.ts';
import { type Place, type PlaceId, type Places, partsOf, placeIds } from './place.contract.ts';
import { dropWaits, endPlaces, entriesOf, hasLeft } from './place.rules.ts';

/**
 * Why the rules no longer grant a place that is filled: its provider has nothing in the category for the approved
 * stage, or the policy in force has fewer places.
 */
export type Misfit = 'not-offered' | 'fewer-places';

/** See `Misfit`; undefined where the rules grant the place (docs/adr/0016-places-that-no-longer-fit.md). */
export function misfitOf(
  region: Region,
  { approval }: Pick<Places, 'approval'>,
  placeId: PlaceId,
  { providerId }: Pick<Place, 'providerId'>,
  now: Temporal.Instant,
): Misfit | undefined {
  const { category, number } = partsOf(placeId);
  if (number > countOf(region, placeId, now)) return 'fewer-places';
  const provider = region.providers.find(({ id }) => id === providerId);
  const offered = provider?.offers.some(
    (offer) => offer.stage === approval?.stage && offer.category === category,
  );
  return offered ? undefined : 'not-offered';
}

/** Whether leaving a place uses no switch up, since it is not the learner's doing. */
export function isFreeToLeave(
  region: Region,
  seen: Places,
  placeId: PlaceId,
  place: Place,
  now: Temporal.Instant,
): boolean {
  return (
    place.state === 'failed' ||
    hasLeft(region, place.providerId, now) ||
    misfitOf(region, seen, placeId, place, now) !== undefined
  );
}

/**
 * Whether another provider for a place is the change of one that the policy counts: of a place that is filled, or that
 * was given back before.
 */
export function usesSwitch(
  region: Region,
  seen: Places,
  { placeId, providerId }: { readonly placeId: PlaceId; readonly providerId: ProviderId },
  now: Temporal.Instant,
): boolean {
  const filled = seen.places[placeId];
  const before = filled?.providerId ?? seen.givenBack[placeId];
  if (before === undefined || before === providerId) return false;
  if (filled === undefined) return !hasLeft(region, before, now);
  return !isFreeToLeave(region, seen, placeId, filled, now);
}

/** How often a provider can still be changed under the approval. */
export function switchesLeft(region: Region, seen: Places, now: Temporal.Instant): number {
  return Math.max(0, policyOn(region, dayIn(region, now)).switches - seen.switched);
}

/** Waits that come to nothing: nobody could take a seat for them. */
export function idleWaits(region: Region, seen: Places, now: Temporal.Instant): PlaceId[] {
  return entriesOf(seen.waits).flatMap(([id, wait]) => {
    const idle =
      hasLeft(region, wait.providerId, now) || misfitOf(region, seen, id, wait, now) !== undefined;
    return idle ? [id] : [];
  });
}

/**
 * What the rules no longer grant: such a place goes on for the policy's days of grace, which the learner is told
 * of, and ends after its last. A place beyond the policy's number takes the number of an empty one before it, so
 * that whoever has no more places than the policy grants keeps them all; a wait there stays if it can be a switch.
 * A place whose provider has left has no grace: it ends with the daily look.
 */
export function refit(region: Region, change: Change, now: Temporal.Instant): Change {
  const renumbered = placeIds.reduce((before, id) => renumber(region, before, id, now), change);
  return placeIds.reduce((before, id) => grace(region, before, id, now), renumbered);
}

function countOf(region: Region, placeId: PlaceId, now: Temporal.Instant): number {
  return policyOn(region, dayIn(region, now)).places[partsOf(placeId).category] ?? 0;
}

function renumber(region: Region, change: Change, from: PlaceId, now: Temporal.Instant): Change {
  const { category, number } = partsOf(from);
  const filled = change.next.places;
  const { [from]: place, ...places } = filled;
  const count = countOf(region, from, now);
  if (place === undefined || number <= count) return change;
  const empty = placeIds.find((id) => {
    const other = partsOf(id);
    return other.category === category && other.number <= count && filled[id] === undefined;
  });
  if (empty === undefined) return change;
  const { [empty]: _, ...givenBack } = change.next.givenBack;
  const next = { ...change.next, givenBack, places: { ...places, [empty]: place } };
  const moved = { ...change, next };
  return isVain(region, next, empty, now) ? dropWaits(moved, [empty]) : moved;
}

/** Whether a wait for a place that is filled now is for the same provider, or for a switch that is not left. */
function isVain(region: Region, seen: Places, placeId: PlaceId, now: Temporal.Instant): boolean {
  const providerId = seen.waits[placeId]?.providerId;
  if (providerId === undefined) return false;
  if (seen.places[placeId]?.providerId === providerId) return true;
  return (
    usesSwitch(region, seen, { placeId, providerId }, now) && switchesLeft(region, seen, now) < 1
  );
}

/** Whoever has a place too many can choose no other provider for it, so they are told otherwise. */
const noticeOf = {
  'not-offered': 'place-ending',
  'fewer-places': 'fewer-places',
} as const satisfies Readonly<Record<Misfit, Told['kind']>>;

function grace(region: Region, change: Change, id: PlaceId, now: Temporal.Instant): Change {
  const filled = change.next.places[id];
  if (filled === undefined) return change;
  const { graceUntil, ...place } = filled;
  const put = (kept: Place): Change => {
    const places = { ...change.next.places, [id]: kept };
    return { ...change, next: { ...change.next, places } };
  };
  if (hasLeft(region, place.providerId, now)) return change;
  const why = misfitOf(region, change.next, id, place, now);
  if (why === undefined) return graceUntil === undefined ? change : put(place);
  const today = dayIn(region, now);
  if (graceUntil !== undefined) {
    return graceUntil < today.toString() ? endPlaces(change, [id], why, now) : change;
  }
  const { deadlines } = policyOn(region, today);
  const until = today.add({ days: deadlines.grace }).toString();
  const facts = { provider: place.providerId, until };
  const begun = put({ ...place, graceUntil: until });
  return { ...begun, told: [...begun.told, { kind: noticeOf[why], facts }] };
}
