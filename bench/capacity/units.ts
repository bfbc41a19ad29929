/** A value of DynamoDB as it is sent. */
export type Value = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Value>>;

/** An index of a table, as far as it decides what a write costs. */
export interface Index {
  readonly keys: readonly string[];
  /** Undefined: all attributes. */
  readonly projected: readonly string[] | undefined;
}

const bytes = (text: string) => Buffer.byteLength(text);

/** Bytes by the rules of AWS (Developer Guide, "DynamoDB item sizes and formats"). */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + bytes(name) + sizeOfValue(value),
    0,
  );
}

function sizeOfValue(value: Value): number {
  const [[type, inner] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return bytes(String(inner));
    case 'N':
      return Math.ceil(String(inner).replace(/^-|\./g, '').length / 2) + 1;
    case 'M':
      // What stands under M is attributes again, and each costs a byte more.
      return 3 + Object.keys(Object(inner)).length + sizeOf(Object(inner));
    case 'L':
      return (
        3 + [...Object(inner)].reduce((sum: number, one: Value) => sum + 1 + sizeOfValue(one), 0)
      );
    case 'SS':
      return [...Object(inner)].reduce((sum: number, one: string) => sum + bytes(one), 0);
    case 'B':
      return Buffer.from(String(inner), 'base64').length;
    default:
      return 1;
  }
}

/** Write units of so many bytes. */
export const writeUnitsFor = (size: number): number => Math.max(1, Math.ceil(size / 1024));

/** Read units of so many bytes, strongly consistent. */
export const readUnitsFor = (size: number): number => Math.max(1, Math.ceil(size / 4096));

/** What a write costs in its table and in the table's indexes. */
export interface WriteUnits {
  readonly table: number;
  readonly index: number;
  /** What it would, both together, were the row of 1 KB at most and every index one of keys. */
  readonly least: number;
}

/** What one write costs in the table and in its indexes, outside a transaction; in one it is twice as much. */
export function unitsOfWrite(
  before: Item | undefined,
  after: Item | undefined,
  indexes: readonly Index[],
): WriteUnits {
  const largest = Math.max(before ? sizeOf(before) : 0, after ? sizeOf(after) : 0);
  return {
    table: writeUnitsFor(largest),
    index: indexes.reduce((sum, index) => sum + unitsInIndex(index, before, after), 0),
    least: 1 + indexes.reduce((sum, index) => sum + entriesMoved(index, before, after), 0),
  };
}

/** Entries of an index that a write has come or go: an index of keys alone would cost these. */
function entriesMoved(index: Index, before: Item | undefined, after: Item | undefined): number {
  const was = before && entryOf(index, before);
  const is = after && entryOf(index, after);
  if (was && is && index.keys.every((key) => same(was[key], is[key]))) return 0;
  return Number(was !== undefined) + Number(is !== undefined);
}

/** An entry that comes, goes or changes is a write; one that moves is two (Developer Guide, "Global secondary indexes"). */
function unitsInIndex(index: Index, before: Item | undefined, after: Item | undefined): number {
  const was = before && entryOf(index, before);
  const is = after && entryOf(index, after);
  const units = (entry: Item | undefined) =>
    entry === undefined ? 0 : writeUnitsFor(sizeOf(entry));
  if (was === undefined || is === undefined) return units(was) + units(is);
  if (index.keys.some((key) => !same(was[key], is[key]))) return units(was) + units(is);
  return same(was, is) ? 0 : Math.max(units(was), units(is));
}

function entryOf({ keys, projected }: Index, item: Item): Item | undefined {
  if (keys.some((key) => item[key] === undefined)) return undefined;
  if (projected === undefined) return item;
  return Object.fromEntries(
    [...projected, ...keys].flatMap((name) =>
      item[name] === undefined ? [] : [[name, item[name]]],
    ),
  );
}

const same = (one: unknown, other: unknown) => sorted(one) === sorted(other);

/** Text that does not depend on the order of attributes. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
