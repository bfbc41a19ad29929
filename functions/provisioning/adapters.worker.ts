import type { Provider } from '../../regions/schema.ts';
import { readSecret } from '../runtime/secrets.ts';
import type { ProviderAdapter, Turn } from './adapter.ts';
import { ScimSecret, WebhookSecret } from './contract.ts';
import { ltiAdapter } from './lti.adapter.ts';
import { manualAdapter } from './manual.adapter.ts';
import { scimAdapter } from './scim.adapter.ts';
import { voucherAdapter } from './voucher.adapter.ts';
import type { Pool } from './voucher.contract.ts';
import { webhookAdapter } from './webhook.adapter.ts';

export interface AdapterNeeds {
  /** The name of the secret that has what opens each provider. */
  readonly secretName: string;
  readonly turn: Turn;
  /** The codes of a provider, for this learner. */
  readonly poolOf: (provider: Provider) => Pool;
}

/**
 * Speaks to a provider in the way that its kind does.
 *
 * @throws {UnusableSecret} nobody has put what opens it
 */
export async function adapterOf(
  provider: Provider,
  { secretName, turn, poolOf }: AdapterNeeds,
): Promise<ProviderAdapter> {
  switch (provider.kind) {
    case 'scim': {
      const secret = await readSecret(secretName, ScimSecret, provider.id);
      return scimAdapter(secret, { turn, ...(provider.scim && { quirks: provider.scim }) });
    }
    case 'webhook':
      return webhookAdapter(await readSecret(secretName, WebhookSecret, provider.id), { turn });
    case 'voucher':
      return voucherAdapter(poolOf(provider), provider.voucher);
    case 'lti':
      return ltiAdapter();
    case 'manual':
      return manualAdapter();
  }
}
