import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoDb } from '../../../local/dynamodb/service.ts';
import { context, onlyKey, Reached, streamed } from './region.ts';

// The process of its own that it may start instead: durability.test.ts.
let reached: Reached;

beforeAll(async () => {
  reached = await Reached.start({});
});

afterAll(() => reached.stop());

async function streamRecords(StreamArn: string) {
  const { StreamDescription } = await reached.streams.send(
    new DescribeStreamCommand({ StreamArn }),
  );
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const ShardIteratorType = 'TRIM_HORIZON' as const;
  const { ShardIterator } = await reached.streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType }),
  );
  const { Records = [] } = await reached.streams.send(new GetRecordsCommand({ ShardIterator }));
  return Records;
}

describe('a table of the template', () => {
  it('has the ARNs that it would have at AWS, and answers the SDK', async () => {
    const made = await reached.declare({ physicalName: 'arns', properties: streamed });
    expect(made.ref).toBe('arns');
    const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/arns';
    expect(made.attributes['Arn']).toBe(arn);
    expect(made.attributes['StreamArn']).toMatch(new RegExp(`^${arn}/stream/\\d{4}-`));

    await reached.documents.put({ TableName: 'arns', Item: { pk: 'a', names: ['x', 'y'] } });
    const { Item } = await reached.documents.get({ TableName: arn, Key: { pk: 'a' } });
    expect(Item).toEqual({ pk: 'a', names: ['x', 'y'] });
  });

  it('shows its stream under the ARN of the region, with the region in each record', async () => {
    const { attributes } = await reached.declare({ physicalName: 'told', properties: streamed });
    const StreamArn = attributes['StreamArn'] ?? '';
    await reached.documents.put({ TableName: 'told', Item: { pk: 'a' } });

    const { Streams } = await reached.streams.send(new ListStreamsCommand({ TableName: 'told' }));
    expect(Streams?.map((stream) => stream.StreamArn)).toEqual([StreamArn]);
    expect(await streamRecords(StreamArn)).toMatchObject([
      {
        eventName: 'INSERT',
        awsRegion: 'eu-central-1',
        dynamodb: { NewImage: { pk: { S: 'a' } } },
      },
    ]);
  });

  it('keeps data that looks like its own ARNs as it was written', async () => {
    await reached.declare({ physicalName: 'literal', properties: onlyKey });
    const Item = {
      pk: 'a',
      inside: 'arn:aws:dynamodb:ddblocal:000000000000:table/x',
      outside: 'arn:aws:dynamodb:eu-central-1:123456789012:table/x',
    };
    await reached.documents.put({ TableName: 'literal', Item });
    const read = await reached.documents.get({ TableName: 'literal', Key: { pk: 'a' } });
    expect(read.Item).toEqual(Item);
  });

  it('hands on refusals with their name', async () => {
    await reached.declare({ physicalName: 'refusals', properties: onlyKey });
    const twice = () =>
      reached.documents.put({
        TableName: 'refusals',
        Item: { pk: 'a' },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    await twice();
    await expect(twice()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await expect(
      reached.documents.get({ TableName: 'nowhere', Key: { pk: 'a' } }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('lets exactly as many through a condition as it allows, however many ask at once', async () => {
    await reached.declare({ physicalName: 'seats', properties: onlyKey });
    await reached.documents.put({ TableName: 'seats', Item: { pk: 'lot', places: 7 } });
    const take = () =>
      reached.documents.update({
        TableName: 'seats',
        Key: { pk: 'lot' },
        UpdateExpression: 'SET places = places - :one',
        ConditionExpression: 'places > :none',
        ExpressionAttributeValues: { ':one': 1, ':none': 0 },
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, take));
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(7);
  });

  it('tells its watchers of writes, not of reads, refusals and writes to others', async () => {
    await reached.declare({ physicalName: 'watched', properties: onlyKey });
    await reached.declare({ physicalName: 'other', properties: onlyKey });
    let told = 0;
    const cancel = reached.dynamodb.watch('watched', () => {
      told += 1;
    });
    const { documents } = reached;
    const put = (TableName: string) => ({ TableName, Item: { pk: 'a' } });
    await documents.put(put('watched'));
    await documents.transactWrite({
      TransactItems: [{ Put: put('other') }, { Put: put('watched') }],
    });
    expect(told).toBe(2);
    await documents.get({ TableName: 'watched', Key: { pk: 'a' } });
    await documents.put(put('other'));
    const refused = { ...put('watched'), ConditionExpression: 'attribute_not_exists(pk)' };
    await expect(documents.put(refused)).rejects.toThrow();
    expect(told).toBe(2);
    cancel();
    await documents.put(put('watched'));
    expect(told).toBe(2);
  });

  it('deletes what has expired, and its stream names the service as the one that did', async () => {
    const properties = {
      ...streamed,
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
    };
    const { attributes } = await reached.declare({ physicalName: 'expiring', properties });
    const until = Math.floor(Date.now() / 1000) - 60;
    await reached.documents.put({ TableName: 'expiring', Item: { pk: 'old', until } });
    await expect
      .poll(() => streamRecords(attributes['StreamArn'] ?? ''), { timeout: 15_000, interval: 200 })
      .toHaveLength(2);
    const [, expired] = await streamRecords(attributes['StreamArn'] ?? '');
    expect(expired).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
      dynamodb: { OldImage: { pk: { S: 'old' } } },
    });
  }, 20_000);
});

describe('a table that was kept', () => {
  it('is found again unchanged, its items and its stream with it', async () => {
    const first = await reached.declare({ physicalName: 'kept', properties: streamed });
    await reached.documents.put({ TableName: 'kept', Item: { pk: 'a' } });
    expect(await reached.declare({ physicalName: 'kept', properties: streamed })).toEqual(first);
    expect((await reached.documents.scan({ TableName: 'kept' })).Items).toEqual([{ pk: 'a' }]);
  });

  it('gets a stream, another view and another time to live when the template says so', async () => {
    const plain = await reached.declare({ physicalName: 'changing', properties: onlyKey });
    expect(plain.attributes).not.toHaveProperty('StreamArn');
    const view = (StreamViewType: string, AttributeName: string) =>
      reached.declare({
        physicalName: 'changing',
        properties: {
          ...onlyKey,
          StreamSpecification: { StreamViewType },
          TimeToLiveSpecification: { Enabled: true, AttributeName },
        },
      });
    await view('KEYS_ONLY', 'until');
    const { attributes } = await view('NEW_IMAGE', 'expires');
    await reached.documents.put({ TableName: 'changing', Item: { pk: 'a' } });
    expect(await streamRecords(attributes['StreamArn'] ?? '')).toMatchObject([
      { dynamodb: { StreamViewType: 'NEW_IMAGE', NewImage: { pk: { S: 'a' } } } },
    ]);
  });

  it('is refused with other keys, saying what to do', async () => {
    await reached.declare({ physicalName: 'fixed', properties: onlyKey });
    const properties = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    };
    await expect(reached.declare({ physicalName: 'fixed', properties })).rejects.toThrow(
      /table fixed: the keys .* start on another data directory/,
    );
  });

  it('is not deleted while it is protected', async () => {
    const properties = { ...onlyKey, DeletionProtectionEnabled: true };
    await reached.declare({ physicalName: 'protected', properties: onlyKey });
    await reached.declare({ physicalName: 'protected', properties });
    const remove = reached.dynamodb.answer('DeleteTable', {
      method: 'POST',
      path: '/',
      headers: {},
      body: Buffer.from(JSON.stringify({ TableName: 'protected' })),
    });
    expect(String((await remove).body)).toContain('deletion protection');
  });
});

describe('a property that the local region does not know', () => {
  it.each([
    [
      'at the top',
      { KinesisStreamSpecification: { StreamArn: 'x' } },
      ['KinesisStreamSpecification'],
    ],
    [
      'inside an index',
      {
        LocalSecondaryIndexes: [
          {
            IndexName: 'one',
            KeySchema: onlyKey.KeySchema,
            Projection: { ProjectionType: 'ALL' },
            Sparse: true,
          },
        ],
      },
      ['Sparse'],
    ],
    ['misspelt', { TimeToLiveSpecification: { Enabled: true, Attribute: 'x' } }, ['Attribute']],
  ])('%s is refused', (_where, more, keys) => {
    const parsed = reached.dynamodb.kinds[0]?.properties.safeParse({ ...onlyKey, ...more });
    const unknown = expect.objectContaining({ code: 'unrecognized_keys', keys });
    expect(parsed?.error?.issues).toContainEqual(unknown);
  });
});

describe('an endpoint that runs already', () => {
  it('is used instead of a process of our own, and outlives the region', async () => {
    await reached.declare({ physicalName: 'shared', properties: onlyKey });
    const { endpoint } = reached;
    const other = await DynamoDb.start(context(), { endpoint });
    const [kind] = other.kinds;
    const properties = kind?.properties.parse(onlyKey);
    await kind?.create({ logicalId: 'Table', physicalName: 'shared', properties });
    await other.stop();
    await reached.documents.put({ TableName: 'shared', Item: { pk: 'a' } });
  });

  it('that does not answer is refused with what to do', async () => {
    const start = DynamoDb.start(context(), {
      endpoint: 'http://127.0.0.1:9',
    });
    await expect(start).rejects.toMatchObject({
      code: 'endpoint-silent',
      message: expect.stringContaining('unset AWS_ENDPOINT_URL_DYNAMODB'),
    });
  });
});
