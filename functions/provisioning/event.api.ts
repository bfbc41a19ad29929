import { isOneThat, type ProviderId } from '../../regions/schema.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Forbidden } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { fromJson } from '../runtime/json.ts';
import { log } from '../runtime/logger.ts';
import { isAuthentic } from '../runtime/message-signature.ts';
import { region } from '../runtime/region.ts';
import { readPart } from '../runtime/request.ts';
import { readSecret, UnusableSecret } from '../runtime/secrets.ts';
import { AccountEvent, type Outcome, provisioningEnvironments, WebhookSecret } from './contract.ts';
import { takeOutcome } from './outcome.api.ts';
import type { taskRoutes } from './task.contract.ts';

type Routes = typeof taskRoutes;

const environment = readEnvironment(provisioningEnvironments.api);

/**
 * A provider's signed word on how something ended. No id of a message is kept: played again it names a fence that has
 * ended or passed, and so changes nothing, however often; and after five minutes its signature is worth nothing.
 */
export async function takeEvent({ params, headers, text }: Call<Routes['takeEvent']>) {
  const { providerId } = params;
  const key = await keyOf(providerId);
  const message = {
    id: headers['webhook-id'],
    timestamp: Number(headers['webhook-timestamp']),
    body: text,
  };
  const signatures = headers['webhook-signature'];
  if (key === undefined || !isAuthentic(key, message, signatures, epochSeconds(now())))
    throw notAuthentic();
  const { type, data } = mustRead(text);
  const { accountId, fence, remoteId } = data;
  const outcome: Outcome =
    type === 'account.done' ? { kind: 'done', remoteId } : { kind: 'rejected' };
  const told = { providerId, accountId, fence, outcome, inOrder: true } as const;
  return { body: { outcome: await takeOutcome(told) } };
}

/** What each kind that tells events has in its secret: the others' shapes are of no use here. */
const secretOf = { webhook: WebhookSecret } as const;

/** The key of a provider that sends signed messages; undefined: there is none, of which nobody is told more. */
async function keyOf(providerId: ProviderId): Promise<string | undefined> {
  const provider = region.providers.find(({ id }) => id === providerId);
  if (provider === undefined || !isOneThat(provider, 'tellsEvents')) return undefined;
  try {
    const schema = secretOf[provider.kind];
    return (await readSecret(environment.PROVIDERS_SECRET, schema, providerId)).key;
  } catch (error) {
    if (!(error instanceof UnusableSecret)) throw error;
    log.error('event refused', { providerId, code: error.code });
    return undefined;
  }
}

function notAuthentic(): Forbidden {
  return new Forbidden({
    code: 'signature-invalid',
    detail:
      'No provider of this name has signed this within five minutes. Sign id, timestamp and body with the key of the provider’s secret, by a clock that is right.',
  });
}

/** @throws {Unreadable} 400 `malformed`: signed, and no event */
function mustRead(text: string): AccountEvent {
  return AccountEvent.parse(readPart('body', AccountEvent, fromJson(text)));
}
