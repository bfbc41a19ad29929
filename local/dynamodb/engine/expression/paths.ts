import type { Item, Value } from '../attribute.ts';
import { invalid } from '../refusal.ts';
import type { BoundPath } from './bindings.ts';
import type { Step } from './syntax.ts';

const told = (path: BoundPath) =>
  `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;

/**
 * Refuses paths of which one leads to, or into, what another leads to.
 * @throws Refusal - `ValidationException`
 */
export function requireApart(role: string, paths: readonly BoundPath[]): void {
  for (const [at, one] of paths.entries()) {
    for (let other = at + 1; other < paths.length; other += 1) apart(role, one, paths[other] ?? []);
  }
}

function apart(role: string, one: BoundPath, other: BoundPath): void {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at += 1) {
    const [left, right] = [one[at], other[at]];
    if (left === right) continue;
    if (typeof left === typeof right) return;
    throw invalid(
      `Invalid ${role}: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ${told(one)}, path two: ${told(other)}`,
    );
  }
  throw invalid(
    `Invalid ${role}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${told(one)}, path two: ${told(other)}`,
  );
}

/** What of a value is wanted: all of it, or what is below these steps. */
type Wanted = 'all' | Map<Step, Wanted>;

function wantedOf(paths: readonly BoundPath[]): Map<Step, Wanted> {
  const wanted = new Map<Step, Wanted>();
  for (const path of paths) {
    let level = wanted;
    for (const [at, step] of path.entries()) {
      if (at === path.length - 1) level.set(step, 'all');
      const next = level.get(step) ?? new Map<Step, Wanted>();
      if (next === 'all') break;
      level.set(step, next);
      level = next;
    }
  }
  return wanted;
}

/** What of an item stands at these paths, in the place where it stands. */
export function project(item: Item, paths: readonly BoundPath[]): Item {
  return membersOf(item, wantedOf(paths));
}

function membersOf(item: Item, wanted: ReadonlyMap<Step, Wanted>): Item {
  const picked: Item = {};
  for (const [step, what] of wanted) {
    const value = item[step];
    const part = value && partOf(value, what);
    if (part !== undefined) picked[step] = part;
  }
  return picked;
}

function partOf(value: Value, wanted: Wanted): Value | undefined {
  if (wanted === 'all') return value;
  if (value.M !== undefined) {
    const members = membersOf(value.M, wanted);
    return Object.keys(members).length > 0 ? { M: members } : undefined;
  }
  const parts = value.L?.flatMap((one, at) => {
    const what = wanted.get(at);
    return (what && partOf(one, what)) ?? [];
  });
  return parts === undefined || parts.length === 0 ? undefined : { L: parts };
}

const nowhere = () =>
  invalid('The document path provided in the update expression is invalid for update');

/**
 * A copy of the item in which something else stands at a path; undefined: nothing does. What is not on the way there is
 * shared with the item.
 * @throws Refusal - `ValidationException`: there is no place for it
 */
export function withValueAt(item: Item, path: BoundPath, value: Value | undefined): Item {
  const [first = '', ...rest] = path;
  const copy = { ...item };
  const inner = rest.length === 0 ? value : changedBelow(item[first], rest, value);
  if (inner === undefined) delete copy[first];
  else copy[first] = inner;
  return copy;
}

function changedBelow(
  container: Value | undefined,
  path: BoundPath,
  value: Value | undefined,
): Value | undefined {
  const [step, ...rest] = path;
  if (typeof step === 'string' && container?.M !== undefined) {
    return { M: withValueAt(container.M, path, value) };
  }
  if (typeof step !== 'number' || container?.L === undefined) throw nowhere();
  const list = [...container.L];
  const inner = rest.length === 0 ? value : changedBelow(list[step], rest, value);
  if (inner === undefined) list.splice(step, 1);
  else if (step < list.length) list[step] = inner;
  else list.push(inner);
  return { L: list };
}

/** Positive when `one` is the later: within a list by place, so that changes of several do not move one another. */
export function byPlace(one: BoundPath, other: BoundPath): number {
  const at = one.findIndex((step, index) => step !== other[index]);
  const [left, right] = [one[at], other[at]];
  return typeof left === 'number' && typeof right === 'number' ? left - right : 0;
}
