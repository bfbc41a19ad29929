import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { accountIdOf } from '../../functions/enrolment/contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { poolStore } from '../../functions/provisioning/pool.store.ts';
import { voucherStore } from '../../functions/provisioning/voucher.store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';

export const at = '2026-03-02T01:00:00.000Z';

let made = 0;

/** A provider with a pool of its own, and the codes that it has. */
export function newPool() {
  made += 1;
  const providerId = ProviderId.parse(`press-${made}`);
  const [vouchers, pools] = [voucherStore('provisioning'), poolStore('provisioning')];
  /** Adds codes, with an entry in the trail that can be counted. */
  const add = (codes: readonly string[]) => {
    made += 1;
    const Item: PutCommandInput['Item'] = { pk: `ENTRY#${providerId}`, sk: `${made}` };
    return pools.add(providerId, codes, {
      at,
      recorded: { Put: { TableName: 'provisioning', Item } },
    });
  };
  /** Somebody with an account there. */
  const newcomer = () => {
    const learnerId = newId(LearnerId, 'lrn');
    const accountId = accountIdOf(learnerId, providerId);
    const pool = vouchers.poolOf(providerId, learnerId, at);
    return {
      learnerId,
      accountId,
      take: () => pool.give(accountId),
      leave: (afterUse: 'return' | 'void') => pool.takeBack(accountId, afterUse),
      code: () => vouchers.codeOf(accountId),
    };
  };
  return { providerId, add, newcomer, tally: () => pools.tally(providerId), pools };
}
export type Pool = ReturnType<typeof newPool>;
export type Newcomer = ReturnType<Pool['newcomer']>;

/** So many codes, each another. */
export const codesOf = (count: number, prefix = 'CODE') =>
  Array.from({ length: count }, (_, position) => `${prefix}-${position}`);
