import { workLots } from '../enrolment/rows.store.ts';
import { enrolmentStore } from '../enrolment/store.ts';
import { type Moment, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { isTime, type RemainingTime, sideBySide } from '../runtime/job.ts';
import { describeError, log } from '../runtime/logger.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import { awake, standOf } from './breaker.rules.ts';
import { type AccountMessage, provisioningEnvironments } from './contract.ts';
import { poolsAt } from './pools.job.ts';
import { pressureStore } from './pressure.store.ts';
import { accountQueues } from './queues.adapter.ts';
import { countSeatsOfDay } from './seats.job.ts';
import { hoursOf, isFailing } from './standing.rules.ts';
import { type Standing, standingStore } from './standing.store.ts';
import { type Sweeping, sweepingBy, sweepOf, sweptUntil } from './sweep.rules.ts';
import { waitingAt } from './waiting.job.ts';

const environment = readEnvironment(provisioningEnvironments.sweep);
const enrolments = enrolmentStore(environment.ENROLMENT_TABLE);
const pressure = pressureStore(environment.PROVISIONING_TABLE);
const standings = standingStore(environment.PROVISIONING_TABLE);
const queues = accountQueues(environment.QUEUE_URL_PREFIX);
const pools = poolsAt(environment);
const waiting = waitingAt(environment);

/** Learners of a partition that are sent for side by side: a run brings back tens of thousands. */
const abreast = 8;

interface Counted {
  swept: number;
  unsent: number;
}

/**
 * Asks again for every account that has not become what it should be: messages can be lost with a stream's
 * bad batch or end in a dead-letter queue, rows cannot. Each row it sends for is due again later than before; what it
 * has no time for is due at its next run. Whoever was parked for a provider that was resumed is sent for at once.
 *
 * @throws {Error} some messages could not be sent, such as to a provider whose queue is gone
 */
export async function handler(_event: unknown, clock: RemainingTime): Promise<void> {
  const moment = now();
  const providers = region.providers.map(({ id }) => id);
  const standing = [...(await standings.readStanding(providers, hoursOf(moment)))];
  tell(standing, moment);
  const breakers = standing.map(([id, { breaker }]) => [id, breaker] as const);
  const sweeping = sweepingBy(breakers, moment);
  const counted: Counted = { swept: 0, unsent: 0 };
  const whole = await Promise.all(workLots.map((lot) => sweep(lot, sweeping, counted, clock)));
  if (whole.every(Boolean))
    for (const [providerId] of sweeping.woken)
      await pressure.changeBreaker(providerId, (seen) => awake(seen, moment));
  log.info('swept', { count: counted.swept });
  await waiting.count(moment, clock);
  await pools.lookAfter(clock);
  await countSeatsOfDay(environment.PROVISIONING_TABLE, moment, clock);
  const { unsent } = counted;
  if (unsent > 0) throw new Error(`${unsent} messages could not be sent; the log says why`);
}

/** Sweeps a partition; whether all of it. */
async function sweep(
  lot: string,
  sweeping: Sweeping,
  counted: Counted,
  clock: RemainingTime,
): Promise<boolean> {
  for await (const page of enrolments.listPending(lot, sweptUntil(sweeping))) {
    if (!isTime(clock)) return false;
    counted.unsent += await sideBySide(page, abreast, async (places) => {
      const swept = sweepOf(places, sweeping);
      if (swept === undefined) return 0;
      counted.swept += 1;
      const { learnerId, version } = places;
      const sent = swept.ask.map((providerId) => send({ learnerId, providerId, version }));
      const unsent = (await Promise.all(sent)).filter((done) => !done).length;
      // A row that changed meanwhile has been dispatched by its own stream, or is due again at the next sweep.
      await enrolments.keepPlaces(swept.next);
      return unsent;
    });
  }
  return true;
}

/** Sends for one learner's account; false where it cannot be sent, which stops nobody else's. */
async function send(message: AccountMessage): Promise<boolean> {
  try {
    await queues.send(message);
    return true;
  } catch (error) {
    const { learnerId, providerId } = message;
    log.error('message not sent', { learnerId, providerId, ...describeError(error) });
    return false;
  }
}

/**
 * What somebody on call should know of the providers. Measured also where all are asked and answer: an alarm goes by the
 * least of five minutes, and a minute of which nothing is written is none of them.
 */
function tell(standing: readonly (readonly [string, Standing])[], moment: Moment): void {
  const resting = standing.filter(([, { breaker }]) => standOf(breaker, moment) !== 'asks');
  const failing = standing.filter(([, { counted }]) => isFailing(counted));
  for (const [providerId, { breaker }] of resting)
    log.warn('provider is not asked', { providerId, code: standOf(breaker, moment) });
  for (const [providerId] of failing) log.warn('provider fails', { providerId });
  measure({ ProvidersResting: resting.length, ProvidersFailing: failing.length });
}
