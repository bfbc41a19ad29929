import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { MentorId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { type List, readPage } from './list.store.ts';
import type { Mentor, MentorState } from './mentor.contract.ts';
import { dueAt, MentorRow, mentorKey } from './rows.store.ts';

/** What is kept of a mentor beside what they and coordinators see. */
export type MentorKept = Pick<
  z.infer<typeof MentorRow>,
  'sub' | 'learnerId' | 'marks' | 'declared' | 'decidedBy' | 'checkReminded' | 'checkHeld'
>;

/** A mentor as it was read. */
export interface SeenMentor {
  readonly mentor: Mentor;
  readonly kept: MentorKept;
  readonly version: number;
}

/** Reads and writes of mentors' rows; `table` is the mentoring table's name. */
export function mentorStore(table: string) {
  /** A mentor who has applied. Capacity: 1 read unit for 4 KB. */
  async function read(mentorId: MentorId): Promise<SeenMentor | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: mentorKey(mentorId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toMentor(Item);
  }

  /** The write of a new application. Capacity: 4 write units, and 4 in the index. */
  function create(mentor: Mentor, kept: MentorKept): TransactItem {
    return putNew(table, toRow({ mentor, kept, version: 1 }, undefined));
  }

  /**
   * The write of a changed mentor; fails where it has changed since it was read: a learner who came or went is such a
   * change. Capacity: 4 write units, and as many in the indexes.
   *
   * @param next - with the version that was seen
   * @param due - when it has to be looked at next (`mentor-due.rules.ts`)
   */
  function change(next: SeenMentor, due: string | undefined): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ ...next, version: next.version + 1 }, due),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': next.version },
      },
    };
  }

  /**
   * Mentors in a state, who have been in it longest first. Capacity: half a read unit for 4 KB. The index lags by
   * moments: whoever decides reads the row (edge case 40).
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list
   */
  async function listIn(state: MentorState, limit: number, cursor: string | undefined) {
    const page = await readPage(table, mentorsIn(state), { limit, cursor });
    return { mentors: page.items.map(toMentor), cursor: page.cursor };
  }

  /**
   * All selected mentors, for a round of matching. Capacity: half a read unit for 4 KB, in a request for about 500
   * mentors. The index lags by moments: what a round proposes is checked against the rows when it is accepted.
   */
  async function listSelected(): Promise<readonly SeenMentor[]> {
    const found: SeenMentor[] = [];
    let cursor: string | undefined;
    do {
      const page = await listIn('selected', 1_000, cursor);
      found.push(...page.mentors);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  return { read, create, change, listIn, listSelected };
}

/** A mentor, from the table or one of its indexes. */
export function toMentor(item: Record<string, unknown>): SeenMentor {
  const {
    pk,
    sk,
    version,
    list,
    listedAt,
    dueLot,
    dueAt,
    sub,
    learnerId,
    marks,
    declared,
    decidedBy,
    checkReminded,
    checkHeld,
    ...mentor
  } = MentorRow.parse(item);
  const kept = { sub, learnerId, marks, declared, decidedBy, checkReminded, checkHeld };
  return { mentor, kept, version };
}

function toRow({ mentor, kept, version }: SeenMentor, due: string | undefined) {
  const row = {
    ...mentorKey(mentor.mentorId),
    ...mentor,
    ...kept,
    version,
    list: mentorsIn(mentor.state).name,
    listedAt: mentor.since,
    ...dueAt(mentor.mentorId, due),
  };
  return row satisfies z.input<typeof MentorRow>;
}

const mentorsIn = (state: MentorState): List => ({
  name: `MENTORS#${state}`,
  pk: 'MENTOR#',
  sk: MentorRow.shape.sk,
});
