import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documents, put } from '../runtime/dynamodb.ts';

const key = { pk: 'POLICIES', sk: 'AGES' } as const;
const SeenRow = z.strictObject({ pk: z.string(), sk: z.literal(key.sk), ages: z.string() });

/** By which ages the days in the identity table were computed; `table` is its name. */
export function policyStore(table: string) {
  /** The rules of all days in the table; undefined in a new one. Capacity: 1 read unit. */
  async function readAges(): Promise<string | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : SeenRow.parse(Item).ages;
  }

  /** Notes that all days are by these rules. Capacity: 1 write unit. */
  async function keepAges(ages: string): Promise<void> {
    await put({ TableName: table, Item: { ...key, ages } satisfies z.input<typeof SeenRow> });
  }

  return { readAges, keepAges };
}
