import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { Refusal } from './refusal.ts';

/** Seconds by which the caller's clock may differ. */
const toleranceSeconds = 300;

/**
 * Signed exchanges by a shared key, as Standard Webhooks signs messages: each request in `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`, each answer likewise, under the id of its request.
 */
export class Signatures {
  readonly #key: Buffer;
  readonly #now: () => number;
  readonly #bodies = new WeakMap<IncomingMessage, Buffer>();
  /** Ids of requests, with the second from which they are too old to come again. */
  readonly #seen = new Map<string, number>();

  /**
   * @param key - base 64, perhaps with `whsec_` before it
   * @param now - milliseconds since the epoch
   */
  constructor(key: string, now: () => number) {
    this.#key = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
    this.#now = now;
  }

  /** For whoever reads the body: a signature is over its bytes. */
  readonly keepBytes = (request: IncomingMessage, bytes: Buffer): void => {
    this.#bodies.set(request, bytes);
  };

  /** Answers 401 to what is not signed, not for now, or was sent before. */
  readonly require: RequestHandler = (request, _response, next) => {
    const [id, timestamp] = [idOf(request), Number(request.get('webhook-timestamp'))];
    const seconds = Math.floor(this.#now() / 1000);
    if (!(Math.abs(seconds - timestamp) <= toleranceSeconds))
      throw unauthorized('"webhook-timestamp" is not within five minutes of now');
    const body = this.#bodies.get(request) ?? Buffer.alloc(0);
    const expected = this.#sign(id, timestamp, body);
    const signed = (request.get('webhook-signature') ?? '').split(' ');
    if (!signed.some((one) => isSame(one, expected)))
      throw unauthorized(
        '"webhook-signature" is not of this request by the key that was given out',
      );
    this.#remember(id, seconds);
    next();
  };

  /** Sends a signed answer. */
  answer(request: Request, response: Response, content: object): void {
    const body = JSON.stringify(content);
    const timestamp = Math.floor(this.#now() / 1000);
    const id = idOf(request);
    response.set({
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': this.#sign(id, timestamp, Buffer.from(body)),
    });
    response.type('application/json').send(body);
  }

  #remember(id: string, seconds: number): void {
    for (const [old, until] of this.#seen) {
      // They came one after the other, so those behind are younger.
      if (until >= seconds) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(id)) throw unauthorized('a request with this "webhook-id" came before');
    this.#seen.set(id, seconds + 2 * toleranceSeconds);
  }

  #sign(id: string, timestamp: number, body: Buffer): string {
    const digest = createHmac('sha256', this.#key).update(`${id}.${timestamp}.`).update(body);
    return `v1,${digest.digest('base64')}`;
  }
}

function idOf(request: Request): string {
  return request.get('webhook-id') ?? '';
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function unauthorized(message: string): Refusal {
  return new Refusal(401, 'unauthorized', message);
}
