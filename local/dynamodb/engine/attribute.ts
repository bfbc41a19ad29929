import { compareNumbers, normalized, sizeOfNumber } from './decimal.ts';
import { invalid, invalidParameter, Refusal } from './refusal.ts';

/** A value as the wire has it: exactly one of these is there. */
export interface Value {
  S?: string;
  N?: string;
  /** Base64. */
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: Value[];
  M?: Item;
}
export type Item = { [attribute: string]: Value };
export type ValueType = keyof Value;
export type SetType = 'SS' | 'NS' | 'BS';

const types: ReadonlySet<string> = new Set([
  'S',
  'N',
  'B',
  'BOOL',
  'NULL',
  'SS',
  'NS',
  'BS',
  'L',
  'M',
]);
const deepest = 32;
const largestItem = 400 * 1024;

export function typeOf(value: Value): ValueType {
  // Whatever came from outside has been through `checked`: it has one member, of a type's name.
  for (const type in value) return type as ValueType;
  throw invalid(
    'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
  );
}

/**
 * Checks a value that came with a request, and writes its numbers in the one way.
 * @throws Refusal - `ValidationException`
 */
export function checked(value: Value, depth = 1): Value {
  if (depth > deepest) throw invalid('Nesting Levels have exceeded supported limits');
  if (typeof value !== 'object' || value === null) throw malformed();
  const names = Object.keys(value);
  if (names.length !== 1) {
    throw invalid(
      names.length === 0
        ? 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
        : 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  checkContent(value, names[0] ?? '', depth);
  return value;
}

const malformed = () =>
  new Refusal('SerializationException', 'A value is no object with the name of its type');

// In what follows a member that is named by `for … in`, or by its place in a list as long, is there.
function checkContent(value: Value, type: string, depth: number): void {
  if (!types.has(type)) {
    throw invalid(
      'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    );
  }
  const { N, NULL, SS, NS, BS, L, M } = value;
  if (N !== undefined) value.N = normalized(String(N));
  else if (NULL === false)
    throw invalidParameter('Null attribute value types must have the value of true');
  else if (NS !== undefined) value.NS = distinct(NS.map(normalized), 'number');
  else if (SS !== undefined) distinct(SS, 'string');
  else if (BS !== undefined) distinct(BS, 'binary');
  else if (L !== undefined) for (const one of L) checked(one, depth + 1);
  else if (M !== undefined) for (const name in M) checked(M[name] as Value, depth + 1);
}

function distinct(members: string[], kind: string): string[] {
  if (members.length === 0) throw invalidParameter(`An ${kind} set  may not be empty`);
  if (new Set(members).size < members.length) {
    throw invalidParameter(`Input collection [${members.join(', ')}] contains duplicates.`);
  }
  return members;
}

/** @throws Refusal - `ValidationException` */
export function checkedItem(item: Item): Item {
  for (const name in item) checked(item[name] as Value);
  return item;
}

export const binaryLength = (base64: string) => Buffer.byteLength(base64, 'base64');

/** Bytes that a value takes, as DynamoDB counts them. */
export function sizeOf(value: Value): number {
  const { S, N, B, SS, NS, BS, L, M } = value;
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return sizeOfNumber(N);
  if (B !== undefined) return binaryLength(B);
  if (SS !== undefined) return SS.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (NS !== undefined) return NS.reduce((sum, one) => sum + sizeOfNumber(one), 0);
  if (BS !== undefined) return BS.reduce((sum, one) => sum + binaryLength(one), 0);
  if (L !== undefined) return L.reduce((sum, one) => sum + 1 + sizeOf(one), 3);
  if (M !== undefined) return sizeOfItem(M) + Object.keys(M).length + 3;
  return 1;
}

export function sizeOfItem(item: Item): number {
  let sum = 0;
  for (const name in item) sum += Buffer.byteLength(name) + sizeOf(item[name] as Value);
  return sum;
}

/** @throws Refusal - `ValidationException` */
export function requireFits(
  size: number,
  what = 'Item size has exceeded the maximum allowed size',
): void {
  if (size > largestItem) throw invalid(what);
}

/** Whether two values are of one type and the same. The order of a set does not count. */
export function equal(one: Value, other: Value): boolean {
  const type = typeOf(one);
  if (type !== typeOf(other)) return false;
  switch (type) {
    case 'SS':
    case 'NS':
    case 'BS':
      return sameMembers(one[type] ?? [], other[type] ?? []);
    case 'L': {
      const [left, right] = [one.L ?? [], other.L ?? []];
      return (
        left.length === right.length && left.every((each, at) => equal(each, right[at] as Value))
      );
    }
    case 'M':
      return sameItems(one.M ?? {}, other.M ?? {});
    case 'B':
      return Buffer.from(one.B ?? '', 'base64').equals(Buffer.from(other.B ?? '', 'base64'));
    default:
      return one[type] === other[type];
  }
}

const sameMembers = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((each) => other.includes(each));

export function sameItems(one: Item, other: Item): boolean {
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => {
    const [left, right] = [one[name], other[name]];
    return left !== undefined && right !== undefined && equal(left, right);
  });
}

/** Negative when `one` comes before `other`; undefined when they are not of one type that has an order. */
export function compare(one: Value, other: Value): number | undefined {
  if (one.S !== undefined && other.S !== undefined) return compareTexts(one.S, other.S);
  if (one.N !== undefined && other.N !== undefined) return compareNumbers(one.N, other.N);
  if (one.B !== undefined && other.B !== undefined) {
    return Buffer.compare(Buffer.from(one.B, 'base64'), Buffer.from(other.B, 'base64'));
  }
  return undefined;
}

/** By UTF-8 bytes: JavaScript's own order differs behind the first plane. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
