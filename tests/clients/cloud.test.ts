import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { documents } from './asks-dynamodb.ts';
import { own, type Packages, sdk } from './both.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud();
});
afterAll(() => cloud.close());

/** What was given back, or refused, without what differs from one request to the next. */
async function outcome(asking: Promise<object>, table: string): Promise<unknown> {
  const given: object = await asking.catch((error: object) => error);
  const { $metadata, ...fields }: Record<string, unknown> = { ...given };
  if (given instanceof Error) return { ...fields, name: given.name, message: given.message };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      // By the table's name, which is each one's own.
      const isNamed = name === 'Responses' && !Array.isArray(value);
      return [name, isNamed ? Object(value)[table] : value];
    }),
  );
}

/** A row of every kind of value. */
const row = (sk: string) => ({
  pk: 'learner',
  sk,
  text: '나무 🌲',
  number: -1.25e-7,
  big: 123_456_789_012_345_678_901n,
  yes: true,
  nothing: null,
  missing: undefined,
  bytes: new Uint8Array([0, 1, 255]),
  tags: new Set(['a', 'b']),
  sizes: new Set([1, 2.5]),
  list: [1, 'two', { three: [] }],
  map: { '': 'empty name', empty: '' },
});

/** A table's day: written, read, refused, paged, in batches and transactions. */
function storyOf(all: Packages, TableName: string): readonly (() => Promise<object>)[] {
  const lib = all.documents;
  const client = documents(all);
  const Key = { pk: 'learner', sk: '1' };
  const condition = {
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  const pages = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': 'learner' },
    Limit: 2,
  };
  const PutRequest = { Item: row('2') };
  const ExclusiveStartKey = { pk: 'learner', sk: '2' };
  return [
    () => client.send(new lib.PutCommand({ TableName, Item: row('1'), ...condition })),
    () => client.send(new lib.PutCommand({ TableName, Item: row('1'), ...condition })),
    () => client.send(new lib.GetCommand({ TableName, Key, ConsistentRead: true })),
    () => client.send(new lib.GetCommand({ TableName, Key: { pk: 'nobody', sk: '1' } })),
    () =>
      client.send(
        new lib.UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #n = #n + :one, missing = :bytes',
          ExpressionAttributeNames: { '#n': 'number' },
          ExpressionAttributeValues: { ':one': 1, ':bytes': new Uint8Array(3) },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    () =>
      client.send(
        new lib.BatchWriteCommand({
          RequestItems: { [TableName]: [{ PutRequest }, { PutRequest: { Item: row('3') } }] },
        }),
      ),
    () => client.send(new lib.QueryCommand(pages)),
    () => client.send(new lib.QueryCommand({ ...pages, ExclusiveStartKey })),
    () =>
      client.send(
        new lib.TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: row('4') } },
            { Put: { TableName, Item: row('1'), ...condition } },
          ],
        }),
      ),
    () => client.send(new lib.TransactGetCommand({ TransactItems: [{ Get: { TableName, Key } }] })),
    () => client.send(new lib.BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
    () => client.send(new lib.DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' })),
    () => client.send(new lib.ScanCommand({ TableName })),
    () => client.send(new lib.GetCommand({ TableName, Key: { pk: 1, sk: '1' } })),
    () => client.send(new lib.GetCommand({ TableName: 'no-such-table', Key })),
  ];
}

describe('given a table for each', () => {
  it('when the same is asked of DynamoDB, then it is answered the same', async () => {
    const told = async (all: Packages, table: string) => {
      await cloud.createTable(table);
      const outcomes: unknown[] = [];
      for (const ask of storyOf(all, table)) outcomes.push(await outcome(ask(), table));
      return outcomes;
    };
    const theirs = await told(sdk, 'of-the-sdk');
    expect(theirs[0]).toEqual({});
    expect(theirs[1]).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await told(own, 'of-clients')).toEqual(theirs);
  });
});
