import { z } from 'zod';
import type { Ask } from './answers.ts';

const api = 'DynamoDBStreams_20120810';
const Described = z.object({ Table: z.object({ LatestStreamArn: z.string() }) });
const Description = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});
const Iterator = z.object({ ShardIterator: z.string() });
const Records = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      dynamodb: z.object({
        Keys: z.unknown(),
        NewImage: z.unknown().optional(),
        OldImage: z.unknown().optional(),
      }),
    }),
  ),
});

/** What a table's stream tells of each item, in order; which items' changes lie between is nobody's business. */
export async function recordsOf(ask: Ask, TableName: string): Promise<Record<string, unknown[]>> {
  const table = Described.parse(await ask({ operation: 'DescribeTable', input: { TableName } }));
  const StreamArn = table.Table.LatestStreamArn;
  const described = await ask({ operation: 'DescribeStream', input: { StreamArn } }, api);
  const told: Record<string, unknown[]> = {};
  for (const { ShardId } of Description.parse(described).StreamDescription.Shards) {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const iterator = Iterator.parse(await ask({ operation: 'GetShardIterator', input }, api));
    const page = Records.parse(await ask({ operation: 'GetRecords', input: iterator }, api));
    for (const { eventName, dynamodb } of page.Records) {
      const key = JSON.stringify(dynamodb.Keys);
      told[key] ??= [];
      told[key].push({ eventName, before: dynamodb.OldImage, after: dynamodb.NewImage });
    }
  }
  return told;
}
