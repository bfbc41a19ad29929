import { randomUUID } from 'node:crypto';
import { signatureOf } from '../../functions/runtime/message-signature.ts';
import { ask } from './scim-client.ts';

/** The key of the examples of Standard Webhooks. */
export const registryKey = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The headers that sign a body. */
export function signed(body: string, nowMs = Date.now()) {
  const message = { id: `msg_${randomUUID()}`, timestamp: Math.floor(nowMs / 1000), body };
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': signatureOf(registryKey, message),
  };
}

/** A signed check of a person, with some headers otherwise. */
export function askSigned(
  registry: { readonly url: string },
  person: unknown,
  headers: Record<string, string> = {},
) {
  const body = person === undefined ? '' : JSON.stringify(person);
  return ask(`${registry.url}/checks`, 'POST', person, { ...signed(body), ...headers });
}
