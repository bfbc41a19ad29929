import { timestamp } from '../../regions/calendar.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { documentsEnvironments, ownerOf } from './contract.ts';
import { documentsStore, dueLots, type Versioned } from './store.ts';

const papers = documentsStore(readEnvironment(documentsEnvironments.expiry).DOCUMENTS_TABLE);

/**
 * Forgets every paper whose time is over; what it does not finish the next run does. In each of four partitions one
 * takes some 20 ms, so a run of 280 seconds forgets 50,000: those of an opening day (domain.md row 4) are gone in hours.
 *
 * @throws {Error} some could not be forgotten; the log says why
 */
export async function handler(_event: unknown, clock: RemainingTime): Promise<void> {
  const failures = await Promise.all(dueLots.map((lot) => workOff(lot, clock)));
  const failed = failures.reduce((sum, each) => sum + each, 0);
  if (failed > 0) throw new Error(`${failed} papers could not be forgotten; the log says why`);
}

/** One partition, page by page; how many of its papers could not be forgotten. */
async function workOff(lot: string, clock: RemainingTime): Promise<number> {
  let failed = 0;
  for await (const page of papers.listDue(lot, timestamp(now()))) {
    // One after the other: papers of one owner share the row that counts them.
    for (const seen of page) failed += await forget(seen);
    if (!isTime(clock)) break;
  }
  return failed;
}

/** 1 where it failed, which stops no other's. One that changed meanwhile is due again, or no longer. */
async function forget(seen: Versioned): Promise<number> {
  try {
    await papers.forget(seen);
    return 0;
  } catch (error) {
    log.error('not forgotten', { ...ownerOf(seen.paper), ...describeError(error) });
    return 1;
  }
}
