import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ProviderId } from '../../regions/schema.ts';
import { AccountId, accountIdOf } from '../enrolment/contract.ts';
import type { LearnerId } from '../identity/contract.ts';
import { documents } from '../runtime/dynamodb.ts';
import { alphabet } from '../runtime/ids.ts';
import { Account, accountsIndex } from './contract.ts';

/** Partitions of a provider's accounts in the index: a write to it never waits for more than an eighth of the others. */
export const accountLots = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;
export type AccountLot = (typeof accountLots)[number];

const AccountRow = Account.extend({
  pk: z.string(),
  sk: z.literal('ACCOUNT'),
  /** Absent in rows of before 0.2.0, until migration 0005 has come by. */
  accountId: AccountId.optional(),
  accountLot: z.string().optional(),
});

/** An account's row with the keys of its index. */
export function accountRow(account: Account): z.input<typeof AccountRow> {
  const { learnerId, providerId } = account;
  const accountId = accountIdOf(learnerId, providerId);
  return {
    ...accountKey(account),
    ...account,
    accountId,
    accountLot: lotKey(providerId, lotOf(accountId)),
  };
}

/** The account of a row. @throws {ZodError} it is none */
function toAccount(row: unknown): Account {
  const { pk, sk, accountId, accountLot, ...account } = AccountRow.parse(row);
  return account;
}

const lotKey = (providerId: ProviderId, lot: AccountLot) => `${providerId}#${lot}`;

export function lotOfAccount(account: Pick<Account, 'learnerId' | 'providerId'>): AccountLot {
  return lotOf(accountIdOf(account.learnerId, account.providerId));
}

/** The lot of an account, by the last digit of its id: each has as many. */
export function lotOf(accountId: AccountId): AccountLot {
  return accountLots[alphabet.indexOf(accountId.slice(-1)) % accountLots.length] ?? '0';
}

/** Reads of accounts at providers, which is all that others ask; `table` is the provisioning table's name. */
export function accountStore(table: string) {
  /** What we know of an account. Capacity: 1 read unit. */
  async function readAccount(
    learnerId: LearnerId,
    providerId: ProviderId,
  ): Promise<Account | undefined> {
    const Key = accountKey({ learnerId, providerId });
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toAccount(Item);
  }

  /**
   * The account that a provider knows by this id; the index finds it, the row is read (edge case 40). Capacity: 1.5
   * read units. The index follows the row within moments: whoever tells of an account before that is told 404, and tells again.
   */
  async function findAccount(
    providerId: ProviderId,
    accountId: AccountId,
  ): Promise<Account | undefined> {
    const { Items: [item] = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: accountsIndex.name,
        KeyConditionExpression: 'accountLot = :lot AND accountId = :id',
        ExpressionAttributeValues: {
          ':lot': lotKey(providerId, lotOf(accountId)),
          ':id': accountId,
        },
      }),
    );
    return item && readAccount(toAccount(item).learnerId, providerId);
  }

  /**
   * One lot of a provider's accounts, in the order of their ids. Capacity: half a read unit for 4 KB, some ten accounts.
   *
   * @param after - the last account of the page before
   */
  async function listAccounts(
    providerId: ProviderId,
    lot: AccountLot,
    { limit, after }: { readonly limit: number; readonly after?: AccountId | undefined },
  ): Promise<readonly Account[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: accountsIndex.name,
        KeyConditionExpression: 'accountLot = :lot AND accountId > :after',
        ExpressionAttributeValues: { ':lot': lotKey(providerId, lot), ':after': after ?? ' ' },
        Limit: limit,
      }),
    );
    return Items.map(toAccount);
  }

  return { readAccount, findAccount, listAccounts };
}

export const accountKey = ({
  learnerId,
  providerId,
}: Pick<Account, 'learnerId' | 'providerId'>) => ({
  pk: `ACCOUNT#${learnerId}#${providerId}`,
  sk: 'ACCOUNT' as const,
});
