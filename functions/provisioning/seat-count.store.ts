import type { ProviderId } from '../../regions/schema.ts';
import { transact } from '../runtime/dynamodb.ts';
import { type AccountLot, accountKey } from './account.store.ts';
import type { Account, Month } from './contract.ts';
import { counted, uncountedMonths } from './seats.rules.ts';
import { countSeats } from './seats.store.ts';
import { holdsFence } from './store.ts';

/** Accounts of one transaction that counts, beside the counters. */
const atOnce = 50;

/** Counts seats of accounts that stay; `table` is the provisioning table's name. */
export function seatCountStore(table: string) {
  /**
   * Counts the months of these accounts' seats that nobody has counted, each account's once, whoever else counts. One that
   * began another step meanwhile is left: that step, or the next count, counts it. Capacity: 2 write units for each account
   * that has such a month, and for each month and fifty of them.
   *
   * @param accounts - of one lot of a provider
   * @returns how many accounts had such months
   */
  async function countAll(
    providerId: ProviderId,
    lot: AccountLot,
    accounts: readonly Account[],
    month: Month,
  ): Promise<number> {
    const open = accounts.filter((account) => uncountedMonths(account, month).length > 0);
    let count = 0;
    for (let from = 0; from < open.length; from += atOnce) {
      count += await countSome(providerId, lot, open.slice(from, from + atOnce), month);
    }
    return count;
  }

  async function countSome(
    providerId: ProviderId,
    lot: AccountLot,
    accounts: readonly Account[],
    month: Month,
  ): Promise<number> {
    if (accounts.length === 0) return 0;
    const months = accounts.flatMap((account) => uncountedMonths(account, month));
    const items = accounts.map((account) => {
      const { ConditionExpression, ExpressionAttributeValues } = holdsFence(account);
      return {
        Update: {
          TableName: table,
          Key: accountKey(account),
          UpdateExpression: 'SET seatsCounted = :month',
          ConditionExpression,
          ExpressionAttributeValues: {
            ...ExpressionAttributeValues,
            ':month': counted(account, month).seatsCounted,
          },
        },
      };
    });
    const written = await transact([...items, ...countSeats(table, providerId, lot, months)]);
    if (written.done) return accounts.length;
    const { failed } = written;
    return countSome(
      providerId,
      lot,
      accounts.filter((_, position) => !failed.includes(position)),
      month,
    );
  }

  return { countAll };
}
