import { type Item, sameItems, sizeOfItem } from './attribute.ts';
import type { Database } from './database.ts';
import { indexBytes, type KeyBytes, keyBytes, keyOf } from './key.ts';
import { type Meter, writeUnits } from './meter.ts';
import type { Index, Table } from './shape.ts';
import { Stored } from './stored.ts';
import type { StreamLog } from './stream-log.ts';

/** What becomes of an item. */
export interface Write {
  readonly key: KeyBytes;
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
  /** Whether its time had come. */
  readonly hasExpired?: boolean;
}

/** The items of tables and of their indexes. */
export class Rows {
  readonly #database: Database;
  readonly #log: StreamLog;

  /** Names of tables that were written to, until somebody was told. */
  readonly changed = new Set<string>();

  constructor(database: Database, log: StreamLog) {
    this.#database = database;
    this.#log = log;
  }

  get({ rows }: Table, [pk, sk]: KeyBytes): Stored | undefined {
    const row = this.#database
      .prepare(`SELECT item, size FROM ${rows} WHERE pk = ? AND sk = ?`)
      .get(pk, sk);
    return row && new Stored(String(row['item']), Number(row['size']));
  }

  /** Within a transaction: items, indexes and stream change together. */
  write(table: Table, write: Write, meter: Meter): void {
    const { key, before, after, hasExpired = false } = write;
    const [pk, sk] = key;
    this.changed.add(table.name);
    meter.write(table, writeUnits(Math.max(before?.size ?? 0, after?.size ?? 0)));
    if (after !== undefined) {
      this.#database
        .prepare(
          `INSERT OR REPLACE INTO ${table.rows} (pk, sk, item, size, until) VALUES (?, ?, ?, ?, ?)`,
        )
        .run(pk, sk, after.text, after.size, untilOf(table, after));
    } else if (before !== undefined) {
      this.#database.prepare(`DELETE FROM ${table.rows} WHERE pk = ? AND sk = ?`).run(pk, sk);
    }
    for (const index of table.indexes) this.#writeIndex(table, index, write, meter);
    if (table.stream === undefined || isSame(before, after)) return;
    const keys = keyOf(table.key, (after ?? before)?.item ?? {});
    this.#log.append(table, { keys, before, after, hasExpired });
  }

  #writeIndex(table: Table, index: Index, { key, before, after }: Write, meter: Meter): void {
    const left = entryOf(table, index, before);
    const come = entryOf(table, index, after);
    const stays = left !== undefined && come !== undefined && sameKey(left.key, come.key);
    if (stays && left.stored.text === come.stored.text) return;
    if (left !== undefined && !stays) {
      this.#database
        .prepare(`DELETE FROM ${index.rows} WHERE pk = ? AND sk = ? AND tpk = ? AND tsk = ?`)
        .run(...left.key, ...key);
      meter.write(table, writeUnits(left.stored.size), index);
    }
    if (come === undefined) return;
    this.#putEntry(index, come, key);
    const largest = stays ? Math.max(left.stored.size, come.stored.size) : come.stored.size;
    meter.write(table, writeUnits(largest), index);
  }

  #putEntry({ rows }: Index, { key, stored }: Entry, tableKey: KeyBytes): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO ${rows} (pk, sk, tpk, tsk, item, size) VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(...key, ...tableKey, stored.text, stored.size);
  }

  /** Puts into a new index what is there; what its key does not fit is left out, as at AWS. */
  fill(table: Table, index: Index): void {
    for (const row of this.#all(table)) {
      const stored = new Stored(String(row['item']), Number(row['size']));
      let entry: Entry | undefined;
      try {
        entry = entryOf(table, index, stored);
      } catch {
        // Of another type: AWS, too, leaves such a row out, and lets nobody write another.
        continue;
      }
      if (entry) this.#putEntry(index, entry, keyBytes(table.key, stored.item));
    }
  }

  /** After another attribute says until when items are. */
  noteExpiries(table: Table): void {
    const note = `UPDATE ${table.rows} SET until = ? WHERE pk = ? AND sk = ?`;
    for (const row of this.#all(table)) {
      const stored = new Stored(String(row['item']), Number(row['size']));
      const [pk, sk] = keyBytes(table.key, stored.item);
      this.#database.prepare(note).run(untilOf(table, stored), pk, sk);
    }
  }

  #all({ rows }: Table) {
    return this.#database.prepare(`SELECT item, size FROM ${rows}`).all();
  }

  /** Some of the items whose time has come, between two moments in seconds since the epoch. */
  expired({ rows, key }: Table, from: number, to: number, most: number) {
    const found = this.#database
      .prepare(`SELECT item, size FROM ${rows} WHERE until > ? AND until <= ? LIMIT ?`)
      .all(from, to, most);
    return found.map((row) => {
      const stored = new Stored(String(row['item']), Number(row['size']));
      return { key: keyBytes(key, stored.item), before: stored, after: undefined };
    });
  }

  totals({ rows }: Table): { readonly items: number; readonly bytes: number } {
    const row = this.#database
      .prepare(`SELECT COUNT(*) AS items, COALESCE(SUM(size), 0) AS bytes FROM ${rows}`)
      .get();
    return { items: Number(row?.['items']), bytes: Number(row?.['bytes']) };
  }
}

/** An item as it stands in an index. */
interface Entry {
  readonly key: KeyBytes;
  readonly stored: Stored;
}

function entryOf(table: Table, index: Index, stored: Stored | undefined): Entry | undefined {
  if (stored === undefined) return undefined;
  const key = indexBytes(index.key, stored.item);
  if (key === undefined) return undefined;
  if (index.projection === 'ALL') return { key, stored };
  const picked: Item = { ...keyOf(table.key, stored.item), ...keyOf(index.key, stored.item) };
  for (const name of index.included) {
    const value = stored.item[name];
    if (value !== undefined) picked[name] = value;
  }
  return { key, stored: new Stored(JSON.stringify(picked), sizeOfItem(picked), picked) };
}

const sameKey = ([pk, sk]: KeyBytes, [otherPk, otherSk]: KeyBytes) =>
  pk.equals(otherPk) && sk.equals(otherSk);

function isSame(before: Stored | undefined, after: Stored | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return before.text === after.text || sameItems(before.item, after.item);
}

/** Seconds since the epoch after which an item may go; what is no number says nothing. */
function untilOf({ definition: { until } }: Table, { item }: Stored): number | null {
  const value = until === undefined ? undefined : item[until]?.N;
  return value === undefined ? null : Math.floor(Number(value));
}
