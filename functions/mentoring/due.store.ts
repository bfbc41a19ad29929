import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from '../runtime/dynamodb.ts';
import { dueIndex } from './contract.ts';
import { dueLots } from './rows.store.ts';

/** Rows of one partition of the index that are read at a time. */
const pageSize = 25;

/** Reads of what is due; `table` is the mentoring table's name. */
export function dueStore(table: string) {
  /**
   * Rows of any kind whose moment has come, those of all partitions side by side, each row once. The index lags: whoever
   * acts reads the row (edge case 40). Capacity: half a read unit for 4 KB, in a request for each partition and page.
   */
  async function* listDue(until: string): AsyncGenerator<readonly Record<string, unknown>[]> {
    let lots = Array.from({ length: dueLots }, (_, lot): Place => ({ lot: String(lot) }));
    while (lots.length > 0) {
      const pages = await Promise.all(lots.map((place) => pageAt(place, until)));
      yield pages.flatMap(({ rows }) => rows);
      lots = pages.flatMap(({ next }) => next ?? []);
    }
  }

  async function pageAt({ lot, after }: Place, until: string) {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: dueIndex.name,
        KeyConditionExpression: '#lot = :lot AND #at <= :until',
        ExpressionAttributeNames: { '#lot': dueIndex.partition, '#at': dueIndex.sort },
        ExpressionAttributeValues: { ':lot': lot, ':until': until },
        ExclusiveStartKey: after,
        Limit: pageSize,
      }),
    );
    return { rows: Items, next: LastEvaluatedKey && { lot, after: LastEvaluatedKey } };
  }

  return { listDue };
}

/** Where the next page of a partition begins; without `after`, at its start. */
interface Place {
  readonly lot: string;
  readonly after?: Record<string, unknown>;
}
