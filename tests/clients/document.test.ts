import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAttributes, toAttributes } from '../../clients/document.ts';
import { runs } from '../runs.ts';
import { own, sdk } from './both.ts';

// What JavaScript itself takes for something else than a member's name.
const name = fc
  .string({ maxLength: 8 })
  .filter((text) => !['__proto__', 'constructor'].includes(text));
const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, min: -1e15, max: 1e15 }));
const bytes = fc.uint8Array({ maxLength: 12 });
const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  number,
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  bytes,
  fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((values) => new Set(values)),
  fc.uniqueArray(number, { minLength: 1, maxLength: 4 }).map((values) => new Set(values)),
  fc.array(bytes, { minLength: 1, maxLength: 3 }).map((values) => new Set(values)),
);
const { row } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.constant(undefined),
    fc.constant(() => 1),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('row'),
  ),
  row: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
}));

/** What the SDK's client puts on the wire for attributes: bytes in base 64. */
const onWire = (attributes: unknown): unknown =>
  JSON.parse(
    JSON.stringify(attributes, (_key, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );

describe('given any row', () => {
  it('when it is written, then as the SDK writes it, and it is read as the SDK reads it', () => {
    fc.assert(
      fc.property(row, (one) => {
        const theirs = marshall(one as Record<string, unknown>, { removeUndefinedValues: true });
        const ours = toAttributes(one as object);
        expect(onWire(ours)).toEqual(onWire(theirs));
        expect(fromAttributes(ours)).toEqual(unmarshall(theirs));
        expect(own.util.unmarshall(theirs)).toEqual(sdk.util.unmarshall(theirs));
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('given what DynamoDB has no kind for', () => {
  it.each([
    ['a moment', new Date(0)],
    ['a number that is none', Number.NaN],
    ['an endless number', Number.POSITIVE_INFINITY],
    ['a number that JavaScript has rounded', 2 ** 53],
    ['one below', -(2 ** 53)],
    ['an empty set', new Set()],
    ['a set of mixed things', new Set([{}])],
    ['a symbol', new (class Thing {})()],
  ])('when %s is to be written, then it is refused in the words of the SDK', (_name, value) => {
    const refusal = (write: () => unknown) => {
      try {
        return write();
      } catch (error) {
        return String(error);
      }
    };
    const theirs = refusal(() => marshall({ value }, { removeUndefinedValues: true }));
    expect(theirs).toContain('Error: ');
    expect(refusal(() => toAttributes({ value }))).toBe(theirs);
  });

  it('when an attribute is of no kind that is known, then it is refused', () => {
    expect(() => fromAttributes({ a: { X: 1 } })).toThrow('Unsupported type passed: X');
    expect(() => fromAttributes({ a: {} })).toThrow('No value defined: {}');
  });
});
