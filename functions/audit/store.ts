import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LearnerId, StaffId } from '../identity/contract.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents } from '../runtime/dynamodb.ts';
import { trailKey } from '../runtime/trail.ts';
import { AuditEntry, staffIndex } from './contract.ts';
import { always, type Period } from './period.rules.ts';

const EntryRow = AuditEntry.extend({
  pk: z.string(),
  sk: z.string(),
  /** The key of the index by staff; only what staff did has it. */
  staffId: z.string().optional(),
  /** When it is forgotten, in seconds since the epoch: of somebody whose account was deleted. */
  expiresAt: z.int().optional(),
});

export interface Page {
  readonly entries: AuditEntry[];
  readonly cursor: string | undefined;
}

/** Reads of the trail, for its own capability. */
export function auditStore(table: string) {
  /**
   * What was seen and decided about a learner, newest first, in a period or ever. Capacity: 1 read unit for 4 KB of a
   * page.
   */
  async function listOfLearner(
    learnerId: LearnerId,
    limit: number,
    cursor: string | undefined,
    period: Period = always,
  ): Promise<Page> {
    const pk = trailKey(learnerId);
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :last',
        ExpressionAttributeValues: {
          ':pk': pk,
          ':from': period.from,
          // A sort key goes on after its moment, with what sorts before this.
          ':last': `${period.last}~`,
        },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: decodeCursor(
          cursor,
          z.strictObject({ pk: z.literal(pk), sk: z.string().min(1) }),
        ),
      }),
    );
    return { entries: Items.map(readEntry), cursor: encodeCursor(LastEvaluatedKey) };
  }

  /**
   * What a member of staff saw and decided, newest first, in a period or ever. Capacity: half a read unit for 4 KB of a
   * page. The index lags the table by moments (edge case 40).
   */
  async function listOfStaff(
    staffId: StaffId,
    limit: number,
    cursor: string | undefined,
    period: Period = always,
  ): Promise<Page> {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: staffIndex,
        KeyConditionExpression: 'staffId = :staff AND #at BETWEEN :from AND :last',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: {
          ':staff': staffId,
          ':from': period.from,
          ':last': period.last,
        },
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: decodeCursor(
          cursor,
          z.strictObject({
            pk: z.string().min(1),
            sk: z.string().min(1),
            staffId: z.literal(staffId),
            at: z.iso.datetime(),
          }),
        ),
      }),
    );
    return { entries: Items.map(readEntry), cursor: encodeCursor(LastEvaluatedKey) };
  }

  return { listOfLearner, listOfStaff };
}

/** An entry, from the table or its index. */
export function readEntry(item: Record<string, unknown>): AuditEntry {
  const { pk, sk, staffId, expiresAt, ...entry } = EntryRow.parse(item);
  return entry;
}
