import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from '../runtime/dynamodb.ts';
import { dueIndex } from './contract.ts';
import { readApplication, type Versioned } from './rows.store.ts';

/** Applications that time changes; `table` is the eligibility table's name. */
export function dueStore(table: string) {
  /**
   * What is due in a partition, the longest due first, in pages of 100. Capacity: half a read unit for 4 KB. The
   * index lags: each write names the version of the row that it was decided on (edge case 40).
   *
   * @param lot - one of `dueLots`
   * @param today - the region's day
   */
  async function* listDue(lot: string, today: string): AsyncGenerator<readonly Versioned[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: dueIndex,
          KeyConditionExpression: 'dueLot = :lot AND dueOn <= :today',
          ExpressionAttributeValues: { ':lot': lot, ':today': today },
          Limit: 100,
          ExclusiveStartKey: from,
        }),
      );
      yield Items.map(readApplication);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  return { listDue };
}
