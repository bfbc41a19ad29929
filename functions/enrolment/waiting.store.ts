import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from '../runtime/dynamodb.ts';
import { type ListPlace, listPlaceOf } from '../runtime/list-place.ts';
import type { Queued, SeatList } from './change.contract.ts';
import { entryKey, toEntry, waitingKey } from './rows.store.ts';

/** Reads of waiting lists; `table` is the enrolment table's name. */
export function waitingStore(table: string) {
  /** Whoever has waited longest for a seat and has no offer. Capacity: 1 read unit. */
  async function readHead(list: SeatList): Promise<Queued | undefined> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': waitingKey(list) },
        ConsistentRead: true,
        Limit: 1,
      }),
    );
    return Items[0] === undefined ? undefined : toEntry(Items[0]);
  }

  /** Where someone stands on a list, exactly if it is among the first. Capacity: half a read unit for 20 who are before, 3 at most. */
  function positionOf(entry: Queued): Promise<ListPlace> {
    return listPlaceOf(table, entryKey(entry), false);
  }

  return { readHead, positionOf };
}
