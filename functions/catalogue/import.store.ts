import { createHash, randomUUID } from 'node:crypto';
import {
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ProviderId } from '../../regions/schema.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { documents, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import type { Course } from './course.contract.ts';
import { CurrentRow, type ListRow, listKey, rowName, type ShelfName } from './store.ts';

/** Courses in a row. */
const rowLength = 50;

/** Seconds for which readers may still be at a list that was replaced, and an import at one that it writes. */
const graceSeconds = 3600;

/** A list that was begun: whoever comes later finds what a crash left behind. */
const BegunRow = z.strictObject({ pk: z.string(), sk: z.string(), begunAt: z.int() });

/** Replaces lists of courses. `table` is the catalogue table's name. */
export function importStore(table: string) {
  /**
   * Puts a list in the place of a provider's list before. The rows come first and the one that shows them last, so
   * a crash leaves the list before, and readers never see a part. Capacity: 12 write units for 50 courses, the same
   * again for those that they replace, and 8 for what leads to them and the entry in the trail.
   *
   * @param courses - in the order in which they are shown
   * @param recorded - the entry in the trail of a list of this version, kept if and only if the list is shown; the
   *   same list again is no change
   * @throws {Busy} others replaced it at the same moment, all the time
   */
  async function replace(
    providerId: ProviderId,
    courses: readonly Course[],
    moment: Moment,
    recorded: (version: string) => TransactItem,
  ): Promise<void> {
    const digest = createHash('sha256').update(JSON.stringify(courses)).digest('base64url');
    let seen = await readCurrent(providerId);
    if (seen?.digest === digest) return;
    const version = randomUUID();
    const begun = { pk: begunKey(providerId), sk: version, begunAt: epochSeconds(moment) };
    await documents.send(
      new PutCommand({ TableName: table, Item: begun satisfies z.input<typeof BegunRow> }),
    );
    const shelves = shelvesOf(courses);
    await writeRows(
      [...shelves].flatMap(([name, content]) => rowsOf(providerId, version, name, content)),
    );
    const rows = [...shelves].map(([name, { length }]) => [name, Math.ceil(length / rowLength)]);
    const current = { version, digest, shelves: Object.fromEntries(rows) };
    for (
      let attempt = 0;
      !(await show(providerId, current, seen?.version, recorded(version)));
      attempt += 1
    ) {
      if (attempt === 5) throw new Busy();
      seen = await readCurrent(providerId);
    }
    await retireOthers(providerId, { shown: version, replaced: seen?.version }, moment);
  }

  async function readCurrent(providerId: ProviderId) {
    const Key = { pk: 'CURRENT', sk: providerId };
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : CurrentRow.parse(Item);
  }

  /** The moment at which all readers see another list; not done where another than the expected one is shown. */
  async function show(
    providerId: ProviderId,
    current: Omit<z.input<typeof CurrentRow>, 'pk' | 'sk'>,
    expected: string | undefined,
    entry: TransactItem,
  ): Promise<boolean> {
    const pointer = {
      TableName: table,
      Item: { pk: 'CURRENT', sk: providerId, ...current } satisfies z.input<typeof CurrentRow>,
      ...(expected === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :expected',
            ExpressionAttributeValues: { ':expected': expected },
          }),
    };
    return (await transact([{ Put: pointer }, entry])).done;
  }

  async function writeRows(rows: readonly z.input<typeof ListRow>[]): Promise<void> {
    for (let first = 0; first < rows.length; first += 25) {
      let items = rows.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
      for (let attempt = 0; items.length > 0; attempt += 1) {
        if (attempt === 5) throw new Busy();
        const { UnprocessedItems = {} } = await documents.send(
          new BatchWriteCommand({ RequestItems: { [table]: items } }),
        );
        // What comes back is what was sent.
        items = (UnprocessedItems[table] ?? []) as typeof items;
      }
    }
  }

  /** Lets the list that was replaced expire, and those that a crash left half written. */
  async function retireOthers(
    providerId: ProviderId,
    { shown, replaced }: { readonly shown: string; readonly replaced: string | undefined },
    moment: Moment,
  ): Promise<void> {
    const long = epochSeconds(moment) - graceSeconds;
    const begun = await queryAll(begunKey(providerId), BegunRow);
    const over = begun.filter(({ sk, begunAt }) => sk === replaced || begunAt < long);
    for (const { pk, sk } of over.filter(({ sk: version }) => version !== shown)) {
      await expireList(providerId, sk, epochSeconds(moment) + graceSeconds);
      await documents.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));
    }
  }

  async function expireList(providerId: ProviderId, version: string, at: number): Promise<void> {
    const keys = z.object({ pk: z.string(), sk: z.string() });
    for (const Key of await queryAll(listKey(providerId, version), keys, 'pk, sk')) {
      await documents.send(
        new UpdateCommand({
          TableName: table,
          Key,
          UpdateExpression: 'SET expiresAt = :at',
          ExpressionAttributeValues: { ':at': at },
        }),
      );
    }
  }

  async function queryAll<Row extends z.ZodType>(
    pk: string,
    row: Row,
    only?: string,
  ): Promise<z.output<Row>[]> {
    const rows: z.output<Row>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ...(only === undefined ? {} : { ProjectionExpression: only }),
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      rows.push(...Items.map((item) => row.parse(item)));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return rows;
  }

  return { replace };
}

const begunKey = (providerId: ProviderId) => `BEGUN#${providerId}`;

function shelvesOf(courses: readonly Course[]): ReadonlyMap<ShelfName, readonly Course[]> {
  return Map.groupBy(courses, ({ stage, category }): ShelfName => `${stage}/${category}`);
}

function rowsOf(
  providerId: ProviderId,
  version: string,
  shelf: ShelfName,
  courses: readonly Course[],
): z.input<typeof ListRow>[] {
  return Array.from({ length: Math.ceil(courses.length / rowLength) }, (_, row) => ({
    pk: listKey(providerId, version),
    sk: rowName(shelf, row),
    courses: courses.slice(row * rowLength, (row + 1) * rowLength),
  }));
}
