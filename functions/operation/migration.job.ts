import { type Moment, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import { log } from '../runtime/logger.ts';
import {
  type MigratedTable,
  MigrationCall,
  type MigrationProgress,
  operationEnvironments,
} from './contract.ts';
import type { Migration } from './migration.rules.ts';
import { migrations, nextMigration } from './migrations.rules.ts';
import { migratedRows, type Page } from './row.store.ts';
import { type Cursor, type Hold, type Standing, standingStore } from './standing.store.ts';

const environment = readEnvironment(operationEnvironments.migration);
const store = standingStore(environment.OPERATION_TABLE);
const tables: Readonly<Record<MigratedTable, string>> = {
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
  provisioning: environment.PROVISIONING_TABLE,
  mentoring: environment.MENTORING_TABLE,
};

/**
 * Rows of one part of the table that are written side by side. A transaction takes some 10 ms, so a part makes at most
 * 200 a second, of 2 write units in the partition that it reads: two fifths of the 1,000 that a partition takes, where
 * the parts are in partitions of their own. The learners who are there meanwhile have the rest.
 */
const abreast = 2;

/** Milliseconds that are kept of a run for the pages that it is at: 500 rows, all of which may have to be written. */
const kept = 20_000;

/** What Lambda tells of an invocation. */
interface Invocation extends RemainingTime {
  readonly awsRequestId: string;
}

/**
 * Brings what earlier releases wrote to the shape of this one, while learners go on: the next pages of the first
 * migration that is not done, until its time runs low. Whoever deploys invokes it until it is done; nothing else runs
 * it, so that a deployment that is rolled back has changed no row.
 *
 * Each round of pages is written before it is noted, and what is written again changes nothing: whatever line a run ends
 * at, the next goes on from what was noted. Rows that a run changed and did not note are not counted.
 *
 * @throws {RowBusy} a row changed whenever it was about to be written; the next run goes on
 * @throws {ZodError} it was invoked with something else than a `MigrationCall`
 */
export async function handler(event: unknown, clock: Invocation): Promise<MigrationProgress> {
  const { migrate } = MigrationCall.parse(event);
  const standings = await store.list();
  const migration = nextMigration(standings);
  if (migration === undefined) return told(migrations.at(-1), standings, { done: true });
  if (!migrate) return told(migration, standings, {});
  const hold = { id: migration.id, holder: clock.awsRequestId };
  const standing = await store.take(hold, now(), heldUntil(clock));
  if (standing === undefined) return told(migration, standings, { busy: true });
  try {
    const reached = await run(migration, standing, hold, clock);
    const after = [reached, ...standings.filter(({ id }) => id !== migration.id)];
    log.info('migrated', { code: migration.id, count: reached.changed - standing.changed });
    return told(migration, after, { done: nextMigration(after) === undefined });
  } finally {
    await store.release(hold);
  }
}

/** The end of this run, at which Lambda will have stopped whatever it is still at. */
function heldUntil(clock: Invocation): Moment {
  return now().add({ milliseconds: clock.getRemainingTimeInMillis() + 1_000 });
}

/** Round after round, a page of each part side by side. */
async function run(
  migration: Migration,
  from: Standing,
  hold: Hold,
  clock: Invocation,
): Promise<Standing> {
  const rows = migratedRows(tables[migration.table], migration);
  let standing = from;
  do {
    const pages = await Promise.all(
      standing.cursors.map(async (cursor, segment) => {
        const page = await rows.page(segment, standing.cursors.length, cursor);
        const count = await sideBySide(page.rows, abreast, async (row) =>
          (await rows.correct(row)) ? 1 : 0,
        );
        return { page, count };
      }),
    );
    standing = reachedBy(standing, pages);
    // First: a migration that is done is never taken up again.
    if (standing.state === 'done') await rows.end();
    // Another has taken it: this run took longer than it may, and whoever has it goes on from what was noted.
    if (!(await store.save(hold, standing, now())).done) return from;
  } while (standing.state === 'running' && isTime(clock, kept));
  return standing;
}

/** A standing after a round. */
function reachedBy(
  standing: Standing,
  round: readonly { readonly page: Page; readonly count: number }[],
): Standing {
  const cursors: Cursor[] = round.map(({ page }) => page.next);
  return {
    ...standing,
    cursors,
    state: cursors.every((cursor) => cursor === 'end') ? 'done' : 'running',
    seen: round.reduce((sum, { page }) => sum + page.seen, standing.seen),
    changed: round.reduce((sum, { count }) => sum + count, standing.changed),
  };
}

function told(
  migration: Migration | undefined,
  standings: readonly Standing[],
  state: { readonly done?: boolean; readonly busy?: boolean },
): MigrationProgress {
  const { seen = 0, changed = 0 } = standings.find(({ id }) => id === migration?.id) ?? {};
  const named = migration === undefined ? {} : { migration: migration.id };
  return { done: false, busy: false, ...state, ...named, seen, changed };
}
