import fc from 'fast-check';
import type { Asked } from './answers.ts';
import { change, condition, expressionsOf } from './pieces.ts';
import { item, key } from './values.ts';

const TableName = 'compared';

/** With an index that has all, and one that has some; each holds the rows that have its keys. */
export const table = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'lot', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byLot',
      KeySchema: [
        { AttributeName: 'lot', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'keysByLot',
      KeySchema: [{ AttributeName: 'lot', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['amount'] },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const ReturnConsumedCapacity = fc.constantFrom('TOTAL', 'INDEXES');
const onFailure = fc.constantFrom('ALL_OLD', 'NONE');
const oldOnly = fc.constantFrom('NONE', 'ALL_OLD');

const put = fc.tuple(item, maybe(condition), onFailure).map(([Item, given, kept]) => ({
  TableName,
  Item,
  ReturnValuesOnConditionCheckFailure: kept,
  ...expressionsOf({ ConditionExpression: given }),
}));
const remove = fc.tuple(key, maybe(condition), onFailure).map(([Key, given, kept]) => ({
  TableName,
  Key,
  ReturnValuesOnConditionCheckFailure: kept,
  ...expressionsOf({ ConditionExpression: given }),
}));
const update = fc
  .tuple(key, maybe(condition), change, onFailure)
  .map(([Key, given, UpdateExpression, kept]) => ({
    TableName,
    Key,
    ReturnValuesOnConditionCheckFailure: kept,
    ...expressionsOf({ ConditionExpression: given, UpdateExpression }),
  }));
const check = fc.tuple(key, condition, onFailure).map(([Key, given, kept]) => ({
  TableName,
  Key,
  ReturnValuesOnConditionCheckFailure: kept,
  ...expressionsOf({ ConditionExpression: given }),
}));

const asked = <T extends object>(operation: string, input: fc.Arbitrary<T>): fc.Arbitrary<Asked> =>
  fc.tuple(input, ReturnConsumedCapacity).map(([one, mode]) => ({
    operation,
    input: { ...one, ReturnConsumedCapacity: mode },
  }));
const with_ = <T extends object, M extends object>(one: fc.Arbitrary<T>, more: fc.Arbitrary<M>) =>
  fc.tuple(one, more).map(([left, right]) => ({ ...left, ...right }));

const projection = fc.constantFrom('pk', 'pk, nest.a', 'nest[0], #long', 'amount, tags');
const get = fc.tuple(key, fc.boolean(), maybe(projection)).map(([Key, ConsistentRead, shown]) => ({
  TableName,
  Key,
  ConsistentRead,
  ...expressionsOf({
    ProjectionExpression: shown === undefined ? undefined : { text: shown, values: {} },
  }),
}));

const keyCondition = fc
  .tuple(
    fc.constantFrom('p1', 'p2', 'p3'),
    fc.constantFrom(
      '',
      ' AND sk > :sk',
      ' AND sk <= :sk',
      ' AND sk = :sk',
      ' AND sk BETWEEN :sk AND :to',
    ),
    fc.constantFrom('1', '-3', '2'),
  )
  .map(([S, text, N]) => ({
    text: `pk = :pk${text}`,
    values: {
      ':pk': { S },
      ...(text.includes(':sk') && { ':sk': { N } }),
      ...(text.includes(':to') && { ':to': { N: '2' } }),
    },
  }));
// At none of the bounds: there DynamoDB Local refuses to go on, though it may have told to.
const startKey = fc.record({
  pk: fc.constantFrom('p1', 'p2').map((S) => ({ S })),
  sk: fc.constantFrom('0', '3').map((N) => ({ N })),
});
const paging = fc.record(
  {
    Limit: fc.constantFrom(1, 2, 3),
    ScanIndexForward: fc.boolean(),
    Select: fc.constantFrom('COUNT', 'ALL_ATTRIBUTES'),
    ExclusiveStartKey: startKey,
  },
  { requiredKeys: [] },
);
const query = fc.tuple(keyCondition, maybe(condition), paging).map(([keys, filter, more]) => ({
  TableName,
  ...more,
  ...expressionsOf({ KeyConditionExpression: keys, FilterExpression: filter }),
}));
const indexQuery = fc
  .tuple(fc.constantFrom('byLot', 'keysByLot'), fc.constantFrom('l1', 'l2'), maybe(condition))
  .map(([IndexName, S, filter]) => ({
    TableName,
    IndexName,
    ...expressionsOf({
      KeyConditionExpression: { text: 'lot = :lot', values: { ':lot': { S } } },
      FilterExpression: filter,
    }),
  }));
const scan = fc
  .tuple(maybe(condition), fc.constantFrom({}, { IndexName: 'byLot' }))
  .map(([filter, more]) => ({
    TableName,
    ...more,
    ...expressionsOf({ FilterExpression: filter }),
  }));

const step = fc.oneof(
  put.map((Put) => ({ Put })),
  update.map((Update) => ({ Update })),
  remove.map((Delete) => ({ Delete })),
  check.map((ConditionCheck) => ({ ConditionCheck })),
);
const keyIn = (one: unknown) => /"pk":(.*?\}),"sk":(.*?\})/.exec(JSON.stringify(one))?.[0];
// One item twice DynamoDB Local notices only behind conditions that fail.
const transaction = fc
  .uniqueArray(step, { minLength: 1, maxLength: 4, selector: keyIn })
  .map((TransactItems) => ({ TransactItems }));
const reading = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => ({
  TransactItems: keys.map((Key) => ({ Get: { TableName, Key } })),
}));
const batch = fc
  .array(
    fc.oneof(
      item.map((Item) => ({ PutRequest: { Item } })),
      key.map((Key) => ({ DeleteRequest: { Key } })),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((requests) => ({ RequestItems: { [TableName]: requests } }));
const batchGet = fc
  .tuple(fc.array(key, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([Keys, ConsistentRead]) => ({ RequestItems: { [TableName]: { Keys, ConsistentRead } } }));

/** One request of any kind, to one table with few rows, so that requests meet. */
export const anyRequest: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 4, arbitrary: asked('PutItem', with_(put, fc.record({ ReturnValues: oldOnly }))) },
  {
    weight: 6,
    arbitrary: asked(
      'UpdateItem',
      with_(
        update,
        fc.record({
          ReturnValues: fc.constantFrom('NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'),
        }),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: asked('DeleteItem', with_(remove, fc.record({ ReturnValues: oldOnly }))),
  },
  { weight: 4, arbitrary: asked('TransactWriteItems', transaction) },
  asked('BatchWriteItem', batch),
  asked('BatchGetItem', batchGet),
  asked('TransactGetItems', reading),
  asked('GetItem', get),
  { weight: 2, arbitrary: asked('Query', query) },
  asked('Query', indexQuery),
  asked('Scan', scan),
);
