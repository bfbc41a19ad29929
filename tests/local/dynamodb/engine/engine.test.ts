import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineOptions } from '../../../../local/dynamodb/engine/engine.ts';
import { inMemory } from './in-memory.ts';

const table = {
  TableName: 'rows',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['pk', 'sk', 'lot'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byLot',
      KeySchema: [{ AttributeName: 'lot', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};
const TableName = 'rows';
const itemOf = (pk: string, more: object = {}) => ({ pk: { S: pk }, sk: { S: 's' }, ...more });
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 's' } });

const stops: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) stop();
});

function opened(more: Partial<EngineOptions> = {}) {
  const made = inMemory(more);
  stops.push(() => made.engine.stop());
  expect(made.ask('CreateTable', table).status).toBe(200);
  return made;
}

it('an operation that it does not know is refused by its name', () => {
  const { code, message } = opened().ask('ExecuteStatement', {});
  expect(code).toBe('UnknownOperationException');
  expect(message).toContain('does not know ExecuteStatement');
});

it('a parameter that it does not know is refused by its name', () => {
  const asked = { TableName, Key: keyOf('a'), AttributesToGet: ['pk'] };
  expect(opened().ask('GetItem', asked).message).toContain('AttributesToGet');
});

describe('keys', () => {
  it.each([
    ['that are empty', { pk: { S: '' }, sk: { S: 's' } }, /cannot contain an empty string/],
    ['of another type', { pk: { N: '1' }, sk: { S: 's' } }, /does not match the schema/],
    ['of which one lacks', { pk: { S: 'a' } }, /does not match the schema/],
    ['with more beside them', itemOf('a', { lot: { S: 'l' } }), /does not match the schema/],
    ['that are too long', { pk: { S: 'x'.repeat(2049) }, sk: { S: 's' } }, /maximum size limit/],
  ])('%s are refused', (_which, Key, said) => {
    const { code, message } = opened().ask('GetItem', { TableName, Key });
    expect({ code, message }).toEqual({
      code: 'ValidationException',
      message: expect.stringMatching(said),
    });
  });

  it.each([
    ['empty', { S: '' }],
    ['of another type', { N: '1' }],
  ])('of an index that are %s are refused with the item', (_which, lot) => {
    const { code } = opened().ask('PutItem', { TableName, Item: itemOf('a', { lot }) });
    expect(code).toBe('ValidationException');
  });
});

describe('limits', () => {
  it('an item of more than 400 kB is refused', () => {
    const { ask } = opened();
    const Item = (length: number) => itemOf('a', { long: { S: 'x'.repeat(length) } });
    expect(ask('PutItem', { TableName, Item: Item(400 * 1024 - 11) }).status).toBe(200);
    const { message } = ask('PutItem', { TableName, Item: Item(400 * 1024) });
    expect(message).toContain('Item size has exceeded');
  });

  it('a page ends with a megabyte, and the next goes on behind it', () => {
    const { ask } = opened();
    for (let count = 0; count < 5; count += 1) {
      const Item = itemOf('a', { sk: { S: `${count}` }, long: { S: 'x'.repeat(300_000) } });
      ask('PutItem', { TableName, Item });
    }
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
    };
    const first = ask('Query', query).body;
    expect(first).toMatchObject({ Count: 4, LastEvaluatedKey: { sk: { S: '3' } } });
    const next = ask('Query', { ...query, ExclusiveStartKey: first['LastEvaluatedKey'] }).body;
    expect(next).toMatchObject({ Count: 1, Items: [{ sk: { S: '4' } }] });
    expect(next).not.toHaveProperty('LastEvaluatedKey');
  });

  it('a transaction of more than 100 items, or twice of one, is refused', () => {
    const { ask } = opened();
    const of = (keys: readonly string[]) =>
      ask('TransactWriteItems', {
        TransactItems: keys.map((pk) => ({ Put: { TableName, Item: itemOf(pk) } })),
      });
    const keys = Array.from({ length: 101 }, (_, at) => `${at}`);
    expect(of(keys).message).toContain('101 items');
    expect(of(['a', 'a']).message).toContain('multiple operations on one item');
    expect(of(keys.slice(1)).status).toBe(200);
  });
});

describe('a transaction with a token', () => {
  const step = (N: string) => ({
    Update: {
      TableName,
      Key: keyOf('a'),
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: { ':n': { N } },
    },
  });

  it('that comes again is done once; another with that token is refused', () => {
    const { ask } = opened();
    const asked = { ClientRequestToken: 'once', TransactItems: [step('1')] };
    expect([
      ask('TransactWriteItems', asked).status,
      ask('TransactWriteItems', asked).status,
    ]).toEqual([200, 200]);
    const other = { ...asked, TransactItems: [step('2')] };
    expect(ask('TransactWriteItems', other).code).toBe('IdempotentParameterMismatchException');
    expect(ask('GetItem', { TableName, Key: keyOf('a') }).body).toEqual({
      Item: { ...keyOf('a'), n: { N: '1' } },
    });
  });
});

