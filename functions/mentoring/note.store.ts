import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import type { MentorshipState } from './mentorship.contract.ts';
import { Feedback, Note, Plan } from './note.contract.ts';
import { mentorshipKey } from './rows.store.ts';
import { type MentorshipId, Side, sides } from './words.contract.ts';

const keys = { pk: z.string().startsWith('MENTORSHIP#'), sk: z.string() };
const PlanRow = Plan.extend({ ...keys, sk: z.literal('PLAN'), version: z.int().min(1) });
const NoteRow = Note.extend({ ...keys, sk: z.string().startsWith('NOTE#') });
const FeedbackRow = Feedback.extend({ ...keys, side: Side });

/** A plan as it was read. */
export interface SeenPlan {
  readonly plan: Plan;
  readonly version: number;
}

/** Where a page of notes begins, and how long it is. */
interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Rows of one transaction that deletes, beside what it rests on. */
const deletedAtOnce = 50;

/** Reads and writes of plans, notes and feedback, in the partition of their mentorship; `table` is the mentoring table's name. */
export function noteStore(table: string) {
  /** The plan of a mentorship. Capacity: 1 read unit for 4 KB. */
  async function readPlan(mentorshipId: MentorshipId): Promise<SeenPlan | undefined> {
    const key = { TableName: table, Key: planKey(mentorshipId), ConsistentRead: true };
    const { Item } = await documents.send(new GetCommand(key));
    if (Item === undefined) return undefined;
    const { pk, sk, version, ...plan } = PlanRow.parse(Item);
    return { plan, version };
  }

  /**
   * The writes of a plan; they fail where it has changed since it was read, or the mentorship is not active. Capacity: 4
   * write units, and 2 for each further KB.
   *
   * @param seen - the version that was read; undefined where there was none
   */
  function putPlan(mentorshipId: MentorshipId, plan: Plan, seen: number | undefined) {
    const version = (seen ?? 0) + 1;
    const row = { ...planKey(mentorshipId), ...plan, version } satisfies z.input<typeof PlanRow>;
    const asSeen = {
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': seen },
    };
    const write: TransactItem =
      seen === undefined ? putNew(table, row) : { Put: { TableName: table, Item: row, ...asSeen } };
    return [write, isIn(mentorshipId, ['active'])];
  }

  /** The writes of a new note; they fail where the mentorship is not active. Capacity: as `putPlan`. */
  function createNote(mentorshipId: MentorshipId, note: Note): TransactItem[] {
    const { pk } = mentorshipKey(mentorshipId);
    const row = { pk, sk: `NOTE#${note.at}#${note.noteId}`, ...note };
    return [putNew(table, row satisfies z.input<typeof NoteRow>), isIn(mentorshipId, ['active'])];
  }

  /**
   * Notes of a mentorship, the newest first. Capacity: 1 read unit for 4 KB.
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list
   */
  async function listNotes(mentorshipId: MentorshipId, { limit, cursor }: Page) {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        ...under(mentorshipId, 'NOTE#'),
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: decodeCursor(cursor, endOfPage(mentorshipId)),
      }),
    );
    return { notes: Items.map(toNote), cursor: encodeCursor(LastEvaluatedKey) };
  }

  /**
   * The writes of the feedback of one side, in the place of what they said before; they fail where the mentorship is
   * paused. Capacity: 2 write units for 1 KB, and 2.
   */
  function putFeedback(mentorshipId: MentorshipId, side: Side, feedback: Feedback): TransactItem[] {
    const row = { ...feedbackKey(mentorshipId, side), ...feedback, side };
    const write = { TableName: table, Item: row satisfies z.input<typeof FeedbackRow> };
    return [{ Put: write }, isIn(mentorshipId, ['active', 'ended'])];
  }

  /** The feedback of both sides. Capacity: 1 read unit for 4 KB. */
  async function readFeedback(
    mentorshipId: MentorshipId,
  ): Promise<Readonly<Partial<Record<Side, Feedback>>>> {
    const { Items = [] } = await documents.send(new QueryCommand(under(mentorshipId, 'FEEDBACK#')));
    const found = Items.map((item) => {
      const { pk, sk, side, ...feedback } = FeedbackRow.parse(item);
      return [side, feedback] as const;
    });
    return Object.fromEntries(found);
  }

  /**
   * The writes that delete plan, feedback and some of the notes; none where nothing is left. Capacity: 1 read unit for 4
   * KB of notes, and 2 write units for each of up to 50 rows.
   */
  async function deletionOf(mentorshipId: MentorshipId): Promise<readonly TransactItem[]> {
    const [plan, feedback, notes] = await Promise.all([
      readPlan(mentorshipId),
      readFeedback(mentorshipId),
      documents.send(
        new QueryCommand({
          ...under(mentorshipId, 'NOTE#'),
          ProjectionExpression: 'pk, sk',
          Limit: deletedAtOnce,
        }),
      ),
    ]);
    const gone = [
      ...(plan === undefined ? [] : [planKey(mentorshipId)]),
      ...sides
        .filter((side) => feedback[side] !== undefined)
        .map((side) => feedbackKey(mentorshipId, side)),
      ...(notes.Items ?? []).map((item) => endOfPage(mentorshipId).parse(item)),
    ];
    return gone.map((Key) => ({ Delete: { TableName: table, Key } }));
  }

  function under(mentorshipId: MentorshipId, prefix: string) {
    const { pk } = mentorshipKey(mentorshipId);
    return {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ConsistentRead: true,
    };
  }

  /** The check that nothing is written in what has ended or is held at this moment (edge cases 28 and 35). */
  function isIn(mentorshipId: MentorshipId, states: readonly MentorshipState[]): TransactItem {
    const values = states.map((state, at) => [`:state${at}`, state] as const);
    return {
      ConditionCheck: {
        TableName: table,
        Key: mentorshipKey(mentorshipId),
        ConditionExpression: `#state IN (${values.map(([name]) => name).join(', ')})`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: Object.fromEntries(values),
      },
    };
  }

  return { readPlan, putPlan, createNote, listNotes, putFeedback, readFeedback, deletionOf };
}

function toNote(item: Record<string, unknown>): Note {
  const { pk, sk, ...note } = NoteRow.parse(item);
  return note;
}

const planKey = (mentorshipId: MentorshipId) => ({
  pk: mentorshipKey(mentorshipId).pk,
  sk: 'PLAN' as const,
});

const feedbackKey = (mentorshipId: MentorshipId, side: Side) => ({
  pk: mentorshipKey(mentorshipId).pk,
  sk: `FEEDBACK#${side}`,
});

/** The keys that a page of a mentorship's notes can end with (edge case 50). */
const endOfPage = (mentorshipId: MentorshipId) =>
  z.strictObject({
    pk: z.literal(mentorshipKey(mentorshipId).pk),
    sk: z.string().startsWith('NOTE#'),
  });
