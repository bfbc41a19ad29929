import { ProviderId } from '../../regions/schema.ts';
import { accountIdOf } from '../enrolment/contract.ts';
import { LearnerId } from '../identity/contract.ts';
import { accountsAreIndexed } from '../provisioning/contract.ts';
import type { Migration } from './migration.rules.ts';

/** In how many partitions of the index a provider's accounts are: by the last digit of their ids. */
const lots = 8;
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Accounts are found by their provider since they are compared with what it has (edge case 25), and by their id since a
 * provider tells of them: by two keys of an index. Those of release 0.1.0 lack both, and would be taken for accounts that
 * nobody knows.
 */
export const accountsByProvider: Migration = {
  id: '0005-accounts-by-provider',
  table: 'provisioning',
  keyPrefix: 'ACCOUNT#',
  sortKey: 'ACCOUNT',
  attributes: ['learnerId', 'providerId', 'accountId', 'accountLot'],
  correct: ({ learnerId, providerId: provider, accountId: idBefore, accountLot: lotBefore }) => {
    const providerId = ProviderId.parse(provider);
    const accountId = accountIdOf(LearnerId.parse(learnerId), providerId);
    const lot = digits.indexOf(accountId.slice(-1)) % lots;
    const accountLot = `${providerId}#${lot}`;
    if (idBefore === accountId && lotBefore === accountLot) return undefined;
    return { set: { accountId, accountLot } };
  },
  atEnd: accountsAreIndexed,
};
