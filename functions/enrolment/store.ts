import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LearnerId } from '../identity/contract.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, put } from '../runtime/dynamodb.ts';
import type { SeatList } from './change.contract.ts';
import { dueIndex, lookIndex, pendingIndex } from './contract.ts';
import type { EndedPlace, Places } from './place.contract.ts';
import { placesStore } from './places.store.ts';
import {
  endedPrefix,
  endedRow,
  LotRow,
  learnerKey,
  learnerOfKey,
  QueueRow,
  seatsKey,
  toPlaces,
  toRow,
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
  const { readPlaces } = placesStore(table);

  /**
   * Keeps a decision that changes the learner's row only; `next.version` is the version it was made on.
   * Capacity: 1 write unit, 1 in the sweep's index while the row is there, and in the calendar's 1 where it enters or leaves
   * and 2 where it moves.
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

  /**
   * Learners of a partition whose accounts the sweep should ask for again, the longest due first, in pages of 100.
   * Capacity: half a read unit for 4 KB. The index lags; the worker acts on the row (edge case 40).
   *
   * @param lot - one of `workLots`
   * @param until - who is due by then
   */
  async function* listPending(lot: string, until: string): AsyncGenerator<readonly Places[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: pendingIndex,
          KeyConditionExpression: 'pendingLot = :lot AND sweepDue <= :until',
          ExpressionAttributeValues: { ':lot': lot, ':until': until },
          Limit: 100,
          ExclusiveStartKey: from,
        }),
      );
      yield Items.map(toPlaces);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  /**
   * Learners of a partition for whom the calendar may have changed something, the longest due first, in pages of
   * 100. Capacity: half a read unit for 40 learners. The index lags; a look is at the row (edge case 40).
   *
   * @param lot - one of `workLots`
   */
  async function* listDue(lot: string, now: string): AsyncGenerator<readonly LearnerId[]> {
    // Whom a row of 0.1.0 is about; each is written anew by its look, within a day.
    yield* dueIn(dueIndex, 'dueLot = :lot AND dueAt <= :now', lot, now);
    yield* dueIn(lookIndex, 'lookLot = :lot AND lookAt <= :now', lot, now);
  }

  async function* dueIn(
    IndexName: string,
    KeyConditionExpression: string,
    lot: string,
    now: string,
  ): AsyncGenerator<readonly LearnerId[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName,
          KeyConditionExpression,
          ExpressionAttributeValues: { ':lot': lot, ':now': now },
          Limit: 100,
          ExclusiveStartKey: from,
        }),
      );
      yield Items.map(learnerOfKey);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

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
