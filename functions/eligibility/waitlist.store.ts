import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AreaId } from '../../regions/schema.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { type ListPlace, listPlaceOf } from '../runtime/list-place.ts';
import { type Application, ApplicationId } from './contract.ts';

const EntryRow = z.strictObject({
  pk: z.string(),
  sk: z.string(),
  applicationId: ApplicationId,
});

/** What an entry of a waiting list is made of. */
type Waiting = Pick<Application, 'areaId' | 'submittedAt' | 'applicationId'>;

/** The waiting lists for places in the quota, one for each area; `table` is the eligibility table's name. */
export function waitlistStore(table: string) {
  /** The first of an area's list, in order of submission. Capacity: 1 read unit. */
  async function headOf(areaId: AreaId): Promise<ApplicationId | undefined> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': listKey(areaId) },
        ConsistentRead: true,
        Limit: 1,
      }),
    );
    return Items[0] === undefined ? undefined : EntryRow.parse(Items[0]).applicationId;
  }

  /** Whether somebody who submitted earlier is in the list. Capacity: 1 read unit. */
  async function isBehind(application: Waiting): Promise<boolean> {
    const { pk, sk } = entryKey(application);
    const { Count = 0 } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk < :own',
        ExpressionAttributeValues: { ':pk': pk, ':own': sk },
        ConsistentRead: true,
        Limit: 1,
      }),
    );
    return Count > 0;
  }

  /**
   * Which in the list someone is, exactly if it is among the first (edge case 40: read from the table, not from an index).
   * Capacity: 1 read unit for some 25 who are before them, 4 at most.
   */
  function positionOf(application: Waiting): Promise<ListPlace> {
    return listPlaceOf(table, entryKey(application), true);
  }

  /** Enters the list. Capacity: 2 write units. */
  function enter(application: Waiting): TransactItem {
    const { applicationId } = application;
    return putNew(table, {
      ...entryKey(application),
      applicationId,
    } satisfies z.input<typeof EntryRow>);
  }

  /** Leaves the list; who is not in it cannot. Capacity: 2 write units. */
  function leave(application: Waiting): TransactItem {
    return {
      Delete: {
        TableName: table,
        Key: entryKey(application),
        ConditionExpression: 'attribute_exists(pk)',
      },
    };
  }

  return { headOf, isBehind, positionOf, enter, leave };
}

const listKey = (areaId: AreaId) => `WAITLIST#${areaId}`;

const entryKey = ({ areaId, submittedAt, applicationId }: Waiting) => ({
  pk: listKey(areaId),
  sk: `${submittedAt}#${applicationId}`,
});
