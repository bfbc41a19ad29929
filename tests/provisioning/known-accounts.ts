import type { AccountId } from '../../functions/enrolment/contract.ts';
import type { Known } from '../../functions/provisioning/adapter.ts';

/** An account as a worker names it to an adapter. */
export function known(accountId: AccountId, remoteId?: string): Known {
  return { accountId, remoteId, fence: 1 };
}
