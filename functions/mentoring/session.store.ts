import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AreaId } from '../../regions/schema.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import { type List, readPage } from './list.store.ts';
import type { SeenSession } from './mentorship.rules.ts';
import { dueAt, mentorshipKey } from './rows.store.ts';
import { Session } from './session.contract.ts';
import type { MentorshipId, SessionId } from './words.contract.ts';

export type { SeenSession } from './mentorship.rules.ts';

export const SessionRow = Session.extend({
  pk: z.string(),
  sk: z.string().startsWith('SESSION#'),
  version: z.int().min(1),
  /** The last reminder of its present time. */
  reminded: z.enum(['day', 'hour']).optional(),
  list: z.string().optional(),
  listedAt: z.string().optional(),
  dueLot: z.string().optional(),
  dueAt: z.string().optional(),
});

/** Reads and writes of sessions; `table` is the mentoring table's name. */
export function sessionStore(table: string) {
  /** A session. Capacity: 1 read unit. */
  async function read(mentorshipId: MentorshipId, id: SessionId): Promise<SeenSession | undefined> {
    const { Item } = await documents.send(
      new GetCommand({
        TableName: table,
        Key: sessionKey(mentorshipId, id),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : toSession(Item);
  }

  /** All sessions of a mentorship, the first to begin first. Capacity: 1 read unit for about 8. */
  async function listOf(mentorshipId: MentorshipId): Promise<readonly SeenSession[]> {
    const found: SeenSession[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: {
            ':pk': mentorshipKey(mentorshipId).pk,
            ':prefix': 'SESSION#',
          },
          ConsistentRead: true,
          ExclusiveStartKey: after,
        }),
      );
      found.push(...Items.map(toSession));
      after = LastEvaluatedKey;
    } while (after !== undefined);
    return found.sort((a, b) => a.session.start.localeCompare(b.session.start));
  }

  /**
   * The write of a new or changed session; fails where it has changed since it was read, or is there already. Capacity:
   * 2 write units, and as many in each index that it is in.
   *
   * @param seen - the version that was read; 0 for a new one
   * @param areaId - the mentorship's: its coordinators are shown what is disputed
   * @param due - when it has to be looked at next (`sessionDue`)
   */
  function put(
    { session, version: seen, reminded }: SeenSession,
    areaId: AreaId,
    due: string | undefined,
  ): TransactItem {
    const disputed = session.dispute?.state === 'open' ? session.dispute : undefined;
    const row = {
      ...sessionKey(session.mentorshipId, session.sessionId),
      ...session,
      version: seen + 1,
      reminded,
      ...dueAt(session.sessionId, due),
      ...(disputed && { list: disputesIn(areaId).name, listedAt: disputed.at }),
    } satisfies z.input<typeof SessionRow>;
    if (seen === 0) {
      return {
        Put: { TableName: table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' },
      };
    }
    return {
      Put: {
        TableName: table,
        Item: row,
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': seen },
      },
    };
  }

  /**
   * The write that forgets where two people met, which may be somebody's home; fails where the session has changed since it was
   * read. When it is due stays. Capacity: 2 write units, and as many in each index that it is in.
   */
  function forgetVenue({ session, version }: SeenSession): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: sessionKey(session.mentorshipId, session.sessionId),
        UpdateExpression: 'SET version = :next REMOVE venue',
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version, ':next': version + 1 },
      },
    };
  }

  /**
   * Sessions of an area whose outcome is disputed, the oldest dispute first. Capacity: half a read unit for 4 KB. The
   * index lags by moments.
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list (edge case 50)
   */
  async function listDisputed(areaId: AreaId, limit: number, cursor: string | undefined) {
    const page = await readPage(table, disputesIn(areaId), { limit, cursor });
    return {
      sessions: page.items.map((item) => toSession(item).session),
      cursor: page.cursor,
    };
  }

  return { read, listOf, put, forgetVenue, listDisputed };
}

/** A session, from the table or one of its indexes. */
export function toSession(item: Record<string, unknown>): SeenSession {
  const { pk, sk, version, reminded, list, listedAt, dueLot, dueAt, ...session } =
    SessionRow.parse(item);
  return { session, version, reminded };
}

export const sessionKey = (mentorshipId: MentorshipId, sessionId: SessionId) => ({
  pk: mentorshipKey(mentorshipId).pk,
  sk: `SESSION#${sessionId}`,
});

/** The list in which coordinators find what learners dispute. */
const disputesIn = (areaId: AreaId): List => ({
  name: `DISPUTES#${areaId}`,
  pk: 'MENTORSHIP#',
  sk: SessionRow.shape.sk,
});
