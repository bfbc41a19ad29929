import type { ProviderId } from '../../regions/schema.ts';
import type { Pool } from './voucher.adapter.ts';

/** The pools of codes; `table` is the provisioning table's name. */
export function voucherStore(_table: string) {
  function poolOf(_providerId: ProviderId): Pool {
    throw new Error('parcel B');
  }
  return { poolOf };
}
