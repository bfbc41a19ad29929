import type { AreaId, Provider, Region } from '../../regions/schema.ts';
import {
  freeSeats,
  lotsOf as lotsOfTotal,
  lotsToTry,
  type Move,
  movesFor,
  nextMove as nextMoveOfLots,
} from '../eligibility/lots.rules.ts';
import type { SeatList, Taking } from './change.contract.ts';

/** The counters that hold a provider's seats in an area. */
export interface Lots extends SeatList {
  /** Seats of each counter; their sum is the number of seats. */
  readonly capacities: readonly number[];
}

/** The lots of a provider in an area; undefined where seats are unlimited. */
export function lotsOf(
  { id, seats }: Pick<Provider, 'id' | 'seats'>,
  areaId: AreaId,
): Lots | undefined {
  if (seats === 'unlimited') return undefined;
  const total = seats.areas?.[areaId] ?? seats.perArea;
  return { providerId: id, areaId, capacities: lotsOfTotal(total) };
}

/** What the counters say of a provider's seats in an area. */
export interface SeatsSeen {
  /** Seats taken from each lot, those of lots that a cut has closed included. */
  readonly used: readonly number[];
  /** How many wait and have no offer. */
  readonly waiting: number;
}

/** What to write next so that a seat is taken. */
export type SeatPlan =
  | { readonly kind: 'full' }
  /** A cut has left a lot with more than its capacity: nobody takes a seat before that is put right. */
  | { readonly kind: 'move'; readonly move: Move }
  | { readonly kind: 'try'; readonly claims: readonly LotClaim[] };

export interface LotClaim {
  readonly lot: number;
  /** The bound of the write's condition. */
  readonly capacity: number;
}

/** Whether whoever has not waited gets no seat: those that are free are for those who wait. */
export function isFull(capacities: readonly number[], { used, waiting }: SeatsSeen): boolean {
  return freeSeats(capacities, used) <= waiting;
}

/**
 * How to take a seat. What is free goes to those who wait before anybody else, unless it is for one of them;
 * "full" is said only when every lot is.
 *
 * @param draw - which of the free seats is aimed at, as for `lotsToTry`
 */
export function seatPlan(
  taking: Pick<Taking, 'capacities' | 'for'>,
  { used, waiting }: SeatsSeen,
  draw: number,
): SeatPlan {
  const { capacities } = taking;
  const [move] = movesFor(capacities, used);
  if (move !== undefined) return { kind: 'move', move };
  if (isFull(capacities, { used, waiting: taking.for === 'offer' ? 0 : waiting })) {
    return { kind: 'full' };
  }
  const claims = lotsToTry(capacities, used, draw).map((lot) => ({
    lot,
    capacity: capacities[lot] ?? 0,
  }));
  return { kind: 'try', claims };
}

/**
 * Where seats are given back to, so that no counter falls below none: to the lot that each came from, and
 * where its count was moved since, to the lots that have most. Undefined where fewer are counted than go back.
 *
 * @param lots - where each of the seats came from
 * @param used - seats taken from each lot
 */
export function givenTo(
  lots: readonly number[],
  used: readonly number[],
): readonly number[] | undefined {
  const counts = Array.from({ length: used.length }, (_, lot) => used[lot] ?? 0);
  const given: number[] = [];
  for (const lot of lots) {
    const fullest = counts.indexOf(Math.max(...counts));
    const target = (counts[lot] ?? 0) > 0 ? lot : fullest;
    const left = counts[target] ?? 0;
    if (left === 0) return undefined;
    counts[target] = left - 1;
    given.push(target);
  }
  return given;
}

/** Whether a change of a counter can let somebody on the waiting list in: a seat went back, or somebody came. */
export function mayFree(before: Counter | undefined, after: Counter): boolean {
  const count = (counter: Counter | undefined, name: string) => Number(counter?.[name] ?? 0);
  return (
    count(after, 'used') < count(before, 'used') ||
    count(after, 'waiting') > count(before, 'waiting')
  );
}

type Counter = Readonly<Record<string, unknown>>;

/** Every number of seats that a region has: providers with limited seats, in each area. */
export function limitedLots({ providers, areas }: Pick<Region, 'providers' | 'areas'>): Lots[] {
  return providers.flatMap((provider) =>
    areas.flatMap(({ id }) => {
      const lots = lotsOf(provider, id);
      return lots === undefined ? [] : [lots];
    }),
  );
}

/** What the job moves next. */
export function nextMove({ capacities }: Lots, { used }: SeatsSeen): Move | undefined {
  return nextMoveOfLots(capacities, used);
}
