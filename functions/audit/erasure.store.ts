import type { LearnerId } from '../identity/contract.ts';
import { update } from '../runtime/dynamodb.ts';
import { rowsOf } from '../runtime/erasing.ts';
import { trailKey } from '../runtime/trail.ts';
import type { AuditEntry } from './contract.ts';
import { readEntry } from './store.ts';

/** What becomes of the trail about somebody who has left; `table` is the audit table's name. */
export function erasureStore(table: string) {
  /** All that was seen and decided about a learner, the oldest first. Capacity: 1 read unit for 4 KB. */
  async function entriesOf(learnerId: LearnerId): Promise<readonly AuditEntry[]> {
    return (await rowsOf(table, trailKey(learnerId))).map(readEntry);
  }

  /**
   * Says until when the trail about a learner is kept: it holds ids and codes, no name, and shows who saw and decided what
   * for as long as somebody may ask. Capacity: 1 read unit for 4 KB, and 1 write unit for each entry that has no end yet.
   *
   * @param until - seconds since the epoch at which the entries are forgotten
   */
  async function expire(learnerId: LearnerId, until: number): Promise<void> {
    for (const { pk, sk, expiresAt } of await rowsOf(table, trailKey(learnerId))) {
      if (expiresAt !== undefined) continue;
      // Refused where it has an end meanwhile, which stays.
      await update({
        TableName: table,
        Key: { pk, sk },
        UpdateExpression: 'SET expiresAt = :until',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(expiresAt)',
        ExpressionAttributeValues: { ':until': until },
      });
    }
  }

  return { entriesOf, expire };
}
