import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents, type TransactItem, transact } from './dynamodb.ts';

/** What the erasure of somebody's rows may have to wait for, and goes on after. */
export type WaitsFor = 'report' | 'providers' | 'mails' | 'files';

/** How far an erasure has come: nothing is left, or what it waits for. */
export type Erasure =
  | { readonly kind: 'done' }
  | { readonly kind: 'waits'; readonly for: WaitsFor };

export const erased: Erasure = { kind: 'done' };
export const waits = (what: WaitsFor): Erasure => ({ kind: 'waits', for: what });

/** What a deletion rests on: checks that go into each of its transactions. */
export type Rests = readonly TransactItem[];

/** Rows of one transaction that deletes, beside what it rests on. */
const atOnce = 50;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Deletes rows, so many in a transaction; once more is the same. Capacity: 2 write units for each, and for each check of
 * each 50.
 *
 * @returns false where what it rests on did not hold: what is left is left
 */
export async function eraseRows(
  table: string,
  keys: readonly Key[],
  rests: Rests,
): Promise<boolean> {
  for (let from = 0; from < keys.length; from += atOnce) {
    const gone = keys.slice(from, from + atOnce).map(({ pk, sk }) => ({
      Delete: { TableName: table, Key: { pk, sk } },
    }));
    if (!(await transact([...gone, ...rests])).done) return false;
  }
  return true;
}

/**
 * The rows of a partition whose sort keys begin so, read to the end. Capacity: 1 read unit for 4 KB.
 *
 * @param prefix - undefined: all of them
 */
export async function rowsOf(
  table: string,
  pk: string,
  prefix?: string,
): Promise<readonly (Record<string, unknown> & Key)[]> {
  const found: (Record<string, unknown> & Key)[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression:
          prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: {
          ':pk': pk,
          ...(prefix === undefined ? {} : { ':sk': prefix }),
        },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    // Every table has text keys `pk` and `sk`.
    found.push(...((page.Items ?? []) as (Record<string, unknown> & Key)[]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}
