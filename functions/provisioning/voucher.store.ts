import { randomUUID } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { ProviderId } from '../../regions/schema.ts';
import type { AccountId } from '../enrolment/contract.ts';
import type { LearnerId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import type { Pool } from './voucher.contract.ts';
import { codeStore } from './voucher-code.store.ts';
import {
  endOf,
  type Free,
  FreeRow,
  freeName,
  poolKey,
  type UsedRow,
  usedName,
  type VoucherRow,
  voucherKey,
} from './voucher-rows.store.ts';

/** Free codes that are read at once to give one of them. */
const candidates = 10;
/** Times that others take each of those before one's own is given, or taken back. */
const attempts = 8;

/**
 * Pools of codes: each code that was ever added is one row, `FREE#…` or `USED#…`, under the hash of the code, and each
 * account that has one has a row of its own; what becomes of a code changes all in one transaction, so that none is given
 * twice, whatever the concurrency (edge case 26). A code given takes 4 write units of its pool's partition, which gives
 * 1,000 a second: 250 codes a second and pool, far more than an opening day asks for (docs/adr/0037-voucher-pools.md).
 *
 * @param table - the provisioning table's name
 */
export function voucherStore(table: string) {
  const { codeOf } = codeStore(table);

  /**
   * A provider's pool, for one learner.
   *
   * @param at - the moment, as rows have it
   */
  function poolOf(providerId: ProviderId, learnerId: LearnerId, at: string): Pool {
    const pk = poolKey(providerId);
    const used = (code: string, state: 'given' | 'void') => ({
      ...{ pk, sk: usedName(code), state, since: at, providerId },
      ...(state === 'given' && { learnerId }),
    });

    /**
     * See `Pool`. Capacity: 2 read units, and 6 write units for a code that is given. Where the code that it tries is
     * taken meanwhile, it tries the next: somebody else has got one each time.
     *
     * @throws {Busy} others were quicker all the time
     */
    async function give(accountId: AccountId): Promise<boolean> {
      if ((await codeOf(accountId)) !== undefined) return true;
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const free = await findFree(providerId);
        if (free.length === 0) return false;
        for (const one of free) if (await giveThis(accountId, one)) return true;
      }
      throw new Busy();
    }

    /** Whether the account has a code now, this one or another. */
    async function giveThis(accountId: AccountId, { sk, code }: Free): Promise<boolean> {
      const voucher = { ...voucherKey(accountId), accountId, learnerId, providerId, code };
      const written = await transact([
        putNew(table, { ...voucher, givenAt: at } satisfies z.input<typeof VoucherRow>),
        // A code that is not there is not there to be given.
        {
          Delete: {
            TableName: table,
            Key: { pk, sk },
            ConditionExpression: 'code = :code',
            ExpressionAttributeValues: { ':code': code },
          },
        },
        put(used(code, 'given')),
      ]);
      return written.done || written.failed.includes(0);
    }

    /**
     * See `Pool`. Capacity: 1 read unit, and 6 write units where there is a code, 4 where it is void from then on.
     *
     * @throws {Busy} its code became another all the time
     */
    async function takeBack(accountId: AccountId, afterUse: 'return' | 'void'): Promise<void> {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const code = await codeOf(accountId);
        if (code === undefined) return;
        const becomes =
          afterUse === 'void'
            ? [put(used(code, 'void'))]
            : [
                { Delete: { TableName: table, Key: { pk, sk: usedName(code) } } },
                putFree({ pk, sk: freeName(code), code, since: at }),
              ];
        // Whoever deletes the account's row is the one who decides what becomes of the code.
        const holds = {
          ConditionExpression: 'code = :code',
          ExpressionAttributeValues: { ':code': code },
        };
        const Key = voucherKey(accountId);
        if ((await transact([{ Delete: { TableName: table, Key, ...holds } }, ...becomes])).done)
          return;
      }
      throw new Busy();
    }

    return { give, takeBack };
  }

  const put = (Item: z.input<typeof UsedRow>): TransactItem => ({
    Put: { TableName: table, Item },
  });
  const putFree = (Item: z.input<typeof FreeRow>): TransactItem => ({
    Put: { TableName: table, Item },
  });

  /**
   * Some free codes, from a random place of the pool on, so that those who come at once try different ones; none only if
   * the pool is dry. Capacity: 1 read unit, 2 where the pool's end is near.
   */
  async function findFree(providerId: ProviderId): Promise<readonly Free[]> {
    const start = freeName(randomUUID());
    const behind = await readFree(providerId, [start, endOf('FREE#')]);
    if (behind.length === candidates) return behind;
    return [...behind, ...(await readFree(providerId, ['FREE#', start]))];
  }

  async function readFree(
    providerId: ProviderId,
    [from, to]: readonly [string, string],
  ): Promise<readonly Free[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': poolKey(providerId), ':from': from, ':to': to },
        Limit: candidates,
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => FreeRow.parse(item));
  }

  return { codeOf, poolOf };
}
