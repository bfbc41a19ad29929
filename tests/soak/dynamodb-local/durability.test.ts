import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Reached, streamed, temporaryDirectory } from '../../local/dynamodb/region.ts';
import { begun } from './begun.ts';

const scratch = temporaryDirectory();
afterAll(() => scratch[Symbol.dispose]());

const directory = join(scratch.path, 'data');
const options = { directory, pidDirectory: scratch.path };
/** Starting a process takes seconds of a processor, so there is one until it is killed, and one after that. */
let first: Reached;
beforeAll(async () => {
  await begun(directory);
  first = await Reached.start(options);
});

async function numbersInStream(reached: Reached, StreamArn: string): Promise<readonly string[]> {
  const { StreamDescription } = await reached.streams.send(
    new DescribeStreamCommand({ StreamArn }),
  );
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
  const { ShardIterator } = await reached.streams.send(new GetShardIteratorCommand(from));
  const { Records = [] } = await reached.streams.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map((record) => record.dynamodb?.NewImage?.['pk']?.S ?? '');
}

describe('a transaction that cannot be committed', () => {
  it('is not acknowledged, leaves nothing, and is no obstacle to the next ones', async () => {
    const { attributes } = await first.declare({ physicalName: 'locked', properties: streamed });
    const write = (...keys: string[]) =>
      first.documents.transactWrite({
        TransactItems: keys.map((pk) => ({ Put: { TableName: 'locked', Item: { pk } } })),
      });

    // Who reads holds off a COMMIT, and nothing before it.
    const reader = new DatabaseSync(join(directory, 'shared-local-instance.db'));
    reader.exec('BEGIN; SELECT name FROM sqlite_schema');
    await expect(write('a', 'a+')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    reader.close();
    await first.documents.put({ TableName: 'locked', Item: { pk: 'b' } });
    await write('c', 'c+');

    const { Items = [] } = await first.documents.scan({ TableName: 'locked' });
    const kept = Items.map((item) => item['pk']);
    expect(kept.sort()).toEqual(['b', 'c', 'c+']);
    expect(await numbersInStream(first, attributes['StreamArn'] ?? '')).toEqual(['b', 'c', 'c+']);
  });
});

describe('killed at any moment', () => {
  it('every acknowledged item, transaction and stream record is there after the next start', async () => {
    const table = { physicalName: 'outbox', properties: streamed };
    const { attributes } = await first.declare(table);

    const acknowledged: string[] = [];
    const write = async (writer: number) => {
      for (let count = 0; ; count += 1) {
        const pk = `${writer}-${count}`;
        const Put = (suffix: string) => ({
          Put: { TableName: 'outbox', Item: { pk: `${pk}${suffix}` } },
        });
        // Both or neither: a half-written transaction would show as an odd count below.
        await first.documents.transactWrite({ TransactItems: [Put(''), Put('+')] });
        acknowledged.push(pk, `${pk}+`);
        // With an answer just received: what is still to be done for it now, is not done any more.
        if (acknowledged.length === 100) process.kill(first.dynamodb.pid ?? 0, 'SIGKILL');
      }
    };
    await Promise.all([0, 1, 2, 3].map((writer) => write(writer).catch(() => {})));
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    const written = await first.documents
      .get({ TableName: 'outbox', Key: { pk: '0-0' } })
      .catch((error) => error);
    expect(written).toMatchObject({ message: expect.stringContaining('Start the region again') });
    await first.stop();

    const second = await Reached.start(options);
    expect((await second.declare(table)).attributes).toEqual(attributes);
    const { Items = [] } = await second.documents.scan({ TableName: 'outbox' });
    const kept = Items.map((item) => item['pk']);
    expect(kept).toEqual(expect.arrayContaining(acknowledged));
    expect(kept.length % 2).toBe(0);
    const told = await numbersInStream(second, attributes['StreamArn'] ?? '');
    expect([...told].sort()).toEqual([...kept].sort());
    await second.stop();
  }, 60_000);
});
