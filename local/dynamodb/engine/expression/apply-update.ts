import { type Item, type SetType, typeOf, type Value } from '../attribute.ts';
import { sumOf } from '../decimal.ts';
import { invalid } from '../refusal.ts';
import type { Bindings, BoundPath } from './bindings.ts';
import { byPlace, withValueAt } from './paths.ts';
import type { Source, Update } from './syntax.ts';

const wrongType = () => invalid('An operand in the update expression has an incorrect data type');

/** Something else at a path; undefined: nothing any more. */
interface Change {
  readonly path: BoundPath;
  readonly value: Value | undefined;
}

export interface Updated {
  readonly item: Item;
  /** What the update names. */
  readonly paths: readonly BoundPath[];
}

/** Paths that an update names. */
export function pathsOf({ sets, removes, adds, deletes }: Update, bindings: Bindings) {
  const named = [...sets, ...adds, ...deletes].map(({ path }) => path);
  return [...named, ...removes].map((path) => bindings.path(path));
}

/**
 * What an update, which `checkUpdate` lets pass, makes of an item. All that it reads is of the item as it was.
 * @throws Refusal - `ValidationException`
 */
export function applyUpdate(update: Update, item: Item, bindings: Bindings): Updated {
  const paths = pathsOf(update, bindings);
  const sets = update.sets.map(({ path, from }) => ({
    path: bindings.path(path),
    value: valueIn(from, item, bindings),
  }));
  const added = update.adds.map(({ path, value }) => ({
    path: bindings.path(path),
    value: sum(bindings.at(item, path), bindings.value(value)),
  }));
  const deleted = update.deletes.map(({ path, value }) => ({
    path: bindings.path(path),
    value: difference(bindings.at(item, path), bindings.value(value)),
  }));
  const removed = update.removes
    .map((path) => ({ path: bindings.path(path), value: undefined }))
    .sort((one, other) => byPlace(other.path, one.path));
  const changes: Change[] = [
    ...sets.sort((one, other) => byPlace(one.path, other.path)),
    ...added,
    ...deleted,
    ...removed,
  ];
  let made = item;
  for (const { path, value } of changes) made = withValueAt(made, path, value);
  return { item: made, paths };
}

function valueIn(source: Source, item: Item, bindings: Bindings): Value {
  switch (source.kind) {
    case 'value':
      return bindings.value(source.name);
    case 'path': {
      const value = bindings.at(item, source.path);
      if (value !== undefined) return value;
      throw invalid(
        'The provided expression refers to an attribute that does not exist in the item',
      );
    }
    case 'if_not_exists':
      return bindings.at(item, source.path) ?? valueIn(source.otherwise, item, bindings);
    case 'sum': {
      const [left, right] = [source.left, source.right].map(
        (one) => valueIn(one, item, bindings).N,
      );
      if (left === undefined || right === undefined) throw wrongType();
      return { N: sumOf(left, right, source.sign) };
    }
    case 'list_append': {
      const [left, right] = [source.left, source.right].map(
        (one) => valueIn(one, item, bindings).L,
      );
      if (left === undefined || right === undefined) throw wrongType();
      return { L: [...left, ...right] };
    }
  }
}

const setTypes: readonly string[] = ['SS', 'NS', 'BS'];

function setTypeOf(value: Value): SetType | undefined {
  const type = typeOf(value);
  // One of the three, which the list has.
  return setTypes.includes(type) ? (type as SetType) : undefined;
}

function sum(before: Value | undefined, amount: Value): Value {
  const type = setTypeOf(amount);
  if (before === undefined) return amount;
  if (type !== undefined) {
    const present = before[type];
    if (present === undefined) throw wrongType();
    return { [type]: [...new Set([...present, ...(amount[type] ?? [])])] };
  }
  if (before.N === undefined) throw wrongType();
  return { N: sumOf(before.N, amount.N ?? '0', 1) };
}

function difference(before: Value | undefined, amount: Value): Value | undefined {
  const type = setTypeOf(amount);
  if (type === undefined) throw wrongType();
  if (before === undefined) return undefined;
  const present = before[type];
  if (present === undefined) throw wrongType();
  const left = present.filter((one) => !amount[type]?.includes(one));
  return left.length > 0 ? { [type]: left } : undefined;
}
