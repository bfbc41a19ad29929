import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Wire } from '../export/rows.ts';

/** Texts by which a login is known in rows, and what stands for each in the new copy. */
export type Relinking = ReadonlyMap<string, string>;

/**
 * How rows are told of new logins. A login stands in rows by its subject, which Cognito makes anew in each pool, and by a
 * one-way mark of it (`loginMark` of functions/identity/guardian.store.ts): both are as good as random, so nothing else in
 * a row can be taken for one.
 *
 * @param subs - new subjects by old ones
 */
export function relinkingOf(subs: ReadonlyMap<string, string>): Relinking {
  const pairs = [...subs].flatMap(([before, after]) => [
    [before, after] as const,
    [markOf(before), markOf(after)] as const,
  ]);
  return new Map(pairs);
}

/** The mark of a login; `tests/bin/relinking.test.ts` compares it with identity's. */
export function markOf(sub: string): string {
  return createHash('sha256').update(`login ${sub}`).digest('base64url');
}

/**
 * A row with the new logins in the place of the old ones, wherever they stand: as a value, in a list or a set, or as a part
 * of a key (`LOGIN#<subject>`). Lists of texts that were in order stay so.
 */
export function relinked(row: Wire, relinking: Relinking): Wire {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, anew(value, relinking)]),
  );
}

function anew(value: AttributeValue, relinking: Relinking): AttributeValue {
  if (value.S !== undefined) return { S: textAnew(value.S, relinking) };
  if (value.M !== undefined) return { M: relinked(value.M, relinking) };
  if (value.SS !== undefined) {
    const changed = value.SS.map((text) => textAnew(text, relinking));
    return { SS: areInOrder(value.SS) ? changed.toSorted(inOrder) : changed };
  }
  if (value.L === undefined) return value;
  const changed = value.L.map((one) => anew(one, relinking));
  if (!areInOrder(value.L.map(({ S }) => S))) return { L: changed };
  return { L: changed.toSorted((one, other) => inOrder(one.S ?? '', other.S ?? '')) };
}

function textAnew(text: string, relinking: Relinking): string {
  const whole = relinking.get(text);
  if (whole !== undefined || !text.includes('#')) return whole ?? text;
  return text
    .split('#')
    .map((part) => relinking.get(part) ?? part)
    .join('#');
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : 1);

/** Whether these are texts, each behind the one before it. */
function areInOrder(list: readonly (string | undefined)[]): boolean {
  return list.every((text, at) => text !== undefined && (list[at - 1] ?? '') <= text);
}
