import { beforeEach, describe, expect, it } from 'vitest';
import { paused, resumed } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { isOld, waitingIn } from '../../functions/provisioning/waiting.rules.ts';
import { waitingStore } from '../../functions/provisioning/waiting.store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { ProviderId } from '../../regions/schema.ts';
import { place } from '../enrolment/places.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { at as moment } from '../runtime/village.ts';
import { provider } from './provider.ts';
import { long, mill, pending, row } from './rows.ts';
import { station } from './station.ts';

const takeLog = captureLog();
const service = provider();
const at = station(service);
const forge = ProviderId.parse('forge');
const waiting = waitingStore('provisioning');
const pressure = pressureStore('provisioning');
const counted = async () => (await waiting.read())?.providers[mill]?.learners;

beforeEach(() => void takeLog());

describe('given learners whose accounts are not as they should be', () => {
  it('then each counts once for each provider, since the choice or the end that waits for longest', () => {
    const earlier = '2025-06-01T00:00:00.000Z';
    const two = row({
      subject: { ...pending, chosenAt: long },
      reading: place('forge', { state: 'pending', chosenAt: earlier }),
    });
    const leaves = row({ subject: place('mill') }, { [mill]: earlier });
    const none = row({ subject: place('mill') });
    const both = waitingIn(waitingIn({}, [two, none]), [leaves]);
    expect(both).toEqual({
      [mill]: { learners: 2, since: earlier },
      [forge]: { learners: 1, since: earlier },
    });
  });

  it('then they are counted anew after five minutes', () => {
    const noon = moment('2025-07-01T12:00');
    expect(isOld(undefined, noon)).toBe(true);
    const count = { countedAt: noon.toString(), providers: {} };
    expect([4, 5].map((minutes) => isOld(count, noon.add({ minutes })))).toEqual([false, true]);
  });
});

describe('given a provider that nobody asks, so that its queue is empty', () => {
  it('when the sweep looks, then all who are parked are counted, and told each minute', async () => {
    await pressure.changeBreaker(mill, (seen) => paused(seen, undefined, now()));
    const learners = await Promise.all(Array.from({ length: 12 }, () => at().enter()));
    for (const learnerId of learners) await at().choose(learnerId, 'subject');
    while (at().queue.depth().available > 0) await at().deliver();
    await at().sweep();
    expect(at().queue.depth().available).toBe(0);
    expect(await counted()).toBe(12);
    const { chosenAt } = (await at().row(learners[0] ?? (await at().enter()))).places.subject ?? {};
    expect((await waiting.read())?.providers[mill]?.since).toBe(chosenAt);
    expect(takeLog()).toContain('"AccountsWaiting":12');
    at().wait(60);
    await at().sweep();
    expect(takeLog()).toContain('"AccountsWaiting":12');
  });

  it('when it is resumed and all have their accounts, then none waits at the next count', async () => {
    await pressure.changeBreaker(mill, (seen) => resumed(seen, now()));
    await at().sweep();
    await at().deliverAll();
    at().wait(300);
    takeLog();
    await at().sweep();
    expect(await counted()).toBeUndefined();
    expect(takeLog()).toContain('"AccountsWaiting":0');
  });
});
