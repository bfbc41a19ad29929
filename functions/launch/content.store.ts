import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { StaffId } from '../identity/contract.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { documents, put, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Content, type ContentId } from './contract.ts';

/** Minutes that somebody has to choose. */
const choiceMinutes = 60;

/** That a member of staff is choosing. */
const ChoiceRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('CHOICE'),
  providerId: ProviderId,
  staffId: StaffId,
  expiresAt: z.int(),
});

const ContentRow = Content.extend({ pk: z.string(), sk: z.string() });

/** Contents of tools, and how they come here; `table` is the launch table's name. */
export function contentStore(table: string) {
  /** Begins a choice. Capacity: 1 write unit. */
  async function begin(
    choiceId: string,
    who: { readonly providerId: ProviderId; readonly staffId: StaffId },
    now: Moment,
  ): Promise<void> {
    const expiresAt = epochSeconds(now.add({ minutes: choiceMinutes }));
    const Item = { ...choiceKey(choiceId), ...who, expiresAt } satisfies z.input<typeof ChoiceRow>;
    await put({ TableName: table, Item });
  }

  /** Who is choosing at a tool; undefined where nobody is, or no longer. Capacity: 1 read unit. */
  async function chooserOf(
    choiceId: string,
    providerId: ProviderId,
    now: Moment,
  ): Promise<StaffId | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: choiceKey(choiceId), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const row = ChoiceRow.parse(Item);
    const isOver = row.providerId !== providerId || row.expiresAt <= epochSeconds(now);
    return isOver ? undefined : row.staffId;
  }

  /**
   * Ends a choice with what was chosen, all or nothing, once: what a tool signed cannot be sent a second time, so no
   * nonce has to be remembered beside it. False where it was ended. Capacity: 2 write units, 2 for each content, and
   * 2 for each that records it.
   *
   * @param recorded - who chose, for the audit trail
   */
  async function end(
    choiceId: string,
    chosen: readonly Content[],
    recorded: readonly TransactItem[],
  ): Promise<boolean> {
    const written = await transact([
      {
        Delete: {
          TableName: table,
          Key: choiceKey(choiceId),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
      ...chosen.map((content) => ({
        Put: {
          TableName: table,
          Item: { ...contentKey(content), ...content } satisfies z.input<typeof ContentRow>,
        },
      })),
      ...recorded,
    ]);
    return written.done;
  }

  /**
   * Contents of a tool, by id, and after which the next page begins. Capacity: half a read unit for 4 KB, some ten contents.
   *
   * @param after - the last content of the page before
   */
  async function list(
    providerId: ProviderId,
    { limit, after }: { readonly limit: number; readonly after: ContentId | undefined },
  ): Promise<{ readonly contents: Content[]; readonly next: ContentId | undefined }> {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': providerKey(providerId) },
        Limit: limit,
        ...(after && { ExclusiveStartKey: contentKey({ providerId, contentId: after }) }),
      }),
    );
    const contents = Items.map(toContent);
    // A page of large contents ends before its limit (DynamoDB Developer Guide, "Paginating table query results").
    return { contents, next: LastEvaluatedKey && contents.at(-1)?.contentId };
  }

  /** A content of a tool. Capacity: 1 read unit. */
  async function read(providerId: ProviderId, contentId: ContentId): Promise<Content | undefined> {
    const Key = contentKey({ providerId, contentId });
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toContent(Item);
  }

  /**
   * Removes a content; that there is none is as good, and recorded by nobody. Capacity: 4 write units.
   *
   * @param recorded - who removes it, for the audit trail
   */
  async function remove(
    providerId: ProviderId,
    contentId: ContentId,
    recorded: TransactItem,
  ): Promise<void> {
    const Key = contentKey({ providerId, contentId });
    const ConditionExpression = 'attribute_exists(pk)';
    await transact([{ Delete: { TableName: table, Key, ConditionExpression } }, recorded]);
  }

  return { begin, chooserOf, end, list, read, remove };
}

function toContent(item: unknown): Content {
  const { pk, sk, ...content } = ContentRow.parse(item);
  return content;
}

const providerKey = (providerId: ProviderId) => `CONTENT#${providerId}`;
const contentKey = ({ providerId, contentId }: Pick<Content, 'providerId' | 'contentId'>) => ({
  pk: providerKey(providerId),
  sk: `CONTENT#${contentId}`,
});
const choiceKey = (choiceId: string) => ({ pk: `CHOICE#${choiceId}`, sk: 'CHOICE' as const });
