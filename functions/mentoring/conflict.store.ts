import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { LearnerId, MentorId, StaffId } from '../identity/contract.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';

/** Two who must never be paired. In one partition: there are few, and a round reads them all. */
const ConflictRow = z.strictObject({
  pk: z.literal('CONFLICTS'),
  sk: z.string(),
  mentorId: MentorId,
  learnerId: LearnerId,
  declaredBy: StaffId,
  declaredAt: z.iso.datetime(),
});

/** Who declares, and when. */
export interface Declared {
  readonly by: StaffId;
  readonly at: string;
}

/** Reads and writes of declared conflicts; `table` is the mentoring table's name. */
export function conflictStore(table: string) {
  /** The write that declares one; once more is the same. Capacity: 2 write units. */
  function declare(mentorId: MentorId, learnerId: LearnerId, { by, at }: Declared): TransactItem {
    const row = {
      ...keyOf(mentorId, learnerId),
      ...{ mentorId, learnerId, declaredBy: by, declaredAt: at },
    } satisfies z.input<typeof ConflictRow>;
    return { Put: { TableName: table, Item: row } };
  }

  /** The write that takes one back; of one that is not there too. Capacity: 2 write units. */
  function lift(mentorId: MentorId, learnerId: LearnerId): TransactItem {
    return { Delete: { TableName: table, Key: keyOf(mentorId, learnerId) } };
  }

  /** The check that a pair is none: for the transaction that pairs them. Capacity: 2 write units. */
  function isNone(mentorId: MentorId, learnerId: LearnerId): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: keyOf(mentorId, learnerId),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
  }

  /** All of them, as learners by mentor. Capacity: 1 read unit for 4 KB, which is some 20. */
  async function listAll(): Promise<ReadonlyMap<MentorId, readonly LearnerId[]>> {
    const found = new Map<MentorId, LearnerId[]>();
    let after: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'CONFLICTS' },
          ConsistentRead: true,
          ExclusiveStartKey: after,
        }),
      );
      for (const item of page.Items ?? []) {
        const { mentorId, learnerId } = ConflictRow.parse(item);
        found.set(mentorId, [...(found.get(mentorId) ?? []), learnerId]);
      }
      after = page.LastEvaluatedKey;
    } while (after !== undefined);
    return found;
  }

  return { declare, lift, isNone, listAll };
}

const keyOf = (mentorId: MentorId, learnerId: LearnerId) => ({
  pk: 'CONFLICTS' as const,
  sk: `${mentorId}#${learnerId}`,
});
