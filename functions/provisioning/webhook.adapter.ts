import type { ProviderAdapter } from './adapter.ts';
import type { WebhookSecret } from './contract.ts';

export function webhookAdapter(
  _secret: WebhookSecret,
  _options: { readonly turn: () => Promise<void> },
): ProviderAdapter {
  throw new Error('parcel C');
}
