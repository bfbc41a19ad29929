import { BatchOperations } from './batch-operations.ts';
import { Catalog, type Place } from './catalog.ts';
import { type ConflictOptions, Conflicts } from './conflicts.ts';
import { Database } from './database.ts';
import { Expiry } from './expiry.ts';
import { ItemOperations } from './item-operations.ts';
import { ReadOperations } from './read-operations.ts';
import { Refusal } from './refusal.ts';
import { Rows } from './rows.ts';
import { StreamLog } from './stream-log.ts';
import { StreamOperations } from './stream-operations.ts';
import { TableOperations } from './table-operations.ts';
import { TransactOperations } from './transact-operations.ts';

export interface EngineOptions extends Place {
  /** Where tables and streams are kept: a file's path, or `:memory:`. */
  readonly file: string;
  /** Milliseconds since the epoch, in the time by which items expire. */
  readonly now: () => number;
  /** Is told, synchronously, of each table that a write may have changed. */
  readonly changed: (table: string) => void;
  /** Whether transactions meet; without it they never do. */
  readonly conflicts?: ConflictOptions;
}

/** 200 with the operation's output, or else with the error. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

type Operation = (input: unknown, body: Buffer) => object | string;

/** Milliseconds of the machine's time between two looks for what has expired. */
const sweepPause = 1000;
/** Looks for what has expired between two for records that are old. */
const trimEvery = 600;

export type EngineApi = 'DynamoDB_20120810' | 'DynamoDBStreams_20120810';

/**
 * DynamoDB and its streams, within this process: tables in an SQLite file, one request one transaction. It answers what
 * this project asks; of anything else it says by name that it does not know it.
 */
export class Engine {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #log: StreamLog;
  readonly #rows: Rows;
  readonly #expiry: Expiry;
  readonly #options: EngineOptions;
  readonly #apis: Readonly<Record<EngineApi, Readonly<Record<string, Operation>>>>;
  readonly #sweeping: NodeJS.Timeout;
  #sweeps = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#database = new Database(options.file);
    this.#log = new StreamLog(this.#database);
    this.#catalog = new Catalog(this.#database, this.#log, options);
    this.#rows = new Rows(this.#database, this.#log);
    this.#expiry = new Expiry(this.#database, this.#catalog, this.#rows);
    this.#apis = this.#operations(this.#rows);
    this.#log.trim();
    this.#sweeping = setInterval(() => this.sweep(), sweepPause).unref();
  }

  #operations(rows: Rows): Readonly<Record<EngineApi, Readonly<Record<string, Operation>>>> {
    const [database, catalog, log] = [this.#database, this.#catalog, this.#log];
    const conflicts = new Conflicts(this.#options.conflicts ?? { holdMs: 0, now: Date.now });
    const items = new ItemOperations(database, catalog, rows, conflicts);
    const reads = new ReadOperations(database, catalog);
    const batches = new BatchOperations(database, catalog, rows, conflicts);
    const transactions = new TransactOperations(database, catalog, rows, conflicts);
    const tables = new TableOperations(catalog, rows, log);
    const streams = new StreamOperations(database, log, this.#options.region);
    const wholly = (change: Operation) => (input: unknown, body: Buffer) =>
      this.#wholly(() => change(input, body));
    return {
      DynamoDB_20120810: {
        GetItem: (input) => items.get(input),
        PutItem: (input) => items.put(input),
        UpdateItem: (input) => items.update(input),
        DeleteItem: (input) => items.remove(input),
        Query: (input) => reads.query(input),
        Scan: (input) => reads.scan(input),
        BatchGetItem: (input) => batches.get(input),
        BatchWriteItem: (input) => batches.write(input),
        TransactGetItems: (input) => batches.transactGet(input),
        TransactWriteItems: (input, body) => transactions.write(input, body),
        CreateTable: wholly((input) => tables.create(input)),
        UpdateTable: wholly((input) => tables.update(input)),
        DeleteTable: wholly((input) => tables.remove(input)),
        UpdateTimeToLive: wholly((input) => tables.updateTimeToLive(input)),
        DescribeTable: (input) => tables.describe(input),
        DescribeTimeToLive: (input) => tables.describeTimeToLive(input),
        ListTables: (input) => tables.list(input),
      },
      DynamoDBStreams_20120810: {
        ListStreams: (input) => streams.list(input),
        DescribeStream: (input) => streams.describe(input),
        GetShardIterator: (input) => streams.iterator(input),
        GetRecords: (input) => streams.records(input),
      },
    };
  }

  /** Does one operation, and tells whom it may concern. */
  answer(api: EngineApi, operation: string, body: Buffer): EngineAnswer {
    try {
      const output = this.#operation(api, operation)(parsed(body), body);
      this.#tell();
      return { status: 200, body: typeof output === 'string' ? output : JSON.stringify(output) };
    } catch (error) {
      this.#rows.changed.clear();
      if (!(error instanceof Refusal)) throw error;
      const { code, message, more, status } = error;
      const __type = `com.amazonaws.${api === 'DynamoDB_20120810' ? 'dynamodb.v20120810' : 'dynamodb.streams'}#${code}`;
      return { status, body: JSON.stringify({ __type, message, ...more }) };
    }
  }

  /** Deletes what has expired. It happens by itself every second. */
  sweep(): void {
    this.#sweeps += 1;
    if (this.#sweeps % trimEvery === 0) this.#log.trim();
    this.#expiry.sweep(this.#options.now());
    this.#tell();
  }

  stop(): void {
    clearInterval(this.#sweeping);
    this.#database.close();
  }

  #operation(api: EngineApi, name: string): Operation {
    const known = this.#apis[api];
    const operation = Object.hasOwn(known, name) ? known[name] : undefined;
    if (operation !== undefined) return operation;
    throw new Refusal(
      'UnknownOperationException',
      `The local region's DynamoDB does not know ${name}`,
    );
  }

  /** A change of tables is undone as a whole, in what is remembered of them too. */
  #wholly<T>(work: () => T): T {
    try {
      return this.#database.atomically(work);
    } catch (error) {
      this.#catalog.load();
      throw error;
    }
  }

  #tell(): void {
    if (this.#rows.changed.size === 0) return;
    const tables = [...this.#rows.changed];
    this.#rows.changed.clear();
    for (const table of tables) this.#options.changed(table);
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal('SerializationException', 'The request is no JSON');
  }
}
