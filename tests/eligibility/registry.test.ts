import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { openWorld, type World } from '../../world/world.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { captureLog } from '../runtime/log-lines.ts';

import { ask, key, known, later, person } from './registries.ts';

const takeLog = captureLog();

let cloud: Cloud;
let world: World;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud();
  world = await openWorld({ providers: [], registry: { key } });
  cloud.secrets.put('registry', world.registry);
});
afterEach(async () => {
  await control('DELETE', 'faults');
  // Whatever the breaker has seen is forgotten with the next answer after its rest.
  later(61);
  await ask();
});
afterAll(async () => {
  await world.close();
  await cloud.close();
  vi.useRealTimers();
});

async function control(method: string, path: string, body?: object) {
  await fetch(`${world.url}/control/registry/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

/** Questions that the registry has received. */
async function asked(): Promise<number> {
  const response = await fetch(`${world.url}/control/registry/requests`);
  const { received } = z
    .object({ received: z.record(z.string(), z.int()) })
    .parse(await response.json());
  return received['POST'] ?? 0;
}

describe('given a registry that answers', () => {
  it.each([
    ['someone of one group', known, ['low-income']],
    ['someone of several groups', person('윤새벽', '2012-11-02'), ['low-income', 'single-parent']],
    ['someone of no group', person('마한결', '2009-12-01'), []],
    ['someone born on 29 February', person('솔', '2008-02-29'), ['low-income']],
    [
      'edge 6: a name written in NFD',
      person('한가온'.normalize('NFD'), '2009-03-14'),
      ['low-income'],
    ],
    ['edge 5: one of twins', person('남하늘', '2010-07-07'), ['low-income']],
  ])('confirms %s', async (_who, profile, groups) => {
    expect(await ask(profile)).toMatchObject({ kind: 'confirmed', groups });
  });

  it.each([
    ['nobody of this name', person('김하늘', '2009-03-14')],
    ['somebody of this name, born on another day', person('한가온', '2009-03-15')],
  ])('knows %s', async (_who, profile) => {
    expect(await ask(profile)).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['is on record', known, { incomeBand: 'near-poverty' }],
    ['is not', person('도라온', '2015-02-28'), {}],
  ])('tells the income band of a household whose income %s', async (_whose, profile, income) => {
    const groups = ['low-income'];
    expect(await ask(profile)).toEqual({ kind: 'confirmed', groups, ...income });
  });

  it('with groups that the region has never heard of, hands them on', async () => {
    await control('PUT', 'people', {
      people: [{ name: '오새벽', birthDate: '2010-01-01', groups: ['veterans', 'low-income'] }],
    });
    expect(await ask(person('오새벽', '2010-01-01'))).toMatchObject({
      groups: ['veterans', 'low-income'],
    });
  });
});

describe('given a registry that does not help, nobody is rejected', () => {
  it.each([
    ['is down', { kind: 'down' }, 2],
    ['loses its answer', { kind: 'lose-answer' }, 2],
    ['fails', { kind: 'status', status: 500 }, 2],
    ['is too busy', { kind: 'status', status: 429, retryAfter: 7 }, 2],
    ['refuses the question', { kind: 'reject' }, 1],
    ['is not there', { kind: 'status', status: 404 }, 1],
    ['takes longer than a learner can wait', { kind: 'slow', ms: 2_500 }, 1],
  ])('%s', async (_what, fault, questions) => {
    await control('POST', 'faults', fault);
    const [before, began] = [await asked(), performance.now()];
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect((await asked()) - before).toBe(questions);
    expect(performance.now() - began).toBeLessThan(2_400);
  });

  it.each([
    ['loses its answer', { kind: 'lose-answer' }],
    ['fails', { kind: 'status', status: 503 }],
    ['is too busy', { kind: 'status', status: 429 }],
  ])('%s for a moment: it is asked once more, and answers', async (_what, fault) => {
    await control('POST', 'faults', { ...fault, times: 1 });
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
  });

  it.each([
    ['refuses our key', { key: 'another-key-of-24-bytes-in-base64' }],
    ['would be told names in the clear', { url: 'http://registry.example' }],
    ['has a key that is too short', { key: 'short' }],
    ['is not where the secret says', { url: 'http://127.0.0.1:9' }],
  ])('%s', async (what, otherwise) => {
    cloud.secrets.put(what, { ...world.registry, ...otherwise });
    expect(await ask(known, what)).toEqual({ kind: 'unreachable' });
  });

  it.each([
    ['nobody has filled', ''],
    ['holds something else', { token: 'a' }],
  ])('has a secret that %s', async (what, value) => {
    cloud.secrets.put(what, value);
    expect(await ask(known, what)).toEqual({ kind: 'unreachable' });
  });

  it('has no secret at all', async () => {
    expect(await ask(known, 'nowhere')).toEqual({ kind: 'unreachable' });
  });
});

describe('given a registry that does not answer for long', () => {
  const down = () => control('POST', 'faults', { kind: 'status', status: 503 });
  const askTimes = async (times: number) => {
    for (let time = 0; time < times; time += 1) await ask();
  };

  it('is spared after five failures in a row, and asked again half a minute later', async () => {
    await down();
    await askTimes(5);
    const before = await asked();
    await control('DELETE', 'faults');
    expect(await ask()).toEqual({ kind: 'unreachable' });
    later(29);
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect(await asked()).toBe(before);
    later(2);
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
  });

  it('is spared again at once where that one question fails too', async () => {
    await down();
    await askTimes(5);
    later(31);
    await ask();
    const before = await asked();
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect(await asked()).toBe(before);
  });

  it('is not spared while it answers in between', async () => {
    for (let round = 0; round < 2; round += 1) {
      await down();
      await askTimes(4);
      await control('DELETE', 'faults');
      expect(await ask()).toMatchObject({ kind: 'confirmed' });
    }
  });

  it('is not spared for refusing: that costs nobody a wait', async () => {
    await control('POST', 'faults', { kind: 'reject', times: 6 });
    await askTimes(6);
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
  });
});

describe('the log of all this', () => {
  it('names nobody', async () => {
    takeLog();
    await control('POST', 'faults', { kind: 'status', status: 503 });
    await ask();
    await ask(known, 'nowhere');
    const log = takeLog();
    expect(log).toMatch(/registry asked again.*503/);
    expect(log).toMatch(/registry unreachable.*503/);
    expect(log).not.toMatch(new RegExp(`한가온|2009|${key}`));
  });
});
