import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Platform } from './platform.ts';
import { waited } from './waiting.ts';
import type { WebhookKey } from './webhook-key.ts';
import type { KnownWish } from './wishes.ts';

export const EventType = z.enum(['account.done', 'account.rejected']);
export type EventType = z.infer<typeof EventType>;

/** What the platform was told, and how it took it. */
export interface Told {
  readonly type: EventType;
  readonly accountId: string;
  readonly fence: number;
  /** Of the last answer; null when none came. */
  readonly status: number | null;
  readonly attempts: number;
}

/** Milliseconds before each further attempt. */
const backoff = [100, 300, 900];

/** Tells the platform how its wishes ended: signed events to `POST {api}/providers/{id}/events`. */
export class WebhookEvents {
  readonly #provider: string;
  readonly #key: WebhookKey;
  readonly #platform: Platform;
  readonly #closing: AbortSignal;
  readonly #now: () => number;
  readonly #told: Told[] = [];

  constructor(
    provider: string,
    key: WebhookKey,
    platform: Platform,
    closing: AbortSignal,
    now: () => number,
  ) {
    this.#provider = provider;
    this.#key = key;
    this.#platform = platform;
    this.#closing = closing;
    this.#now = now;
  }

  /** All that were told or given up, in the order in which they ended. */
  told(): readonly Told[] {
    return this.#told;
  }

  /** Sends one event, a few times where the answer is no 2xx: always under one id, newly signed. */
  async tell(
    type: EventType,
    { accountId, fence }: Pick<KnownWish, 'accountId' | 'fence'>,
    remoteId?: string,
  ): Promise<Told> {
    const id = `msg_${randomUUID()}`;
    const timestamp = new Date(this.#now()).toISOString();
    const body = JSON.stringify({ type, timestamp, data: { accountId, fence, remoteId } });
    let status = await this.#attempt(id, body);
    let attempts = 1;
    for (const ms of backoff) {
      if (isTaken(status) || !(await waited(ms, this.#closing))) break;
      status = await this.#attempt(id, body);
      attempts += 1;
    }
    const told = { type, accountId, fence, status, attempts };
    this.#told.push(told);
    return told;
  }

  /** @returns the answer's status; null when there was none */
  async #attempt(id: string, body: string): Promise<number | null> {
    const { issuer, api = issuer } = this.#platform.address;
    try {
      const response = await fetch(`${api.replace(/\/$/, '')}/providers/${this.#provider}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.#key.sign(id, body) },
        body,
        signal: AbortSignal.any([this.#closing, AbortSignal.timeout(10_000)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      // Whatever the network did: there was no answer, which `told` shows, and it is tried again.
      return null;
    }
  }
}

function isTaken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
