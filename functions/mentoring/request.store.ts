import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AreaId } from '../../regions/schema.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { type List, queryOf, readPage } from './list.store.ts';
import type { WaitingRequest } from './proposal.rules.ts';
import { MentorRequest } from './request.contract.ts';
import type { SeenRequest } from './request.rules.ts';
import { learnerKey } from './rows.store.ts';
import { MentorshipId, type RequestId } from './words.contract.ts';

const RequestRow = MentorRequest.extend({
  pk: z.string(),
  sk: z.literal('REQUEST'),
  marks: z.array(z.string()),
  refused: z.array(MentorId),
  vetoed: z.array(MentorId),
  carries: z.strictObject({ sessions: z.int().min(1), continues: MentorshipId }).optional(),
  version: z.int().min(1),
  list: z.string().optional(),
  listedAt: z.string().optional(),
});

/** Whose request an id is. */
const PointerRow = z.strictObject({ pk: z.string(), sk: z.literal('WHOSE'), learnerId: LearnerId });

/** What a round of matching looks at of a request. */
const Waiting = RequestRow.pick({
  requestId: true,
  learnerId: true,
  areaId: true,
  subjects: true,
  topics: true,
  languages: true,
  ways: true,
  weekly: true,
  meetIn: true,
  since: true,
  marks: true,
  refused: true,
  vetoed: true,
});
const waitingFields = Object.keys(Waiting.shape);

/** Reads and writes of learners' requests for a mentor; `table` is the mentoring table's name. */
export function requestStore(table: string) {
  /** A learner's request. Capacity: 1 read unit for 4 KB. */
  async function read(learnerId: LearnerId): Promise<SeenRequest | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: requestKey(learnerId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toRequest(Item);
  }

  /** A request by its id; undefined too where its learner has made another since. Capacity: 2 read units in 2 requests. */
  async function find(requestId: RequestId): Promise<SeenRequest | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: pointerKey(requestId), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const seen = await read(PointerRow.parse(Item).learnerId);
    return seen?.request.requestId === requestId ? seen : undefined;
  }

  /**
   * The writes of a request, new or in the place of one that is over; they fail where it is not as it was seen.
   * Capacity: 10 write units, and 4 in the index.
   *
   * @param seen - undefined where there was none
   */
  function begin(
    next: Omit<SeenRequest, 'version'>,
    seen: SeenRequest | undefined,
  ): TransactItem[] {
    const { requestId, learnerId } = next.request;
    const pointer = { ...pointerKey(requestId), learnerId } satisfies z.input<typeof PointerRow>;
    const put =
      seen === undefined
        ? putNew(table, toRow({ ...next, version: 1 }))
        : change({ ...next, version: seen.version });
    // By the learner too: of a request that another has replaced nothing else is left.
    const asked = { pk: learnerKey(learnerId), sk: `ASKED#${requestId}`, requestId };
    return [put, putNew(table, pointer), putNew(table, asked)];
  }

  /**
   * The write of a changed request; fails where it has changed since it was read. Capacity: 4 write units, and as many
   * in the index.
   *
   * @param next - with the version that was seen
   */
  function change(next: SeenRequest): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ ...next, version: next.version + 1 }),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': next.version },
      },
    };
  }

  /**
   * Requests of an area that wait, the oldest first. Capacity: half a read unit for 4 KB. The index lags by moments.
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list (edge case 50)
   */
  async function listOpen(areaId: AreaId, limit: number, cursor: string | undefined) {
    const page = await readPage(table, requestsIn(areaId), { limit, cursor });
    return {
      requests: page.items.map((item) => toRequest(item).request),
      cursor: page.cursor,
    };
  }

  /**
   * All requests of an area that wait, as a round looks at them. Capacity: half a read unit for 4 KB, in a request for
   * some 1,000. The index lags by moments: what a round proposes is checked against the rows when it is published.
   */
  async function readWaiting(areaId: AreaId): Promise<readonly WaitingRequest[]> {
    const found: WaitingRequest[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const names = Object.fromEntries(waitingFields.map((field) => [`#${field}`, field]));
      const { ExpressionAttributeNames, ...query } = queryOf(table, requestsIn(areaId));
      const page = await documents.send(
        new QueryCommand({
          ...query,
          ExpressionAttributeNames: { ...ExpressionAttributeNames, ...names },
          ProjectionExpression: Object.keys(names).join(', '),
          ExclusiveStartKey: after,
        }),
      );
      found.push(...(page.Items ?? []).map((item) => Waiting.parse(item)));
      after = page.LastEvaluatedKey;
    } while (after !== undefined);
    return found;
  }

  return { read, find, begin, change, listOpen, readWaiting };
}

function toRequest(item: Record<string, unknown>): SeenRequest {
  const { pk, sk, list, listedAt, marks, refused, vetoed, carries, version, ...request } =
    RequestRow.parse(item);
  return { request, kept: { marks, refused, vetoed, carries }, version };
}

function toRow({ request, kept, version }: SeenRequest) {
  const { learnerId, state, areaId, since } = request;
  const listed = state === 'open' ? { list: requestsIn(areaId).name, listedAt: since } : {};
  const row = { ...requestKey(learnerId), ...request, ...kept, version, ...listed };
  return row satisfies z.input<typeof RequestRow>;
}

const requestKey = (learnerId: LearnerId) => ({
  pk: learnerKey(learnerId),
  sk: 'REQUEST' as const,
});
const pointerKey = (requestId: RequestId) => ({ pk: `REQUEST#${requestId}`, sk: 'WHOSE' as const });
/** Where it stands whose a request was. */
export const askedBefore = (requestId: string) => ({ pk: `REQUEST#${requestId}`, sk: 'WHOSE' });
const requestsIn = (areaId: AreaId): List => ({
  name: `REQUESTS#${areaId}`,
  pk: 'LEARNER#',
  sk: RequestRow.shape.sk,
});
