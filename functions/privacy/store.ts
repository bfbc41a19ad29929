import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { loginMark } from '../identity/guardian.store.ts';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import {
  Deletion,
  type DeletionId,
  deletionKeyPrefix,
  dueIndex,
  type Subject,
} from './contract.ts';
import { dueOf } from './deletion.rules.ts';

const DeletionRow = Deletion.extend({
  pk: z.string(),
  sk: z.literal('DELETION'),
  dueLot: z.string().optional(),
  dueAt: z.string().optional(),
  /** When the receipt is forgotten, in seconds since the epoch. */
  expiresAt: z.int(),
});

/** By whom a deletion is found: each learner, mentor and login has one at most. */
const SubjectRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('DELETION'),
  deletionId: Deletion.shape.deletionId,
  askedBy: z.string().optional(),
  expiresAt: z.int(),
});

/** Partitions of the index of what is due, so that no one of them takes every write. */
export const dueLots = ['0', '1', '2', '3'] as const;

/** Reads and writes of deletions; `table` is the privacy table's name. */
export function deletionStore(table: string) {
  /** A deletion. Capacity: 1 read unit. */
  async function read(deletionId: DeletionId): Promise<Deletion | undefined> {
    const key = { TableName: table, Key: deletionKey(deletionId), ConsistentRead: true };
    const { Item } = await documents.send(new GetCommand(key));
    return Item === undefined ? undefined : toDeletion(Item);
  }

  /**
   * The deletion of a learner, a mentor or a login, with by what the login is known that asked. Capacity: 1 read unit.
   *
   * @param who - as `markOf` writes them
   */
  async function findOf(who: string) {
    const key = { TableName: table, Key: subjectKey(who), ConsistentRead: true };
    const { Item } = await documents.send(new GetCommand(key));
    if (Item === undefined) return undefined;
    const { deletionId, askedBy } = SubjectRow.parse(Item);
    return { deletionId, askedBy };
  }

  /**
   * Begins a deletion together with what makes somebody leave. Capacity: 4 to 10 write units, 2 in the index, and what
   * `along` costs.
   *
   * @param until - when the receipt is forgotten
   * @returns false where there is one already, or something of `along` is not as it was read
   */
  async function begin(
    deletion: Deletion,
    until: Moment,
    now: Moment,
    along: readonly TransactItem[],
  ): Promise<boolean> {
    const { deletionId, askedBy, subject } = deletion;
    const expiresAt = epochSeconds(until);
    const found = marksOf(subject).map((who) =>
      putNew(table, { ...subjectKey(who), deletionId, askedBy, expiresAt } satisfies z.input<
        typeof SubjectRow
      >),
    );
    const row = toRow({ ...deletion, version: 1 }, expiresAt, now);
    return (await transact([putNew(table, row), ...found, ...along])).done;
  }

  /**
   * The write of a deletion as it is now; fails where it has changed since it was read. Capacity: 2 write units, and 2 in
   * the index.
   *
   * @param next - with the version that was read
   */
  function change(next: Deletion, until: Moment, now: Moment): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ ...next, version: next.version + 1 }, epochSeconds(until), now),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': next.version },
      },
    };
  }

  /**
   * The writes that let nobody be found any more, of a deletion that is at its end. Capacity: 2 write units for each.
   */
  function forgetSubject(subject: Subject | undefined): TransactItem[] {
    return marksOf(subject).map((who) => ({ Delete: { TableName: table, Key: subjectKey(who) } }));
  }

  /**
   * Deletions that are due in a partition, the longest due first. Capacity: half a read unit for 4 KB. The index lags: each
   * write names the version of the row (edge case 40).
   */
  async function* listDue(lot: string, moment: string): AsyncGenerator<readonly Deletion[]> {
    let from: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          IndexName: dueIndex.name,
          KeyConditionExpression: 'dueLot = :lot AND dueAt <= :moment',
          ExpressionAttributeValues: { ':lot': lot, ':moment': moment },
          Limit: 50,
          ExclusiveStartKey: from,
        }),
      );
      yield (page.Items ?? []).map(toDeletion);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  return { read, findOf, begin, change, forgetSubject, listDue };
}

/** A deletion, from the table, its index or its stream. */
export function toDeletion(item: Record<string, unknown>): Deletion {
  const { pk, sk, dueLot, dueAt, expiresAt, ...deletion } = DeletionRow.parse(item);
  return deletion;
}

/**
 * By what a deletion's login is found: in no row does it stand in the clear for longer than the deletion takes. The mark and
 * nothing beside it, so that a copy in which logins are others finds it in a key (bin/restore/relinking.ts).
 */
export const markOf = (sub: Sub): string => loginMark(sub);

function marksOf(subject: Subject | undefined): readonly string[] {
  const { learnerId, mentorId, sub } = subject ?? {};
  const login = sub === undefined ? [] : [markOf(sub)];
  return [...[learnerId, mentorId].filter((id) => id !== undefined), ...login];
}

function toRow(deletion: Deletion, expiresAt: number, now: Moment) {
  const dueAt = dueOf(deletion, now);
  // Ids are random, so they spread evenly.
  const last = deletion.deletionId.codePointAt(deletion.deletionId.length - 1) ?? 0;
  const due = dueAt === undefined ? {} : { dueAt, dueLot: dueLots[last % dueLots.length] };
  const row = { ...deletionKey(deletion.deletionId), ...deletion, ...due, expiresAt };
  return row satisfies z.input<typeof DeletionRow>;
}

const deletionKey = (deletionId: DeletionId) => ({
  pk: deletionKeyPrefix + deletionId,
  sk: 'DELETION' as const,
});
const subjectKey = (who: string) => ({ pk: `SUBJECT#${who}`, sk: 'DELETION' as const });
