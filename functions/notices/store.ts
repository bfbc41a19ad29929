import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { documents, update } from '../runtime/dynamodb.ts';
import { dueLots, type Notice, type NoticeId, NoticeRow, noticeKey } from '../runtime/notice.ts';
import { dueIndex } from './contract.ts';

/** A notice on its way to its readers. */
export interface Delivery extends Notice {
  /** When it was sent. */
  readonly since: string;
  /** How often it was taken up, this time included. */
  readonly attempts: number;
  readonly mailed: ReadonlySet<string>;
  readonly unreachable: ReadonlySet<string>;
}

/** Notices on their way; `table` is the notices table's name. */
export function noticeStore(table: string) {
  const keyOf = (noticeId: NoticeId) => ({ TableName: table, Key: noticeKey(noticeId) });

  /**
   * Deliveries that did not come to their end, at most 25 of each lot. Capacity: half a read unit for 4 KB of
   * each lot. The index lags; taking one up asks the row itself (edge case 40).
   */
  async function listDue(moment: string): Promise<readonly Delivery[]> {
    const pages = await Promise.all(
      Array.from({ length: dueLots }, (_, lot) =>
        documents.send(
          new QueryCommand({
            TableName: table,
            IndexName: dueIndex,
            KeyConditionExpression: 'dueLot = :lot AND due <= :now',
            ExpressionAttributeValues: { ':lot': String(lot), ':now': moment },
            Limit: 25,
          }),
        ),
      ),
    );
    return pages.flatMap(({ Items = [] }) => Items.flatMap((item) => readDelivery(item) ?? []));
  }

  /**
   * Takes up a delivery as it was seen, the first time or again; undefined where another did, or it is done.
   * Capacity: 3 write units, as the index moves it, and 1 read unit.
   *
   * @param due - when it is taken up again, should it not come to its end
   */
  async function take(
    { noticeId, attempts }: Delivery,
    due: string,
  ): Promise<Delivery | undefined> {
    const written = await update({
      ...keyOf(noticeId),
      UpdateExpression: 'SET due = :due, attempts = :next',
      ConditionExpression: '#state = :sending AND attempts = :seen',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':due': due,
        ':next': attempts + 1,
        ':seen': attempts,
        ':sending': 'sending',
      },
    });
    if (!written.done) return undefined;
    const { Item } = await documents.send(
      new GetCommand({ ...keyOf(noticeId), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readDelivery(Item);
  }

  /** Notes that a reader has the mail, or that none reaches them. Capacity: 2 write units. */
  async function noteReader(
    noticeId: NoticeId,
    reader: string,
    outcome: 'mailed' | 'unreachable',
  ): Promise<void> {
    await update({
      ...keyOf(noticeId),
      UpdateExpression: 'ADD #outcome :reader',
      ExpressionAttributeNames: { '#outcome': outcome },
      ExpressionAttributeValues: { ':reader': new Set([reader]) },
    });
  }

  /** Ends a delivery and forgets what it said, and to which address. Capacity: 2 write units. */
  async function end(noticeId: NoticeId, state: 'sent' | 'undeliverable'): Promise<void> {
    await update({
      ...keyOf(noticeId),
      UpdateExpression: 'SET #state = :state REMOVE message, due, dueLot',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': state },
    });
  }

  return { listDue, take, noteReader, end };
}

/** A row as a delivery; undefined where it is done. */
export function readDelivery(item: Record<string, unknown>): Delivery | undefined {
  const row = NoticeRow.parse(item);
  const { noticeId, message, since, attempts, mailed = new Set(), unreachable = new Set() } = row;
  if (message === undefined) return undefined;
  return { noticeId, message, since, attempts, mailed, unreachable };
}
