import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { World } from '../../world/world.ts';
import { webhookOf } from './parties.ts';
import { ask } from './scim-client.ts';

/** What is wanted of an account. */
export const wish = (wanted: string, fence = 1, accountId = 'acc_1') => ({
  type: 'account.wanted',
  timestamp: new Date().toISOString(),
  data: { accountId, fence, wanted },
});

/** The headers that sign a body, as npm `standardwebhooks` does. */
export function signedBy(webhook: Webhook, body: string, id: string, at: Date) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': webhook.sign(id, at, body),
  };
}

/** Sends a message to the provider `forge`. */
export function send(world: World, message: object, id = `msg_${randomUUID()}`, at = new Date()) {
  const { url, key } = webhookOf(world, 'forge');
  const body = JSON.stringify(message);
  return ask(url, 'POST', body, signedBy(new Webhook(key), body, id, at));
}

export function sendWish(world: World, wanted: string, fence: number, id?: string) {
  return send(world, wish(wanted, fence), id);
}
