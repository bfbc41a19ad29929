import * as z from 'zod';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import { LearnerId } from '../identity/contract.ts';
import type { Queued, Seat, SeatList } from './change.contract.ts';
import { learnerKeyPrefix, seatsKeyPrefix } from './contract.ts';
import { EndedPlace, PlaceId, Places } from './place.contract.ts';

/** Partitions of each sparse index of learners, so that no one of them takes every write. */
export const workLots = ['0', '1', '2', '3'] as const;

const PlacesRow = Places.extend({
  pk: z.string(),
  sk: z.literal('PLACES'),
  /** Partitions of the indexes; present with `sweepDue` and with `lookAt` only. */
  pendingLot: z.string().optional(),
  lookLot: z.string().optional(),
  /** `dueAt`; rows of 0.1.0 have it by that name, and `dueLot`, in the index of whole rows. */
  lookAt: z.iso.datetime().optional(),
  dueLot: z.string().optional(),
});

export const LotRow = z.strictObject({ pk: z.string(), sk: z.string(), used: z.int().min(0) });

/** How many wait for a seat of a provider in an area and have no offer. */
export const QueueRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('QUEUE'),
  waiting: z.int().min(0),
});

const EndedRow = EndedPlace.extend({ pk: z.string(), sk: z.string() });

const EntryRow = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  learnerId: LearnerId,
  placeId: PlaceId,
  providerId: ProviderId,
  areaId: AreaId,
  since: z.iso.datetime(),
});

/** A learner's row, from the table, its index or its stream. */
export function toPlaces(item: Record<string, unknown>): Places {
  const { pk, sk, pendingLot, lookLot, dueLot, lookAt, dueAt, ...places } = PlacesRow.parse(item);
  const due = lookAt ?? dueAt;
  return due === undefined ? places : { ...places, dueAt: due };
}

/** As `toPlaces`; undefined for the learner's history, which has the same partition. */
export function placesOfRow(item: Record<string, unknown>): Places | undefined {
  return item['sk'] === 'PLACES' ? toPlaces(item) : undefined;
}

export function toRow({ dueAt, ...places }: Places): z.input<typeof PlacesRow> {
  const lot = workLotOf(places.learnerId);
  return {
    ...placesKey(places.learnerId),
    ...places,
    ...(places.sweepDue === undefined ? {} : { pendingLot: lot }),
    ...(dueAt === undefined ? {} : { lookLot: lot, lookAt: dueAt }),
  };
}

/** Whose an entry of an index is that has little beside its keys. */
export const learnerOfKey = ({ pk }: Record<string, unknown>): LearnerId =>
  LearnerId.parse(z.string().parse(pk).slice(learnerKeyPrefix.length));

/** Ids are random, so their last character spreads evenly. */
function workLotOf(learnerId: LearnerId): string {
  return String((learnerId.codePointAt(learnerId.length - 1) ?? 0) % workLots.length);
}

export function endedRow(item: Record<string, unknown>): EndedPlace {
  const { pk, sk, ...ended } = EndedRow.parse(item);
  return ended;
}

export const endedPrefix = 'ENDED#';

export const endedItem = (learnerId: LearnerId, ended: EndedPlace): z.input<typeof EndedRow> => ({
  pk: learnerKey(learnerId),
  sk: `${endedPrefix}${ended.endedAt}#${ended.enrolmentId}`,
  ...ended,
});

export const learnerKey = (learnerId: LearnerId) => learnerKeyPrefix + learnerId;

export const placesKey = (learnerId: LearnerId) => ({
  pk: learnerKey(learnerId),
  sk: 'PLACES' as const,
});

export const seatsKey = ({ providerId, areaId }: SeatList) =>
  `${seatsKeyPrefix}${providerId}#${areaId}`;

export const lotKey = ({ lot, ...list }: Seat) => ({ pk: seatsKey(list), sk: `LOT#${lot}` });

export const queueKey = (list: SeatList) => ({ pk: seatsKey(list), sk: 'QUEUE' as const });

/** The list that a row of the stream with `seatsKeyPrefix` belongs to. */
export function listOfKey(pk: unknown): SeatList {
  const [, providerId, areaId] = z.string().parse(pk).split('#');
  return { providerId: ProviderId.parse(providerId), areaId: AreaId.parse(areaId) };
}

export const waitingKey = ({ providerId, areaId }: SeatList) => `WAITING#${providerId}#${areaId}`;

/** Entries sort by when they came; two of one moment by their ids. */
export const entryKey = ({ learnerId, placeId, since, ...list }: Queued) => ({
  pk: waitingKey(list),
  sk: `${since}#${learnerId}#${placeId}`,
});

export const entryItem = (entry: Queued): z.input<typeof EntryRow> => ({
  ...entryKey(entry),
  ...entry,
});

export function toEntry(item: Record<string, unknown>): Queued {
  const { pk, sk, ...entry } = EntryRow.parse(item);
  return entry;
}
