import type { ProviderId } from '../../regions/schema.ts';
import { placesStore } from '../enrolment/places.store.ts';
import { isTime, type RemainingTime } from '../runtime/job.ts';
import { log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import { openStore } from './open.store.ts';
import { poolStore } from './pool.store.ts';
import { accountQueues } from './queues.adapter.ts';
import { type KeptTask, taskStore } from './task.store.ts';
import { isLow } from './voucher.rules.ts';

/** Learners who are asked for again at once; the others at the next sweep. */
const mostAsked = 500;
/** Of these so many side by side. */
const pageLength = 25;

export interface PoolsEnvironment {
  readonly PROVISIONING_TABLE: string;
  readonly ENROLMENT_TABLE: string;
  readonly QUEUE_URL_PREFIX: string;
}

/** Those who found a pool dry, and how much is left in each. */
export function poolsAt({
  PROVISIONING_TABLE,
  ENROLMENT_TABLE,
  QUEUE_URL_PREFIX,
}: PoolsEnvironment) {
  const tasks = taskStore(PROVISIONING_TABLE);
  const open = openStore(PROVISIONING_TABLE);
  const pools = poolStore(PROVISIONING_TABLE);
  const enrolments = placesStore(ENROLMENT_TABLE);
  const queues = accountQueues(QUEUE_URL_PREFIX);

  /**
   * Has a provider's pool asked again for those who wait for a code, those first who have found it dry for longest. That is
   * no line: whoever chooses meanwhile may be quicker, and who then finds it dry again waits from then on. A crash leaves who
   * was asked for to the sweep of what stays pending, and the others to the next call.
   *
   * @param free - codes that there are: nobody else is asked for in vain
   */
  async function serveWaiting(providerId: ProviderId, free: number): Promise<void> {
    const most = Math.min(free, mostAsked);
    let asked = 0;
    let after: KeptTask | undefined;
    while (asked < most) {
      const page = await tasks.listTasks(providerId, { limit: pageLength, after });
      const dry = page.filter(isDry).slice(0, most - asked);
      const done = await Promise.all(dry.map(askAgain));
      asked += done.filter(Boolean).length;
      if (page.length < pageLength) break;
      after = page.at(-1);
    }
    if (asked > 0) log.info('waiting accounts asked again', { providerId, count: asked });
  }

  async function askAgain(task: KeptTask): Promise<boolean> {
    if (!(await open.askAgain(task))) return false;
    const { learnerId, providerId, fence } = task;
    const { version } = await enrolments.readPlaces(learnerId);
    await queues.send({ learnerId, providerId, version }, `again-${fence}`);
    return true;
  }

  /** Looks after every pool: gives what is left to those who wait, if there is time, and counts the pools that run low. */
  async function lookAfter(clock: RemainingTime): Promise<void> {
    let low = 0;
    for (const provider of region.providers) {
      if (provider.kind !== 'voucher') continue;
      const { id: providerId, voucher } = provider;
      const free = await pools.countFree(providerId, Math.max(voucher.lowWater + 1, mostAsked));
      if (isLow(free, voucher)) {
        low += 1;
        log.warn('pool runs low', { providerId, count: free });
      }
      if (isTime(clock)) await serveWaiting(providerId, free);
    }
    measure({ VouchersLow: low });
  }

  return { serveWaiting, lookAfter };
}

function isDry({ reason }: KeptTask): boolean {
  return reason === 'pool-dry';
}
