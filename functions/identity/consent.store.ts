import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Sub } from '../runtime/caller.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, type TransactItem, transact, type Written } from '../runtime/dynamodb.ts';
import type { ConsentId } from './consent.contract.ts';
import type { Asked } from './consent.rules.ts';
import { dueIndex } from './contract.ts';
import { AskedRow, consentKey, dueAt, dueLots, LearnerRow, loginKey } from './rows.store.ts';
import { type LearnerRecord, toRecord } from './store.ts';

/** A request for consent, as it is kept. */
export type Request = Asked<Sub>;

/** What a day brings: a request whose time is over, a learner who has grown, or a row that is neither. */
export type Due =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'learner'; readonly record: LearnerRecord; readonly dueOn: string }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** The partition of the index in which conflicts wait for an officer, by the moment since when. */
const conflicts = 'conflict';
const conflictsPerPage = 50;
/** Sort before and behind every day that is due. */
const [firstDay, lastDay] = ['0000-01-01', '9999-12-31'];

/** Where a page of conflicts can end. */
const ConflictKey = z.strictObject({
  pk: z.string().startsWith('CONSENT#'),
  sk: z.literal('CONSENT'),
  dueLot: z.literal(conflicts),
  dueOn: z.string(),
});

/** Reads and writes of requests for consent; `table` is the identity table's name. */
export function consentStore(table: string) {
  /** A request. Capacity: 1 read unit. */
  async function readRequest(consentId: ConsentId): Promise<Request | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: consentKey(consentId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toRequest(Item);
  }

  /**
   * The write of a request as decided; fails where it has changed since it was read. Capacity: 2 write units, and
   * up to 2 in the index.
   *
   * @param next - with the version that was read, 0 for a new one
   * @param dueOn - the day on which it is looked at again
   */
  function putRequest(next: Request, dueOn: string | undefined): TransactItem {
    const due =
      next.state === 'conflict'
        ? { dueLot: conflicts, dueOn: next.changedAt }
        : dueAt(next.consentId, dueOn);
    const Item = { ...consentKey(next.consentId), ...next, ...due, version: next.version + 1 };
    const Put = { TableName: table, Item };
    if (next.version === 0)
      return { Put: { ...Put, ConditionExpression: 'attribute_not_exists(pk)' } };
    return {
      Put: {
        ...Put,
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': next.version },
      },
    };
  }

  /**
   * The write that notes that a login has asked; fails where it is a learner, or has asked and may not again yet.
   * Capacity: 2 write units.
   *
   * @param seconds - now, since the epoch
   */
  function pointTo(
    consentId: ConsentId,
    { sub, email }: { sub: Sub; email: string },
    seconds: number,
  ) {
    return {
      Put: {
        TableName: table,
        Item: { pk: loginKey(sub), sk: 'SELF', consentId, email },
        ConditionExpression:
          'attribute_not_exists(pk) OR (attribute_not_exists(learnerId) AND attribute_not_exists(leaving) AND expiresAt <= :now)',
        ExpressionAttributeValues: { ':now': seconds },
      },
    } satisfies TransactItem;
  }

  /**
   * The write that notes that a learner has asked again; fails where they did and may not yet. Capacity: 2 write
   * units.
   *
   * @param seconds - now, since the epoch
   * @param again - from when they may once more
   */
  function askAgain(consentId: ConsentId, sub: Sub, seconds: number, again: number): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: { pk: loginKey(sub), sk: 'SELF' },
        UpdateExpression: 'SET askAgainFrom = :again, askedAgain = :consent',
        ConditionExpression:
          'attribute_exists(learnerId) AND (attribute_not_exists(askAgainFrom) OR askAgainFrom <= :now)',
        ExpressionAttributeValues: { ':again': again, ':now': seconds, ':consent': consentId },
      },
    };
  }

  /**
   * The write that takes a login's address away with its request, and lets it ask again later. Capacity: 2 write
   * units.
   *
   * @param again - seconds since the epoch from which it may
   */
  function forget(consentId: ConsentId, sub: Sub, again: number): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: { pk: loginKey(sub), sk: 'SELF' },
        UpdateExpression: 'SET expiresAt = :again REMOVE email',
        ConditionExpression: 'consentId = :consent AND attribute_not_exists(learnerId)',
        ExpressionAttributeValues: { ':again': again, ':consent': consentId },
      },
    };
  }

  /** Keeps a request and what goes along with it, all or nothing. */
  async function keepRequest(
    next: Request,
    dueOn: string | undefined,
    items: readonly TransactItem[],
  ): Promise<Written> {
    return transact([putRequest(next, dueOn), ...items]);
  }

  /**
   * Conflicts that wait, the oldest first. Capacity: half a read unit for 4 KB. The index lags; what is decided
   * is decided on the row (edge case 40).
   */
  async function listConflicts(cursor: string | undefined) {
    const page = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: dueIndex.name,
        KeyConditionExpression: 'dueLot = :conflicts',
        ExpressionAttributeValues: { ':conflicts': conflicts },
        ExclusiveStartKey: decodeCursor(cursor, ConflictKey),
        Limit: conflictsPerPage,
      }),
    );
    return {
      requests: (page.Items ?? []).map(toRequest),
      cursor: encodeCursor(page.LastEvaluatedKey),
    };
  }

  /**
   * All that is due on some days, page by page: whoever is interrupted begins anew and finds what is left. A row
   * that cannot be read is one of them, and hides no other. Capacity: half a read unit for 4 KB.
   *
   * @param days - the first and the last of them; all where neither is said
   * @param perPage - rows of each page
   */
  async function* listDue(
    { first = firstDay, last = lastDay }: { readonly first?: string; readonly last?: string },
    perPage = 100,
  ): AsyncGenerator<readonly Due[]> {
    for (let lot = 0; lot < dueLots; lot += 1) {
      let from: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName: table,
            IndexName: dueIndex.name,
            KeyConditionExpression: 'dueLot = :lot AND dueOn BETWEEN :first AND :last',
            ExpressionAttributeValues: { ':lot': String(lot), ':first': first, ':last': last },
            ExclusiveStartKey: from,
            Limit: perPage,
          }),
        );
        from = page.LastEvaluatedKey;
        yield (page.Items ?? []).map(toDue);
      } while (from !== undefined);
    }
  }

  return {
    readRequest,
    putRequest,
    pointTo,
    askAgain,
    forget,
    keepRequest,
    listConflicts,
    listDue,
  };
}

function toDue(item: Record<string, unknown>): Due {
  try {
    return item['sk'] === LearnerRow.shape.sk.value
      ? { kind: 'learner', record: toRecord(item), dueOn: String(item['dueOn']) }
      : { kind: 'request', request: toRequest(item) };
  } catch (error) {
    return { kind: 'unreadable', error };
  }
}

function toRequest(item: Record<string, unknown>): Request {
  const { pk, sk, dueLot, dueOn, ...request } = AskedRow.parse(item);
  return request;
}
