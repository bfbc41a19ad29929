import type { IncomingMessage } from 'node:http';
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Router,
} from 'express';
import { z } from 'zod';
import type { Gate } from './gate.ts';
import { jsonBody } from './json-body.ts';
import { bodyOf, nobodyHere } from './plain-errors.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { waited } from './waiting.ts';
import { EventType, type WebhookEvents } from './webhook-events.ts';
import type { WebhookKey } from './webhook-key.ts';
import { type KnownWish, Wish, type Wishes } from './wishes.ts';

const Message = z.strictObject({
  type: z.literal('account.wanted'),
  timestamp: z.iso.datetime(),
  data: Wish,
});

/** When wishes are fulfilled: before the answer, a while after it, or when control says so. */
export const Mode = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('at-once') }),
  z.strictObject({ mode: z.literal('later'), ms: z.int().min(1).max(600_000).default(100) }),
  z.strictObject({ mode: z.literal('manual') }),
]);
export type Mode = z.infer<typeof Mode>;

/** What control makes the provider tell; another fence than the wish's is a late or made-up event. */
export const Telling = z.strictObject({
  accountId: z.string().min(1),
  type: EventType,
  fence: z.int().min(1).optional(),
});

interface Parts {
  readonly gate: Gate;
  readonly key: WebhookKey;
  readonly wishes: Wishes;
  readonly events: WebhookEvents;
  readonly closing: AbortSignal;
}

/** A provider that is sent what is wanted, as signed messages (Standard Webhooks), and tells when it is so. */
export class WebhookProvider {
  readonly #parts: Parts;
  readonly #bodies = new WeakMap<IncomingMessage, Buffer>();
  readonly #underWay = new Set<string>();
  #mode: Mode = { mode: 'at-once' };

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    this.#mode = mode;
  }

  routes(): Router {
    const { gate, wishes } = this.#parts;
    const router = express.Router();
    const readBody = jsonBody(['application/json'], (request, bytes) =>
      this.#bodies.set(request, bytes),
    );
    router.use(gate.enter, readBody, this.#requireSigned, gate.linger);
    router.post('/', (request, response) => {
      const { data } = bodyOf(Message, request.body);
      const wish = wishes.take(idOf(request), data);
      const { status, body } = this.#seeTo(data, wish);
      response.status(status).json(body);
    });
    router.use(nobodyHere, answerWithCode);
    return router;
  }

  /** Fulfils or rejects what holds for an account and tells the platform; `fence` only changes what is told. */
  async tell({ accountId, type, fence }: z.infer<typeof Telling>) {
    const { wishes, events } = this.#parts;
    const wish = wishes.find(accountId);
    if (wish === undefined)
      throw new Refusal(404, 'unknown-account', `nothing was ever wanted of "${accountId}"`);
    if (fence === undefined || fence === wish.fence)
      wishes.settle(wish, type === 'account.done' ? 'done' : 'rejected');
    return events.tell(
      type,
      { accountId, fence: fence ?? wish.fence },
      wishes.remoteIdOf(accountId),
    );
  }

  #seeTo(asked: Wish, wish: KnownWish) {
    const { wishes } = this.#parts;
    const atOnce = this.#mode.mode === 'at-once' && wish.state === 'open';
    const { state } = atOnce ? wishes.settle(wish, 'done') : wish;
    // What is older than the wish that holds is settled: it will never be more than it was.
    if (state === 'done' || asked.fence < wish.fence) {
      const remoteId = wishes.remoteIdOf(asked.accountId);
      return { status: 200, body: { state: 'done', remoteId } };
    }
    void this.#tellLater(wish);
    return { status: 202, body: { state: 'accepted' } };
  }

  async #tellLater({ accountId, fence }: KnownWish): Promise<void> {
    const { closing } = this.#parts;
    const name = `${accountId} ${fence}`;
    if (this.#mode.mode !== 'later' || this.#underWay.has(name)) return;
    this.#underWay.add(name);
    try {
      if (!(await waited(this.#mode.ms, closing))) return;
      const wish = this.#parts.wishes.find(accountId);
      if (wish?.fence !== fence) return;
      await this.tell({
        accountId,
        type: wish.state === 'rejected' ? 'account.rejected' : 'account.done',
      });
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    } finally {
      this.#underWay.delete(name);
    }
  }

  readonly #requireSigned: RequestHandler = (request, _response, next) => {
    const headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
      (name): [string, string] => [name, request.get(name) ?? ''],
    );
    this.#parts.key.verify(this.#bytesOf(request), Object.fromEntries(headers));
    next();
  };

  #bytesOf(request: Request): Buffer {
    return this.#bodies.get(request) ?? Buffer.alloc(0);
  }
}

/** Says why, as senders of such messages expect it: by a code at the top. */
const answerWithCode: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const { status, code, message, headers } = refusalOf(error);
  response.status(status).set(headers).json({ code, message });
};

function idOf(request: Request): string {
  return request.get('webhook-id') ?? '';
}
