import { createHash } from 'node:crypto';
import type { Item } from './attribute.ts';
import type { Database } from './database.ts';
import { attributesOf, type Key, type KeyBytes, keyBytes, keyOf } from './key.ts';
import type { Bound } from './key-condition.ts';
import { invalid } from './refusal.ts';
import type { Index, Table } from './shape.ts';
import { Stored } from './stored.ts';

/** What is read at most, in bytes as DynamoDB counts them. */
const largestPage = 1024 * 1024;

/** A table or one of its indexes, as it is read. */
export interface Source {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly key: Key;
}

export interface Reading {
  readonly source: Source;
  /** The partition; without it all are read. */
  readonly hash?: Buffer;
  readonly bounds?: readonly Bound[];
  readonly isForward: boolean;
  readonly after: Item | undefined;
  readonly limit: number | undefined;
  /** Every item of a partition is in the same one of `of` parts. */
  readonly segment?: { readonly one: number; readonly of: number };
  readonly accepts: (stored: Stored) => boolean;
}

export interface Page {
  readonly items: readonly Stored[];
  readonly scanned: number;
  readonly bytes: number;
  /** Where to go on; undefined when all was read. */
  readonly last: Item | undefined;
}

/** Reads until the end, the limit, or a megabyte. */
export function readPage(database: Database, reading: Reading): Page {
  const { source, limit = Number.POSITIVE_INFINITY, segment, accepts } = reading;
  const { sql, values } = selection(reading);
  const items: Stored[] = [];
  let scanned = 0;
  let bytes = 0;
  for (const row of database.prepare(sql).iterate(...values)) {
    // The column is a BLOB, which the driver gives as bytes.
    if (segment && !isIn(segment, row['pk'] as Uint8Array)) continue;
    const stored = new Stored(String(row['item']), Number(row['size']));
    scanned += 1;
    bytes += stored.size;
    if (accepts(stored)) items.push(stored);
    if (scanned >= limit || bytes >= largestPage) {
      if (isAtEnd(reading, stored.item)) break;
      return { items, scanned, bytes, last: placeOf(source, stored.item) };
    }
  }
  return { items, scanned, bytes, last: undefined };
}

function isIn({ one, of }: { one: number; of: number }, pk: Uint8Array): boolean {
  const digest = createHash('sha1').update(pk).digest();
  return Math.floor((digest.readUInt32BE() / 2 ** 32) * of) === one;
}

function selection(reading: Reading): { readonly sql: string; readonly values: readonly Buffer[] } {
  const { source, hash, bounds = [], isForward, after } = reading;
  const order = source.index === undefined ? ['pk', 'sk'] : ['pk', 'sk', 'tpk', 'tsk'];
  const where: string[] = [];
  const values: Buffer[] = [];
  if (hash !== undefined) {
    where.push('pk = ?');
    values.push(hash);
    order.shift();
  }
  for (const { by, bytes } of bounds) {
    where.push(`sk ${by} ?`);
    values.push(bytes);
  }
  if (after !== undefined) {
    const start = startOf(source, after);
    requireWithin(reading, start);
    const place = start.slice(hash === undefined ? 0 : 1);
    where.push(
      `(${order.join(', ')}) ${isForward ? '>' : '<'} (${place.map(() => '?').join(', ')})`,
    );
    values.push(...place);
  }
  const direction = isForward ? 'ASC' : 'DESC';
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  const sorted = order.map((column) => `${column} ${direction}`).join(', ');
  const rows = source.index?.rows ?? source.table.rows;
  return { sql: `SELECT pk, item, size FROM ${rows} ${condition} ORDER BY ${sorted}`, values };
}

/** A query goes on where it could have stopped. */
function requireWithin({ hash, bounds = [] }: Reading, [partition, sort]: readonly Buffer[]): void {
  const isWithin = bounds.every((bound) => sort === undefined || isMet(bound, sort));
  if (hash === undefined || (partition?.equals(hash) && isWithin)) return;
  throw invalid(
    'The provided starting key is outside query boundaries based on provided conditions',
  );
}

/** Whether an item is the last that a query can find, by the end of its range; of one key DynamoDB does not ask itself that. */
function isAtEnd({ source, bounds = [], isForward }: Reading, item: Item): boolean {
  const [, sort] = keyBytes(source.key, item);
  const inclusive = isForward ? '<=' : '>=';
  // In an index others may stand at the same place.
  if (source.index !== undefined) return false;
  return bounds.some(({ by, bytes }) => by === inclusive && bytes.equals(sort));
}

function isMet({ by, bytes }: Bound, sort: Buffer): boolean {
  const order = Buffer.compare(sort, bytes);
  if (by === '=') return order === 0;
  if (order === 0) return by.endsWith('=');
  return order < 0 === by.startsWith('<');
}

/** The keys by which an item is found again in what was read. */
function placeOf({ table, key }: Source, item: Item): Item {
  return { ...keyOf(table.key, item), ...keyOf(key, item) };
}

function startOf({ table, index, key }: Source, after: Item): readonly Buffer[] {
  const names = new Set([...attributesOf(table.key), ...attributesOf(key)].map(({ name }) => name));
  const given = Object.keys(after);
  if (given.length !== names.size || given.some((name) => !names.has(name))) {
    throw invalid('The provided starting key is invalid');
  }
  const place: KeyBytes = keyBytes(key, after);
  return index === undefined ? place : [...place, ...keyBytes(table.key, after)];
}
