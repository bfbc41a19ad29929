import { transact } from '../runtime/dynamodb.ts';
import { accountKey } from './account.store.ts';
import { type KeptTask, taskEnded } from './task.store.ts';

/** What waits for a provider's word or a person's; `table` is the provisioning table's name. */
export function openStore(table: string) {
  /**
   * Has the provider asked again: what was left to a person is lifted, and the step that was asked for is the next step
   * again, once a message makes the worker look. Capacity: 4 write units, and 1 for the index.
   *
   * @returns false where another step has begun since, or it is not left to a person any more
   */
  async function askAgain(task: KeptTask): Promise<boolean> {
    const { learnerId, providerId, fence, since } = task;
    const lifted = {
      TableName: table,
      Key: accountKey({ learnerId, providerId }),
      UpdateExpression: 'REMOVE #open',
      ConditionExpression: 'fence = :fence AND #open.#since = :since',
      ExpressionAttributeNames: { '#open': 'open', '#since': 'since' },
      ExpressionAttributeValues: { ':fence': fence, ':since': since },
    };
    return (await transact([{ Update: lifted }, taskEnded(table, task)])).done;
  }
  return { askAgain };
}
