import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { AccountId, accountIdOf } from '../enrolment/contract.ts';
import type { LearnerId } from '../identity/contract.ts';
import { documents, put } from '../runtime/dynamodb.ts';
import { Account, type AskedStep, accountsIndex, tasksIndex } from './contract.ts';

/** Partitions of a provider's accounts in the index: a write to it never waits for more than an eighth of the others. */
export const accountLots = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;
export type AccountLot = (typeof accountLots)[number];

const AccountRow = Account.extend({
  pk: z.string(),
  sk: z.literal('ACCOUNT'),
  /** Absent in rows of before 0.2.0, until migration 0005 has come by. */
  accountId: AccountId.optional(),
  accountLot: z.string().optional(),
  taskOf: ProviderId.optional(),
  taskSince: z.iso.datetime().optional(),
});

/** An account's row with the keys of its indexes. */
export function accountRow(account: Account): z.input<typeof AccountRow> {
  const { learnerId, providerId, open } = account;
  const accountId = accountIdOf(learnerId, providerId);
  return {
    ...accountKey(account),
    ...account,
    accountId,
    accountLot: lotKey(providerId, lotOf(accountId)),
    ...(open?.kind === 'person' && { taskOf: providerId, taskSince: open.since }),
  };
}

/** The account of a row. @throws {ZodError} it is none */
export function toAccount(row: unknown): Account {
  const { pk, sk, accountId, accountLot, taskOf, taskSince, ...account } = AccountRow.parse(row);
  return account;
}

const lotKey = (providerId: ProviderId, lot: AccountLot) => `${providerId}#${lot}`;

/** The lot of an account, by its id. */
function lotOf(accountId: AccountId): AccountLot {
  const code = accountId.codePointAt(accountId.length - 1) ?? 0;
  return accountLots[code % accountLots.length] ?? '0';
}

/** Reads and writes of accounts at providers; `table` is the provisioning table's name. */
export function provisioningStore(table: string) {
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
   * read units. A row whose index has not caught up is not found: nobody was told the id before it was written.
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

  /**
   * The accounts of a provider that somebody has to look at, the longest waiting first. Capacity: half a read unit for
   * 4 KB. The index lags; what is told of a case is checked against its row (edge case 40).
   *
   * @param after - the last one of the page before
   */
  async function listTasks(
    providerId: ProviderId,
    { limit, after }: { readonly limit: number; readonly after?: Account | undefined },
  ): Promise<readonly Account[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: tasksIndex.name,
        KeyConditionExpression: 'taskOf = :provider',
        ExpressionAttributeValues: { ':provider': providerId },
        Limit: limit,
        ...(after && { ExclusiveStartKey: taskKeyOf(after) }),
      }),
    );
    return Items.map(toAccount);
  }

  /**
   * Writes that a step begins, with the next fence; undefined where another worker was quicker. Capacity: 1
   * write unit.
   */
  async function begin(
    account: Omit<Account, 'fence' | 'state' | 'open' | 'asked'>,
    asked: AskedStep,
    seen: Account | undefined,
  ): Promise<Account | undefined> {
    const fence = (seen?.fence ?? 0) + 1;
    const begun: Account = { ...account, asked, state: begunStates[asked], fence };
    const written = await put({
      TableName: table,
      Item: accountRow(begun),
      ...(seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : holdsFence(seen.fence)),
    });
    return written.done ? begun : undefined;
  }

  /** Writes how a step ended; false where another step has begun since. Capacity: 1 write unit. */
  async function end(ended: Account): Promise<boolean> {
    const Item = accountRow(ended);
    return (await put({ TableName: table, Item, ...holdsFence(ended.fence) })).done;
  }

  return { readAccount, findAccount, listAccounts, listTasks, begin, end };
}

/** What an account is while it is asked for a step. */
const begunStates = {
  create: 'creating',
  suspend: 'changing',
  resume: 'changing',
  delete: 'deleting',
} as const satisfies Record<AskedStep, Account['state']>;

const holdsFence = (fence: number) => ({
  ConditionExpression: 'fence = :fence',
  ExpressionAttributeValues: { ':fence': fence },
});

export const accountKey = ({
  learnerId,
  providerId,
}: Pick<Account, 'learnerId' | 'providerId'>) => ({
  pk: `ACCOUNT#${learnerId}#${providerId}`,
  sk: 'ACCOUNT' as const,
});

function taskKeyOf(account: Account) {
  const { pk, sk, taskOf, taskSince } = accountRow(account);
  return { pk, sk, taskOf, taskSince };
}
