import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A data directory that another local region is using. */
export class DataInUse extends Error {
  override readonly name = 'DataInUse';
  readonly code = 'data-in-use';
}

/** What is locked; a database that nobody refers to any more is closed, and its lock is gone with it. */
const locked = new Set<DatabaseSync>();

/**
 * Makes this process the only one that writes to a data directory. The lock is the operating system's
 * (held through SQLite), so that it goes with the process however that ends; nothing stale is left to
 * clean up after SIGKILL.
 * @param directory - exists
 * @returns gives the directory free
 * @throws DataInUse when another process has it, naming that process
 */
export function lockData(directory: string): () => void {
  const database = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
    database.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL) STRICT');
    database.exec(`DELETE FROM holder; INSERT INTO holder (pid) VALUES (${process.pid}); COMMIT`);
    // A transaction that is never committed: others can read who holds it, but not begin their own.
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const refusal = isBusy(error) ? inUse(directory, database) : error;
    database.close();
    throw refusal;
  }
  locked.add(database);
  return () => {
    locked.delete(database);
    database.close();
  };
}

function inUse(directory: string, database: DatabaseSync): DataInUse {
  return new DataInUse(
    `the data directory ${directory} is in use by another local region (${holder(database)}); ` +
      'stop that one, or choose another directory with --data',
  );
}

function holder(database: DatabaseSync): string {
  try {
    return `process ${database.prepare('SELECT pid FROM holder').get()?.['pid']}`;
  } catch {
    // It is just writing its name down. That it has the lock is all that matters.
    return 'which is only just starting';
  }
}

/** SQLITE_BUSY (5): somebody else has the write lock. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}
