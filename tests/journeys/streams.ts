import type { AttributeValue, DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import type { Cloud } from '../runtime/cloud.ts';

const Described = z.object({ Table: z.object({ LatestStreamArn: z.string() }) });
const Shards = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});
const Iterator = z.object({ ShardIterator: z.string() });
// The wire format of a row, which DynamoDB Local and the event of a function have in common.
const Image = z.custom<Record<string, AttributeValue>>((image) => typeof image === 'object');
const Entry = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.object({
    Keys: z.looseObject({ pk: z.object({ S: z.string() }) }),
    SequenceNumber: z.string(),
    OldImage: Image.optional(),
    NewImage: Image.optional(),
  }),
});
type Entry = z.infer<typeof Entry>;
const Page = z.object({ Records: z.array(Entry) });

export type Trigger = (event: DynamoDBStreamEvent) => Promise<void>;

/** Gives a table its stream, as its template does. */
export async function withStream(cloud: Cloud, TableName: string): Promise<void> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
  await cloud.ask('UpdateTable', { TableName, StreamSpecification });
}

/** One of the readers of a table's stream. */
export async function streamOf(cloud: Cloud, table: string) {
  const ask = cloud.dynamodb.ask.bind(cloud.dynamodb);
  const { Table } = await ask(
    'DynamoDB_20120810',
    'DescribeTable',
    { TableName: table },
    Described,
  );
  const StreamArn = Table.LatestStreamArn;
  const api = 'DynamoDBStreams_20120810';
  const [shard] = (await ask(api, 'DescribeStream', { StreamArn }, Shards)).StreamDescription
    .Shards;
  if (shard === undefined) throw new Error(`the stream of ${table} has no shard`);
  const from = { StreamArn, ShardId: shard.ShardId };
  let last: string | undefined;
  /** What has changed since it was last asked, in order. */
  return async (): Promise<readonly Entry[]> => {
    // An iterator of an empty shard points before the first record that comes, which DynamoDB Local calls trimmed.
    const position =
      last === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: last };
    const next = await ask(api, 'GetShardIterator', { ...from, ...position }, Iterator);
    const { Records } = await ask(api, 'GetRecords', next, Page);
    last = Records.at(-1)?.dynamodb.SequenceNumber ?? last;
    return Records;
  };
}

/**
 * A trigger behind a table's stream, brought its changes when a test says so: those of one row in order, of
 * several rows in any, and each perhaps again, as a batch is that failed at a later record.
 */
export class Follower {
  readonly #read: () => Promise<readonly Entry[]>;
  readonly #keyPrefix: string;
  readonly #trigger: Trigger;
  /** Changes by row that are to be brought, and that were. */
  readonly #coming = new Map<string, Entry[]>();
  readonly #brought = new Map<string, Entry[]>();

  constructor(read: () => Promise<readonly Entry[]>, keyPrefix: string, trigger: Trigger) {
    this.#read = read;
    this.#keyPrefix = keyPrefix;
    this.#trigger = trigger;
  }

  async #look(): Promise<void> {
    for (const entry of await this.#read()) {
      const key = entry.dynamodb.Keys;
      if (!key.pk.S.startsWith(this.#keyPrefix)) continue;
      const row = JSON.stringify(key);
      this.#coming.set(row, [...(this.#coming.get(row) ?? []), entry]);
    }
  }

  /** Brings the first changes of one of the rows that changed. */
  async bring(which: number, atMost: number): Promise<void> {
    await this.#look();
    const [row] = nth([...this.#coming], which) ?? [];
    if (row !== undefined) await this.#bringOf(row, atMost);
  }

  /** Brings all changes, and those that they call forth; how many batches there were. */
  async bringAll(): Promise<number> {
    let count = 0;
    for (;;) {
      await this.#look();
      if (this.#coming.size === 0) return count;
      for (const row of [...this.#coming.keys()]) await this.#bringOf(row, 100);
      count += 1;
    }
  }

  async #bringOf(row: string, atMost: number): Promise<void> {
    const coming = this.#coming.get(row) ?? [];
    const batch = coming.slice(0, atMost);
    await this.#hand(batch);
    const rest = coming.slice(batch.length);
    if (rest.length === 0) this.#coming.delete(row);
    else this.#coming.set(row, rest);
    this.#brought.set(row, [...(this.#brought.get(row) ?? []), ...batch]);
  }

  /** Brings the last changes of a row that were brought before once more. */
  async bringAgain(which: number, count: number): Promise<void> {
    const [, brought] = nth([...this.#brought], which) ?? [];
    if (brought !== undefined) await this.#hand(brought.slice(-count));
  }

  async #hand(records: readonly Entry[]): Promise<void> {
    const Records = records.map(({ eventName, dynamodb: { OldImage, NewImage } }) => ({
      eventName,
      dynamodb: {
        ...(OldImage === undefined ? {} : { OldImage }),
        ...(NewImage === undefined ? {} : { NewImage }),
      },
    }));
    await this.#trigger({ Records });
  }
}

function nth<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % Math.max(1, items.length)];
}
