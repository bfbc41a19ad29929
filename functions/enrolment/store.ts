import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LearnerId } from '../identity/contract.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, put } from '../runtime/dynamodb.ts';
import type { SeatList } from './change.contract.ts';
import { dueIndex, pendingIndex } from './contract.ts';
import { type EndedPlace, noPlaces, type Places } from './place.contract.ts';
import {
  endedPrefix,
  endedRow,
  LotRow,
  learnerKey,
  placesKey,
  QueueRow,
  seatsKey,
  toPlaces,
  toRow,
  workLots,
} from './rows.store.ts';
import type { SeatsSeen } from './seats.rules.ts';

export { placesOfRow, toPlaces } from './rows.store.ts';

/** A page of history. */
export interface HistoryPage {
  readonly history: EndedPlace[];
  readonly cursor: string | undefined;
}

/** Reads of places and seats, and the simplest write; `table` is the enrolment table's name. */
export function enrolmentStore(table: string) {
  /** All that is decided about a learner's places. Capacity: 1 read unit. */
  async function readPlaces(learnerId: LearnerId): Promise<Places> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: placesKey(learnerId), ConsistentRead: true }),
    );
    return Item === undefined ? noPlaces(learnerId) : toPlaces(Item);
  }

  /**
   * Keeps a decision that changes the learner's row only; `next.version` is the version it was made on.
   * Capacity: 1 write unit, and 1 in each index where the row enters or leaves it.
   */
  async function keepPlaces(next: Places): Promise<'kept' | 'stale'> {
    return (await put(ifUnchanged(table, next))).done ? 'kept' : 'stale';
  }

  /** What the counters of a provider's seats in an area say. Capacity: 1 read unit for 40 lots. */
  async function readSeats(list: SeatList): Promise<SeatsSeen> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': seatsKey(list) },
        ConsistentRead: true,
      }),
    );
    const used: number[] = [];
    let waiting = 0;
    for (const item of Items) {
      if (item['sk'] === 'QUEUE') {
        waiting = QueueRow.parse(item).waiting;
        continue;
      }
      const row = LotRow.parse(item);
      used[Number(row.sk.slice('LOT#'.length))] = row.used;
    }
    return { used, waiting };
  }

  /** Learners with the given index's moment passed, at most so many of each partition. */
  async function listBy(
    index: typeof pendingIndex | typeof dueIndex,
    now: string,
    limit: number,
  ): Promise<readonly Places[]> {
    const [partition, moment] = index === 'due' ? ['dueLot', 'dueAt'] : ['pendingLot', 'sweepDue'];
    const pages = await Promise.all(
      Array.from({ length: workLots }, (_, lot) =>
        documents.send(
          new QueryCommand({
            TableName: table,
            IndexName: index,
            KeyConditionExpression: `${partition} = :lot AND ${moment} <= :now`,
            ExpressionAttributeValues: { ':lot': String(lot), ':now': now },
            Limit: limit,
          }),
        ),
      ),
    );
    return pages.flatMap(({ Items = [] }) => Items.map(toPlaces));
  }

  /**
   * Learners whose accounts the sweep should ask for again, at most 100 of each partition. Capacity: half a
   * read unit for 4 KB of each partition. The index lags; the worker acts on the row (edge case 40).
   */
  const listPending = (now: string) => listBy(pendingIndex, now, 100);

  /** Learners for whom the calendar may have changed something, at most 1,000. Capacity: as `listPending`. */
  const listDue = (now: string) => listBy(dueIndex, now, 250);

  /** A learner's ended places, the last to end first. Capacity: half a read unit for 4 KB. */
  async function listHistory(
    learnerId: LearnerId,
    limit: number,
    cursor: string | undefined,
  ): Promise<HistoryPage> {
    const pk = learnerKey(learnerId);
    const ended = z.string().startsWith(endedPrefix);
    const Key = z.strictObject({ pk: z.literal(pk), sk: ended });
    const start = decodeCursor(cursor, Key);
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :ended)',
        ExpressionAttributeValues: { ':pk': pk, ':ended': endedPrefix },
        ScanIndexForward: false,
        Limit: limit,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    return { history: Items.map(endedRow), cursor: encodeCursor(LastEvaluatedKey) };
  }

  return { readPlaces, keepPlaces, readSeats, listPending, listDue, listHistory };
}

/** Puts the row as decided, if it still has the version that was seen. */
export function ifUnchanged(table: string, next: Places) {
  return {
    TableName: table,
    Item: toRow({ ...next, version: next.version + 1 }),
    ...(next.version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'version = :seen',
          ExpressionAttributeValues: { ':seen': next.version },
        }),
  };
}
