import type { ProviderId } from '../../regions/schema.ts';
import { accountIdOf } from '../enrolment/contract.ts';
import type { Moment } from '../runtime/clock.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { type AccountLot, accountLots, accountStore } from './account.store.ts';
import { seatCountStore } from './seat-count.store.ts';
import { dayToCount, monthIn } from './seats.rules.ts';
import { seatsStore } from './seats.store.ts';

/** Accounts that are read at once. */
const pageSize = 500;
/** Milliseconds for which a run counts at most, so that the next sweep is no later for it. */
const longest = 15_000;

/**
 * Once a day, provider by provider: whoever is still active uses a seat of the present month. What a run leaves is the
 * next one's, which goes on with the provider that is not done; what is counted already is read and left.
 *
 * Capacity: for each account and day half a read unit for 4 KB, some ten accounts; in a month's first count the writes of
 * `seat-count.store.ts`; on the other days none for those who stay.
 *
 * @param table - the provisioning table's name
 */
export async function countSeatsOfDay(
  table: string,
  moment: Moment,
  clock: RemainingTime,
): Promise<void> {
  const seats = seatsStore(table);
  const day = dayToCount(region, moment);
  const before = await seats.readCount();
  if (before?.wholeDay !== undefined && before.wholeDay >= day) return;
  const done = new Set(before?.day === day ? before.done : []);
  const kept = Math.max(clock.getRemainingTimeInMillis() - longest, 0);
  const hasTime = () => isTime(clock) && isTime(clock, kept);
  for (const { id } of region.providers) {
    if (done.has(id)) continue;
    if (!(await countProvider(table, id, moment, hasTime))) return;
    done.add(id);
    await seats.keepCount({ day, done: [...done], wholeDay: before?.wholeDay });
  }
  await seats.keepCount({ day, done: [...done], wholeDay: day });
  log.info('seats counted', { count: done.size });
}

/** @returns false where there was no time for all of its accounts */
async function countProvider(
  table: string,
  providerId: ProviderId,
  moment: Moment,
  hasTime: () => boolean,
): Promise<boolean> {
  const accounts = accountStore(table);
  const counts = seatCountStore(table);
  const month = monthIn(region, moment);
  /** @returns 1 where there was no time for all of the lot */
  async function countLot(lot: AccountLot): Promise<number> {
    let after: Parameters<typeof accounts.listAccounts>[2]['after'];
    for (;;) {
      if (!hasTime()) return 1;
      const page = await accounts.listAccounts(providerId, lot, { limit: pageSize, after });
      await counts.countAll(providerId, lot, page, month);
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return 0;
      after = accountIdOf(last.learnerId, last.providerId);
    }
  }
  return (await sideBySide(accountLots, accountLots.length, countLot)) === 0;
}
