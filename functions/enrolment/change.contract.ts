import type { AreaId, ProviderId } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import type { EndedPlace, PlaceId, Places } from './place.contract.ts';

/** The seats of a provider in an area, and those who wait for one. */
export interface SeatList {
  readonly providerId: ProviderId;
  readonly areaId: AreaId;
}

export interface Seat extends SeatList {
  readonly lot: number;
}

/** A seat to be found for a place of the learner's, or for an offer to them. */
export interface Taking extends SeatList {
  readonly placeId: PlaceId;
  readonly for: 'place' | 'offer';
  /** Seats of each lot; their sum is the number of seats. */
  readonly capacities: readonly number[];
}

/** An entry of a waiting list. */
export interface Queued extends SeatList {
  readonly learnerId: LearnerId;
  readonly placeId: PlaceId;
  /** A timestamp: who came first is first. */
  readonly since: string;
}

/** A notice to the learner. */
export type Told =
  | {
      readonly kind: 'place-ended' | 'seat-lapsed' | 'wait-ended';
      readonly facts: { readonly provider: ProviderId };
    }
  | {
      readonly kind: 'seat-offered' | 'place-ending' | 'fewer-places';
      readonly facts: { readonly provider: ProviderId; readonly until: string };
    };

/** A decision and all that goes with it, in one transaction. */
export interface Change {
  /** The learner's row; its version is the one that the decision was made on. */
  readonly next: Places;
  readonly take?: Taking;
  readonly freed: readonly Seat[];
  readonly joins: readonly Queued[];
  readonly leaves: readonly Queued[];
  readonly ended: readonly EndedPlace[];
  readonly told: readonly Told[];
}
