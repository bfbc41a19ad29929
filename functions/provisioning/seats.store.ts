import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { documents, put, type TransactItem } from '../runtime/dynamodb.ts';
import { CountedSeats, type Month } from './contract.ts';

const SeatsRow = z.object({
  pk: z.string().startsWith('SEATS#'),
  /** `<provider>#<lot>`. */
  sk: z.string(),
  seats: z.int().min(0),
});

const CountRow = z
  .object({ pk: z.literal('SEATS'), sk: z.literal('COUNT') })
  .extend(CountedSeats.shape);

/**
 * Adds seats to what a month has, for the transaction that writes in the accounts' rows that they are counted. Capacity: 2
 * write units for each month. A provider's lots have counters of their own, so that few transactions meet in one.
 *
 * @param months - one entry for each seat
 */
export function countSeats(
  table: string,
  providerId: ProviderId,
  lot: string,
  months: readonly Month[],
): TransactItem[] {
  return [...Map.groupBy(months, (month) => month)].map(([month, seats]) => ({
    Update: {
      TableName: table,
      Key: { pk: `SEATS#${month}`, sk: `${providerId}#${lot}` },
      UpdateExpression: 'ADD seats :seats',
      ExpressionAttributeValues: { ':seats': seats.length },
    },
  }));
}

/** What is counted of the seats of months; `table` is the provisioning table's name. */
export function seatsStore(table: string) {
  /**
   * The seats that each provider's learners used in a month. Capacity: 1 read unit for 4 KB, some forty counters: five
   * providers.
   */
  async function seatsIn(month: Month): Promise<ReadonlyMap<ProviderId, number>> {
    const sums = new Map<ProviderId, number>();
    let from: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :month',
          ExpressionAttributeValues: { ':month': `SEATS#${month}` },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      for (const { sk, seats } of z.array(SeatsRow).parse(page.Items ?? [])) {
        const providerId = ProviderId.parse(sk.slice(0, sk.lastIndexOf('#')));
        sums.set(providerId, (sums.get(providerId) ?? 0) + seats);
      }
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return sums;
  }

  /** How far the count has come; undefined before the first. Capacity: 1 read unit. */
  async function readCount(): Promise<CountedSeats | undefined> {
    const Key = { pk: 'SEATS', sk: 'COUNT' };
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { pk, sk, ...count } = CountRow.parse(Item);
    return count;
  }

  /** Writes how far it has come; of two counts at once the rows of accounts see to what is right. Capacity: 1 write unit. */
  async function keepCount(count: CountedSeats): Promise<void> {
    const Item = { pk: 'SEATS', sk: 'COUNT', ...count } satisfies z.input<typeof CountRow>;
    await put({ TableName: table, Item });
  }

  return { seatsIn, readCount, keepCount };
}
