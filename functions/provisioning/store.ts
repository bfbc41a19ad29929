import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { put, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { accountRow, accountStore, lotOfAccount } from './account.store.ts';
import type { Account, AskedStep, Month } from './contract.ts';
import { counted, seated, uncountedMonths } from './seats.rules.ts';
import { countSeats } from './seats.store.ts';
import { taskOf, tasksFollowing } from './task.store.ts';

export { type AccountLot, accountKey, accountLots, accountRow, lotOf } from './account.store.ts';

/** Reads and writes of accounts at providers; `table` is the provisioning table's name. */
export function provisioningStore(table: string) {
  const reads = accountStore(table);

  /**
   * Writes that a step begins, with the next fence; undefined where another worker was quicker. With an account that was
   * active the months of its seat that nobody has counted are counted. Capacity: 1 write unit, and 1 for the index; 2 and 1,
   * and 2 for each such month, once a month at most, and for the task of an account that was left to a person.
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
      ...(seen === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : asSeen(seen)),
    };
    const seats = countSeats(table, account.providerId, lotOfAccount(account), months);
    const written = await write([{ Put }, ...tasksFollowing(table, seen, next), ...seats]);
    return written ? next : undefined;
  }

  /**
   * Writes how a step ended, or that it was left open; false where another step has begun since. Capacity: 1 write unit,
   * and 1 for the index; 5 in all where it is left to a person.
   *
   * @param month - by the clock of the region
   */
  async function end(ended: Account, month: Month): Promise<boolean> {
    const { open, ...begun } = ended;
    return write(ending(table, ended, begun, month));
  }

  return { ...reads, begin, end };
}

/** The write of an account's row, and what goes with it. */
type RowWrites = readonly [{ readonly Put: PutCommandInput }, ...TransactItem[]];

/** Writes all or nothing; without a transaction where there is nothing but the row. */
async function write(items: RowWrites): Promise<boolean> {
  const [{ Put }, ...others] = items;
  return (await (others.length > 0 ? transact([{ Put }, ...others]) : put(Put))).done;
}

/** What an account is while it is asked for a step. */
const begunStates = {
  create: 'creating',
  suspend: 'changing',
  resume: 'changing',
  delete: 'deleting',
} as const satisfies Record<AskedStep, Account['state']>;

/**
 * The writes of how a step ended, or of what has become of it, its task included: they fail where another step has begun
 * since, or somebody else has told how it ended. Capacity: 1 write unit, 2 in a transaction, and 2 for a task that comes or
 * goes; and 1 for the index.
 *
 * @param seen - the row that it takes the place of
 * @param month - by the clock of the region
 */
export function ending(table: string, ended: Account, seen: Account, month: Month): RowWrites {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = asSeen(seen);
  const { asked } = ended;
  const Put = {
    TableName: table,
    Item: accountRow(seated(ended, month)),
    // Rows of before 0.2.0 do not say what was asked for.
    ...(asked === undefined
      ? { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues }
      : {
          ConditionExpression: `${ConditionExpression} AND #state = :begun`,
          ExpressionAttributeNames: { ...ExpressionAttributeNames, '#state': 'state' },
          ExpressionAttributeValues: { ...ExpressionAttributeValues, ':begun': begunStates[asked] },
        }),
  };
  return [{ Put }, ...tasksFollowing(table, seen, ended)];
}

/** That nobody has begun another step since the row was read, counted its seats, or left it to a person. */
function asSeen(seen: Account) {
  const { ConditionExpression, ExpressionAttributeValues } = holdsFence(seen);
  const since = taskOf(seen)?.since;
  const task = since === undefined ? 'attribute_not_exists(#open.#since)' : '#open.#since = :since';
  return {
    ConditionExpression: `${ConditionExpression} AND ${task}`,
    ExpressionAttributeNames: { '#open': 'open', '#since': 'since' },
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...(since !== undefined && { ':since': since }),
    },
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
