import type { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Store } from './conflict-model.ts';

/** A row as DynamoDB writes it. */
export type Item = Parameters<typeof unmarshall>[0];

// What an attribute's value may be is DynamoDB's to say; whoever needs a row as data parses it.
const Item: z.ZodType<Item> = z.custom<Item>((value) => typeof value === 'object');
const Page = z.object({ Items: z.array(Item), LastEvaluatedKey: z.unknown().optional() });
const Written = z.object({ UnprocessedItems: z.strictObject({}).optional() });

/** Rows in a request to write many. */
const together = 25;

/** Makes a table of the shape that every capability's has. */
export async function makeTable(
  store: Store,
  TableName: string,
  ...indexes: readonly (readonly [name: string, partition: string, sort: string])[]
): Promise<void> {
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
  const names = ['pk', 'sk', ...indexes.flatMap(([, partition, sort]) => [partition, sort])];
  const GlobalSecondaryIndexes = indexes.map(([IndexName, partition, sort]) => ({
    IndexName,
    KeySchema: keys(partition, sort),
    Projection: { ProjectionType: 'ALL' },
  }));
  await ask(store, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('pk', 'sk'),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes }),
  });
}

/**
 * Writes rows.
 *
 * @param items - as JSON
 */
export async function putAll(store: Store, table: string, items: readonly string[]): Promise<void> {
  for (let from = 0; from < items.length; from += together) {
    const puts = items
      .slice(from, from + together)
      .map((item) => `{"PutRequest":{"Item":${item}}}`);
    const input = `{"RequestItems":{${JSON.stringify(table)}:[${puts.join()}]}}`;
    Written.parse(await asked(store, 'BatchWriteItem', input));
  }
}

/** All rows of a table. */
export async function readAll(store: Store, TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let from: unknown;
  do {
    const page = Page.parse(await ask(store, 'Scan', { TableName, ExclusiveStartKey: from }));
    items.push(...page.Items);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

const ask = (store: Store, operation: string, input: object) =>
  asked(store, operation, JSON.stringify(input));

async function asked(store: Store, operation: string, input: string): Promise<unknown> {
  const { status, text } = await store(operation, input);
  if (status !== 200) throw new Error(`${operation}: ${text}`);
  return JSON.parse(text);
}
