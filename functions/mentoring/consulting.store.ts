import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { StaffId } from '../identity/contract.ts';
import { documents, put, type TransactItem } from '../runtime/dynamodb.ts';
import { Consultant } from './consulting.contract.ts';
import { type List, readPage } from './list.store.ts';

const ConsultantRow = Consultant.extend({
  pk: z.string().startsWith('STAFF#'),
  sk: z.literal('CONSULTANT'),
  version: z.int().min(1),
  list: z.string().optional(),
  listedAt: z.string().optional(),
});

/** A consultant's offer as it was read. */
export interface SeenConsultant {
  readonly consultant: Consultant;
  readonly version: number;
}

/** Reads and writes of what consultants offer; `table` is the mentoring table's name. */
export function consultingStore(table: string) {
  /** What a member of staff offers. Capacity: 1 read unit for 4 KB. */
  async function read(staffId: StaffId): Promise<SeenConsultant | undefined> {
    const key = { TableName: table, Key: consultantKey(staffId), ConsistentRead: true };
    const { Item } = await documents.send(new GetCommand(key));
    return Item === undefined ? undefined : toConsultant(Item);
  }

  /**
   * Keeps an offer; false where it has changed since it was read. Capacity: 1 write unit for 1 KB, and as many in the
   * index.
   *
   * @param seen - the version that was read; undefined where there was none
   */
  async function keep(consultant: Consultant, seen: number | undefined): Promise<boolean> {
    const listed = { list: consultants.name, listedAt: consultant.since };
    const Item = {
      ...consultantKey(consultant.staffId),
      ...consultant,
      version: (seen ?? 0) + 1,
      ...(consultant.open ? listed : {}),
    } satisfies z.input<typeof ConsultantRow>;
    const asSeen =
      seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: { ':seen': seen },
          };
    return (await put({ TableName: table, Item, ...asSeen })).done;
  }

  /** The check that an offer is still as it was read, for what is booked by it. Capacity: 2 write units. */
  function isStill({ consultant, version }: SeenConsultant): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: consultantKey(consultant.staffId),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version },
      },
    };
  }

  /**
   * Consultants whose offer is open, the longest first. Capacity: half a read unit for 4 KB. The index lags by moments:
   * whoever books reads the row (edge case 40).
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list
   */
  async function listOpen(limit: number, cursor: string | undefined) {
    const page = await readPage(table, consultants, { limit, cursor });
    const found = page.items.map((item) => toConsultant(item).consultant);
    return { consultants: found, cursor: page.cursor };
  }

  return { read, keep, isStill, listOpen };
}

function toConsultant(item: Record<string, unknown>): SeenConsultant {
  const { pk, sk, version, list, listedAt, ...consultant } = ConsultantRow.parse(item);
  return { consultant, version };
}

/** The partition of a member of staff: their offer, appointments and days. */
export const staffPartition = (staffId: StaffId) => `STAFF#${staffId}`;

const consultantKey = (staffId: StaffId) => ({
  pk: staffPartition(staffId),
  sk: 'CONSULTANT' as const,
});

const consultants: List = {
  name: 'CONSULTANTS',
  pk: 'STAFF#',
  sk: ConsultantRow.shape.sk,
};
