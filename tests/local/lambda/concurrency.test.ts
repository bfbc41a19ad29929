import { describe, expect, it } from 'vitest';
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
    await region.deploy('slow', SOURCE);
    const { ran } = await burst(region, 12, 100);
    expect(ran.map(({ n }) => n)).toEqual(Array.from({ length: 12 }, (_, n) => n));
    expect(new Set(ran.map(({ threadId }) => threadId)).size).toBe(3);
    expect(ran.every(({ most }) => most === 1)).toBe(true);
  });

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

  it('are one more for what has waited for an event that takes its time', async () => {
    const region = lambdaRegion();
    await region.deploy('slow', SOURCE, { Timeout: 90 });
    const long = region.lambda.invoke('slow', { n: 0, ms: 60_000 });
    const { ran } = await burst(region, 2, 0);
    expect(new Set(ran.map(({ threadId }) => threadId)).size).toBe(1);
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
