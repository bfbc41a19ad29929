import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { Application } from '../eligibility/application.contract.ts';
import type { Change } from './change.contract.ts';
import { idleWaits, refit } from './fit.rules.ts';
import type { Approval, EndReason, Place, PlaceId, Places } from './place.contract.ts';
import {
  dropWaits,
  endPlaces,
  entriesOf,
  hasLeft,
  pauseWaits,
  scheduled,
  unchanged,
} from './place.rules.ts';
import { lotsOf } from './seats.rules.ts';
import { lapseOffers } from './waiting.rules.ts';

/**
 * What an application allows; undefined unless it was approved. One that a renewal has ended says nothing: the
 * renewal does, and places stay.
 */
export function approvalOf(application: Application): Approval | undefined {
  const { applicationId, stage, areaId, decision, changedAt, because } = application;
  // An officer who ends an approval decides otherwise than the one who made it; that one stays with it.
  const made = [decision, ...(application.earlier ?? [])].find(
    (each) => each?.outcome === 'approved',
  );
  if (made === undefined || because === 'renewed') return undefined;
  const state = stateOf(application);
  if (state === undefined) return undefined;
  const { policyVersion } = made;
  const lasts = [application.validUntil, application.ageUntil].filter((day) => day !== undefined);
  const validUntil = lasts.sort()[0] ?? changedAt.slice(0, 'YYYY-MM-DD'.length);
  return { applicationId, policyVersion, stage, areaId, state, validUntil, changedAt };
}

function stateOf({ state, because }: Application): Approval['state'] | undefined {
  switch (state) {
    case 'approved':
      return 'holds';
    case 'suspended':
    case 'ended':
      return state;
    // Who was approved and moved to an area without a place there has no approval until one is taken.
    case 'waiting':
    case 'waitlisted':
    case 'offered':
      return because === 'moved' ? 'ended' : undefined;
    case 'rejected':
    case 'lapsed':
      return undefined;
  }
}

/** Whether an approval that the row does not have yet could change what the learner may do. */
export function lacksApproval(
  region: Region,
  { approval }: Places,
  now: Temporal.Instant,
): boolean {
  return approval?.state !== 'holds' || approval.validUntil < dayIn(region, now).toString();
}

/**
 * Whether an approval takes the place of the one that the row has. Of one application the newest counts; of
 * another one only what holds: an approval that was replaced may be ended long after (edge case 23).
 */
function supersedes(approval: Approval, current: Approval | undefined): boolean {
  if (current === undefined) return approval.state !== 'ended';
  if (approval.applicationId === current.applicationId) {
    return approval.changedAt > current.changedAt;
  }
  if (approval.state !== 'holds') return false;
  return approval.changedAt > current.changedAt || current.state !== 'holds';
}

/**
 * What an approval changes about the learner's places, undefined where nothing: suspended and resumed accounts (edge
 * case 21) and waits, the end of all places (edge case 2), a renewal, perhaps for another stage (`refit`), and a move to
 * another area, after which `relocate` finds the seats (edge case 14).
 */
export function followApproval(
  region: Region,
  seen: Places,
  approval: Approval,
  now: Temporal.Instant,
): Change | undefined {
  const current = seen.approval;
  if (!supersedes(approval, current)) return undefined;
  const renewed = current?.applicationId !== approval.applicationId;
  const next: Places = { ...seen, approval, ...(renewed ? { switched: 0, givenBack: {} } : {}) };
  if (approval.state === 'ended') return endAll(region, next, whyEnded(region, approval, now), now);
  const elsewhere = entriesOf(next.waits).flatMap(([id, { areaId }]) =>
    areaId === approval.areaId ? [] : [id],
  );
  const asWanted = { ...next, places: withStates(next) };
  const dropped = [...elsewhere, ...idleWaits(region, next, now)];
  const change = dropWaits(unchanged(asWanted), [...new Set(dropped)]);
  return scheduled(region, pauseWaits(refit(region, change, now)), now);
}

