import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents } from '../runtime/dynamodb.ts';
import { listIndex } from './contract.ts';

/** A list of the index, and the keys of the rows that stand in it. */
export interface List {
  readonly name: string;
  /** How the partitions of its rows begin. */
  readonly pk: string;
  readonly sk: z.ZodType<string>;
}

/** Which page, and in which order. */
export interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly newestFirst?: true;
}

/** The query of a list, for whoever reads it in another way than by pages. */
export const queryOf = (table: string, { name }: Pick<List, 'name'>) => ({
  TableName: table,
  IndexName: listIndex.name,
  KeyConditionExpression: '#list = :list',
  ExpressionAttributeNames: { '#list': listIndex.partition },
  ExpressionAttributeValues: { ':list': name },
});

/** The keys that a page of a list can end with. */
export const endOfPage = ({ name, pk, sk }: List) =>
  z.strictObject({
    pk: z.string().startsWith(pk),
    sk,
    list: z.literal(name),
    listedAt: z.iso.datetime(),
  });

/**
 * A page of a list, the oldest first unless it says otherwise. Capacity: half a read unit for 4 KB. The index lags by
 * moments: whoever acts reads the row (edge case 40).
 *
 * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list (edge case 50)
 */
export async function readPage(table: string, list: List, { limit, cursor, newestFirst }: Page) {
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      ...queryOf(table, list),
      ScanIndexForward: newestFirst !== true,
      Limit: limit,
      ExclusiveStartKey: decodeCursor(cursor, endOfPage(list)),
    }),
  );
  return { items: Items, cursor: encodeCursor(LastEvaluatedKey) };
}
