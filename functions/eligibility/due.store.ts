import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { AreaId } from '../../regions/schema.ts';
import { documents } from '../runtime/dynamodb.ts';
import { queueOf } from './case.rules.ts';
import { dueIndex, waitingIndex } from './contract.ts';
import { readApplication, type Versioned } from './rows.store.ts';

/** Applications that time changes, or the end of a partner; `table` is the eligibility table's name. */
export function dueStore(table: string) {
  /**
   * What is due in a partition, the longest due first, in pages of 100. Capacity: half a read unit for 4 KB. The
   * index lags: each write names the version of the row that it was decided on (edge case 40).
   *
   * @param lot - one of `dueLots`
   * @param today - the region's day
   */
  const listDue = (lot: string, today: string) =>
    pagesOf({
      IndexName: dueIndex,
      KeyConditionExpression: 'dueLot = :lot AND dueOn <= :today',
      ExpressionAttributeValues: { ':lot': lot, ':today': today },
    });

  /**
   * The cases of an area that officers find, the oldest first, in pages of 100; not those whose learners have to hand in a
   * new paper, which are approvals. Capacity and lag: as `listDue`.
   */
  const listQueued = (areaId: AreaId) =>
    pagesOf({
      IndexName: waitingIndex,
      KeyConditionExpression: 'waitingArea = :area',
      ExpressionAttributeValues: { ':area': queueOf(areaId, undefined) },
    });

  async function* pagesOf(
    query: Omit<QueryCommandInput, 'TableName'>,
  ): AsyncGenerator<readonly Versioned[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({ TableName: table, ...query, Limit: 100, ExclusiveStartKey: from }),
      );
      yield Items.map(readApplication);
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  return { listDue, listQueued };
}
