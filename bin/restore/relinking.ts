import { createHash } from 'node:crypto';

import type { Wire } from '../export/rows.ts';

/** A value as DynamoDB writes it in JSON. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

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
  // Rows have no binary values, so each is JSON; what stands in a text's place is a text, so its shape stays.
  return anew(row as unknown as Json, relinking) as unknown as Wire;
}

function anew(value: Json, relinking: Relinking): Json {
  if (typeof value === 'string') return textAnew(value, relinking);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return listAnew(value, relinking);
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [name, anew(inside, relinking)]),
  );
}

// Array.isArray does not narrow a readonly list.
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function textAnew(text: string, relinking: Relinking): string {
  const whole = relinking.get(text);
  if (whole !== undefined || !text.includes('#')) return whole ?? text;
  return text
    .split('#')
    .map((part) => relinking.get(part) ?? part)
    .join('#');
}

function listAnew(list: readonly Json[], relinking: Relinking): readonly Json[] {
  const changed = list.map((one) => anew(one, relinking));
  const was = list.map(orderOf);
  const wasInOrder = was.every((one, at) => at === 0 || String(was[at - 1]) <= String(one));
  if (!wasInOrder || was.includes(undefined)) return changed;
  return changed.toSorted((one, other) => (String(orderOf(one)) < String(orderOf(other)) ? -1 : 1));
}

/** A text, as it is in a set or (`{ S }`) in a list; undefined of anything else. */
function orderOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || isList(value)) return undefined;
  const { S, ...others } = value;
  return typeof S === 'string' && Object.keys(others).length === 0 ? S : undefined;
}
