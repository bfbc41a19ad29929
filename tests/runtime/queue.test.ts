import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { consumeQueue, RetryLater } from '../../functions/runtime/queue.ts';
import { type Cloud, openCloud } from './cloud.ts';
import { captureLog } from './log-lines.ts';
import { openQueue, type Queue } from './queues.ts';

const takeLog = captureLog();

let cloud: Cloud;
let queue: Queue;
let queues = 0;

beforeAll(async () => {
  cloud = await openCloud();
});
beforeEach(async () => {
  queues += 1;
  queue = await openQueue(cloud, `jobs-${queues}`);
  takeLog();
});
afterAll(() => cloud.close());

const Job = z.strictObject({ job: z.string(), group: z.string() });

/** A handler of jobs that keeps what it began and finished, and fails as it is told to. */
function worker(failures: Record<string, Error> = {}) {
  const events: string[] = [];
  const prefix = `${queue.url.slice(0, queue.url.lastIndexOf('/') + 1)}jobs-`;
  const handler = consumeQueue(Job, prefix, async ({ job }) => {
    events.push(`begin ${job}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
    const failure = failures[job];
    if (failure !== undefined) throw failure;
    events.push(`end ${job}`);
  });
  return { handler, events, ended: () => events.filter((event) => event.startsWith('end')) };
}

/** Sends jobs named by their group and number: `a1` is the first of group `a`. */
async function send(...jobs: string[]) {
  for (const job of jobs) {
    const group = job.slice(0, 1);
    await queue.send(group, { job, group });
  }
}

const jobsOf = (records: readonly { readonly body: string }[]) =>
  records.map(({ body }) => Job.parse(JSON.parse(body)).job);

describe('given a batch of several groups', () => {
  it('handles each group in order, and the groups side by side', async () => {
    await send('a1', 'b1', 'a2', 'b2', 'a3');
    const { handler, events } = worker();
    expect(await queue.deliver(handler, await queue.receive())).toEqual([]);
    const ofGroup = (group: string) => events.filter((event) => event.includes(` ${group}`));
    expect(ofGroup('a')).toEqual(
      ['a1', 'a2', 'a3'].flatMap((job) => [`begin ${job}`, `end ${job}`]),
    );
    expect(ofGroup('b')).toEqual(['b1', 'b2'].flatMap((job) => [`begin ${job}`, `end ${job}`]));
    expect(events.indexOf('begin b1')).toBeLessThan(events.indexOf('end a1'));
    expect(queue.depth()).toMatchObject({ available: 0, inFlight: 0 });
  });

  it('edge case 24: after a failure holds back the rest of its group, and no other', async () => {
    await send('a1', 'a2', 'a3', 'b1', 'b2', 'c1');
    const { handler, ended } = worker({ a2: new Error('not a2'), b1: new Error('not b1') });
    const records = await queue.receive();
    const failed = await queue.deliver(handler, records);
    expect(ended().sort()).toEqual(['end a1', 'end c1']);
    const byId = new Map(records.map((record) => [record.messageId, record]));
    expect(jobsOf(failed.flatMap((id) => byId.get(id) ?? [])).sort()).toEqual([
      'a2',
      'a3',
      'b1',
      'b2',
    ]);
  });

  it('edge case 24: of ten messages in ten groups, only the bad one comes back', async () => {
    await send(...'abcdefghij'.split('').map((group) => `${group}1`));
    const { handler, ended } = worker({ d1: new Error('bad') });
    expect(await queue.deliver(handler, await queue.receive())).toHaveLength(1);
    expect(ended()).toHaveLength(9);
    cloud.clock.advance(60_000);
    expect(jobsOf(await queue.receive())).toEqual(['d1']);
  });

  it('brings what failed back in order, and only that', async () => {
    await send('a1', 'a2', 'a3');
    const first = worker({ a2: new Error('once') });
    await queue.deliver(first.handler, await queue.receive());
    expect(await queue.receive()).toEqual([]);
    cloud.clock.advance(60_000);
    const second = worker();
    const again = await queue.receive();
    expect(jobsOf(again)).toEqual(['a2', 'a3']);
    expect(await queue.deliver(second.handler, again)).toEqual([]);
    expect(second.ended()).toEqual(['end a2', 'end a3']);
  });
});

describe('given a message that fails', () => {
  /** Moves the clock until something is visible; the seconds that took. */
  function untilVisible(): number {
    for (let seconds = 0; seconds <= 43_200; seconds += 1) {
      if (queue.depth().available > 0) return seconds;
      cloud.clock.advance(1_000);
    }
    throw new Error('it never came back');
  }

  it('comes back after the first back-off, and later each time', async () => {
    await send('a1');
    const { handler } = worker({ a1: new Error('always') });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const records = await queue.receive();
      expect(records).toHaveLength(1);
      await queue.deliver(handler, records);
      waits.push(untilVisible());
    }
    for (const [index, ceiling] of [15, 30, 60, 120].entries()) {
      expect(waits[index], `attempt ${index + 1}`).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
      expect(waits[index], `attempt ${index + 1}`).toBeLessThanOrEqual(ceiling);
    }
  });

  it('does not come back together with those that failed with it', async () => {
    const jobs = 'abcdefghijklmnopqrst'.split('').map((group) => `${group}1`);
    await send(...jobs);
    const { handler } = worker(Object.fromEntries(jobs.map((job) => [job, new Error('always')])));
    for (const records of [await queue.receive(), await queue.receive()]) {
      // Of the tenth attempt: between seven minutes and a half and fifteen.
      const late = records.map((record) => ({
        ...record,
        attributes: { ...record.attributes, ApproximateReceiveCount: '10' },
      }));
      expect(await queue.deliver(handler, late)).toHaveLength(10);
    }
    const seconds = new Set<number>();
    for (let second = 1; second <= 900; second += 1) {
      const before = queue.depth().available;
      cloud.clock.advance(1_000);
      if (queue.depth().available > before) seconds.add(second);
    }
    expect(queue.depth().available).toBe(20);
    // Twenty of 450 seconds: that as few as ten differ is less likely than one in 10^11.
    expect(seconds.size).toBeGreaterThan(10);
  });

  it('never waits longer than a quarter of an hour by itself', async () => {
    await send('a1');
    const { handler } = worker({ a1: new Error('always') });
    const [record] = await queue.receive();
    if (record === undefined) throw new Error('nothing to receive');
    const attributes = { ...record.attributes, ApproximateReceiveCount: '40' };
    await queue.deliver(handler, [{ ...record, attributes }]);
    const seconds = untilVisible();
    expect(seconds).toBeGreaterThanOrEqual(450);
    expect(seconds).toBeLessThanOrEqual(900);
  });

  it.each([
    ['edge case 20: as long as the other side asked for', 40, 40, 40],
    ['rounded up to whole seconds', 40.2, 41, 41],
    ['not shorter than by itself, where it was asked for less', 1, 8, 15],
    ['not shorter than by itself, where the time has passed', -5, 8, 15],
  ])('waits %s', async (_what, asked, least, most) => {
    await send('a1');
    const { handler } = worker({ a1: new RetryLater('status-429', asked) });
    await queue.deliver(handler, await queue.receive());
    const seconds = untilVisible();
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  it('waits for hours where it was asked for more than SQS can hide a message', async () => {
    await send('a1');
    const { handler } = worker({ a1: new RetryLater('status-503', 1e9) });
    const records = await queue.receive();
    // The function was at work for some minutes of the twelve hours that SQS allows from the reception.
    cloud.clock.advance(50_000);
    await queue.deliver(handler, records);
    expect(takeLog()).not.toContain('back-off not set');
    cloud.clock.advance(11 * 3_600_000);
    expect(await queue.receive()).toEqual([]);
    cloud.clock.advance(3_600_000);
    expect(await queue.receive()).toHaveLength(1);
  });

  it('hides those behind it for as long, so that none overtakes it', async () => {
    await send('a1', 'a2');
    const { handler } = worker({ a1: new RetryLater('status-429', 100) });
    await queue.deliver(handler, await queue.receive());
    expect(queue.depth()).toMatchObject({ available: 0, inFlight: 2 });
    cloud.clock.advance(99_000);
    expect(await queue.receive()).toEqual([]);
    cloud.clock.advance(2_000);
    expect(jobsOf(await queue.receive())).toEqual(['a1', 'a2']);
  });

  it('comes back after the time-out of its queue where it cannot be hidden', async () => {
    await send('a1');
    const { handler } = worker({ a1: new RetryLater('status-429', 5_000) });
    const [record] = await queue.receive();
    if (record === undefined) throw new Error('nothing to receive');
    const forgotten = { ...record, receiptHandle: 'not-a-handle' };
    const { batchItemFailures } = await handler({ Records: [forgotten] });
    expect(batchItemFailures).toEqual([{ itemIdentifier: record.messageId }]);
    expect(takeLog()).toContain('back-off not set');
    cloud.clock.advance(61_000);
    expect(await queue.receive()).toHaveLength(1);
  });

  it.each([
    ['is not JSON', '{'],
    ['is of another shape', '{"job":"a1"}'],
    ['has a field more', '{"job":"a1","group":"a","more":1}'],
  ])('fails alone where it %s', async (_what, body) => {
    await queue.send('x', body);
    await send('b1');
    const { handler, ended } = worker();
    expect(await queue.deliver(handler, await queue.receive())).toHaveLength(1);
    expect(ended()).toEqual(['end b1']);
  });

  it('logs its id and attempt, and neither its body nor the text of the error', async () => {
    await send('a1');
    const { handler } = worker({ a1: new Error('김하늘 was refused') });
    const records = await queue.receive();
    await queue.deliver(handler, records);
    const log = takeLog();
    expect(JSON.parse(log)).toMatchObject({
      level: 'error',
      messageId: records[0]?.messageId,
      attempt: 1,
      error: 'Error',
    });
    expect(log).not.toMatch(/김하늘|job|\ba1\b/);
  });
});
