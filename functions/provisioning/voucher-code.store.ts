import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountId } from '../enrolment/contract.ts';
import { documents } from '../runtime/dynamodb.ts';
import { VoucherRow, voucherKey } from './voucher-rows.store.ts';

/** Codes that accounts have, which is all that others ask of pools; `table` is the provisioning table's name. */
export function codeStore(table: string) {
  /** An account's code. Capacity: 1 read unit. */
  async function codeOf(accountId: AccountId): Promise<string | undefined> {
    const Key = voucherKey(accountId);
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : VoucherRow.parse(Item).code;
  }

  return { codeOf };
}
