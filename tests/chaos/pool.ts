import { provisioning } from '../../functions/provisioning/contract.ts';
import type { apiClient } from '../../functions/runtime/client.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../people.ts';
import { voucherProvider } from './provider-names.ts';

/** Most codes that one list may have. */
const atOnce = 2_000;

/** Adds so many codes to the pool. */
export async function fillPool(api: ReturnType<typeof apiClient>, count: number): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - from) }, (_, one) => from + one);
    granted(
      await api(provisioning.routes.importVouchers, {
        params: { providerId: ProviderId.parse(voucherProvider) },
        text: numbers.map((number) => `CODE-${number}`).join('\n'),
      }),
    );
  }
}
