import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { AccountId, accountIdOf } from '../enrolment/contract.ts';
import type { LearnerId } from '../identity/contract.ts';
import { documents, put, transact } from '../runtime/dynamodb.ts';
import { Account, type AskedStep, accountsIndex, type Month, tasksIndex } from './contract.ts';
import { counted, seated, uncountedMonths } from './seats.rules.ts';
import { countSeats } from './seats.store.ts';

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

export function lotOfAccount(account: Pick<Account, 'learnerId' | 'providerId'>): AccountLot {
  return lotOf(accountIdOf(account.learnerId, account.providerId));
}

/** The lot of an account, by its id. */
export function lotOf(accountId: AccountId): AccountLot {
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
   * Writes that a step begins, with the next fence; undefined where another worker was quicker. With an account that was
   * active the months of its seat that nobody has counted are counted. Capacity: 1 write unit; 2, and 2 for each such
   * month, once a month at most.
   *
   * @param month - by the clock of the region
   */
  async function begin(
    account: Pick<Account, 'learnerId' | 'providerId' | 'remoteId' | 'lateUntil'>,
    asked: AskedStep,
    seen: Account | undefined,
    month: Month,
  ): Promise<Account | undefined> {
    const { fence = 0, seatsCounted } = seen ?? {};
    const state = begunStates[asked];
    const begun: Account = { ...account, asked, state, fence: fence + 1, seatsCounted };
    const months = uncountedMonths(seen, month);
    const next = months.length > 0 ? counted(begun, month) : begun;
    const Put = {
      TableName: table,
      Item: accountRow(next),
      ...(seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : holdsFence(seen)),
    };
    const seats = countSeats(table, account.providerId, lotOfAccount(account), months);
    const written = await (months.length > 0 ? transact([{ Put }, ...seats]) : put(Put));
    return written.done ? next : undefined;
  }

  /**
   * Writes how a step ended; false where another step has begun since. Capacity: 1 write unit.
   *
   * @param month - by the clock of the region
   */
  async function end(ended: Account, month: Month): Promise<boolean> {
    return (await put(ending(table, ended, month))).done;
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

/**
 * The write of how a step ended, or of what has become of it: fails where another step has begun since, or somebody else
 * has told how it ended. Capacity: 1 write unit; 2 in a transaction.
 *
 * @param month - by the clock of the region
 */
export function ending(table: string, ended: Account, month: Month) {
  const { ConditionExpression, ExpressionAttributeValues } = holdsFence(ended);
  const Item = accountRow(seated(ended, month));
  const { asked } = ended;
  // Rows of before 0.2.0 do not say what was asked for.
  if (asked === undefined)
    return { TableName: table, Item, ConditionExpression, ExpressionAttributeValues };
  return {
    TableName: table,
    Item,
    ConditionExpression: `${ConditionExpression} AND #state = :begun`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ':begun': begunStates[asked] },
  };
}

/** That nobody has begun another step since the row was read, nor counted its seats. */
export function holdsFence({ fence, seatsCounted }: Account) {
  const seats =
    seatsCounted === undefined ? 'attribute_not_exists(seatsCounted)' : 'seatsCounted = :counted';
  return {
    ConditionExpression: `fence = :fence AND ${seats}`,
    ExpressionAttributeValues: {
      ':fence': fence,
      ...(seatsCounted !== undefined && { ':counted': seatsCounted }),
    },
  };
}

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
