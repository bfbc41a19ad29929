import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ProviderId } from '../../regions/schema.ts';
import type { LearnerId } from '../identity/contract.ts';
import { documents, put } from '../runtime/dynamodb.ts';
import { Account, type AskedStep } from './contract.ts';

const AccountRow = Account.extend({ pk: z.string(), sk: z.literal('ACCOUNT') });

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
    if (Item === undefined) return undefined;
    const { pk, sk, ...account } = AccountRow.parse(Item);
    return account;
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
      Item: { ...accountKey(begun), ...begun },
      ...(seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : holdsFence(seen.fence)),
    });
    return written.done ? begun : undefined;
  }

  /** Writes how a step ended; false where another step has begun since. Capacity: 1 write unit. */
  async function end(ended: Account): Promise<boolean> {
    const Item = { ...accountKey(ended), ...ended };
    return (await put({ TableName: table, Item, ...holdsFence(ended.fence) })).done;
  }

  return { readAccount, begin, end };
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
