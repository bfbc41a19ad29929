import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from '../runtime/dynamodb.ts';
import { type Erasure, erased, eraseRows, type Key, waits } from '../runtime/erasing.ts';
import { dueLots } from '../runtime/notice.ts';
import { dueIndex } from './contract.ts';

/** Whose notices: ids as notices name them. */
type ReaderId = string;

/**
 * Notices to somebody who leaves; `table` is the notices table's name. What was mailed names nobody any more: its row says
 * that it was sent, and is forgotten after 30 days.
 */
export function erasureStore(table: string) {
  /**
   * The notices to somebody that are not mailed yet. They are found among all that are on their way: in quiet times a
   * handful, while mail is away as many as were sent since. Capacity: half a read unit for 4 KB of those.
   */
  async function pendingOf(readers: readonly ReaderId[]): Promise<readonly Key[]> {
    const lots = Array.from({ length: dueLots }, (_, lot) => String(lot));
    return (await Promise.all(lots.map((lot) => pendingIn(lot, readers)))).flat();
  }

  async function pendingIn(lot: string, readers: readonly ReaderId[]): Promise<readonly Key[]> {
    const found: Key[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: dueIndex,
          KeyConditionExpression: 'dueLot = :lot',
          FilterExpression: readers
            .map((_, at) => `message.#to.learnerId = :who${at} OR message.#to.mentorId = :who${at}`)
            .join(' OR '),
          ExpressionAttributeNames: { '#to': 'to' },
          ExpressionAttributeValues: {
            ':lot': lot,
            ...Object.fromEntries(readers.map((reader, at) => [`:who${at}`, reader])),
          },
          ExclusiveStartKey: from,
        }),
      );
      // Every table has text keys `pk` and `sk`.
      found.push(...((page.Items ?? []) as Key[]));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }

  /**
   * Lets what somebody is still to be told go out, and deletes what does not in time.
   *
   * @param patient - whether mails may still be waited for
   */
  async function erase(readers: readonly ReaderId[], patient: boolean): Promise<Erasure> {
    if (readers.length === 0) return erased;
    const pending = await pendingOf(readers);
    if (pending.length === 0) return erased;
    if (patient) return waits('mails');
    await eraseRows(table, pending, []);
    return erased;
  }

  return { pendingOf, erase };
}
