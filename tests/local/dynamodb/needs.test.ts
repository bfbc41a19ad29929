import { describe, expect, it } from 'vitest';
import { TableNeeds } from '../../../local/dynamodb/needs.ts';

const arn = 'arn:aws:dynamodb:eu-central-1:123456789012:table/';
const needs = new TableNeeds({ region: 'eu-central-1', account: '123456789012' });
const needsOf = (operation: string, body: string) =>
  needs.of(operation, Buffer.from(body)).map(({ action, resource }) => `${action} ${resource}`);

describe('what an operation on tables needs', () => {
  it.each<[string, string, object, readonly string[]]>([
    ['a row', 'GetItem', { TableName: 'a', Key: {} }, ['GetItem a']],
    ['a table by its ARN', 'GetItem', { TableName: `${arn}a`, Key: {} }, ['GetItem a']],
    ['an index', 'Query', { TableName: 'a', IndexName: 'i' }, ['Query a/index/i']],
    ['an index named first', 'Query', { IndexName: 'i', TableName: 'a' }, ['Query a/index/i']],
    ['all tables', 'ListTables', {}, ['ListTables *']],
    ['a statement of PartiQL', 'ExecuteStatement', { Statement: 'x' }, ['ExecuteStatement *']],
    [
      'a batch',
      'BatchGetItem',
      { RequestItems: { a: {}, b: {} } },
      ['BatchGetItem a', 'BatchGetItem b'],
    ],
    [
      'a transaction that reads',
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 'a' } }, { Get: { TableName: 'b' } }] },
      ['GetItem a', 'GetItem b'],
    ],
    [
      'a transaction that writes',
      'TransactWriteItems',
      {
        TransactItems: ['Put', 'Update', 'Delete', 'ConditionCheck'].map((kind, at) => ({
          [kind]: { TableName: `t${at}` },
        })),
      },
      ['PutItem t0', 'UpdateItem t1', 'DeleteItem t2', 'ConditionCheckItem t3'],
    ],
    [
      'a transaction without a table',
      'TransactWriteItems',
      { TransactItems: [{ Put: {} }] },
      ['TransactWriteItems *'],
    ],
    [
      'a row that talks of another table',
      'PutItem',
      {
        Item: { TableName: { S: '"TableName":"b"' }, x: { M: { TableName: { S: 'b' } } } },
        TableName: 'a',
      },
      ['PutItem a'],
    ],
  ])('is said for %s, however its JSON is spaced', (_, operation, input, expected) => {
    const full = expected.map((need) => `dynamodb:${need.replace(' ', ` ${arn}`)}`);
    expect(needsOf(operation, JSON.stringify(input))).toEqual(full);
    expect(needsOf(operation, JSON.stringify(input, null, 2))).toEqual(full);
  });

  it('is everything where there is no JSON', () => {
    expect(needsOf('PutItem', '{')).toEqual([`dynamodb:PutItem ${arn}*`]);
    expect(needsOf('TransactWriteItems', '')).toEqual([`dynamodb:TransactWriteItems ${arn}*`]);
  });
});
