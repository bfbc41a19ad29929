import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AreaId } from '../../regions/schema.ts';
import type { StaffId } from '../identity/contract.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents } from '../runtime/dynamodb.ts';
import { queueOf } from './case.rules.ts';
import { Application, applicationKeyPrefix, type QueueFilter, waitingIndex } from './contract.ts';
import { ApplicationRow, readApplication } from './rows.store.ts';

export interface Page {
  readonly applications: Application[];
  readonly cursor: string | undefined;
}

/** Who looks for what, and when: whether a case is claimed depends on all three. */
export interface Search extends QueueFilter {
  readonly areaId: AreaId;
  readonly asks: StaffId;
  readonly now: string;
}

/** Rows that one request reads; filters look at rows that were read. */
const readAtOnce = 100;
/** Requests after which a page is answered as it is: its cursor goes on where they ended. */
const requestsForAPage = 5;

/** Reads of the officers' queue; `table` is the eligibility table's name. */
export function caseStore(table: string) {
  /**
   * Cases that wait in an area, oldest first. A page can be shorter than `limit` before the last one where few
   * fit the filters. Capacity: half a read unit for 4 KB that were looked at. The index lags the table by
   * moments: what is done with a case is checked against its row (edge case 40).
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this area's list (edge case 50)
   */
  async function listQueue(
    search: Search,
    limit: number,
    cursor: string | undefined,
  ): Promise<Page> {
    const found: Record<string, unknown>[] = [];
    const keys = endOfPage(queueOf(search.areaId, search.waitingFor));
    let after = decodeCursor(cursor, keys);
    for (let request = 0; request < requestsForAPage; request += 1) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({ ...queryOf(table, search, limit), ExclusiveStartKey: after }),
      );
      found.push(...Items);
      const last = found.length > limit ? found[limit - 1] : LastEvaluatedKey;
      after = last === undefined ? undefined : keys.strip().parse(last);
      if (after === undefined || found.length >= limit) break;
    }
    return {
      applications: found.slice(0, limit).map((item) => readApplication(item).application),
      cursor: encodeCursor(after),
    };
  }

  return { listQueue };
}

function queryOf(table: string, search: Search, limit: number): QueryCommandInput {
  const { conditions, names, values } = filterOf(search);
  const filtered = conditions.length > 0;
  return {
    TableName: table,
    IndexName: waitingIndex,
    KeyConditionExpression: 'waitingArea = :area',
    Limit: filtered ? readAtOnce : limit,
    ...(filtered ? { FilterExpression: conditions.join(' AND ') } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ExpressionAttributeValues: { ':area': queueOf(search.areaId, search.waitingFor), ...values },
  };
}

/** What the filters ask of a row. */
function filterOf({ waitingFor, groupId, claimed, asks, now }: Search) {
  const conditions: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, string> = {};
  if (waitingFor !== undefined) {
    conditions.push('waitingFor = :for');
    values[':for'] = waitingFor;
  }
  if (groupId !== undefined) {
    conditions.push('groupId = :group');
    values[':group'] = groupId;
  }
  if (claimed === 'any') return { conditions, names, values };
  names['#until'] = 'until';
  values[':now'] = now;
  if (claimed === 'free') {
    conditions.push('(attribute_not_exists(claim) OR claim.#until <= :now)');
    return { conditions, names, values };
  }
  conditions.push('claim.#by = :asks AND claim.#until > :now');
  names['#by'] = 'by';
  values[':asks'] = asks;
  return { conditions, names, values };
}

/** The keys that a page of one of an area's queues can end with. */
const endOfPage = (queue: string) =>
  z.strictObject({
    pk: z.string().startsWith(applicationKeyPrefix),
    sk: ApplicationRow.shape.sk,
    waitingArea: z.literal(queue),
    submittedAt: Application.shape.submittedAt,
  });
