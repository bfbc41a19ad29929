import { checkedItem, type Item, requireFits, sizeOfItem } from './attribute.ts';
import { applyUpdate, pathsOf } from './expression/apply-update.ts';
import { Bindings, type BoundPath } from './expression/bindings.ts';
import { expressions } from './expression/cache.ts';
import { checkCondition } from './expression/check-condition.ts';
import { checkUpdate } from './expression/check-update.ts';
import { meets } from './expression/meets.ts';
import { requireApart } from './expression/paths.ts';
import type { Condition, Parsed, Update } from './expression/syntax.ts';
import type { DeleteInput, PutInput, UpdateInput } from './inputs.ts';
import { attributesOf, indexBytes, type KeyBytes, keyBytes, keyBytesOnly } from './key.ts';
import { invalidParameter } from './refusal.ts';
import type { Table } from './shape.ts';
import { Stored } from './stored.ts';

type Conditional = Pick<
  PutInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** What a request does to one item, read and checked but not done. */
export interface Plan {
  readonly table: Table;
  readonly key: KeyBytes;
  /** Whether the item that is there, or none, lets it be done. */
  allows(before: Stored | undefined): boolean;
  /**
   * What is there afterwards.
   * @throws Refusal - `ValidationException`: it cannot be done to this item
   */
  after(before: Stored | undefined): Stored | undefined;
  /** What an update names. */
  readonly paths: readonly BoundPath[];
}

const nothing: Item = {};

function conditionOf(given: Conditional, update?: Parsed<Update>) {
  const condition = expressions.condition(given.ConditionExpression);
  const bindings = Bindings.of(given, [condition, update]);
  if (condition !== undefined) checkCondition(condition.tree, bindings);
  const allows = (before: Stored | undefined) =>
    condition === undefined || isMet(condition, before, bindings);
  return { bindings, allows };
}

const isMet = (
  { tree }: Parsed<Condition>,
  before: Stored | undefined,
  bindings: Bindings,
): boolean => meets(tree, before?.item ?? nothing, bindings);

/** @throws Refusal - `ValidationException` */
export function planPut(table: Table, given: Conditional & Pick<PutInput, 'Item'>): Plan {
  const item = checkedItem(given.Item);
  const size = sizeOfItem(item);
  requireFits(size);
  requireIndexable(table, item);
  const { allows } = conditionOf(given);
  const stored = new Stored(JSON.stringify(item), size, item);
  return { table, key: keyBytes(table.key, item), allows, after: () => stored, paths: [] };
}

/** @throws Refusal - `ValidationException` */
export function planDelete(table: Table, given: Conditional & Pick<DeleteInput, 'Key'>): Plan {
  const key = keyBytesOnly(table.key, checkedItem(given.Key));
  return { table, key, allows: conditionOf(given).allows, after: () => undefined, paths: [] };
}

/** A condition that others of a transaction depend on. */
export function planCheck(table: Table, given: Conditional & Pick<DeleteInput, 'Key'>): Plan {
  return { ...planDelete(table, given), after: (before) => before };
}

/** @throws Refusal - `ValidationException` */
export function planUpdate(
  table: Table,
  given: Conditional & Pick<UpdateInput, 'Key' | 'UpdateExpression'>,
): Plan {
  const Key = checkedItem(given.Key);
  const key = keyBytesOnly(table.key, Key);
  const update = expressions.update(given.UpdateExpression);
  const { bindings, allows } = conditionOf(given, update);
  const paths = update === undefined ? [] : pathsOf(update.tree, bindings);
  requireApart('UpdateExpression', paths);
  if (update !== undefined) checkUpdate(update.tree, bindings);
  requireNoKey(table, paths);
  const after = (before: Stored | undefined) => {
    const item = before?.item ?? Key;
    const made = update === undefined ? item : applyUpdate(update.tree, item, bindings).item;
    requireIndexable(table, made);
    const size = sizeOfItem(made);
    requireFits(size, 'Item size to update has exceeded the maximum allowed size');
    return new Stored(JSON.stringify(made), size, made);
  };
  return { table, key, allows, after, paths };
}

/** What an index has for its key is of the key's type, and not empty. */
function requireIndexable({ indexes }: Table, item: Item): void {
  for (const { key } of indexes) indexBytes(key, item);
}

function requireNoKey({ key }: Table, paths: readonly BoundPath[]): void {
  for (const { name } of attributesOf(key)) {
    if (paths.some(([first]) => first === name)) {
      throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
}
