import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** Seconds by which the clocks of two parties may differ; older messages are somebody's recording. */
const toleranceSeconds = 300;

/** What is signed of a message. */
export interface SignedMessage {
  /** Told by `webhook-id`. */
  readonly id: string;
  /** Seconds since the epoch, told by `webhook-timestamp`. */
  readonly timestamp: number;
  /** As it is sent, to the byte. */
  readonly body: string;
}

/**
 * The value of `webhook-signature`: HMAC-SHA-256 over id, timestamp and body.
 *
 * @param key - base 64, with `whsec_` before it or without
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureOf(key: string, { id, timestamp, body }: SignedMessage): string {
  const bytes = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', bytes).update(`${id}.${timestamp}.${body}`).digest('base64');
  return `v1,${digest}`;
}

/**
 * The headers of a new message, and its id.
 *
 * @param nowSeconds - seconds since the epoch
 * @param id - by which whoever gets a message twice knows it
 */
export function signNew(key: string, body: string, nowSeconds: number, id = `msg_${randomUUID()}`) {
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(nowSeconds),
    'webhook-signature': signatureOf(key, { id, timestamp: nowSeconds, body }),
  };
  return { id, headers };
}

/**
 * Whether a message is the other party's own and fresh.
 *
 * @param signatures - `webhook-signature`: several, separated by spaces, while a key is replaced
 * @param nowSeconds - seconds since the epoch
 */
export function isAuthentic(
  key: string,
  message: SignedMessage,
  signatures: string,
  nowSeconds: number,
): boolean {
  if (!(Math.abs(nowSeconds - message.timestamp) <= toleranceSeconds)) return false;
  const expected = Buffer.from(signatureOf(key, message));
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
