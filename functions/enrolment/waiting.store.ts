import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from '../runtime/dynamodb.ts';
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

  /** Where someone stands on a list, from 1. Capacity: half a read unit for 20 who are before them. */
  async function positionOf(entry: Queued): Promise<number> {
    const { pk, sk } = entryKey(entry);
    let before = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const { Count = 0, LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk < :sk',
          ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
          Select: 'COUNT',
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      before += Count;
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return before + 1;
  }

  return { readHead, positionOf };
}
