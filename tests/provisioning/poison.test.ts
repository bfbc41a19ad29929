import { beforeEach, describe, expect, it } from 'vitest';
import { standOf } from '../../functions/provisioning/breaker.rules.ts';
import { pressureStore } from '../../functions/provisioning/pressure.store.ts';
import { now } from '../../functions/runtime/clock.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { provider } from './provider.ts';
import { reconciling } from './reconciling.ts';
import { station } from './station.ts';

captureLog();
const mill = provider();
const at = station(mill);
const { beginAnew, begin } = reconciling(at, mill);
const pressure = pressureStore('provisioning');
const providerId = ProviderId.parse('mill');

const stand = async () => standOf(await pressure.readBreaker(providerId), now());
const stateOf = async (learnerId: Awaited<ReturnType<ReturnType<typeof at>['enter']>>) =>
  (await at().row(learnerId)).places.subject?.state;
const july = (day: number) => `2025-07-0${day}T00:00:00.000Z`;

/** A learner with an active account, who is to be suspended; whatever comes of it. */
async function toSuspend() {
  const learnerId = await at().enter();
  await at().choose(learnerId, 'subject');
  await at().deliverAll();
  await at().approve(learnerId, 'suspended', july(2));
  return learnerId;
}

/** Once a provider is back: one tries, and the others follow. */
async function comeBack() {
  for (const seconds of [0, 180]) {
    at().wait(seconds);
    await at().sweep();
    await at().deliverAll();
  }
}

beforeEach(beginAnew);

describe('given one account that a provider always fails at, in quiet hours', () => {
  it('edge case 24: it uses up its own attempts, and the provider does not rest for it', async () => {
    const learnerId = await toSuspend();
    await mill().fault({ kind: 'status', status: 501, methods: ['PATCH'] });
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      expect(await at().deliver(), `attempt ${attempt} comes back`).toBe(1);
      expect(await stand()).toBe('asks');
      at().wait(900);
    }
    const another = await at().enter();
    await at().choose(another, 'subject');
    await at().deliver();
    expect(await stateOf(another)).toBe('active');
    await mill().recover();
    at().wait(900);
    await at().deliverAll();
    expect(await stateOf(learnerId)).toBe('suspended');
  });
});

describe('given two accounts of many that a provider always fails at', () => {
  it('edge case 24: the provider does not rest for them', async () => {
    const learners = [await at().enter(), await at().enter()];
    for (const learnerId of learners) await at().choose(learnerId, 'subject');
    await at().deliverAll();
    for (const learnerId of learners) await at().approve(learnerId, 'suspended', july(2));
    await mill().fault({ kind: 'status', status: 500, methods: ['PATCH'] });
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await at().deliver();
      expect(await stand(), `after attempt ${attempt}`).toBe('asks');
      at().wait(900);
    }
    await mill().recover();
    await at().deliverAll();
    expect(await Promise.all(learners.map(stateOf))).toEqual(['suspended', 'suspended']);
  });
});

describe('given a learner who is alone with a provider that is down', () => {
  it.each([
    ['nobody answers', { kind: 'down' }],
    ['its gateway says 502', { kind: 'status', status: 502 }],
    ['its gateway says 503', { kind: 'status', status: 503 }],
    ['its gateway says 504', { kind: 'status', status: 504 }],
  ] as const)(
    'edge case 20: when %s, then they are parked and no message is given up',
    async (_, fault) => {
      const learnerId = await at().enter();
      await at().choose(learnerId, 'subject');
      await mill().fault(fault);
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        expect(await at().deliver(), `attempt ${attempt} comes back`).toBe(1);
        at().wait(900);
      }
      expect(await stand()).toBe('rests');
      for (let quarter = 0; quarter < 12; quarter += 1) {
        await at().sweep();
        await at().deliver();
        at().wait(900);
      }
      await at().deliver();
      expect(await at().queue.receive()).toEqual([]);
      expect(await stateOf(learnerId)).toBe('pending');
      await mill().recover();
      at().wait(1_800);
      await comeBack();
      expect(await stateOf(learnerId)).toBe('active');
    },
  );
});

describe('given a provider that refuses single requests', () => {
  it.each([400, 409, 422])(
    'when six learners are answered %i, then it goes on being asked',
    async (status) => {
      const learners = await Promise.all(Array.from({ length: 6 }, () => at().enter()));
      for (const learnerId of learners) await at().choose(learnerId, 'subject');
      await at().deliverAll();
      for (const learnerId of learners) await at().giveBack(learnerId, 'subject');
      const deletes = await mill().received('DELETE');
      await mill().fault({ kind: 'status', status, times: 6, methods: ['DELETE'] });
      await at().deliver();
      expect((await mill().received('DELETE')) - deletes).toBe(6);
      expect(await stand()).toBe('asks');
      at().wait(900);
      await at().deliverAll();
    },
  );

  it('when it refuses us as a whole, then it rests', async () => {
    const learners = await Promise.all(Array.from({ length: 5 }, () => at().enter()));
    for (const learnerId of learners) await at().choose(learnerId, 'subject');
    await mill().fault({ kind: 'status', status: 403, times: 5 });
    await at().deliver();
    expect(await stand()).toBe('rests');
    at().wait(600);
    await comeBack();
    expect(await Promise.all(learners.map(stateOf))).toEqual(learners.map(() => 'active'));
  });
});

describe('given a provider that lists nothing, but makes accounts', () => {
  it.each([401, 403, 404, 413])(
    'when it answers %i to each look, then learners get their accounts',
    async (status) => {
      await begin();
      await mill().fault({ kind: 'status', status, methods: ['GET'] });
      for (let minute = 0; minute < 7; minute += 1) {
        await at().reconcile();
        at().wait(60);
      }
      expect(await pressure.readBreaker(providerId)).not.toHaveProperty('restsUntil');
      const learnerId = await at().enter();
      await at().choose(learnerId, 'subject');
      await at().deliver();
      expect(await stateOf(learnerId)).toBe('active');
    },
  );
});

describe('given learners who chose a provider that was down for an hour', () => {
  it('edge case 20: each has one account afterwards', async () => {
    const [learnerId, another] = [await at().enter(), await at().enter()];
    for (const one of [learnerId, another]) await at().choose(one, 'subject');
    await mill().fault({ kind: 'down' });
    const before = await mill().received('POST');
    for (let minute = 0; minute < 60; minute += 1) {
      await at().sweep();
      await at().deliver();
      at().wait(60);
    }
    expect(await stateOf(learnerId)).toBe('pending');
    // Five in a row, then one after each rest; between them the message is with the row, not in the queue.
    expect((await mill().received('POST')) - before).toBeLessThan(12);
    expect(await at().queue.receive()).toEqual([]);
    await mill().recover();
    at().wait(1_800);
    await comeBack();
    expect(await stateOf(learnerId)).toBe('active');
    const both = [learnerId, another].map((one) => at().accountIdOf(one));
    const held = (await mill().accounts()).map(({ externalId }) => externalId);
    expect(held.sort()).toEqual(both.sort());
  });
});
