import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { Refusal } from './refusal.ts';

/** Seconds by which the sender's clock may differ, as Standard Webhooks has it. */
const tolerance = 300;

/** The key that a provider and the platform share, by npm `standardwebhooks`. */
export class WebhookKey {
  readonly #webhook: Webhook;
  readonly #now: () => number;

  /**
   * @param key - base 64, perhaps with `whsec_` before it
   * @param now - milliseconds since the epoch
   */
  constructor(key: string, now: () => number) {
    this.#webhook = new Webhook(key);
    this.#now = now;
    // The package knows the machine's clock only; the world's may be moved, and what is signed with it.
    Object.defineProperty(this.#webhook, 'verifyTimestamp', {
      value: (seconds: string) => this.#verifyTimestamp(Number(seconds)),
    });
  }

  /** @throws Refusal 401 for what is not signed by this key, or not for now */
  verify(body: Buffer, headers: Record<string, string>): void {
    try {
      this.#webhook.verify(body, headers, { jsonParse: false });
    } catch (error) {
      if (error instanceof WebhookVerificationError)
        throw new Refusal(401, 'unauthorized', `the message is refused: ${error.message}`);
      throw error;
    }
  }

  /** The headers that sign a message, for now. */
  sign(id: string, body: string): Record<string, string> {
    const now = new Date(this.#now());
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': this.#webhook.sign(id, now, body),
    };
  }

  #verifyTimestamp(seconds: number): Date {
    if (Math.abs(this.#now() / 1000 - seconds) <= tolerance) return new Date(seconds * 1000);
    throw new WebhookVerificationError('the timestamp is not within five minutes of now');
  }
}
