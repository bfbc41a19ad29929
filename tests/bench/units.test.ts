import { describe, expect, it } from 'vitest';
import { type Index, type Item, sizeOf, unitsOfWrite } from '../../bench/capacity/units.ts';

const text = (length: number) => ({ S: 'x'.repeat(length) });
const whole: Index = { keys: ['lot', 'at'], projected: undefined };
const ofKeys: Index = { keys: ['lot', 'at'], projected: ['pk', 'sk'] };
const key = { pk: text(3), sk: text(3) };
const listed = { ...key, lot: text(1), at: text(24) };

describe('what a write costs', () => {
  it.each<[string, Item | undefined, Item | undefined, Index, number, number, number]>([
    ['a new row of 1 KB', undefined, key, whole, 1, 0, 1],
    ['a row that shrinks: what it was', { ...key, long: text(2_000) }, key, whole, 2, 0, 1],
    ['one that enters an index', key, listed, whole, 1, 1, 2],
    ['one that leaves it', listed, key, whole, 1, 1, 2],
    [
      'one that moves in it: an entry goes, another comes',
      listed,
      { ...listed, at: text(23) },
      whole,
      1,
      2,
      3,
    ],
    ['one that changes beside its keys', listed, { ...listed, more: text(1) }, whole, 1, 1, 1],
    ['the same, where the index is of keys', listed, { ...listed, more: text(1) }, ofKeys, 1, 0, 1],
    [
      'a long one that enters an index of keys',
      key,
      { ...listed, long: text(2_000) },
      ofKeys,
      2,
      1,
      2,
    ],
  ])('%s', (_what, before, after, index, table, inIndex, least) => {
    expect(unitsOfWrite(before, after, [index])).toEqual({ table, index: inIndex, least });
  });

  it('is by bytes of names and values: 3 and one for each of a map, half a byte for a digit', () => {
    expect(sizeOf({ a: text(4) })).toBe(5);
    expect(sizeOf({ n: { N: '1234' } })).toBe(4);
    expect(sizeOf({ m: { M: { a: text(1), b: { BOOL: true } } } })).toBe(1 + 3 + 2 + 2 + 2);
  });
});
