import { timestamp } from '../../regions/calendar.ts';
import type { Places } from '../enrolment/contract.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { provisioningEnvironments } from './contract.ts';
import { accountQueues } from './queues.adapter.ts';
import { postponed, unsettledProviders } from './rules.ts';

const environment = readEnvironment(provisioningEnvironments.sweep);
const enrolments = enrolmentStore(environment.ENROLMENT_TABLE);
const queues = accountQueues(environment.QUEUE_URL_PREFIX);

/**
 * Asks again for every account that has not become what it should be: messages can be lost with a stream's
 * bad batch or end in a dead-letter queue, rows cannot. Each row it sends for is due again later than before.
 *
 * @throws {Error} some messages could not be sent, such as to a provider whose queue is gone
 */
export async function handler(): Promise<void> {
  const moment = now();
  const due = await enrolments.listPending(timestamp(moment));
  let unsent = 0;
  for (const places of due) {
    unsent += await ask(places);
    // A row that changed meanwhile has been dispatched by its own stream, or is due again at the next sweep.
    await enrolments.keepPlaces(postponed(places, moment));
  }
  log.info('swept', { count: due.length });
  if (unsent > 0) throw new Error(`${unsent} messages could not be sent; the log says why`);
}

/** Sends for one learner's accounts; the number of messages that could not be sent, which stop no other's. */
async function ask(places: Places): Promise<number> {
  const { learnerId, version } = places;
  const sending = unsettledProviders(places).map(async (providerId) => {
    try {
      await queues.send({ learnerId, providerId, version });
      return 0;
    } catch (error) {
      log.error('message not sent', { learnerId, providerId, ...describeError(error) });
      return 1;
    }
  });
  return (await Promise.all(sending)).reduce<number>((sum, failed) => sum + failed, 0);
}