describe('a transaction that cannot be done', () => {
  const put = (pk: string, more = {}) => ({ Put: { TableName, Item: itemOf(pk, more) } });
  const isThere = { ConditionExpression: 'attribute_exists(pk)' };
  const check = { ConditionCheck: { TableName, Key: keyOf('b'), ...isThere } };

  it('leaves nothing, and may come again with its token', () => {
    const { ask } = opened();
    const asked = { ClientRequestToken: 'again', TransactItems: [put('a'), check] };
    const refused = ask('TransactWriteItems', asked);
    expect(refused.body['CancellationReasons']).toMatchObject([
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed' },
    ]);
    expect(ask('Scan', { TableName }).body['Items']).toEqual([]);
    ask('PutItem', { TableName, Item: itemOf('b') });
    expect(ask('TransactWriteItems', asked).status).toBe(200);
    expect(ask('Scan', { TableName }).body['Count']).toBe(2);
  });

  it('for what an update would make of an index key says so among its reasons', () => {
    const { ask } = opened();
    const Update = {
      ...{ TableName, Key: keyOf('b'), UpdateExpression: 'SET lot = :n' },
      ExpressionAttributeValues: { ':n': { N: '1' } },
    };
    const { body } = ask('TransactWriteItems', { TransactItems: [put('a'), { Update }] });
    expect(body['CancellationReasons']).toMatchObject([
      { Code: 'None' },
      { Code: 'ValidationError' },
    ]);
    expect(ask('Scan', { TableName }).body['Items']).toEqual([]);
  });
});

describe('items whose time has come, by the clock that was given', () => {
  it('go, with a record that names the service; those of long ago stay', () => {
    let seconds = 2_000_000_000;
    const { ask, engine } = opened({ now: () => seconds * 1000 });
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'until' };
    ask('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
    const untils = { soon: 60, later: 600, forgotten: -6 * 365 * 86_400 };
    for (const [pk, until] of Object.entries(untils)) {
      ask('PutItem', { TableName, Item: itemOf(pk, { until: { N: `${seconds + until}` } }) });
    }
    const left = () => ask('Scan', { TableName, ProjectionExpression: 'pk' }).body['Items'];
    engine.sweep();
    expect(left()).toHaveLength(3);
    seconds += 60;
    engine.sweep();
    expect(left()).toEqual([{ pk: { S: 'forgotten' } }, { pk: { S: 'later' } }]);
  });
});

it('a stream has what was written when a test makes Date jump: one shard, nothing trimmed, iterators that hold', () => {
  const { ask, engine } = opened();
  const streams = (operation: string, input: object) =>
    ask(operation, input, 'DynamoDBStreams_20120810').body;
  vi.useFakeTimers({ toFake: ['Date'] });
  ask('PutItem', { TableName, Item: itemOf('before') });
  // These are the parts of the answers that are asked for here.
  const { Table } = ask('DescribeTable', { TableName }).body as {
    Table: { LatestStreamArn: string };
  };
  const StreamArn = Table.LatestStreamArn;
  const shards = () => {
    // As above.
    const { StreamDescription } = streams('DescribeStream', { StreamArn }) as {
      StreamDescription: { Shards: { ShardId: string }[] };
    };
    return StreamDescription.Shards;
  };
  const [{ ShardId } = { ShardId: '' }] = shards();
  const iterator = streams('GetShardIterator', {
    StreamArn,
    ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  vi.setSystemTime(Date.now() + 3 * 86_400_000);
  ask('PutItem', { TableName, Item: itemOf('after') });
  engine.sweep();
  expect(shards()).toHaveLength(1);
  expect(streams('GetRecords', iterator)['Records']).toHaveLength(2);
});

describe('transactions that meet, when they are to', () => {
  const put = (pk: string) => ({ Put: { TableName, Item: itemOf(pk) } });

  it('cancel one another for as long as they hold an item, and refuse single writes', () => {
    let now = 0;
    const { ask } = opened({ conflicts: { holdMs: 10, now: () => now } });
    const both = (...keys: string[]) => ask('TransactWriteItems', { TransactItems: keys.map(put) });
    expect(both('a', 'b').status).toBe(200);
    const second = both('c', 'b');
    expect(second.code).toBe('TransactionCanceledException');
    expect(second.body['CancellationReasons']).toEqual([
      { Code: 'None' },
      { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    ]);
    expect(ask('PutItem', { TableName, Item: itemOf('a') }).code).toBe(
      'TransactionConflictException',
    );
    expect(ask('GetItem', { TableName, Key: keyOf('a') }).status).toBe(200);
    const Get = { TableName, Key: keyOf('a') };
    expect(ask('TransactGetItems', { TransactItems: [{ Get }] }).code).toBe(
      'TransactionCanceledException',
    );
    const RequestItems = {
      [TableName]: ['a', 'd'].map((pk) => ({ PutRequest: { Item: itemOf(pk) } })),
    };
    expect(ask('BatchWriteItem', { RequestItems }).body).toMatchObject({
      UnprocessedItems: { [TableName]: [{ PutRequest: { Item: itemOf('a') } }] },
    });
    now = 10;
    expect(both('c', 'b').status).toBe(200);
  });

  it('do not when it is not said', () => {
    const { ask } = opened();
    const TransactItems = [put('a')];
    expect([1, 2].map(() => ask('TransactWriteItems', { TransactItems }).status)).toEqual([
      200, 200,
    ]);
  });
});
