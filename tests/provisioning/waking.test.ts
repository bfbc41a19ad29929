import { beforeEach, describe, expect, it } from 'vitest';
import { paused, resumed } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { hoursOf } from '../../functions/provisioning/standing.rules.ts';
import { standingStore } from '../../functions/provisioning/standing.store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

const takeLog = captureLog();
const mill = provider();
const at = station(mill);
const pressure = pressureStore('provisioning');
const standings = standingStore('provisioning');
const providerId = ProviderId.parse('mill');

const pause = () => pressure.changeBreaker(providerId, (seen) => paused(seen, undefined, now()));
const resume = () => pressure.changeBreaker(providerId, (seen) => resumed(seen, now()));
const stateOf = async (learnerId: Awaited<ReturnType<ReturnType<typeof at>['enter']>>) =>
  (await at().row(learnerId)).places.subject?.state;

/** Learners who chose while the provider was paused. */
async function parked(count: number) {
  await pause();
  const learners = await Promise.all(Array.from({ length: count }, () => at().enter()));
  for (const learnerId of learners) await at().choose(learnerId, 'subject');
  while (at().queue.depth().available > 0) await at().deliver();
  return learners;
}

beforeEach(async () => {
  await mill().recover();
  takeLog();
});

describe('given a provider that an operator has paused', () => {
  it('nobody asks it, and whoever chose waits at no queue', async () => {
    const before = await mill().received('POST');
    const [learnerId] = await parked(1);
    if (learnerId === undefined) throw new Error('nobody chose');
    at().wait(120);
    await at().sweep();
    expect(at().queue.depth()).toMatchObject({ available: 0, inFlight: 0 });
    expect(await mill().received('POST')).toBe(before);
    const told = takeLog();
    expect(told).toMatch(/"provider is not asked".*"code":"paused"/);
    expect(told).toContain('"ProvidersResting":1');
    await resume();
    await at().sweep();
    await at().deliverAll();
    expect(await stateOf(learnerId)).toBe('active');
  });

  it('when it is resumed, then the next sweep sends for each who was parked, once', async () => {
    const learners = await parked(30);
    at().wait(60);
    await resume();
    await at().sweep();
    expect(at().queue.depth().available).toBe(30);
    await at().sweep();
    expect(at().queue.depth().available, 'nobody is sent for twice').toBe(30);
    await at().deliverAll();
    expect(new Set(await Promise.all(learners.map(stateOf)))).toEqual(new Set(['active']));
  });

  it('then whoever is parked by a worker that read the breaker before is sent for as well', async () => {
    const [learnerId] = await parked(1);
    if (learnerId === undefined) throw new Error('nobody chose');
    const late = { ...(await at().row(learnerId)) };
    await resume();
    await at().sweep();
    await at().deliverAll();
    const second = await at().enter();
    // As it is left by a worker that was slow: due when a pause is looked at again.
    await at().choose(second, 'subject');
    for (const record of await at().queue.receive())
      await at().queue.deliver(async () => ({ batchItemFailures: [] }), [record]);
    const { enrolmentStore } = await import('../../functions/enrolment/store.ts');
    const store = enrolmentStore('enrolment');
    await store.keepPlaces({ ...(await at().row(second)), sweepDue: late.sweepDue });
    await at().sweep();
    await at().deliverAll();
    expect(await stateOf(second)).toBe('active');
  });

  it('then the breaker forgets that it was resumed once no worker can be late', async () => {
    await pause();
    await resume();
    await at().sweep();
    expect(await pressure.readBreaker(providerId)).toHaveProperty('wokenAt');
    at().wait(61);
    await at().sweep();
    expect(await pressure.readBreaker(providerId)).not.toHaveProperty('wokenAt');
  });
});

describe('given how a provider answered', () => {
  it('it is counted once for a whole batch, in the hour', async () => {
    at().wait(7_200);
    const updates = at().cloud.asked('UpdateItem');
    for (let learner = 0; learner < 9; learner += 1) {
      const learnerId = await at().enter();
      await at().choose(learnerId, 'subject');
    }
    await mill().fault({ kind: 'status', status: 503, times: 1 });
    await at().deliver();
    expect(at().cloud.asked('UpdateItem') - updates).toBe(1);
    const seen = (await standings.readStanding([providerId], hoursOf(now()))).get(providerId);
    expect(seen?.counted).toEqual([{ asked: 9, answered: 8, failed: 1 }]);
    await at().deliverAll();
  });

  it('when it cannot be counted, then what was handled stays handled', async () => {
    const learnerId = await at().enter();
    await at().choose(learnerId, 'subject');
    at().cloud.disturb(async (operation) =>
      operation === 'UpdateItem'
        ? { reply: { status: 400, body: JSON.stringify({ __type: 'ValidationException' }) } }
        : undefined,
    );
    expect(await at().deliver()).toBe(0);
    at().cloud.disturb(undefined);
    expect(await stateOf(learnerId)).toBe('active');
    expect(takeLog()).toContain('not done afterwards');
  });
});
