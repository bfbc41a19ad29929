import { DatabaseSync, type StatementSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS tables
    (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS streams
    (id INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, table_name TEXT NOT NULL,
     keys TEXT NOT NULL, view TEXT NOT NULL, closed_at INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS shards
    (id TEXT PRIMARY KEY, stream INTEGER NOT NULL, parent TEXT, first INTEGER NOT NULL, last INTEGER,
     opened_at INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS records
    (seq INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, at INTEGER NOT NULL,
     event_id TEXT NOT NULL, event TEXT NOT NULL, by_service INTEGER NOT NULL, change TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS records_of ON records (stream, seq);
  CREATE TABLE IF NOT EXISTS tokens
    (token TEXT PRIMARY KEY, digest TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** The engine's file, its statements prepared once each. */
export class Database {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #isWriting = false;

  /** @param file - its path, or `:memory:` */
  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    // As the region's state (`state.ts`): safe against a killed process, not against a power cut.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec('PRAGMA busy_timeout = 2000; PRAGMA cache_size = -65536;');
    this.#database.exec(schema);
  }

  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Changes the shape of the tables. */
  execute(sql: string): void {
    // A statement on a table that is gone would be of another of that name.
    this.#statements.clear();
    this.#database.exec(sql);
  }

  /** Runs `work` as one transaction, which an error undoes; within another it is part of that. */
  atomically<T>(work: () => T): T {
    if (this.#isWriting) return work();
    this.prepare('BEGIN IMMEDIATE').run();
    this.#isWriting = true;
    try {
      const result = work();
      this.prepare('COMMIT').run();
      return result;
    } catch (error) {
      this.prepare('ROLLBACK').run();
      throw error;
    } finally {
      this.#isWriting = false;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}
