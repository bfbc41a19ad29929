import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What is held; a database that nobody refers to any more is closed, and its lock is gone with it. */
const held = new Set<DatabaseSync>();

/** Has a directory ready to be held; before others see it. */
export function makeHoldable(directory: string): void {
  writeFileSync(lockOf(directory), '');
}

/**
 * Keeps a directory from {@link removeUnlessHeld}, until it is given free or this process ends. As many as like hold
 * it. The lock is the operating system's (held through SQLite), so that nothing stale is left after SIGKILL.
 *
 * @returns gives it free; undefined when the directory is not there, or is just being taken away
 */
export function hold(directory: string): (() => void) | undefined {
  const before = identityOf(directory);
  if (before === undefined) return undefined;
  const database = new DatabaseSync(lockOf(directory));
  const locked = succeeds(() => database.exec('BEGIN; SELECT * FROM sqlite_master'));
  // Another may stand in the place of the one that was opened.
  if (!locked || identityOf(directory) !== before) {
    database.close();
    return undefined;
  }
  held.add(database);
  return () => {
    held.delete(database);
    database.close();
  };
}

/** Takes a directory away unless somebody holds it. */
export function removeUnlessHeld(directory: string): void {
  if (identityOf(directory) === undefined) {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    return;
  }
  const database = new DatabaseSync(lockOf(directory));
  const going = `${directory}.${randomUUID()}`;
  const free = succeeds(() => database.exec('BEGIN EXCLUSIVE'));
  if (free) renameSync(directory, going);
  database.close();
  if (free) rmSync(going, { recursive: true, force: true, maxRetries: 3 });
}

function lockOf(directory: string): string {
  return join(directory, 'lease.sqlite');
}

function identityOf(directory: string): number | undefined {
  return statSync(lockOf(directory), { throwIfNoEntry: false })?.ino;
}

/** SQLITE_BUSY (5): others have the lock; SQLITE_CANTOPEN (14): the directory has just gone. */
function succeeds(lock: () => void): boolean {
  try {
    lock();
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && [5, 14].includes(Number(error.errcode)))
      return false;
    throw error;
  }
}
