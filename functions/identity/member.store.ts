import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Region } from '../../regions/schema.ts';
import type { StaffCaller, Sub } from '../runtime/caller.ts';
import { documents } from '../runtime/dynamodb.ts';
import { Forbidden } from '../runtime/errors.ts';
import { derivedId } from '../runtime/ids.ts';
import { Staff, StaffId } from './contract.ts';
import { type Scope, scopeBy } from './scope.rules.ts';

export { areasOf, nameAnArea, onlyAreaOf, type Scope, sees } from './scope.rules.ts';

/** A staff login and whom it belongs to: read on every staff request, so it holds what those need. */
export const StaffLink = z.strictObject({
  pk: z.string(),
  sk: z.literal('STAFF'),
  staffId: StaffId,
  areaId: Staff.shape.areaId,
  partnerId: Staff.shape.partnerId,
});

/** A member of staff who calls. */
export interface Member {
  readonly staffId: StaffId;
  readonly scope: Scope;
}

/**
 * Who of the staff calls: all that other capabilities ask of staff. `table` is the identity table's name.
 *
 * @param hosting - the region, which says the areas of each partner; without it staff of a partner see nobody
 */
export function memberStore(table: string, hosting: Pick<Region, 'partners'> = {}) {
  /**
   * Who a staff caller is, and what they may see. The token names the role, the row the scope: a claim outlives
   * its revocation. Administrators without a row are the first one, whom the region file names (edge case 49);
   * their id is made of the login. Capacity: 1 read unit.
   *
   * @throws {Forbidden} `no-staff-record`
   */
  async function memberOf({ sub, role }: StaffCaller): Promise<Member> {
    const Key = { pk: loginKey(sub), sk: 'STAFF' };
    const read = new GetCommand({ TableName: table, Key, ConsistentRead: true });
    const { Item: item } = await documents.send(read);
    if (item === undefined && role === 'administrator') {
      return { staffId: derivedId(StaffId, 'stf', sub), scope: { kind: 'region' } };
    }
    if (item === undefined) {
      throw new Forbidden({
        code: 'no-staff-record',
        detail: 'Nobody invited this login. Ask an administrator for an invitation.',
      });
    }
    const link = StaffLink.parse(item);
    return { staffId: link.staffId, scope: scopeBy(hosting, link) };
  }

  /** What a staff caller may see; as `memberOf`. */
  async function scopeOf(caller: StaffCaller): Promise<Scope> {
    return (await memberOf(caller)).scope;
  }

  return { memberOf, scopeOf };
}

export const loginKey = (sub: Sub) => `LOGIN#${sub}`;
