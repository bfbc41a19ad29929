import type { LearnerId } from '../identity/contract.ts';
import type { Enrolment, Waiting } from './contract.ts';
import {
  accountIdOf,
  type Place,
  type PlaceId,
  type Places,
  partsOf,
  placeIds,
  type Wait,
} from './place.contract.ts';

/** A place as its learner sees it. */
export function enrolmentView(
  learnerId: LearnerId,
  place: PlaceId,
  { seat, ...kept }: Place,
): Enrolment {
  const { category } = partsOf(place);
  return { place, category, ...kept, accountId: accountIdOf(learnerId, kept.providerId) };
}

/** A wait with the place that it is for. */
export type WaitEntry = Wait & { readonly placeId: PlaceId };

/**
 * A wait as its learner sees it.
 *
 * @param listed - where they stand on the list, unless a seat is offered to them
 */
export function waitingView(
  { placeId, providerId, since, offer }: WaitEntry,
  listed: Pick<Waiting, 'position' | 'positionAtLeast'>,
): Waiting {
  const { category } = partsOf(placeId);
  const standing = offer === undefined ? listed : { offerUntil: offer.until };
  return { place: placeId, category, providerId, since, ...standing };
}

/** All places and waits of a learner, in the order of categories. */
export function enrolmentsOf({ learnerId, places, waits }: Places) {
  return {
    enrolments: placeIds.flatMap((id) => {
      const place = places[id];
      return place === undefined ? [] : [enrolmentView(learnerId, id, place)];
    }),
    waits: placeIds.flatMap((placeId): WaitEntry[] => {
      const wait = waits[placeId];
      return wait === undefined ? [] : [{ ...wait, placeId }];
    }),
  };
}
