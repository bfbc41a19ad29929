import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import { machineTime } from './machine-time.ts';
import { notFound, Refusal } from './refusal.ts';
import { type Index, shapeOf, type Table } from './shape.ts';
import type { StreamLog } from './stream-log.ts';
import { Definition, type View } from './table-inputs.ts';

/** Whose the tables are, as their ARNs say. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** The tables there are, each with its rows' tables in the engine's file. */
export class Catalog {
  readonly #database: Database;
  readonly #log: StreamLog;
  readonly #arns: string;
  readonly #tables = new Map<string, Table>();

  constructor(database: Database, log: StreamLog, { account, region }: Place) {
    this.#database = database;
    this.#log = log;
    this.#arns = `arn:aws:dynamodb:${region}:${account}:table/`;
    this.load();
  }

  /** Takes what the file says: at the start, and when a change was undone. */
  load(): void {
    this.#tables.clear();
    for (const row of this.#database.prepare('SELECT id, name, definition FROM tables').all()) {
      const definition = Definition.parse(JSON.parse(String(row['definition'])));
      this.#put(Number(row['id']), String(row['name']), definition);
    }
  }

  get tables(): Iterable<Table> {
    return this.#tables.values();
  }

  names(): readonly string[] {
    return [...this.#tables.keys()].sort();
  }

  arnOf(name: string): string {
    return this.#arns + name;
  }

  /**
   * @param table - name or ARN
   * @throws Refusal - `ResourceNotFoundException`
   */
  find(table: string): Table {
    const name = table.startsWith(this.#arns) ? table.slice(this.#arns.length) : table;
    const found = this.#tables.get(name);
    if (found === undefined) throw notFound(name);
    return found;
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  create(name: string, definition: Definition): Table {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO tables (name, definition) VALUES (?, ?)')
      .run(name, JSON.stringify(definition));
    const table = this.#put(Number(lastInsertRowid), name, definition);
    this.#database.execute(
      `CREATE TABLE ${table.rows} (pk BLOB NOT NULL, sk BLOB NOT NULL, item TEXT NOT NULL,
         size INTEGER NOT NULL, until INTEGER, PRIMARY KEY (pk, sk)) STRICT, WITHOUT ROWID;
       CREATE INDEX until_${table.id} ON ${table.rows} (until) WHERE until IS NOT NULL;`,
    );
    for (const index of table.indexes) this.addIndexRows(index);
    return table;
  }

  /** Keeps another definition of a table. */
  redefine({ id, name, definition }: Table, changed: Partial<Definition>): Table {
    const defined = { ...definition, ...changed };
    this.#database
      .prepare('UPDATE tables SET definition = ? WHERE id = ?')
      .run(JSON.stringify(defined), id);
    return this.#put(id, name, defined);
  }

  remove({ id, name, rows, indexes, stream }: Table): void {
    if (stream !== undefined) this.#log.close(stream.id);
    this.#database.prepare('DELETE FROM tables WHERE id = ?').run(id);
    for (const index of indexes) this.removeIndexRows(index);
    this.#database.execute(`DROP TABLE ${rows}`);
    this.#tables.delete(name);
  }

  addIndexRows({ rows }: Index): void {
    this.#database.execute(
      `CREATE TABLE ${rows} (pk BLOB NOT NULL, sk BLOB NOT NULL, tpk BLOB NOT NULL, tsk BLOB NOT NULL,
         item TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (pk, sk, tpk, tsk)) STRICT, WITHOUT ROWID`,
    );
  }

  removeIndexRows({ rows }: Index): void {
    this.#database.execute(`DROP TABLE ${rows}`);
  }

  /** @returns the ARN of a stream that is new */
  openStream(name: string, keys: Definition['keys'], view: View): string {
    for (let moment = machineTime(); ; moment += 1) {
      const label = new Date(moment).toISOString().slice(0, -1);
      const arn = `${this.arnOf(name)}/stream/${label}`;
      const row = this.#database.prepare('SELECT 1 AS here FROM streams WHERE arn = ?').get(arn);
      if (row !== undefined) continue;
      this.#log.open(arn, name, keys, view);
      return arn;
    }
  }

  #put(id: number, name: string, definition: Definition): Table {
    const stream = this.#log.find(definition.view && definition.streamArn);
    const table = shapeOf(id, name, definition, stream);
    this.#tables.set(name, table);
    return table;
  }
}

export const newId = () => randomUUID();

export const inUse = (what: string) => new Refusal('ResourceInUseException', what);
