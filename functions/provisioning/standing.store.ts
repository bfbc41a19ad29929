import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { ProviderId } from '../../regions/schema.ts';
import { documents, pause, update } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { closed } from './breaker.rules.ts';
import { type Breaker, Counts } from './contract.ts';
import { breakerKey, toBreaker } from './pressure.store.ts';

/** How a provider stands. */
export interface Standing {
  readonly breaker: Breaker;
  /** How it answered, hour by hour; of hours in which it was asked. */
  readonly counted: readonly Counts[];
}

type Key = Record<'pk' | 'sk', string>;

/** As many rows as DynamoDB reads at once. */
const pageSize = 100;
/** Times that rows are asked for again which DynamoDB left out. */
const attempts = 8;

/** How providers stand, and how they answered; `table` is the provisioning table's name. */
export function standingStore(table: string) {
  /**
   * The breakers of a region's providers, and how each answered in some hours; strongly consistent. Capacity: 1 read unit
   * for each provider and 1 for each of its hours, in one request for a hundred rows.
   *
   * @param hours - as `hourOf` gives them
   * @throws {Busy} the table stayed throttled
   */
  async function readStanding(
    providers: readonly ProviderId[],
    hours: readonly string[],
  ): Promise<ReadonlyMap<ProviderId, Standing>> {
    const rows = await readRows(
      providers.flatMap((providerId) => [
        breakerKey(providerId),
        ...hours.map((hour) => hourKey(providerId, hour)),
      ]),
    );
    const standing = (providerId: ProviderId): Standing => {
      const row = rows.get(named(breakerKey(providerId)));
      const counted = hours.flatMap((hour) => rows.get(named(hourKey(providerId, hour))) ?? []);
      return {
        breaker: row === undefined ? closed : toBreaker(row),
        counted: counted.map((found) => Counts.parse(found)),
      };
    };
    return new Map(providers.map((providerId) => [providerId, standing(providerId)]));
  }

  async function readRows(keys: readonly Key[]) {
    const rows = new Map<string, Record<string, unknown>>();
    let left: Record<string, unknown>[] = [...keys];
    for (let attempt = 1; left.length > 0; ) {
      const Keys = left.slice(0, pageSize);
      const { Responses = {}, UnprocessedKeys = {} } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      for (const row of Responses[table] ?? []) rows.set(`${row['pk']} ${row['sk']}`, row);
      const unread = UnprocessedKeys[table]?.Keys ?? [];
      left = [...unread, ...left.slice(pageSize)];
      if (unread.length === 0) continue;
      if (attempt === attempts) throw new Busy();
      await pause(attempt);
      attempt += 1;
    }
    return rows;
  }

  /**
   * Adds to how a provider answered in an hour. Capacity: 1 write unit. What is added again after a lost answer is counted
   * twice: it is for people to look at.
   *
   * @param expiresAt - when the row is forgotten, in seconds since the epoch
   */
  async function count(
    providerId: ProviderId,
    hour: string,
    { asked, answered, failed }: Counts,
    expiresAt: number,
  ): Promise<void> {
    await update({
      TableName: table,
      Key: hourKey(providerId, hour),
      UpdateExpression:
        'SET expiresAt = :expires ADD asked :asked, answered :answered, failed :failed',
      ExpressionAttributeValues: {
        ':expires': expiresAt,
        ':asked': asked,
        ':answered': answered,
        ':failed': failed,
      },
    });
  }

  return { readStanding, count };
}

const hourKey = (providerId: ProviderId, hour: string) => ({
  pk: `PROVIDER#${providerId}`,
  sk: `HOUR#${hour}`,
});

const named = ({ pk, sk }: Key) => `${pk} ${sk}`;
