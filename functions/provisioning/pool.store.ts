import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { ProviderId } from '../../regions/schema.ts';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { endOf, type FreeRow, freeName, poolKey, usedName } from './voucher-rows.store.ts';

/** Codes in one transaction, of two items each, beside an entry in the trail; a transaction has a hundred at most. */
const codesAtOnce = 45;

/** What is added to the pools of codes, and how many there are; `table` is the provisioning table's name. */
export function poolStore(table: string) {
  /**
   * Adds codes that were never added before. A crash leaves those that were added: the same list again adds the rest.
   * Capacity: 4 write units a code, and the same again where some of 45 are known.
   *
   * @param recorded - the entry in the trail, made together with the first code that is added
   * @returns how many were added
   */
  async function add(
    providerId: ProviderId,
    codes: readonly string[],
    { at, recorded }: { readonly at: string; readonly recorded: TransactItem },
  ): Promise<number> {
    let added = 0;
    for (let from = 0; from < codes.length; from += codesAtOnce) {
      const entry = added === 0 ? [recorded] : [];
      added += await addSome(providerId, codes.slice(from, from + codesAtOnce), { at, entry });
    }
    return added;
  }

  async function addSome(
    providerId: ProviderId,
    codes: readonly string[],
    { at, entry }: { readonly at: string; readonly entry: readonly TransactItem[] },
  ): Promise<number> {
    const pk = poolKey(providerId);
    let [left, trail] = [codes, entry];
    while (left.length > 0) {
      const items = left.flatMap((code): TransactItem[] => [
        putNew(table, { pk, sk: freeName(code), code, since: at } satisfies z.input<
          typeof FreeRow
        >),
        {
          ConditionCheck: {
            TableName: table,
            Key: { pk, sk: usedName(code) },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      const written = await transact([...items, ...trail]);
      if (written.done) return left.length;
      // The very same entry is there already, which is as good.
      if (written.failed.includes(items.length)) trail = [];
      const known = new Set(written.failed.map((position) => Math.floor(position / 2)));
      left = left.filter((_, position) => !known.has(position));
    }
    return 0;
  }

  /**
   * How many codes are free. Capacity: half a read unit for some 30 of them.
   *
   * @param atMost - it counts no further
   */
  async function countFree(providerId: ProviderId, atMost: number): Promise<number> {
    const { all } = await count(providerId, 'FREE#', atMost);
    return Math.min(all, atMost);
  }

  /** How many codes of each state there are. Capacity: half a read unit for some 30 of them. */
  async function tally(
    providerId: ProviderId,
  ): Promise<{ readonly free: number; readonly given: number; readonly void: number }> {
    const [free, used] = await Promise.all([
      count(providerId, 'FREE#'),
      count(providerId, 'USED#', undefined, 'given'),
    ]);
    return { free: free.all, given: used.matching, void: used.all - used.matching };
  }

  /**
   * Counts rows. A number that is kept would be written by each who is given a code: all of them, one after the other.
   */
  async function count(providerId: ProviderId, prefix: string, atMost?: number, state?: string) {
    const counted = { all: 0, matching: 0 };
    let start: Record<string, unknown> | undefined;
    do {
      const {
        Count = 0,
        ScannedCount = 0,
        LastEvaluatedKey,
      } = await documents.send(
        new QueryCommand({
          TableName: table,
          Select: 'COUNT',
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': poolKey(providerId),
            ':from': prefix,
            ':to': endOf(prefix),
            ...(state !== undefined && { ':state': state }),
          },
          ...(state !== undefined && {
            FilterExpression: '#state = :state',
            ExpressionAttributeNames: { '#state': 'state' },
          }),
          ...(atMost !== undefined && { Limit: atMost - counted.all }),
          ExclusiveStartKey: start,
        }),
      );
      counted.all += ScannedCount;
      counted.matching += Count;
      start = LastEvaluatedKey;
    } while (start !== undefined && (atMost === undefined || counted.all < atMost));
    return counted;
  }

  return { add, countFree, tally };
}
