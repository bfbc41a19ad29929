import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from '../../functions/runtime/cursor.ts';
import { codePoint } from '../code-points.ts';

const Key = z.strictObject({ pk: z.string().startsWith('THING#'), sk: z.literal('THING') });

describe('a cursor', () => {
  it('stands for the key that a page ended with, and is text for a query', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (id) => {
        const key = { pk: `THING#${id}`, sk: 'THING' };
        const cursor = encodeCursor(key);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(cursor, Key)).toEqual(key);
      }),
    );
  });

  it('is absent where there is no further page', () => {
    expect(encodeCursor(undefined)).toBe(undefined);
    expect(decodeCursor(undefined, Key)).toBe(undefined);
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each([
    ['empty', ''],
    ['not base 64', '%%%'],
    ['not JSON', Buffer.from('{').toString('base64url')],
    ['of another list', encoded({ pk: 'OTHER#1', sk: 'THING' })],
    ['without a key', encoded({ pk: 'THING#1' })],
    ['with a key more', encoded({ pk: 'THING#1', sk: 'THING', area: 'hill' })],
    ['a list', encoded(['THING#1', 'THING'])],
    ['null', encoded(null)],
  ])('is refused as malformed: %s', (_what, cursor) => {
    expect(() => decodeCursor(cursor, Key)).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'malformed',
        faults: [expect.objectContaining({ field: 'query.cursor' })],
      }),
    );
  });
});
