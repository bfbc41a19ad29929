import { put, putNew, type TransactItem } from './dynamodb.ts';
import { EntryId, type Happening } from './happening.ts';
import { derivedId, type LearnerId } from './ids.ts';

/**
 * The write that records what a transaction does, if and only if the transaction holds. The same happening has
 * the same key, so a retry records it once. Capacity: 2 write units, 2 more in the index of staff.
 *
 * @param table - the audit table's name
 */
export function auditEntry(table: string, happening: Happening): TransactItem {
  return putNew(table, rowOf(happening));
}

/**
 * Records a look at personal data, before the data are answered. Capacity: 1 write unit, 1 more in the index.
 *
 * @param table - the audit table's name
 * @throws {Busy} the table stayed throttled: nothing may be shown then
 */
export async function append(table: string, happening: Happening): Promise<void> {
  // Refused where the very same entry is there already, which is as good.
  await put({
    TableName: table,
    Item: rowOf(happening),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
}

function rowOf(happening: Happening) {
  const { at, actor, action, learnerId, areaId, subjects } = happening;
  const who = actor.kind === 'staff' ? actor.staffId : actor.kind;
  const about = learnerId ?? areaId ?? 'region';
  const entryId = derivedId(EntryId, 'aud', at, who, action, about, ...subjects);
  return {
    pk: learnerId === undefined ? `ELSEWHERE#${who}` : trailKey(learnerId),
    sk: `${at}#${entryId}`,
    entryId,
    ...happening,
    ...(actor.kind === 'staff' ? { staffId: actor.staffId } : {}),
  };
}

/** Where the entries about a learner stand in the audit table. */
export const trailKey = (learnerId: LearnerId) => `LEARNER#${learnerId}`;
