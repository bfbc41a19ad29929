import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegionClock } from '../../../local/clock.ts';
import { Sqs } from '../../../local/sqs/service.ts';
import { runs } from '../../runs.ts';
import { contextAt, create } from './server.ts';

/** Time that moves only when it is told to. */
class StillClock extends RegionClock {
  override now(): number {
    return this.offset;
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), group: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      limit: fc.integer({ min: 1, max: 10 }),
      visibility: fc.constantFrom(0, 5, 30),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), handle: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hide' as const),
      handle: fc.nat(20),
      visibility: fc.constantFrom(0, 10),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      seconds: fc.constantFrom(1, 5, 30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Expected {
  readonly body: string;
  readonly group: string;
  visibleAt: number;
  handle: string | undefined;
}

/** What a queue should do, said as simply as possible: a list of messages in the order of sending. */
class Model {
  messages: Expected[] = [];
  readonly #fifo: boolean;

  constructor(fifo: boolean) {
    this.#fifo = fifo;
  }

  receivable(now: number, limit: number): Expected[] {
    const visible = this.messages.filter((message) => message.visibleAt <= now);
    if (!this.#fifo) {
      return visible.sort((a, b) => a.visibleAt - b.visibleAt).slice(0, limit);
    }
    const blocked = new Set(
      this.messages.filter((message) => message.visibleAt > now).map(({ group }) => group),
    );
    const open = [...new Set(visible.map(({ group }) => group))].filter((g) => !blocked.has(g));
    return open.flatMap((g) => visible.filter(({ group }) => group === g)).slice(0, limit);
  }

  /** The message that this handle can still delete or hide. */
  heldBy(handle: string, now: number): Expected | undefined {
    const message = this.messages.find((one) => one.handle === handle);
    return message !== undefined && (!this.#fifo || message.visibleAt > now) ? message : undefined;
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqs-model-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(fifo: boolean, steps: readonly Step[]) {
  const file = join(folder, randomUUID());
  const clock = new StillClock();
  const model = new Model(fifo);
  const handles: string[] = [];
  let region = await boot(fifo, clock, file);
  let number = 0;
  const receive = async (limit: number, visibility: number) => {
    const expected = model.receivable(clock.now(), limit);
    const got = await region.call('ReceiveMessage', {
      MaxNumberOfMessages: limit,
      VisibilityTimeout: visibility,
    });
    const messages = got.Messages ?? [];
    expect(messages.map((message) => message.Body)).toEqual(expected.map(({ body }) => body));
    for (const [index, message] of expected.entries()) {
      message.handle = messages[index]?.ReceiptHandle ?? '';
      message.visibleAt = clock.now() + visibility * 1000;
      handles.push(message.handle);
    }
    return expected;
  };
  for (const one of steps) {
    switch (one.do) {
      case 'send': {
        const body = `message ${number}`;
        const group = fifo ? `group-${one.group}` : '';
        number += 1;
        await region.call('SendMessage', {
          MessageBody: body,
          ...(fifo && { MessageGroupId: group }),
        });
        model.messages.push({ body, group, visibleAt: clock.now(), handle: undefined });
        break;
      }
      case 'receive':
        await receive(one.limit, one.visibility);
        break;
      case 'delete': {
        const handle = handles[one.handle % handles.length];
        if (handle === undefined) break;
        const held = model.heldBy(handle, clock.now());
        await region.call('DeleteMessage', { ReceiptHandle: handle });
        model.messages = model.messages.filter((message) => message !== held);
        break;
      }
      case 'hide': {
        const handle = handles[one.handle % handles.length];
        if (handle === undefined) break;
        const held = model.heldBy(handle, clock.now());
        await region.call('ChangeMessageVisibility', {
          ReceiptHandle: handle,
          VisibilityTimeout: one.visibility,
        });
        if (held !== undefined && held.visibleAt > clock.now()) {
          held.visibleAt = clock.now() + one.visibility * 1000;
        }
        break;
      }
      case 'advance':
        clock.advance(one.seconds * 1000);
        break;
      case 'restart':
        region.close();
        region = await boot(fifo, clock, file);
        break;
    }
  }
  // In the end every message that was not deleted is there, once.
  clock.advance(60_000);
  for (;;) {
    const got = await receive(10, 600);
    if (got.length === 0) break;
    for (const { handle } of got) await region.call('DeleteMessage', { ReceiptHandle: handle });
    model.messages = model.messages.filter((message) => !got.includes(message));
  }
  expect(model.messages).toEqual([]);
  region.close();
}

async function boot(fifo: boolean, clock: RegionClock, file: string) {
  const context = contextAt('http://127.0.0.1:1', clock, file);
  const sqs = new Sqs(context);
  const { ref } = await create(sqs, 'AWS::SQS::Queue', {
    QueueName: fifo ? 'work.fifo' : 'work',
    ...(fifo && { FifoQueue: true, ContentBasedDeduplication: true }),
  });
  return {
    close: () => context.state.close(),
    /** Refusals are part of the game: what they mean is what the model expects next. */
    call: async (operation: string, input: object): Promise<Output> => {
      const body = Buffer.from(JSON.stringify({ QueueUrl: ref, ...input }));
      const request = { method: 'POST', path: '/', headers: {}, body };
      return JSON.parse(String((await sqs.answer(operation, request)).body));
    },
  };
}
interface Output {
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
}

describe('whatever is sent, received, deleted, hidden, waited for and restarted', () => {
  it.each([
    ['a standard queue', false],
    ['a FIFO queue', true],
  ])(
    '%s gives each message when, and only when, it is due, and loses none',
    async (_what, fifo) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) =>
          run(fifo, steps),
        ),
        { numRuns: runs(12) },
      );
    },
  );
});
