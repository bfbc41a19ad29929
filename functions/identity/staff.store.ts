import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Region } from '../../regions/schema.ts';
import { Sub } from '../runtime/caller.ts';
import { documents, putNew, transact, type Written } from '../runtime/dynamodb.ts';
import { Conflict } from '../runtime/errors.ts';
import { AnsweredBefore, type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { Staff, StaffId, type StaffInput, staffKeyPrefix } from './contract.ts';
import { loginKey, memberStore, type StaffLink } from './member.store.ts';

const StaffRow = Staff.extend({
  pk: z.string(),
  sk: z.literal('STAFF'),
  email: z.email(),
  sub: Sub.optional(),
  /** Invitations sent again: a change, so that the stream carries the row once more. */
  repeats: z.int().optional(),
});

/** What the invitation works from: the staff row as it was written. */
export interface Invitation {
  readonly staff: Staff;
  readonly email: string;
  /** How often it was asked for again. */
  readonly repeats: number;
}

/**
 * Reads and writes of staff; `table` is the identity table's name.
 *
 * @param hosting - the region, which says the areas of each partner; without it staff of a partner see nobody
 */
export function staffStore(table: string, hosting: Pick<Region, 'partners'> = {}) {
  const { memberOf, scopeOf } = memberStore(table, hosting);

  const get = async (pk: string) => {
    const key = { TableName: table, Key: { pk, sk: 'STAFF' }, ConsistentRead: true };
    return (await documents.send(new GetCommand(key))).Item;
  };

  /** A member of staff. Capacity: 1 read unit. */
  async function readStaff(staffId: StaffId): Promise<Staff | undefined> {
    const item = await get(staffKey(staffId));
    return item === undefined ? undefined : readInvitation(item).staff;
  }

  /** Whether an invitation still has to be mailed, and no later wish for it is on its way. Capacity: 1 read unit. */
  async function isWanted({ staff: { staffId }, repeats }: Invitation): Promise<boolean> {
    const item = await get(staffKey(staffId));
    if (item === undefined) return false;
    const last = readInvitation(item);
    return last.staff.state === 'inviting' && last.repeats === repeats;
  }

  /**
   * Keeps an invitation; the stream carries it to the staff pool. Capacity: 6 write units in 1 request.
   *
   * @throws {Conflict} `already-staff`: the address was invited before
   * @throws {AnsweredBefore} a request with the same claim was quicker
   */
  async function invite(staff: Staff, { email }: StaffInput, claim: Claim): Promise<void> {
    const row = { pk: staffKey(staff.staffId), sk: 'STAFF' as const, ...staff, email };
    const address = { pk: addressKey(email), sk: 'STAFF', staffId: staff.staffId };
    const written = await transact([
      rememberAnswer(table, claim, { status: 202, body: staff }),
      putNew(table, address),
      putNew(table, row satisfies z.input<typeof StaffRow>),
    ]);
    if (written.done) return;
    if (written.failed.includes(0)) throw new AnsweredBefore();
    const before = z.object({ staffId: StaffId }).safeParse(await get(addressKey(email)));
    throw new Conflict({
      code: 'already-staff',
      detail: `This address was invited before, as ${before.data?.staffId}. POST /staff/${before.data?.staffId}/invitation sends the invitation again.`,
    });
  }

  /**
   * Has an invitation sent again. Capacity: 4 write units in 1 request.
   *
   * @throws {AnsweredBefore} a request with the same claim was quicker
   */
  async function inviteAgain(staff: Staff, claim: Claim): Promise<void> {
    const written = await transact([
      rememberAnswer(table, claim, { status: 202, body: staff }),
      {
        Update: {
          TableName: table,
          Key: { pk: staffKey(staff.staffId), sk: 'STAFF' },
          UpdateExpression: 'SET #state = :inviting ADD repeats :one',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':inviting': 'inviting', ':one': 1 },
        },
      },
    ]);
    if (!written.done) throw new AnsweredBefore();
  }

  /**
   * Notes that the pool knows the member of staff, unless the invitation was asked for again meanwhile: that one is
   * still to be mailed. Capacity: 4 write units in 1 request.
   */
  async function recordInvited(
    { staff, repeats }: Omit<Invitation, 'email'>,
    sub: Sub,
  ): Promise<Written> {
    const { staffId, areaId, partnerId } = staff;
    const who = { staffId, areaId, partnerId };
    const link = { pk: loginKey(sub), sk: 'STAFF', ...who } satisfies z.input<typeof StaffLink>;
    const seen =
      repeats === 0
        ? { when: 'attribute_not_exists(repeats)', values: {} }
        : { when: 'repeats = :seen', values: { ':seen': repeats } };
    return transact([
      { Put: { TableName: table, Item: link } },
      {
        Update: {
          TableName: table,
          Key: { pk: staffKey(staffId), sk: 'STAFF' },
          UpdateExpression: 'SET #state = :invited, #sub = :sub',
          ConditionExpression: `attribute_exists(pk) AND ${seen.when}`,
          ExpressionAttributeNames: { '#state': 'state', '#sub': 'sub' },
          ExpressionAttributeValues: { ':invited': 'invited', ':sub': sub, ...seen.values },
        },
      },
    ]);
  }

  return { readStaff, isWanted, invite, inviteAgain, recordInvited, memberOf, scopeOf };
}

/** A staff row, from the table or its stream. */
export function readInvitation(item: Record<string, unknown>): Invitation {
  const { pk, sk, email, sub, repeats = 0, ...staff } = StaffRow.parse(item);
  return { staff, email, repeats };
}

/** Hashed, because services that log requests log keys. */
const addressKey = (email: string) =>
  `ADDRESS#${createHash('sha256').update(email.toLowerCase()).digest('base64url')}`;

const staffKey = (staffId: StaffId) => `${staffKeyPrefix}${staffId}`;
