import { update } from '../runtime/dynamodb.ts';
import type { Account } from './contract.ts';
import { accountKey } from './store.ts';

/** What waits for a provider's word or a person's; `table` is the provisioning table's name. */
export function openStore(table: string) {
  /**
   * Has the provider asked again: what was open is lifted, and the step that was asked for is the next step again, once a
   * message makes the worker look. Capacity: 1 write unit, 3 with the indexes.
   *
   * @returns false where another step has begun since, or nothing is open any more
   */
  async function askAgain({ learnerId, providerId, fence }: Account): Promise<boolean> {
    const written = await update({
      TableName: table,
      Key: accountKey({ learnerId, providerId }),
      UpdateExpression: 'REMOVE #open, taskOf, taskSince',
      ConditionExpression: 'fence = :fence AND attribute_exists(#open)',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':fence': fence },
    });
    return written.done;
  }
  return { askAgain };
}
