import type { AccountId } from '../enrolment/contract.ts';
import type { ProviderAdapter } from './adapter.ts';

/** The codes of one provider. */
export interface Pool {
  /** Gives the account a code, always the same one; false: none is left. */
  give(accountId: AccountId): Promise<boolean>;
  /** Takes the account's code back: for the next, or out of use for good. That it has none is as good. */
  takeBack(accountId: AccountId, afterUse: 'return' | 'void'): Promise<void>;
}

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
