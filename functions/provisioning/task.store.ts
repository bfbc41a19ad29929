import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { accountIdOf } from '../enrolment/contract.ts';
import { LearnerId } from '../identity/contract.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import { type Account, Task, type TaskBookmark } from './contract.ts';

/** A task with whose account it is about. */
const KeptTask = Task.extend({
  learnerId: LearnerId,
  providerId: ProviderId,
  /** As long as the provider made it. */
  remoteId: z.string().min(1).optional(),
});
export type KeptTask = z.infer<typeof KeptTask>;

const TaskRow = KeptTask.extend({ pk: z.string().startsWith('TASKS#'), sk: z.string() });

/** What somebody has to see to; undefined of an account that is not left to a person. */
export function taskOf(account: Account | undefined): KeptTask | undefined {
  if (account?.open?.kind !== 'person' || account.asked === undefined) return undefined;
  const { learnerId, providerId, asked, fence, remoteId, open } = account;
  const { reason, since } = open;
  const accountId = accountIdOf(learnerId, providerId);
  return { accountId, learnerId, providerId, asked, reason, since, fence, remoteId };
}

/**
 * The writes with which the list of tasks follows an account's row, for the transaction that writes the row: there is a
 * task while the row is left to a person, and no longer. Capacity: 2 write units for each; none of an account that goes its
 * usual way.
 *
 * @param seen - the row that is replaced, which the transaction makes sure of (`asSeen` of `store.ts`)
 */
export function tasksFollowing(
  table: string,
  seen: Account | undefined,
  next: Account,
): TransactItem[] {
  const [before, after] = [taskOf(seen), taskOf(next)];
  return [
    ...(before === undefined ? [] : [taskEnded(table, before)]),
    ...(after === undefined
      ? []
      : [{ Put: { TableName: table, Item: { ...keyOf(after), ...after } } }]),
  ];
}

/** The write that takes a task off the list. Capacity: 2 write units. */
export function taskEnded(table: string, task: KeptTask): TransactItem {
  return { Delete: { TableName: table, Key: keyOf(task) } };
}

/** The work list; `table` is the provisioning table's name. */
export function taskStore(table: string) {
  /**
   * What somebody has to see to at a provider, the longest waiting first; strongly consistent. Capacity: 1 read unit for
   * 4 KB, some ten tasks.
   *
   * @param after - the last one of the page before
   */
  async function listTasks(
    providerId: ProviderId,
    { limit, after }: { readonly limit: number; readonly after?: TaskBookmark | undefined },
  ): Promise<readonly KeptTask[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: {
          ':pk': partitionOf(providerId),
          ':after': after === undefined ? ' ' : sortKeyOf(after),
        },
        Limit: limit,
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => {
      const { pk, sk, ...task } = TaskRow.parse(item);
      return task;
    });
  }

  /** How many there are at a provider, up to `most`. Capacity: half a read unit for 4 KB, some ten tasks. */
  async function countTasks(providerId: ProviderId, most: number): Promise<number> {
    const { Count = 0 } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partitionOf(providerId) },
        Select: 'COUNT',
        Limit: most,
      }),
    );
    return Count;
  }

  return { listTasks, countTasks };
}

const partitionOf = (providerId: ProviderId) => `TASKS#${providerId}`;
const sortKeyOf = ({ since, accountId }: TaskBookmark) => `${since}#${accountId}`;
const keyOf = (task: KeptTask) => ({ pk: partitionOf(task.providerId), sk: sortKeyOf(task) });
