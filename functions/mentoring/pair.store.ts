import { BatchWriteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AreaId } from '../../regions/schema.ts';
import { MentorId } from '../identity/contract.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, type TransactItem, update } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { Pair, type PairFailure, type Rather, type Round } from './round.contract.ts';
import { type MentorshipId, RequestId, type RoundId } from './words.contract.ts';

/** Days after which what a round proposed is gone; the mentorships stay. */
const keptDays = 90;
/** Rows that DynamoDB takes in one request. */
const atOnce = 25;
/** Requests that are under way at a time. */
const abreast = 8;
/** Attempts before the round is left to its next try. */
const attempts = 8;

const PairRow = Pair.extend({ pk: z.string(), sk: z.string(), expiresAt: z.int() });

const LockRow = z.strictObject({
  pk: z.string(),
  sk: RequestId,
  areaId: Pair.shape.areaId,
  mentorId: MentorId,
  expiresAt: z.int(),
});

/** Of which proposal pairs are: each run of a round has its own. */
export type Run = Pick<Round, 'roundId' | 'attempt'>;

/** Reads and writes of proposed pairs and of locks; `table` is the mentoring table's name. */
export function pairStore(table: string) {
  /**
   * Keeps the pairs of a proposal; once more is the same. Capacity: 1 write unit for each of up to 1 KB.
   *
   * @throws {Busy} the table stayed throttled
   */
  async function keepAll(run: Run, pairs: readonly Pair[], at: Moment): Promise<void> {
    const rows = pairs.map((pair) => toRow(run, pair, at));
    const batches = Array.from({ length: Math.ceil(rows.length / atOnce) }, (_, index) =>
      rows.slice(index * atOnce, (index + 1) * atOnce),
    );
    const writers = Array.from({ length: abreast }, async (_, writer) => {
      for (let next = writer; next < batches.length; next += abreast) {
        await writeBatch(batches[next] ?? []);
      }
    });
    await Promise.all(writers);
  }

  async function writeBatch(rows: readonly Record<string, unknown>[]): Promise<void> {
    type Writes = NonNullable<ConstructorParameters<typeof BatchWriteCommand>[0]['RequestItems']>;
    let left: Writes[string] = rows.map((Item) => ({ PutRequest: { Item } }));
    for (let attempt = 0; attempt < attempts && left.length > 0; attempt += 1) {
      // Full jitter, doubling from 50 ms: what is left unwritten is so because the table is throttled.
      if (attempt > 0) await pause(50 * 2 ** attempt);
      const { UnprocessedItems } = await documents.send(
        new BatchWriteCommand({ RequestItems: { [table]: left } }),
      );
      left = UnprocessedItems?.[table] ?? [];
    }
    if (left.length > 0) throw new Busy();
  }

  /**
   * Pairs of a proposal, by area. Capacity: 1 read unit for 4 KB.
   *
   * @param areaId - undefined: of all areas
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list (edge case 50)
   */
  async function list(
    run: Run,
    areaId: AreaId | undefined,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ pairs: Pair[]; cursor: string | undefined }> {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :area)',
        ExpressionAttributeValues: { ':pk': runKey(run), ':area': areaPrefix(areaId) },
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: decodeCursor(cursor, endOfPage(run, areaId)),
      }),
    );
    return { pairs: Items.map(toPair), cursor: encodeCursor(LastEvaluatedKey) };
  }

  /** Whether a proposal has pairs that are not published. Capacity: 1 read unit for 4 KB that were looked at. */
  async function anyLeft(run: Run): Promise<boolean> {
    let after: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          FilterExpression: '#state = :proposed',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':pk': runKey(run), ':proposed': 'proposed' },
          ConsistentRead: true,
          ExclusiveStartKey: after,
        }),
      );
      if ((page.Items ?? []).length > 0) return true;
      after = page.LastEvaluatedKey;
    } while (after !== undefined);
    return false;
  }

  /** The write that publishes a pair; fails where it is published. Capacity: 2 write units. */
  function publish(run: Run, pair: Pair, mentorshipId: MentorshipId): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: pairKey(run, pair),
        UpdateExpression: 'SET #state = :published, mentorshipId = :mentorshipId REMOVE failed',
        ConditionExpression: '#state = :proposed',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':published': 'published',
          ':proposed': 'proposed',
          ':mentorshipId': mentorshipId,
        },
      },
    };
  }

  /** Notes why a pair could not be published. Capacity: 1 write unit. */
  async function fail(run: Run, pair: Pair, failed: PairFailure): Promise<void> {
    // Refused where somebody else has published it meanwhile: it did not fail then.
    await update({
      TableName: table,
      Key: pairKey(run, pair),
      UpdateExpression: 'SET failed = :failed',
      ConditionExpression: '#state = :proposed',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':failed': failed, ':proposed': 'proposed' },
    });
  }

  /** The write that fixes a pair for the next run of a round. Capacity: 2 write units. */
  function lock(roundId: RoundId, lock: LockOf, at: Moment): TransactItem {
    const { requestId, areaId, mentorId } = lock;
    const row = { ...lockKey(roundId, requestId), areaId, mentorId, expiresAt: expiry(at) };
    return { Put: { TableName: table, Item: row satisfies z.input<typeof LockRow> } };
  }

  /** The write that fixes it no more; of one that is not fixed too. Capacity: 2 write units. */
  function unlock(roundId: RoundId, requestId: RequestId): TransactItem {
    return { Delete: { TableName: table, Key: lockKey(roundId, requestId) } };
  }

  /** The pairs that are fixed, by their requests. Capacity: 1 read unit for 4 KB, which is some 20. */
  async function listLocks(roundId: RoundId): Promise<readonly LockOf[]> {
    const found: LockOf[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `LOCKS#${roundId}` },
          ConsistentRead: true,
          ExclusiveStartKey: after,
        }),
      );
      for (const item of page.Items ?? []) {
        const { sk: requestId, areaId, mentorId } = LockRow.parse(item);
        found.push({ requestId, areaId, mentorId });
      }
      after = page.LastEvaluatedKey;
    } while (after !== undefined);
    return found;
  }

  return { keepAll, list, anyLeft, publish, fail, lock, unlock, listLocks };
}

