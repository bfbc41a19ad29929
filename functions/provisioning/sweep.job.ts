import { timestamp } from '../../regions/calendar.ts';
import type { ProviderId } from '../../regions/schema.ts';
import type { Places } from '../enrolment/contract.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { leaveToAsk } from './breaker.rules.ts';
import { provisioningEnvironments } from './contract.ts';
import { pressureStore } from './pressure.store.ts';
import { accountQueues } from './queues.adapter.ts';
import { postponed, unsettledProviders } from './rules.ts';

const environment = readEnvironment(provisioningEnvironments.sweep);
const enrolments = enrolmentStore(environment.ENROLMENT_TABLE);
const pressure = pressureStore(environment.PROVISIONING_TABLE);
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
  const resting = await restsOf(due.flatMap(unsettledProviders));
  let unsent = 0;
  for (const places of due) {
    const unsettled = unsettledProviders(places);
    const awake = unsettled.filter((providerId) => !resting.has(providerId));
    unsent += await ask(places, awake);
    // A row that changed meanwhile has been dispatched by its own stream, or is due again at the next sweep.
    const untils = unsettled.flatMap((providerId) => resting.get(providerId) ?? []);
    await enrolments.keepPlaces(postponed(places, moment, untils));
  }
  log.info('swept', { count: due.length });
  if (unsent > 0) throw new Error(`${unsent} messages could not be sent; the log says why`);
}

/** Which of these providers nobody asks at the moment, and until when. */
async function restsOf(providers: readonly ProviderId[]): Promise<ReadonlyMap<ProviderId, string>> {
  const rests = [...new Set(providers)].map(async (providerId) => {
    const leave = leaveToAsk(await pressure.readBreaker(providerId), now());
    return leave.kind === 'parked' ? [[providerId, leave.until] as const] : [];
  });
  return new Map((await Promise.all(rests)).flat());
}

/** Sends for one learner's accounts; the number of messages that could not be sent, which stop no other's. */
async function ask(places: Places, providers: readonly ProviderId[]): Promise<number> {
  const { learnerId, version } = places;
  const sending = providers.map(async (providerId) => {
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
