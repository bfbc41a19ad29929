import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Raised with each change of the tables below, which `changes` make in files of layouts before. */
const layout = 3;

const wishes = `
  CREATE TABLE message (
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    wish TEXT NOT NULL,
    PRIMARY KEY (provider, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE wish (
    provider TEXT NOT NULL,
    account_id TEXT NOT NULL,
    fence INTEGER NOT NULL,
    wanted TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (provider, account_id)
  ) STRICT, WITHOUT ROWID;
`;

const tables = `
  CREATE TABLE account (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    user_key TEXT NOT NULL,
    external_id TEXT,
    document TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    UNIQUE (provider, id),
    UNIQUE (provider, user_key)
  ) STRICT;
  CREATE INDEX account_by_external_id ON account (provider, external_id);
  CREATE TABLE person (
    name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    groups TEXT NOT NULL,
    income_band TEXT,
    PRIMARY KEY (name, birth_date)
  ) STRICT, WITHOUT ROWID;
  ${wishes}
`;

/** What leads from the layout of this number to the next: 1 had no income, 2 no webhooks. */
const changes = ['', 'ALTER TABLE person ADD COLUMN income_band TEXT;', wishes];

/**
 * Opens what the providers and the registry remember. A write that has returned survives SIGKILL of this
 * process.
 *
 * @param directory - where `world.db` is kept, made if missing; undefined keeps all in memory
 * @throws Error when the file is from another version of this program
 */
export function openDatabase(directory: string | undefined): DatabaseSync {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const file = directory === undefined ? ':memory:' : join(directory, 'world.db');
  const database = new DatabaseSync(file);
  try {
    // A commit reaches the operating system but not the disk: safe against a killed process, which is
    // what a simulated provider meets; not against a power cut.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA busy_timeout = 2000');
    prepareTables(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareTables(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE');
  const row = database.prepare('PRAGMA user_version').get();
  const { user_version: found } = z.object({ user_version: z.int() }).parse(row);
  if (found > layout) {
    throw new Error(
      `${file} has layout ${found}, this program has ${layout}: delete the file or choose another directory`,
    );
  }
  if (found !== layout) {
    const change = found === 0 ? tables : changes.slice(found).join('');
    database.exec(`${change} PRAGMA user_version = ${layout}`);
  }
  database.exec('COMMIT');
}

/** All that `work` writes is kept, or nothing is. */
export function atomically<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done = work();
    database.exec('COMMIT');
    return done;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
