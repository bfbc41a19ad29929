import type { ProviderId } from '../../regions/schema.ts';
import { accountIdOf } from '../enrolment/contract.ts';
import type { LearnerId } from '../identity/contract.ts';
import { type Erasure, erased, eraseRows, type Rests, waits } from '../runtime/erasing.ts';
import { accountKey, accountStore } from './account.store.ts';
import type { Account } from './contract.ts';
import { codeStore } from './voucher-code.store.ts';

/** Accounts of somebody who leaves; `table` is the provisioning table's name. */
export function erasureStore(table: string) {
  const accounts = accountStore(table);
  const codes = codeStore(table);

  /** What we know of a learner's accounts. Capacity: 1 read unit for each provider. */
  async function accountsOf(
    learnerId: LearnerId,
    providers: readonly ProviderId[],
  ): Promise<readonly Account[]> {
    const found = await Promise.all(
      providers.map((providerId) => accounts.readAccount(learnerId, providerId)),
    );
    return found.flatMap((account) => account ?? []);
  }

  /**
   * What is kept of a learner's accounts, as they may take it along: the code of an account is for whoever may use it
   * now. Capacity: 1 read unit for each provider, and 1 for each account that is there.
   */
  async function dataOf(learnerId: LearnerId, providers: readonly ProviderId[]) {
    const known = await accountsOf(learnerId, providers);
    const shown = known.map(async ({ providerId, state }) => {
      if (state !== 'present') return { providerId, state };
      const voucher = await codes.codeOf(accountIdOf(learnerId, providerId));
      return { providerId, state, ...(voucher !== undefined && { voucher }) };
    });
    return Promise.all(shown);
  }

  /**
   * Erases what we know of a learner's accounts, once none of them is there any more: a provider that is down makes it
   * wait (edge case 36). The code of an account has gone back by then. Capacity: 1 read unit for each provider, and 2
   * write units for each account.
   *
   * @param rests - what each deletion rests on
   */
  async function erase(
    learnerId: LearnerId,
    providers: readonly ProviderId[],
    rests: Rests,
  ): Promise<Erasure> {
    const known = await accountsOf(learnerId, providers);
    if (known.some(({ state }) => state !== 'absent')) return waits('providers');
    return (await eraseRows(table, known.map(accountKey), rests)) ? erased : waits('report');
  }

  return { dataOf, erase };
}
