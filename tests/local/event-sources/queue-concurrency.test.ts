import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runs } from '../../runs.ts';
import { empty, gate, openQueueSources, type QueueSources, settle } from './queue-sources.ts';

let region: QueueSources;
beforeEach(async () => {
  region = await openQueueSources();
});
afterEach(() => region.close());

describe('concurrency', () => {
  it('is bounded by the mapping, and used', async () => {
    const url = await region.queue('work');
    const doors = gate();
    let running = 0;
    let most = 0;
    const source = region.start(
      'work',
      async () => {
        running += 1;
        most = Math.max(most, running);
        await doors.opened;
        running -= 1;
      },
      { batchSize: 1, maximumConcurrency: 3 },
    );
    for (let number = 0; number < 8; number += 1) await region.send(url, String(number));
    expect(running).toBe(3);
    doors.open();
    await settle(source);
    expect(most).toBe(3);
    expect(region.sqs.stats('work')).toMatchObject(empty);
  });

  it('is bounded also when what a filter refuses lies between', async () => {
    const url = await region.queue('work');
    for (const body of ['no', 'yes', 'yes', 'yes', 'no', 'yes', 'yes'])
      await region.send(url, body);
    const door = gate();
    let running = 0;
    const source = region.start(
      'work',
      async () => {
        running += 1;
        await door.opened;
      },
      { batchSize: 2, maximumConcurrency: 2, filters: ['{"body":["yes"]}'] },
    );
    expect(running).toBe(2);
    door.open();
    await settle(source);
    expect(region.sqs.stats('work')).toMatchObject(empty);
  });

  it('keeps each FIFO group in order while groups run side by side, whatever fails', async () => {
    const message = fc.record({ group: fc.nat(3), failures: fc.nat(2) });
    let queues = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 15 }),
        fc.nat(15),
        async (messages, before) => {
          queues += 1;
          const worker = new Worker(messages);
          await deliverAll(`work${queues}.fifo`, messages, worker, before);
          expect(worker.together).toBe(false);
          for (const group of [0, 1, 2, 3]) {
            const numbers = worker.done.filter((number) => messages[number]?.group === group);
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          }
          expect([...worker.done].sort((a, b) => a - b)).toEqual([...messages.keys()]);
        },
      ),
      { numRuns: runs(5) },
    );
  });
});

interface Planned {
  readonly group: number;
  /** How often the function fails at this message before it succeeds. */
  readonly failures: number;
}

/**
 * Sends numbers, lets time pass until the worker has done them all or should have long since.
 * @param before - how many are on the queue already when the source starts
 */
async function deliverAll(
  name: string,
  messages: readonly Planned[],
  worker: Worker,
  before: number,
) {
  const url = await region.queue(name, {
    FifoQueue: true,
    ContentBasedDeduplication: true,
    VisibilityTimeout: 60,
  });
  const sendAll = async (from: number, to: number) => {
    for (const [index, { group }] of messages.slice(from, to).entries()) {
      await region.send(url, String(from + index), { MessageGroupId: `g${group}` });
    }
  };
  await sendAll(0, before);
  const source = region.start(name, (records) => worker.handle(records), { batchSize: 3 });
  await sendAll(before, messages.length);
  for (let round = 0; round < 50 && worker.done.length < messages.length; round += 1) {
    await settle(source);
    region.clock.advance(60_000);
  }
  await source.stop();
}

/** A function that, as it should with FIFO queues, stops at a group's first failure. */
class Worker {
  readonly done: number[] = [];
  /** Whether two invocations ever had messages of one group. */
  together = false;
  readonly #left: number[];
  readonly #busy = new Set<string | undefined>();

  constructor(messages: readonly Planned[]) {
    this.#left = messages.map(({ failures }) => failures);
  }

  async handle(records: readonly SQSRecord[]) {
    const groups = new Set(records.map(groupOf));
    this.together ||= [...groups].some((group) => this.#busy.has(group));
    for (const group of groups) this.#busy.add(group);
    await new Promise((resolve) => setImmediate(resolve));
    const stuck = new Set<string | undefined>();
    const failed = records.filter((record) => {
      if (!stuck.has(groupOf(record)) && this.#succeeds(Number(record.body))) return false;
      stuck.add(groupOf(record));
      return true;
    });
    for (const group of groups) this.#busy.delete(group);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }

  #succeeds(number: number): boolean {
    const left = this.#left[number] ?? 0;
    if (left === 0) this.done.push(number);
    this.#left[number] = left - 1;
    return left === 0;
  }
}

const groupOf = ({ attributes }: SQSRecord) => attributes.MessageGroupId;
