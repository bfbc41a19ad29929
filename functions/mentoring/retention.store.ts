import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documents } from '../runtime/dynamodb.ts';
import { eraseRows } from '../runtime/erasing.ts';
import { queryOf } from './list.store.ts';
import { reportsIn, toReport } from './report.store.ts';

const Keys = z.array(z.object({ pk: z.string(), sk: z.string() }));

/** What is kept of reports that are decided; `table` is the mentoring table's name. */
export function retentionStore(table: string) {
  /**
   * Forgets reports that were decided on a day or before. Open ones stay however old they are. Capacity: half a read unit for
   * 4 KB of those that were made by then, and 6 write units for each that goes.
   *
   * @param last - a day
   * @param isTime - whether there is time for more
   * @returns how many
   */
  async function forget(last: string, isTime: () => boolean): Promise<number> {
    let count = 0;
    for (const state of ['upheld', 'dismissed'] as const) {
      for await (const page of madeBy(state, last)) {
        if (!isTime()) return count;
        const old = page.filter((item) => decidedBy(item, last));
        // The index lags, and to delete what is gone is as good.
        await eraseRows(table, Keys.parse(old), []);
        count += old.length;
      }
    }
    return count;
  }

  /** Listed by when they were made, and so none is decided before those that this leaves out. */
  async function* madeBy(state: 'upheld' | 'dismissed', last: string) {
    const { ExpressionAttributeValues, ...query } = queryOf(table, reportsIn(state));
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          ...query,
          KeyConditionExpression: `${query.KeyConditionExpression} AND listedAt <= :last`,
          ExpressionAttributeValues: { ...ExpressionAttributeValues, ':last': endOf(last) },
          Limit: 25,
          ExclusiveStartKey: from,
        }),
      );
      yield Items;
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  return { forget };
}

/** Behind every moment of a day. */
const endOf = (day: string) => `${day}T~`;

function decidedBy(item: Record<string, unknown>, last: string): boolean {
  const { decidedAt, createdAt } = toReport(item).report;
  return (decidedAt ?? createdAt) <= endOf(last);
}
