import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { type List, readPage } from './list.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import {
  dueAt,
  learnerKey,
  MembershipRow,
  MentorshipRow,
  mentorKey,
  mentorshipKey,
} from './rows.store.ts';
import type { MentorshipId } from './words.contract.ts';

/** Attempts at a batch of which DynamoDB leaves some out, as it does when it is throttled. */
const attempts = 5;

/** A mentorship as it was read. */
export interface SeenMentorship {
  readonly mentorship: Mentorship;
  readonly version: number;
}

/** Reads and writes of mentorships; `table` is the mentoring table's name. */
export function mentorshipStore(table: string) {
  /** A mentorship. Capacity: 1 read unit. */
  async function read(mentorshipId: MentorshipId): Promise<SeenMentorship | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: mentorshipKey(mentorshipId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toMentorship(Item);
  }

  /**
   * The mentorships that someone has or had, the newest first, at most 100. Capacity: 1 read unit, and 1 for each
   * mentorship, in 2 requests. Of those that do not go on none is newer than one that does.
   *
   * @throws {Busy} the table is throttled: none is left out silently
   */
  async function listOf(who: LearnerId | MentorId): Promise<readonly SeenMentorship[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': partitionOf(who), ':prefix': 'MENTORSHIP#' },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 100,
      }),
    );
    const found = await readAll(Items);
    return found.sort((a, b) => b.mentorship.createdAt.localeCompare(a.mentorship.createdAt));
  }

  /**
   * The mentorships of memberships, at most 100, in no order. Capacity: 1 read unit for each.
   *
   * @throws {Busy} the table is throttled: none is left out silently
   */
  async function readAll(memberships: readonly Record<string, unknown>[]) {
    const found: SeenMentorship[] = [];
    let Keys: Record<string, unknown>[] = memberships.map((item) =>
      mentorshipKey(MembershipRow.parse(item).mentorshipId),
    );
    for (let attempt = 0; attempt < attempts && Keys.length > 0; attempt += 1) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []).map(toMentorship));
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    if (Keys.length > 0) throw new Busy();
    return found;
  }

  /**
   * Mentorships of an area that have not ended, the oldest first. Capacity: half a read unit for 4 KB. The index lags by
   * moments.
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list (edge case 50)
   */
  async function listRunning(
    areaId: Mentorship['areaId'],
    limit: number,
    cursor: string | undefined,
  ) {
    const page = await readPage(table, mentorshipsIn(areaId), { limit, cursor });
    return {
      mentorships: page.items.map((item) => toMentorship(item).mentorship),
      cursor: page.cursor,
    };
  }

  /** The writes of a new mentorship. Capacity: 6 write units, and 4 in the indexes. */
  function create(mentorship: Mentorship, due: string | undefined): TransactItem[] {
    const { mentorshipId, learnerId, mentorId, createdAt } = mentorship;
    const membership = (who: LearnerId | MentorId) =>
      putNew(table, {
        pk: partitionOf(who),
        sk: `MENTORSHIP#${createdAt}#${mentorshipId}`,
        mentorshipId,
      } satisfies z.input<typeof MembershipRow>);
    return [
      putNew(table, toRow({ mentorship, version: 1 }, due)),
      membership(learnerId),
      membership(mentorId),
    ];
  }

  /**
   * The write of a changed mentorship; fails where it has changed since it was read. Capacity: 2 write units, and as
   * many in the indexes.
   *
   * @param next - with the version that was seen
   * @param due - when it has to be looked at next
   */
  function change(next: SeenMentorship, due: string | undefined): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ ...next, version: next.version + 1 }, due),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': next.version },
      },
    };
  }

  return { read, listOf, readAll, listRunning, create, change };
}

/** Where someone's own rows stand. */
export function partitionOf(who: LearnerId | MentorId): string {
  // The prefix of an id says whose it is; both are read by their schemas before they come here.
  return who.startsWith('lrn_') ? learnerKey(who as LearnerId) : mentorKey(who as MentorId).pk;
}

/** A mentorship, from the table or one of its indexes. */
export function toMentorship(item: Record<string, unknown>): SeenMentorship {
  const { pk, sk, version, list, listedAt, dueLot, dueAt, ...mentorship } =
    MentorshipRow.parse(item);
  return { mentorship, version };
}

function toRow({ mentorship, version }: SeenMentorship, due: string | undefined) {
  const row = {
    ...mentorshipKey(mentorship.mentorshipId),
    ...mentorship,
    version,
    ...listed(mentorship),
    ...dueAt(mentorship.mentorshipId, due),
  };
  return row satisfies z.input<typeof MentorshipRow>;
}

/** Coordinators page through what goes on in their area; what has ended is found by its learner and mentor. */
function listed({ state, areaId, createdAt }: Mentorship) {
  if (state === 'ended') return {};
  return { list: mentorshipsIn(areaId).name, listedAt: createdAt };
}

const mentorshipsIn = (areaId: Mentorship['areaId']): List => ({
  name: `MENTORSHIPS#${areaId}`,
  pk: 'MENTORSHIP#',
  sk: MentorshipRow.shape.sk,
});