/** Whichever tells of it first, the calendar or the message: the reason in history is the same. */
function whyEnded(region: Region, { validUntil }: Approval, now: Temporal.Instant): EndReason {
  return validUntil < dayIn(region, now).toString() ? 'expired' : 'approval-ended';
}

/** Places whose account is no longer in the state that the approval wants are pending again. */
function withStates({ places, approval }: Places): Places['places'] {
  const other = approval?.state === 'suspended' ? 'active' : 'suspended';
  const entries = entriesOf(places).map(([id, place]): [PlaceId, Place] => [
    id,
    place.state === other ? { ...place, state: 'pending' } : place,
  ]);
  return Object.fromEntries(entries);
}

function endAll(region: Region, seen: Places, reason: EndReason, now: Temporal.Instant): Change {
  const waits = entriesOf(seen.waits).map(([id]) => id);
  const places = entriesOf(seen.places).map(([id]) => id);
  const change = dropWaits(unchanged(seen), waits);
  return scheduled(region, endPlaces(change, places, reason, now), now);
}

/** A place whose seat is counted in another area than the learner's, and what to do about it. */
export interface Relocation {
  readonly placeId: PlaceId;
  /** Keeps the place, with a seat in the learner's area. */
  readonly keeping: Change;
}

/**
 * The next place of a learner who has moved that still has its seat in the old area: the seat goes back there,
 * and one is taken in the new area in the same write (edge case 14).
 */
export function relocate(
  region: Region,
  seen: Places,
  now: Temporal.Instant,
): Relocation | undefined {
  const areaId = seen.approval?.areaId;
  const misplaced = entriesOf(seen.places).find(
    ([, { seat }]) => seat !== undefined && seat.areaId !== areaId,
  );
  if (areaId === undefined || misplaced === undefined) return undefined;
  const [placeId, { seat, ...place }] = misplaced;
  const provider = region.providers.find(({ id }) => id === place.providerId);
  const lots = provider === undefined ? undefined : lotsOf(provider, areaId);
  const freed = seat === undefined ? [] : [{ providerId: place.providerId, ...seat }];
  const next: Places = { ...seen, places: { ...seen.places, [placeId]: place } };
  const keeping: Change = {
    ...unchanged(next),
    freed,
    ...(lots === undefined ? {} : { take: { ...lots, placeId, for: 'place' } }),
  };
  return { placeId, keeping: scheduled(region, keeping, now) };
}

/** Ends a place for which there is no seat in the area that the learner has moved to. */
export function endMoved(
  region: Region,
  seen: Places,
  placeId: PlaceId,
  now: Temporal.Instant,
): Change {
  return scheduled(region, endPlaces(unchanged(seen), [placeId], 'moved', now), now);
}

/**
 * What the calendar has brought about: the last day of the approval has passed, a provider has left (edge case
 * 25), the policy or a provider's offers no longer grant a place, an offer has lapsed. Where nothing has, the row
 * is put off to the next look.
 */
export function fallDue(region: Region, seen: Places, now: Temporal.Instant): Change {
  const { approval } = seen;
  if (approval === undefined) return endAll(region, seen, 'approval-ended', now);
  const why = whyEnded(region, approval, now);
  if (approval.state === 'ended' || why === 'expired') return endAll(region, seen, why, now);
  const leftBehind = entriesOf(seen.places).flatMap(([id, { providerId }]) =>
    hasLeft(region, providerId, now) ? [id] : [],
  );
  const lapsed = lapseOffers(region, unchanged(seen), now);
  const change = dropWaits(lapsed, idleWaits(region, lapsed.next, now));
  const left = endPlaces(change, leftBehind, 'provider-left', now);
  return keepSweep(seen, scheduled(region, pauseWaits(refit(region, left, now)), now));
}

/** A look that changes no account does not put off the sweep's own. */
function keepSweep({ sweepDue }: Places, change: Change): Change {
  if (sweepDue === undefined || change.next.sweepDue === undefined || change.ended.length > 0) {
    return change;
  }
  return { ...change, next: { ...change.next, sweepDue } };
}
