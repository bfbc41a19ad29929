import type * as z from 'zod';
import { Unreadable } from './errors.ts';
import { fromJson } from './json.ts';

/** Where a page ended, as opaque text for the caller to send back. */
export function encodeCursor(key: Record<string, unknown> | undefined): string | undefined {
  return key === undefined ? undefined : Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The key that a cursor stands for.
 *
 * @param key - the keys that a page of this query can end with: DynamoDB fails at any other
 * @throws {Unreadable} 400 `malformed`: not a cursor of this query
 */
export function decodeCursor<Key extends z.ZodType>(
  cursor: string | undefined,
  key: Key,
): z.output<Key> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = key.safeParse(fromJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  throw new Unreadable(400, 'malformed', 'The cursor is not one of this list.', [
    { field: 'query.cursor', expected: 'the cursor of the page before, unchanged' },
  ]);
}
