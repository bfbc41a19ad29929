import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documents, put, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import {
  correctionOf,
  type Fields,
  fieldsOf,
  type Key,
  type Migration,
  type Row,
} from './migration.rules.ts';
import type { Cursor } from './standing.store.ts';

const RowKey = z.object({ pk: z.string(), sk: z.string() });

/** A row that a migration is about: what it declares of it, and no more. */
export interface MigratedRow {
  readonly key: Key;
  readonly fields: Fields;
}

export interface Page {
  readonly rows: readonly MigratedRow[];
  /** Rows of any kind that were read. */
  readonly seen: number;
  readonly next: Cursor;
}

/** How often a row that learners change at the same moment is looked at again. */
const attempts = 8;

/** Changes of a row came one upon the other; the next run looks at its page again. */
export class RowBusy extends Error {
  override readonly name = 'RowBusy';
  readonly code = 'row-busy';

  constructor() {
    super('a row changed whenever it was about to be migrated; the next run begins with its page.');
  }
}

/**
 * Rows of a table that a migration changes. This is the one place where a table is scanned: a migration is about every
 * row of a kind, and no index has all of them.
 *
 * @param table - the name of the table that the migration is of
 * @param pageRows - how many rows of any kind one page reads at most
 */
export function migratedRows(table: string, migration: Migration, pageRows = 500) {
  const names = Object.fromEntries(migration.attributes.map((name, at) => [`#${at}`, name]));
  const projection = ['pk', 'sk', ...Object.keys(names)].join(', ');

  /**
   * The next page of a part of the table, read consistently. Capacity: 1 read unit for each 4 KB of what is read, some
   * 125 for 500 rows of 1 KB, whatever kind they are of.
   */
  async function page(segment: number, of: number, from: Cursor): Promise<Page> {
    if (from === 'end') return { rows: [], seen: 0, next: 'end' };
    const {
      Items = [],
      ScannedCount = 0,
      LastEvaluatedKey,
    } = await documents.send(
      new ScanCommand({
        TableName: table,
        Segment: segment,
        TotalSegments: of,
        Limit: pageRows,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix) AND sk = :sort',
        ProjectionExpression: projection,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':prefix': migration.keyPrefix, ':sort': migration.sortKey },
        ...(from === 'beginning' ? {} : { ExclusiveStartKey: from }),
      }),
    );
    const next = LastEvaluatedKey === undefined ? 'end' : RowKey.parse(LastEvaluatedKey);
    return { rows: Items.map(toRow), seen: ScannedCount, next };
  }

  /**
   * Corrects a row as it is, whatever learners do to it meanwhile: whoever was quicker wins, and the row is looked at
   * again. Capacity: nothing for a row that is right; else 2 write units for each KB of the row and of each row beside
   * it, in the indexes that have it too, and 1 read unit for each time that somebody was quicker.
   *
   * @returns whether anything was written
   * @throws {RowBusy} somebody was quicker each time
   */
  async function correct(row: MigratedRow): Promise<boolean> {
    let seen: MigratedRow | undefined = row;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (seen === undefined) return false;
      const written = await write(seen);
      if (written !== 'changed-meanwhile') return written === 'written';
      seen = await read(seen.key);
    }
    throw new RowBusy();
  }

  /** Says that all rows are right; once more changes nothing. Capacity: 1 write unit where the migration says it at all. */
  async function end(): Promise<void> {
    if (migration.atEnd !== undefined) await put({ TableName: table, Item: migration.atEnd });
  }

  /** Writes what a row needs, if all that this was made of is as it was read, and the row is still there. */
  async function write({ key, fields }: MigratedRow) {
    const { set, beside } = correctionOf(migration, fields, key);
    const own = correction(key, fields, set);
    let missing: readonly Row[] = beside;
    while (missing.length > 0 || Object.keys(set).length > 0) {
      const written = await transact([own, ...missing.map((row) => putNew(table, row))]);
      if (written.done) return 'written' as const;
      const failed = new Set(written.failed);
      if (failed.has(0)) return 'changed-meanwhile' as const;
      missing = missing.filter((_, position) => !failed.has(position + 1));
    }
    return 'right' as const;
  }

  /** The row's own write, or the check that it is as it was read. */
  function correction(key: Key, fields: Fields, set: Fields): TransactItem {
    const placed = Object.entries(names);
    const conditions = placed.map(([at, name]) =>
      fields[name] === undefined ? `attribute_not_exists(${at})` : `${at} = ${asRead(at)}`,
    );
    const touched = placed.filter(([, name]) => name in set);
    const given = touched.filter(([, name]) => set[name] !== undefined);
    const taken = touched.filter(([, name]) => set[name] === undefined);
    const known = placed.filter(([, name]) => fields[name] !== undefined);
    const values = [
      ...known.map(([at, name]) => [asRead(at), fields[name]] as const),
      ...given.map(([at, name]) => [asSet(at), set[name]] as const),
    ];
    const condition = {
      TableName: table,
      Key: key,
      ConditionExpression: ['attribute_exists(pk)', ...conditions].join(' AND '),
      ExpressionAttributeNames: names,
      ...(values.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(values) }),
    };
    if (touched.length === 0) return { ConditionCheck: condition };
    const clauses = [
      ...(given.length > 0
        ? [`SET ${given.map(([at]) => `${at} = ${asSet(at)}`).join(', ')}`]
        : []),
      ...(taken.length > 0 ? [`REMOVE ${taken.map(([at]) => at).join(', ')}`] : []),
    ];
    return { Update: { ...condition, UpdateExpression: clauses.join(' ') } };
  }

  /** Undefined for a row that is gone. */
  async function read(key: Key): Promise<MigratedRow | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toRow(Item);
  }

  const toRow = (item: Record<string, unknown>): MigratedRow => ({
    key: RowKey.parse(item),
    fields: fieldsOf(migration, item),
  });

  return { page, correct, end };
}

const asRead = (place: string) => `:read${place.slice(1)}`;
const asSet = (place: string) => `:set${place.slice(1)}`;
