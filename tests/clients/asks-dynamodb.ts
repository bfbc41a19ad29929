import type { Packages } from './both.ts';
import type { Asking } from './compare.ts';
import type { Reply } from './endpoint.ts';

const put = {
  TableName: 't',
  Item: { pk: 'a', n: 1.5, at: undefined, bytes: new Uint8Array([1]), tags: new Set(['x']) },
};
export const documents = ({ dynamodb, documents: lib }: Packages, maxAttempts = 1) =>
  lib.DynamoDBDocumentClient.from(new dynamodb.DynamoDBClient({ maxAttempts }), {
    marshallOptions: { removeUndefinedValues: true },
  });
const keys = { pk: { S: 'a' }, bytes: { B: 'AQI=' }, big: { N: '9007199254740993' } };
export const json = (body: object): Reply => ({ body: JSON.stringify(body) });

/** All that functions ask of DynamoDB, and what it says to it. */
export const dynamodbAsks: readonly (readonly [name: string, reply: Reply, asking: Asking])[] = [
  [
    'GetItem',
    json({ Item: keys }),
    (all) =>
      documents(all).send(
        new all.documents.GetCommand({
          TableName: 't',
          Key: { pk: 'a', sk: 2n },
          ConsistentRead: true,
        }),
      ),
  ],
  [
    'PutItem',
    json({ Attributes: keys }),
    (all) =>
      documents(all).send(
        new all.documents.PutCommand({
          ...put,
          ConditionExpression: 'a = :a',
          ExpressionAttributeValues: { ':a': [1, { b: null }] },
        }),
      ),
  ],
  [
    'UpdateItem',
    json({ Attributes: keys }),
    (all) =>
      documents(all).send(
        new all.documents.UpdateCommand({
          TableName: 't',
          Key: { pk: 'a' },
          UpdateExpression: 'SET a = :a',
          ExpressionAttributeValues: { ':a': true },
        }),
      ),
  ],
  [
    'DeleteItem',
    json({}),
    (all) =>
      documents(all).send(new all.documents.DeleteCommand({ TableName: 't', Key: { pk: 'a' } })),
  ],
  [
    'Query',
    json({ Items: [keys, keys], Count: 2, LastEvaluatedKey: keys }),
    (all) =>
      documents(all).send(
        new all.documents.QueryCommand({
          TableName: 't',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': 'a' },
          ExclusiveStartKey: { pk: 'a' },
          Limit: 1,
        }),
      ),
  ],
  [
    'Scan',
    json({ Items: [], Count: 0 }),
    (all) =>
      documents(all).send(
        new all.documents.ScanCommand({ TableName: 't', Segment: 0, TotalSegments: 2 }),
      ),
  ],
  [
    'BatchGetItem',
    json({ Responses: { t: [keys] }, UnprocessedKeys: { t: { Keys: [keys] } } }),
    (all) =>
      documents(all).send(
        new all.documents.BatchGetCommand({
          RequestItems: { t: { Keys: [{ pk: 'a' }], ConsistentRead: true } },
        }),
      ),
  ],
  [
    'BatchWriteItem',
    json({ UnprocessedItems: { t: [{ PutRequest: { Item: keys } }] } }),
    (all) =>
      documents(all).send(
        new all.documents.BatchWriteCommand({
          RequestItems: {
            t: [{ PutRequest: { Item: put.Item } }, { DeleteRequest: { Key: { pk: 'b' } } }],
          },
        }),
      ),
  ],
  [
    'TransactGetItems',
    json({ Responses: [{ Item: keys }, {}] }),
    (all) =>
      documents(all).send(
        new all.documents.TransactGetCommand({
          TransactItems: [{ Get: { TableName: 't', Key: { pk: 'a' } } }],
        }),
      ),
  ],
  [
    'TransactWriteItems',
    json({}),
    (all) =>
      documents(all).send(
        new all.documents.TransactWriteCommand({
          ClientRequestToken: 'token',
          TransactItems: [
            { Put: put },
            {
              Update: {
                TableName: 't',
                Key: { pk: 'b' },
                UpdateExpression: 'SET a = :a',
                ExpressionAttributeValues: { ':a': undefined, ':b': 1 },
              },
            },
            { ConditionCheck: { TableName: 't', Key: { pk: 'c' }, ConditionExpression: 'b' } },
            { Delete: { TableName: 't', Key: { pk: 'd' } } },
          ],
        }),
      ),
  ],
  [
    'a condition that did not hold',
    {
      status: 400,
      body: JSON.stringify({
        __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
        message: 'The conditional request failed',
        Item: keys,
      }),
    },
    (all) => documents(all).send(new all.documents.PutCommand(put)),
  ],
  [
    'a transaction that was cancelled',
    {
      status: 400,
      body: JSON.stringify({
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        Message: 'Transaction cancelled',
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Item: keys, Message: 'no' },
        ],
      }),
    },
    (all) => documents(all).send(new all.documents.PutCommand(put)),
  ],
  [
    'an error that functions have no class for',
    {
      status: 400,
      body: JSON.stringify({
        __type: 'com.amazon.coral.validate#ValidationException',
        message: 'no such table',
      }),
    },
    (all) => documents(all).send(new all.documents.PutCommand(put)),
  ],
  [
    'a service that is down',
    { status: 503, headers: { 'x-amz-id-2': 'ext' }, body: '{}' },
    (all) => documents(all).send(new all.documents.PutCommand(put)),
  ],
];
