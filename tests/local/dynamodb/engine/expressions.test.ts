import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inMemory } from './in-memory.ts';

// What DynamoDB Local answers is compared at random (comparison.test.ts); here is written down what AWS documents.
const { ask, engine } = inMemory();
afterAll(() => engine.stop());

const key = { pk: { S: 'a' } };
const item = {
  ...key,
  n: { N: '5' },
  words: { S: 'häuser' },
  tags: { SS: ['x', 'y'] },
  stages: { L: [{ S: 'zero' }, { S: 'one' }, { S: 'two' }] },
  inner: { M: { deep: { M: { n: { N: '1' } } } } },
};
beforeAll(() => {
  ask('CreateTable', {
    TableName: 'edges',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  });
});
beforeEach(() => {
  ask('PutItem', { TableName: 'edges', Item: item });
});

type Values = Record<string, object>;
const valuesOf = (values: Values) =>
  Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {};
const names = (expression: string) =>
  expression.includes('#i') ? { ExpressionAttributeNames: { '#i': 'inner' } } : {};

describe('a condition', () => {
  it.each<[expression: string, values: Values, holds: boolean]>([
    ['n = :v', { ':v': { N: '5.0' } }, true],
    ['n = :v', { ':v': { S: '5' } }, false],
    ['n > :v', { ':v': { S: '4' } }, false],
    ['absent = :v', { ':v': { N: '5' } }, false],
    ['absent <> :v', { ':v': { N: '5' } }, true],
    ['absent < :v', { ':v': { N: '5' } }, false],
    ['NOT absent < :v', { ':v': { N: '5' } }, true],
    ['n BETWEEN :v AND :w', { ':v': { N: '5' }, ':w': { N: '5' } }, true],
    ['n IN (:v, :w)', { ':v': { N: '4' }, ':w': { N: '5' } }, true],
    ['tags = :v', { ':v': { SS: ['y', 'x'] } }, true],
    ['contains(tags, :v)', { ':v': { S: 'x' } }, true],
    ['contains(words, :v)', { ':v': { S: 'äu' } }, true],
    ['contains(stages, :v)', { ':v': { S: 'one' } }, true],
    ['contains(n, :v)', { ':v': { N: '5' } }, false],
    ['size(words) = :v', { ':v': { N: '6' } }, true],
    ['size(stages) = :v', { ':v': { N: '3' } }, true],
    ['size(n) > :v', { ':v': { N: '0' } }, false],
    ['begins_with(words, :v)', { ':v': { S: 'hä' } }, true],
    ['attribute_type(stages, :v)', { ':v': { S: 'L' } }, true],
    ['attribute_exists(stages[2])', {}, true],
    ['attribute_not_exists(stages[3])', {}, true],
    ['attribute_exists(#i.deep.n)', {}, true],
    ['n = :v OR n = :w AND absent = :v', { ':v': { N: '5' }, ':w': { N: '6' } }, true],
    ['(n = :v OR n = :w) AND absent = :v', { ':v': { N: '5' }, ':w': { N: '6' } }, false],
    ['not n = :v and n = :w', { ':v': { N: '4' }, ':w': { N: '5' } }, true],
  ])('%s: %j is %s', (ConditionExpression, values, holds) => {
    const given = { ConditionExpression, ...valuesOf(values), ...names(ConditionExpression) };
    const { status, code } = ask('PutItem', { TableName: 'edges', Item: item, ...given });
    expect({ status, code }).toEqual(
      holds ? { status: 200 } : { status: 400, code: 'ConditionalCheckFailedException' },
    );
  });

  it.each<[expression: string, values: Values, said: RegExp]>([
    ['', {}, /can not be empty/],
    ['n ==', {}, /Syntax error/],
    ['n = :v', {}, /not defined; attribute value: :v/],
    ['n = :v', { ':v': { N: '1' }, ':w': { N: '1' } }, /unused in expressions: keys: \{:w\}/],
    ['#x = :v', { ':v': { N: '1' } }, /not defined; attribute name: #x/],
    ['name = :v', { ':v': { N: '1' } }, /reserved keyword: name/],
    ['((n = :v))', { ':v': { N: '1' } }, /redundant parentheses/],
    ['n = n', {}, /must be distinct/],
    ['n < :v', { ':v': { BOOL: true } }, /Incorrect operand type/],
    ['n BETWEEN :v AND :w', { ':v': { N: '2' }, ':w': { N: '1' } }, /greater than or equal/],
    ['starts_with(n, :v)', { ':v': { S: 'a' } }, /Invalid function name; function: starts_with/],
    ['contains(n)', {}, /number of operands: 1/],
    ['n = :v', { ':v': { N: 'five' } }, /cannot be converted to a numeric value/],
    ['n = :v', { ':v': { SS: [] } }, /may not be empty/],
    ['n = :v', { ':v': { SS: ['a', 'a'] } }, /contains duplicates/],
    ['n = :v', { ':v': {} }, /Supplied AttributeValue is empty/],
  ])('%s with %j is refused', (ConditionExpression, values, said) => {
    const given = { ConditionExpression, ...valuesOf(values) };
    const { code, message } = ask('PutItem', { TableName: 'edges', Item: item, ...given });
    expect({ code, message }).toEqual({
      code: 'ValidationException',
      message: expect.stringMatching(said),
    });
  });
});

describe('an update', () => {
  it.each<[expression: string, values: Values, changed: Values]>([
    ['SET n = n + :v', { ':v': { N: '0.1' } }, { n: { N: '5.1' } }],
    ['SET n = n - :v', { ':v': { N: '5' } }, { n: { N: '0' } }],
    [
      'SET n = if_not_exists(absent, :z) + :v',
      { ':z': { N: '0' }, ':v': { N: '1' } },
      { n: { N: '1' } },
    ],
    // All of it reads the item as it was.
    ['SET n = :v, spare = n', { ':v': { N: '9' } }, { n: { N: '9' }, spare: { N: '5' } }],
    [
      'SET stages[1] = :v, stages[9] = :v',
      { ':v': { S: 'v' } },
      { stages: { L: [{ S: 'zero' }, { S: 'v' }, { S: 'two' }, { S: 'v' }] } },
    ],
    ['REMOVE stages[0], stages[2]', {}, { stages: { L: [{ S: 'one' }] } }],
    [
      'SET stages = list_append(:v, stages)',
      { ':v': { L: [{ S: 'v' }] } },
      { stages: { L: [{ S: 'v' }, { S: 'zero' }, { S: 'one' }, { S: 'two' }] } },
    ],
    [
      'SET #i.deep.m = :v REMOVE #i.deep.n',
      { ':v': { BOOL: true } },
      { inner: { M: { deep: { M: { m: { BOOL: true } } } } } },
    ],
    ['ADD n :v', { ':v': { N: '-5' } }, { n: { N: '0' } }],
    ['ADD absent :v', { ':v': { N: '2' } }, { absent: { N: '2' } }],
    ['ADD tags :v', { ':v': { SS: ['y', 'z'] } }, { tags: { SS: ['x', 'y', 'z'] } }],
    ['DELETE tags :v', { ':v': { SS: ['y', 'z'] } }, { tags: { SS: ['x'] } }],
  ])('%s with %j', (UpdateExpression, values, changed) => {
    const given = { UpdateExpression, ...valuesOf(values), ...names(UpdateExpression) };
    const asked = { TableName: 'edges', Key: key, ReturnValues: 'ALL_NEW', ...given };
    expect(ask('UpdateItem', asked).body).toEqual({ Attributes: { ...item, ...changed } });
  });

  it('that takes the last member of a set takes the set', () => {
    const given = {
      UpdateExpression: 'DELETE tags :v',
      ExpressionAttributeValues: { ':v': { SS: ['x', 'y'] } },
    };
    const asked = { TableName: 'edges', Key: key, ReturnValues: 'UPDATED_OLD', ...given };
    expect(ask('UpdateItem', asked).body).toEqual({ Attributes: { tags: item.tags } });
    const { body } = ask('GetItem', { TableName: 'edges', Key: key, ProjectionExpression: 'tags' });
    expect(body).toEqual({ Item: {} });
  });

  it.each<[expression: string, values: Values, said: RegExp]>([
    ['SET pk = :v', { ':v': { S: 'b' } }, /Cannot update attribute pk\. .* part of the key/],
    ['SET #i = :v, #i.deep = :v', { ':v': { S: 'b' } }, /paths overlap/],
    ['SET #i.deep = :v, #i[0] = :v', { ':v': { S: 'b' } }, /paths conflict/],
    ['SET n = :v SET words = :v', { ':v': { S: 'b' } }, /"SET" section can only be used once/],
    ['SET n = absent', {}, /does not exist in the item/],
    ['SET absent.deep = :v', { ':v': { S: 'b' } }, /invalid for update/],
    ['SET n = words + :v', { ':v': { N: '1' } }, /incorrect data type/],
    ['SET n = n + :v', { ':v': { S: '1' } }, /Incorrect operand type/],
    ['ADD words :v', { ':v': { N: '1' } }, /incorrect data type/],
    ['ADD n :v', { ':v': { S: '1' } }, /Incorrect operand type/],
    ['SET n = n + :v', { ':v': { N: '1e-40' } }, /more than 38 significant digits/],
    ['SET n = :v', { ':v': { N: '1e126' } }, /overflow/],
    ['SET n = :v', { ':v': { N: '1e-131' } }, /underflow/],
    ['SET words = :v', { ':v': { S: 'x'.repeat(400 * 1024) } }, /size to update has exceeded/],
  ])('%s is refused', (UpdateExpression, values, said) => {
    const given = { UpdateExpression, ...valuesOf(values), ...names(UpdateExpression) };
    const { code, message } = ask('UpdateItem', { TableName: 'edges', Key: key, ...given });
    expect({ code, message }).toEqual({
      code: 'ValidationException',
      message: expect.stringMatching(said),
    });
    expect(ask('GetItem', { TableName: 'edges', Key: key }).body).toEqual({ Item: item });
  });
});
