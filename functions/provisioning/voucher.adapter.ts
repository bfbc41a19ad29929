import type { ProviderAdapter } from './adapter.ts';
import type { Pool } from './voucher.contract.ts';

/** Codes that the provider gave us: whoever has one gets in, so giving it is making the account. */
export function voucherAdapter(
  pool: Pool,
  { afterUse }: { readonly afterUse: 'return' | 'void' },
): ProviderAdapter {
  return {
    create: async ({ accountId }) =>
      (await pool.give(accountId))
        ? { kind: 'done', remoteId: accountId }
        : { kind: 'person', reason: 'pool-dry' },
    // A code that was redeemed cannot be switched off from here; who is suspended is not shown it.
    suspend: ({ accountId }) => Promise.resolve({ kind: 'done', remoteId: accountId }),
    resume: ({ accountId }) => Promise.resolve({ kind: 'done', remoteId: accountId }),
    end: async ({ accountId }) => {
      await pool.takeBack(accountId, afterUse);
      return { kind: 'done' };
    },
  };
}
