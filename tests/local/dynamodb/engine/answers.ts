import type { Connection } from '../../../../local/dynamodb/connection.ts';
import type { Engine } from '../../../../local/dynamodb/engine/engine.ts';

export type Api = 'DynamoDB_20120810' | 'DynamoDBStreams_20120810';

/** A request, as both are asked it. */
export interface Asked {
  readonly operation: string;
  readonly input: object;
}

/** Somebody who answers as DynamoDB does: what came back, as far as it is to be the same. */
export type Ask = (asked: Asked, api?: Api) => Promise<unknown>;

const item = 'DynamoDB_20120810';

export const asksEngine =
  (engine: Engine): Ask =>
  async ({ operation, input }, api = item) => {
    const { status, body } = engine.answer(api, operation, Buffer.from(JSON.stringify(input)));
    return comparable(operation, input, status, body);
  };

export const asksConnection =
  (connection: Connection): Ask =>
  async ({ operation, input }, api = item) => {
    const body = Buffer.from(JSON.stringify(input));
    const answer = await connection.send(`${api}.${operation}`, body);
    return comparable(operation, input, answer.status, answer.body.toString());
  };

type Json = Record<string, unknown>;

/** Words are each one's own; of an error its code counts, and why a transaction was cancelled. */
function comparable(operation: string, input: object, status: number, body: string): unknown {
  // An answer of DynamoDB's is an object.
  const told = ordered(JSON.parse(asItIs(body))) as Json;
  if (status !== 200) {
    const code = String(told['__type']).replace(/^.*#/, '');
    const reasons = told['CancellationReasons'];
    const item = told['Item'];
    return {
      code,
      ...(reasons !== undefined && { reasons: withoutWords(reasons) }),
      ...(item !== undefined && { item }),
    };
  }
  const { ConsumedCapacity, ...rest } = told;
  const capacity = ConsumedCapacity !== undefined &&
    isCounted(operation, input, told) && {
      ConsumedCapacity: withoutKinds(ConsumedCapacity),
    };
  return { ...inOrder(operation, input, rest), ...capacity };
}

/**
 * Whether what DynamoDB Local says was consumed is what AWS documents. It counts nothing, or twice, where no item is, and
 * of a transaction only one item:
 * "If you perform a read operation on an item that does not exist, DynamoDB still consumes read capacity".
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
function isCounted(operation: string, input: object, told: Json): boolean {
  const text = JSON.stringify(input);
  switch (operation) {
    case 'Query':
    case 'Scan':
      return told['ScannedCount'] !== 0;
    case 'BatchGetItem':
      return Object.values(told['Responses'] ?? {}).flat().length === text.split('"sk"').length - 1;
    case 'TransactWriteItems':
      return text.split('"sk"').length === 2 && !text.includes('"Delete"');
    default:
      return !text.includes('"DeleteRequest"');
  }
}

/** DynamoDB Local does not tell a transaction's reads and writes apart. */
function withoutKinds(consumed: unknown): unknown {
  if (Array.isArray(consumed)) return consumed.map(withoutKinds);
  // One table's, by DynamoDB's API.
  const { ReadCapacityUnits, WriteCapacityUnits, ...rest } = consumed as Json;
  return rest;
}

function inOrder(operation: string, input: object, told: Json): Json {
  // In which order partitions come, or what is at one place in an index, is nobody's business.
  if (operation === 'Scan' || (told['Items'] !== undefined && 'IndexName' in input))
    return { ...told, Items: unordered(told['Items']) };
  if (operation === 'BatchGetItem') {
    const responses = Object.entries(told['Responses'] ?? {}).map(([table, items]) => [
      table,
      unordered(items),
    ]);
    return { ...told, Responses: Object.fromEntries(responses) };
  }
  return told;
}

/** DynamoDB Local shows some numbers as they were reckoned, 1.0 for 1, and in a stream an empty map without its type. */
function asItIs(body: string): string {
  return body
    .replace(/("N":"-?\d+)(?:\.0+|(\.\d*[1-9])0+)"/g, '$1$2"')
    .replace(/("(?:nest|absent)"):\{\}/g, '$1:{"M":{}}');
}

const withoutWords = (reasons: unknown) =>
  // A list of objects, by DynamoDB's API.
  (reasons as Json[]).map(({ Message: _words, ...rest }) => rest);

const unordered = (items: unknown) =>
  Array.isArray(items) ? items.map((one) => JSON.stringify(one)).sort() : items;

const sets = ['SS', 'NS', 'BS'];

/** With the members of sets, which have no order, in one; DynamoDB Local writes an empty map without its type. */
function ordered(value: unknown, isSet = false): unknown {
  if (Array.isArray(value)) {
    const members = value.map((one) => ordered(one));
    return isSet ? members.sort() : members;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, one]) => [name, ordered(one, sets.includes(name))]),
  );
}
