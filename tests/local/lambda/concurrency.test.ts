import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../until.ts';
import { lambdaRegion } from './region.ts';

/** Says which environment it is and how many events that one had at the same time. */
const SOURCE = `
import { threadId } from 'node:worker_threads';
let inside = 0;
export const handler = async ({ n, ms }) => {
  inside += 1;
  const most = inside;
  await new Promise((done) => setTimeout(done, ms));
  inside -= 1;
  return { n, threadId, most };
};`;

/** As SOURCE, but each event is held until the test lets all go: however slow the machine is, none is through sooner. */
const HELD = `
import { threadId } from 'node:worker_threads';
const gate = new BroadcastChannel('held');
const opened = new Promise((open) => { gate.onmessage = ({ data }) => data === 'open' && open(); });
let inside = 0;
export const handler = async ({ n }) => {
  inside += 1;
  const most = inside;
  gate.postMessage(threadId);
  await opened;
  inside -= 1;
  return { n, threadId, most };
};`;

/** Takes its time to start, and says when it began and when it was ready. */
const LATE = `
const began = Date.now();
await new Promise((done) => setTimeout(done, 300));
const ready = Date.now();
export const handler = async () => ({ began, ready });`;

interface Started {
  readonly began: number;
  readonly ready: number;
}

interface Ran {
  readonly n: number;
  readonly threadId: number;
  readonly most: number;
}

async function burst(region: ReturnType<typeof lambdaRegion>, count: number, ms: number) {
  const order: number[] = [];
  const calls = Array.from({ length: count }, async (_, n) => {
    const outcome = await region.lambda.invoke('slow', { n, ms });
    if (!outcome.ok) throw new Error(outcome.message);
    order.push(n);
    // SOURCE returns exactly this.
    return outcome.value as Ran;
  });
  return { ran: await Promise.all(calls), order };
}

describe('the environments of a function', () => {
  it('are at most three and take one event at a time', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', HELD, { Timeout: 90 });
    const gate = new BroadcastChannel('held');
    onTestFinished(() => gate.close());
    const entered: unknown[] = [];
    gate.onmessage = ({ data }: MessageEvent) => entered.push(data);
    const bursting = burst(region, 12, 0);
    await until(async () => entered.length >= 3, 60);
    // Time enough for a fourth, if there were one, to begin.
    await sleep(300);
    expect(new Set(entered).size).toBe(3);
    expect(entered).toHaveLength(3);
    gate.postMessage('open');
    const { ran } = await bursting;
    expect(ran.map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, n) => n));
    expect(new Set(ran.map(({ threadId }) => threadId))).toEqual(new Set(entered.slice(0, 3)));
    expect(ran.every(({ most }) => most === 1)).toBe(true);
  }, 90_000);

  it('start one after the other, for the first may soon be through with what waits', async () => {
    const region = lambdaRegion();
    await region.deploy('late', LATE);
    const outcomes = await Promise.all([0, 1, 2].map(() => region.lambda.invoke('late', {})));
    // LATE returns exactly this.
    const ran = outcomes.map((outcome) => outcome.ok && (outcome.value as Started));
    const started = ran.filter((one) => one !== false);
    const firstReady = Math.min(...started.map(({ ready }) => ready));
    const early = started.filter(({ began }) => began < firstReady).map(({ began }) => began);
    expect(started).toHaveLength(3);
    expect(new Set(early).size).toBe(1);
  });

  it('are no more for what waits for a shorter time than their start takes', async () => {
    const region = lambdaRegion();
    const sluggish = `await new Promise((done) => setTimeout(done, 1500));${SOURCE}`;
    await region.deploy('slow', sluggish, { Timeout: 90 });
    const { ran } = await burst(region, 2, 400);
    expect(new Set(ran.map(({ threadId }) => threadId)).size).toBe(1);
  });

  it('are one more for what has waited for an event that takes its time', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', SOURCE, { Timeout: 90 });
    const long = region.lambda.invoke('slow', { n: 0, ms: 60_000 });
    const one = await burst(region, 1, 0);
    const other = await burst(region, 1, 0);
    expect(other.ran[0]?.threadId).toBe(one.ran[0]?.threadId);
    await region.lambda.stop();
    expect(await long).toMatchObject({ ok: false });
  });

  it('start only when they are needed and are used again', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', SOURCE);
    const threads = new Set<number>();
    for (let n = 0; n < 5; n += 1) {
      const { ran } = await burst(region, 1, 0);
      for (const { threadId } of ran) threads.add(threadId);
    }
    expect(threads.size).toBe(1);
  });

  it('are as few as the template reserves, and what waits keeps its order', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', SOURCE, { ReservedConcurrentExecutions: 1 });
    const { ran, order } = await burst(region, 4, 5);
    expect(new Set(ran.map(({ threadId }) => threadId)).size).toBe(1);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('are none when the template reserves none', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', SOURCE, { ReservedConcurrentExecutions: 0 });
    expect(await region.lambda.invoke('slow', { n: 0, ms: 0 })).toEqual({
      ok: false,
      errorType: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
    });
  });

  it('end with the region, and what they ran or held back is told so', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', SOURCE, { ReservedConcurrentExecutions: 1 });
    const calls = [0, 1].map((n) => region.lambda.invoke('slow', { n, ms: 60_000 }));
    await region.lambda.stop();
    for (const call of calls) {
      expect(await call).toMatchObject({ ok: false, errorType: 'Sandbox.Stopped' });
    }
    expect(await region.lambda.invoke('slow', { n: 2, ms: 0 })).toMatchObject({ ok: false });
  });
});
