import fc from 'fast-check';
import type { Item, Value } from '../../../../local/dynamodb/engine/attribute.ts';

const text = fc.constantFrom('a', 'b', 'ab', 'Ä', '𝄞', '길', '');
// In the one way of writing them: of a number within a list DynamoDB Local keeps whichever it got.
export const number = fc.constantFrom(
  '0',
  '1',
  '-1',
  '2',
  '10',
  '-0.5',
  '1.5',
  '1000',
  '123456789012345678901234567890',
);
const binary = fc.constantFrom('AQI=', 'AQ==', '/w==');
export const scalar: fc.Arbitrary<Value> = fc.oneof(
  text.map((S) => ({ S })),
  number.map((N) => ({ N })),
  binary.map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true }),
);
export const set: fc.Arbitrary<Value> = fc.oneof(
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((SS) => ({ SS })),
  fc.uniqueArray(fc.constantFrom('1', '2', '3'), { minLength: 1 }).map((NS) => ({ NS })),
);
export const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: set },
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }).map((M) => ({ M })),
);

export const key = fc.record({
  pk: fc.constantFrom('p1', 'p2').map((S) => ({ S })),
  sk: fc.constantFrom('1', '2', '-3', '10.5').map((N) => ({ N })),
});
const others: fc.Arbitrary<Item> = fc.record(
  {
    lot: fc.constantFrom('l1', 'l2').map((S) => ({ S })),
    amount: number.map((N) => ({ N })),
    tags: set,
    nest: value,
    // Of a length that takes more than one unit now and then.
    long: fc.constantFrom(10, 1200, 5000).map((length) => ({ S: 'x'.repeat(length) })),
  },
  { requiredKeys: [] },
);
export const item = fc.tuple(key, others).map(([keys, rest]) => ({ ...keys, ...rest }));
