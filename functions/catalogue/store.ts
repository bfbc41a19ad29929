import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Category, ProviderId, Stage } from '../../regions/schema.ts';
import { documents } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { Course } from './course.contract.ts';
import type { Shelf, ShelfRow } from './search.rules.ts';

const shelfName = z.templateLiteral([Stage, '/', Category]);

/** Which list of a provider's is shown: replacing this row is what replaces the list. */
export const CurrentRow = z.strictObject({
  pk: z.literal('CURRENT'),
  sk: ProviderId,
  version: z.string(),
  /** Of the courses, so that the same list sent again changes nothing. */
  digest: z.string(),
  /** Rows by shelf. */
  shelves: z.record(shelfName, z.int().min(1)),
});

/** A row of courses: about 12 KB, so 3 read units and 12 write units. */
export const ListRow = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  courses: z.array(Course),
  expiresAt: z.int().optional(),
});

/**
 * Reads lists of courses, each in a partition of its own with a version of its own. `table` is the catalogue table's name.
 */
export function catalogueStore(table: string) {
  /** All providers' shelves, as of now. Capacity: 1 read unit for about ten providers. */
  async function listShelves(): Promise<Shelf[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :current',
        ExpressionAttributeValues: { ':current': 'CURRENT' },
        ConsistentRead: true,
      }),
    );
    return Items.flatMap((item) => {
      const { sk: providerId, version, shelves } = CurrentRow.parse(item);
      return Object.entries(shelves).map(([name, rows]) => {
        const [stage, category] = name.split('/');
        const place = { stage: Stage.parse(stage), category: Category.parse(category) };
        return { providerId, version, rows, ...place };
      });
    });
  }

  /**
   * The courses of rows, in their order; none of a row that is gone. Capacity: 3 read units a row.
   *
   * @param rows - 100 at most
   * @throws {Busy} the table did not give all of them
   */
  async function readRows(rows: readonly ShelfRow[]): Promise<readonly (readonly Course[])[]> {
    const found = new Map<string, readonly Course[]>();
    let keys: Record<string, unknown>[] = rows.map(rowKey);
    for (let attempt = 0; keys.length > 0; attempt += 1) {
      if (attempt === 5) throw new Busy();
      const wanted = { [table]: { Keys: keys, ConsistentRead: true } };
      const { Responses = {}, UnprocessedKeys = {} } = await documents.send(
        new BatchGetCommand({ RequestItems: wanted }),
      );
      for (const item of Responses[table] ?? []) {
        const { pk, sk, courses } = ListRow.parse(item);
        found.set(`${pk} ${sk}`, courses);
      }
      keys = UnprocessedKeys[table]?.Keys ?? [];
    }
    return rows.map(rowKey).map(({ pk, sk }) => found.get(`${pk} ${sk}`) ?? []);
  }

  return { listShelves, readRows };
}

export type ShelfName = z.infer<typeof shelfName>;

function rowKey({ providerId, version, stage, category, row }: ShelfRow) {
  return { pk: listKey(providerId, version), sk: rowName(`${stage}/${category}`, row) };
}

export const listKey = (providerId: ProviderId, version: string) => `LIST#${providerId}#${version}`;
export const rowName = (shelf: ShelfName, row: number) =>
  `${shelf}#${String(row).padStart(4, '0')}`;
