import { timestamp } from '../../regions/calendar.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { again } from './again.job.ts';
import { Again, type DeletionId, privacyEnvironments, Tick } from './contract.ts';
import { deletions, workOff } from './deletion.job.ts';
import { isOverdue } from './deletion.rules.ts';
import { forgetOld } from './retention.job.ts';
import { dueLots } from './store.ts';

const { SERVING } = readEnvironment(privacyEnvironments.due);

/** Hours in which each deletion that waits is looked at again (`dueOf`). */
const allDueWithin = 1;

/** Milliseconds that are kept of a run for the deletion that it is at, which waits for each keeper in turn. */
const keptOfRun = 100_000;

/**
 * Goes on with the deletions that wait, or whose run died; then forgets what has been kept for as long as the region file
 * says, and counts those that wait for too long. What it does not finish the next run does.
 *
 * Invoked with an entry of a ledger, and so by whoever restores a copy, it deletes that learner again with the same steps and
 * without a mail (edge case 37), and answers how far it came: done, or it waits (of an entry: for a report that came after
 * it) and the next runs go on. While the region is closed that is all it does: its schedule would work on tables that are
 * being loaded.
 *
 * @throws {z.ZodError} the event is neither the schedule's nor an entry: nothing was done
 * @throws {Error} some could not be worked off; the log says why
 */
export async function handler(event: unknown, clock: RemainingTime) {
  if (!Tick.safeParse(event).success) return again(Again.parse(event));
  if (SERVING === 'no') return { state: 'closed' as const };
  const moment = timestamp(now());
  let [count, failed] = [0, 0];
  for (const lot of dueLots) {
    for await (const page of deletions.listDue(lot, moment)) {
      for (const { deletionId } of page) {
        if (!isTime(clock, keptOfRun)) break;
        failed += await counted(deletionId);
        count += 1;
      }
    }
  }
  log.info('deletions looked at', { count });
  measure({ DeletionsOverdue: await countOverdue() });
  failed += await forgetOld(clock);
  if (failed > 0)
    throw new Error(`${failed} deletions or lists could not be worked off; see the log`);
  return { state: 'done' as const };
}

/** Deletions that somebody has to look at, of all that are under way: each is due within the next hour. */
async function countOverdue(): Promise<number> {
  const moment = now();
  const last = timestamp(moment.add({ hours: allDueWithin }));
  let count = 0;
  for (const lot of dueLots) {
    for await (const page of deletions.listDue(lot, last)) {
      count += page.filter((one) => isOverdue(one, moment)).length;
    }
  }
  return count;
}

/** 1 where it failed, which stops no other's. */
async function counted(deletionId: DeletionId): Promise<number> {
  try {
    await workOff(deletionId);
    return 0;
  } catch (error) {
    log.error('deletion stays due', describeError(error));
    return 1;
  }
}
