import { timestamp } from '../../regions/calendar.ts';
import { workLots } from '../enrolment/rows.store.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import type { Moment } from '../runtime/clock.ts';
import { isTime, type RemainingTime } from '../runtime/job.ts';
import { log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import type { WaitingFor } from './waiting.contract.ts';
import { isOld, mostWaiting, waitingIn } from './waiting.rules.ts';
import { waitingStore } from './waiting.store.ts';

/** After every moment that a row can name. */
const always = '9999';

/** Counts who waits for a provider: whoever is parked is in no queue, so that no queue's depth tells. */
export function waitingAt(tables: {
  readonly ENROLMENT_TABLE: string;
  readonly PROVISIONING_TABLE: string;
}) {
  const enrolments = enrolmentStore(tables.ENROLMENT_TABLE);
  const waiting = waitingStore(tables.PROVISIONING_TABLE);

  /**
   * Counts anew where the last count is old, and tells how many wait, each minute. A count for which there is no time is
   * the next run's, and the last one stands: it says when it was. Capacity, each five minutes: half a read unit for 4 KB,
   * some eight learners who wait: about 2,200 read units for 35,000 of them.
   */
  async function count(moment: Moment, clock: RemainingTime): Promise<void> {
    const last = await waiting.read();
    const providers = isOld(last, moment) ? await countAll(clock) : undefined;
    if (providers !== undefined) await waiting.keep({ countedAt: timestamp(moment), providers });
    else if (isOld(last, moment)) log.warn('no time to count who waits');
    const known = providers ?? last?.providers;
    if (known !== undefined) measure({ AccountsWaiting: mostWaiting(known) });
  }

  /** @returns undefined where there was no time for all */
  async function countAll(clock: RemainingTime): Promise<WaitingFor | undefined> {
    let sum: WaitingFor = {};
    const countLot = async (lot: string) => {
      for await (const page of enrolments.listPending(lot, always)) {
        if (!isTime(clock)) return false;
        sum = waitingIn(sum, page);
      }
      return true;
    };
    return (await Promise.all(workLots.map(countLot))).every(Boolean) ? sum : undefined;
  }

  return { count };
}
