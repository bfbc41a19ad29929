import { beforeEach, describe, expect, it } from 'vitest';
import { resumed } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);
const pressure = pressureStore('provisioning');
const providerId = ProviderId.parse('mill');
const resume = () => pressure.changeBreaker(providerId, (seen) => resumed(seen, now()));

beforeEach(async () => {
  at().cloud.secrets.putEntry('providers', 'mill', mill().secret);
  await resume();
});

const asked = () => mill().received('POST');
async function chosen() {
  const learnerId = await at().enter();
  await at().choose(learnerId, 'subject');
  await at().deliver();
  return learnerId;
}
const stateOf = async (learnerId: Awaited<ReturnType<typeof chosen>>) =>
  (await at().row(learnerId)).places.subject?.state;

/** At which of these seconds from now sweep and worker ask the provider first. */
async function firstAskedAt(...seconds: readonly number[]) {
  const before = await asked();
  let passed = 0;
  for (const second of seconds) {
    at().wait(second - passed);
    passed = second;
    await at().sweep();
    await at().deliver();
    if ((await asked()) > before) return second;
  }
  return undefined;
}

describe('edge case 20: given a provider that said to one when to come back', () => {
  it.each([
    [429, 150],
    [503, 150],
    [503, 'a date'],
  ] as const)(
    'when it said so with %i and %s, then nobody asks it before',
    async (status, form) => {
      const date = new Date(Date.now() + 150_000).toUTCString();
      const retryAfter = form === 'a date' ? date : form;
      await mill().fault({ kind: 'status', status, retryAfter, times: 1 });
      const first = await chosen();
      const before = await asked();
      const second = await chosen();
      expect(await asked()).toBe(before);
      expect(await firstAskedAt(60, 140, 151)).toBe(151);
      expect([await stateOf(first), await stateOf(second)]).toEqual(['active', 'active']);
    },
  );

  it('then whoever is answered meanwhile, having asked before, changes nothing of it', async () => {
    await mill().fault({ kind: 'status', status: 503, retryAfter: 150, times: 1 });
    for (const _ of [1, 2]) await at().choose(await at().enter(), 'subject');
    await at().deliver();
    const before = await asked();
    await chosen();
    expect(await asked()).toBe(before);
    await firstAskedAt(151);
  });
});

describe('edge case 24: given a provider that fails at one account, and says when to come back', () => {
  it.each([500, 502, 403])('%i: then it holds up that account and nobody else', async (status) => {
    await mill().fault({ kind: 'status', status, retryAfter: 150, times: 1 });
    const poison = await chosen();
    const other = await chosen();
    expect(await stateOf(other)).toBe('active');
    expect(await stateOf(poison)).toBe('pending');
    at().wait(140);
    expect(await at().queue.receive()).toEqual([]);
    at().wait(11);
    await at().deliver();
    expect(await stateOf(poison)).toBe('active');
  });
});

describe('given a provider that says a time as if it were seconds, or one far away', () => {
  const odd = [1_772_416_889, 86_400, Number.MAX_SAFE_INTEGER, 'Fri, 01 Jan 2083 00:00:00 GMT'];

  it.each(odd)('%s: then it is asked again after half an hour', async (retryAfter) => {
    await mill().fault({ kind: 'status', status: 429, retryAfter, times: 1 });
    const first = await chosen();
    const second = await chosen();
    expect(await firstAskedAt(900, 1_790, 1_801)).toBe(1_801);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['active', 'active']);
    expect(at().queue.depth()).toMatchObject({ available: 0, inFlight: 0 });
  });

  it('then an operator who resumes it has whoever waits asked for at once', async () => {
    await mill().fault({ kind: 'status', status: 429, retryAfter: 86_400, times: 1 });
    await chosen();
    const waiting = await chosen();
    expect(await resume()).toMatchObject({ kind: 'changed' });
    await at().sweep();
    await at().deliver();
    expect(await stateOf(waiting)).toBe('active');
    await firstAskedAt(1_801);
  });
});
