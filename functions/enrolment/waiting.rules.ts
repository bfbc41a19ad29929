import type { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { Change, Queued, Told } from './change.contract.ts';
import { idleWaits } from './fit.rules.ts';
import type { PlaceId, Places, Wait } from './place.contract.ts';
import {
  dropWaits,
  endWaits,
  entriesOf,
  isListed,
  pauseWaits,
  scheduled,
  unchanged,
} from './place.rules.ts';
import {
  countSwitch,
  offeredProvider,
  type Refused,
  refused,
  standingApproval,
  type Wish,
} from './rules.ts';
import { isFull, type Lots, lotsOf, type SeatsSeen } from './seats.rules.ts';

export type Joining =
  | Refused
  | { readonly kind: 'unchanged'; readonly wait: Wait }
  /** Allowed, if the seats say so: `join` decides once they are read. */
  | { readonly kind: 'allowed'; readonly lots: Lots };

/**
 * Whether a learner may wait for a seat at a provider: whoever may choose it, for one provider a place. Whoever has no
 * switch left that it would use up does not: the seat would be held for them in vain.
 */
export function mayWait(
  region: Region,
  seen: Places,
  wish: Omit<Wish, 'enrolmentId'>,
  now: Temporal.Instant,
): Joining {
  const approval = standingApproval(region, seen, wish.placeId, now);
  if ('code' in approval) return approval;
  if (seen.places[wish.placeId]?.providerId === wish.providerId) {
    return refused('conflict', 'place-taken', 'You have this place with this provider already.');
  }
  const wait = seen.waits[wish.placeId];
  if (wait !== undefined && wait.providerId === wish.providerId) return { kind: 'unchanged', wait };
  if (wait !== undefined) {
    const detail = `You wait for "${wait.providerId}". Leave that list with DELETE first.`;
    return refused('conflict', 'waiting-already', detail);
  }
  const provider = offeredProvider(region, seen, approval, wish, now);
  if ('code' in provider) return provider;
  const counted = countSwitch(region, seen, wish, now);
  if ('code' in counted) return counted;
  const lots = lotsOf(provider, approval.areaId);
  return lots === undefined ? seatsFree : { kind: 'allowed', lots };
}

const seatsFree = refused(
  'conflict',
  'seats-free',
  'The provider has a seat for you. Choose it with PUT, or change to it with POST …/switch.',
);

/** Puts a learner at the end of the list, unless there is a seat that nobody waits for. */
export function join(
  region: Region,
  seen: Places,
  placeId: PlaceId,
  { providerId, areaId, capacities }: Lots,
  seats: SeatsSeen,
  now: Temporal.Instant,
): Change | Refused {
  if (!isFull(capacities, seats)) return seatsFree;
  const list = { providerId, areaId };
  const since = timestamp(now);
  const next = { ...seen, waits: { ...seen.waits, [placeId]: { ...list, since } } };
  const entry: Queued = { ...list, learnerId: seen.learnerId, placeId, since };
  return scheduled(region, { ...unchanged(next), joins: [entry] }, now);
}

/** Ends a wait, or declines an offer; undefined where there is none. */
export function leave(
  region: Region,
  seen: Places,
  placeId: PlaceId,
  now: Temporal.Instant,
): Change | undefined {
  if (seen.waits[placeId] === undefined) return undefined;
  return scheduled(region, endWaits(unchanged(seen), [placeId]), now);
}

/**
 * Offers a seat to whoever is first on a list: it stays counted until the offer is taken, declined or lapsed. Whoever
 * could not take it, as the provider has left (edge case 25) or has nothing for their stage, waits no longer instead,
 * and is told; whose approval is suspended waits aside (`pauseWaits`). Undefined where the learner does not wait so any more.
 */
export function offerSeat(
  region: Region,
  seen: Places,
  entry: Queued,
  capacities: readonly number[],
  now: Temporal.Instant,
): Change | undefined {
  const { placeId, providerId, areaId, since } = entry;
  const wait = seen.waits[placeId];
  const waits = wait?.providerId === providerId && wait.areaId === areaId && wait.since === since;
  if (wait === undefined || !waits || !isListed(wait)) return undefined;
  if (seen.approval?.state === 'suspended') {
    return scheduled(region, pauseWaits(unchanged(seen)), now);
  }
  if (idleWaits(region, seen, now).includes(placeId)) {
    return scheduled(region, dropWaits(unchanged(seen), [placeId]), now);
  }
  const today = dayIn(region, now);
  const until = today.add({ days: policyOn(region, today).deadlines.offer }).toString();
  // Its lot is known once the seat is found.
  const offered: Wait = { ...wait, offer: { lot: 0, until } };
  const next = { ...seen, waits: { ...seen.waits, [placeId]: offered } };
  const change: Change = {
    ...unchanged(next),
    take: { providerId, areaId, placeId, for: 'offer', capacities },
    leaves: [entry],
    told: [{ kind: 'seat-offered', facts: { provider: providerId, until } }],
  };
  return scheduled(region, change, now);
}

/** Gives back the seats of offers whose last day has passed, and says so. */
export function lapseOffers(region: Region, change: Change, now: Temporal.Instant): Change {
  const today = dayIn(region, now).toString();
  const lapsed = entriesOf(change.next.waits).flatMap(([placeId, { offer }]) =>
    offer !== undefined && offer.until < today ? [placeId] : [],
  );
  const told = lapsed.flatMap((placeId): Told[] => {
    const wait = change.next.waits[placeId];
    return wait === undefined
      ? []
      : [{ kind: 'seat-lapsed', facts: { provider: wait.providerId } }];
  });
  const ended = endWaits(change, lapsed);
  return { ...ended, told: [...ended.told, ...told] };
}
