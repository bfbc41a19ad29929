import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { getBuiltinModule } from 'node:process';
import { Readable } from 'node:stream';
import * as z from 'zod';
import type { Reply, Store } from './conflict-model.ts';

/** Of what the SDK asks for, what is read here. */
const Asked = z.looseObject({ headers: z.looseObject({ 'x-amz-target': z.string() }) });

/**
 * Takes what this process's SDKs send to DynamoDB to a store, in the place of `request` of `node:https`; all else in the
 * SDK is as it is: what it signs, writes, reads, and when it tries again.
 *
 * @param travel - how long a request, or its answer, is on its way
 */
export function connectTo(store: Store, travel: () => Promise<void>): void {
  const request = (options: unknown, answer: (response: IncomingMessage) => void) => {
    const [, operation = ''] = Asked.parse(options).headers['x-amz-target'].split('.');
    return new SimulatedRequest(answer, async (body) => {
      await travel();
      const reply = await store(operation, body);
      await travel();
      return reply;
    });
  };
  Object.assign(getBuiltinModule('node:https'), { request });
  syncBuiltinESMExports();
}

/** A request without a socket: as much of Node's own as the SDK uses. */
class SimulatedRequest extends EventEmitter {
  readonly #answer: (response: IncomingMessage) => void;
  readonly #replyTo: (body: string) => Promise<Reply>;

  constructor(
    answer: (response: IncomingMessage) => void,
    replyTo: (body: string) => Promise<Reply>,
  ) {
    super();
    this.#answer = answer;
    this.#replyTo = replyTo;
  }

  end(body: unknown): this {
    this.#replyTo(String(body)).then(
      (reply) => this.#give(reply),
      // What a store does not expect reaches the bench as the SDK's error.
      (error) => this.emit('error', error),
    );
    return this;
  }

  setTimeout(): this {
    return this;
  }

  destroy(): this {
    return this;
  }

  #give({ status, text }: Reply): void {
    const response = Object.assign(new Readable({ read() {} }), {
      statusCode: status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
    });
    // The SDK reads a stream with a status and headers; of a message's forty other members it asks none.
    this.#answer(response as unknown as IncomingMessage);
    response.push(text);
    response.push(null);
  }
}