function pause(atMost: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * atMost));
}

type LockOf = Pick<Rather, 'requestId' | 'areaId' | 'mentorId'>;

function toPair(item: Record<string, unknown>): Pair {
  const { pk, sk, expiresAt, ...pair } = PairRow.parse(item);
  return pair;
}

function toRow(run: Run, pair: Pair, at: Moment) {
  const row = { ...pairKey(run, pair), ...pair, expiresAt: expiry(at) };
  return row satisfies z.input<typeof PairRow>;
}

const expiry = (at: Moment) => epochSeconds(at.add({ hours: 24 * keptDays }));

// Not in the partition of the round, which the trigger follows: a pair starts nothing.
const runKey = ({ roundId, attempt }: Run) => `PAIRS#${roundId}#${attempt}`;
const areaPrefix = (areaId: AreaId | undefined) =>
  areaId === undefined ? 'PAIR#' : `PAIR#${areaId}#`;
const pairKey = (run: Run, { areaId, requestId }: Pick<Pair, 'areaId' | 'requestId'>) => ({
  pk: runKey(run),
  sk: `${areaPrefix(areaId)}${requestId}`,
});
const lockKey = (roundId: RoundId, requestId: RequestId) => ({
  pk: `LOCKS#${roundId}`,
  sk: requestId,
});

/** The keys that a page of a proposal's pairs can end with. */
const endOfPage = (run: Run, areaId: AreaId | undefined) =>
  z.strictObject({
    pk: z.literal(runKey(run)),
    sk: z.string().startsWith(areaPrefix(areaId)),
  });
