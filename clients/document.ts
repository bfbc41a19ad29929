/** How DynamoDB writes a value: under the name of its kind. */
export type Attribute = Readonly<Record<string, unknown>>;

type Attributes = Record<string, Attribute>;

/**
 * A row as DynamoDB's JSON has it. What is undefined and what is a function is left out, at every depth, as the AWS SDK's
 * document client does with `removeUndefinedValues`; its texts of what cannot be written are the SDK's too.
 *
 * @throws {Error} a value of which DynamoDB has no kind, or a number that JavaScript would not give back as it was
 */
export function toAttributes(row: object): Attributes {
  const attributes: Attributes = {};
  for (const name in row) {
    // Of a plain object, whose members are unknown.
    const value = (row as Record<string, unknown>)[name];
    if (isWritten(value)) attributes[name] = toAttribute(value);
  }
  return attributes;
}

/** One value as DynamoDB's JSON has it. @throws as `toAttributes` */
export function toAttribute(value: unknown): Attribute {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: numberText(value) };
    case 'bigint':
      return { N: value.toString() };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return objectAttribute(value);
    default:
      throw unsupported(value);
  }
}

function objectAttribute(value: object | null): Attribute {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.filter(isWritten).map(toAttribute) };
  if (value instanceof Uint8Array) return { B: base64Of(value) };
  if (value instanceof Set) return setAttribute([...value].filter((one) => one !== undefined));
  if (value instanceof Map) return { M: toAttributes(Object.fromEntries(value)) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return { M: toAttributes(value) };
  throw unsupported(value);
}

function setAttribute(values: readonly unknown[]): Attribute {
  const [first] = values;
  if (first === undefined) {
    throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
  }
  // A set is of one kind, that of its first; DynamoDB refuses others.
  if (typeof first === 'string') return { SS: values };
  if (typeof first === 'number') return { NS: values.map((one) => numberText(Number(one))) };
  if (typeof first === 'bigint') return { NS: values.map(String) };
  if (first instanceof Uint8Array) return { BS: values.map(base64Of) };
  throw new Error('Only Number Set (NS), Binary Set (BS) or String Set (SS) are allowed.');
}

const isWritten = (value: unknown) => value !== undefined && typeof value !== 'function';

const base64Of = (bytes: unknown) =>
  bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    : bytes;

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value.toString();
  const which =
    value > 0 ? 'greater than Number.MAX_SAFE_INTEGER' : 'lesser than Number.MIN_SAFE_INTEGER';
  throw new Error(`Number ${value} is ${which}. Use NumberValue from @aws-sdk/lib-dynamodb.`);
}

function unsupported(value: unknown): Error {
  return new Error(
    `Unsupported type passed: ${String(value)}. Pass options.convertClassInstanceToMap=true to marshall typeof object as map attribute.`,
  );
}

/** What to make of bytes: in DynamoDB's answers they are base 64. */
type Bytes = (value: unknown) => unknown;

export const decoded: Bytes = (value) =>
  typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;

/** A row of what DynamoDB's JSON has. @throws {Error} a kind that is not known */
export function fromAttributes(
  attributes: object,
  bytes: Bytes = decoded,
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    row[name] = fromAttribute(attribute, bytes);
  }
  return row;
}

/** One value. @throws as `fromAttributes` */
export function fromAttribute(attribute: Attribute, bytes: Bytes = decoded): unknown {
  for (const kind in attribute) {
    const value = attribute[kind];
    if (value !== undefined) return nativeOf(kind, value, bytes);
  }
  throw new Error(`No value defined: ${JSON.stringify(attribute)}`);
}

function nativeOf(kind: string, value: unknown, bytes: Bytes): unknown {
  switch (kind) {
    case 'S':
      return value;
    case 'N':
      return fromNumber(String(value));
    case 'BOOL':
      return Boolean(value);
    case 'NULL':
      return null;
    case 'M':
      // DynamoDB's own structure, as of the lists below.
      return fromAttributes(value as object, bytes);
    case 'L':
      return (value as Attribute[]).map((one) => fromAttribute(one, bytes));
    case 'B':
      return bytes(value);
    case 'SS':
      return new Set(value as string[]);
    case 'NS':
      return new Set((value as string[]).map(fromNumber));
    case 'BS':
      return new Set((value as unknown[]).map(bytes));
    default:
      throw new Error(`Unsupported type passed: ${kind}`);
  }
}

/** Whole numbers that JavaScript's would round become big ones. */
function fromNumber(text: string): number | bigint {
  const number = Number(text);
  const isExact = Math.abs(number) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(number);
  if (isExact) return number;
  try {
    return BigInt(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(
      `${text} can't be converted to BigInt. Set options.wrapNumbers to get string value.`,
    );
  }
}

/** Attributes as they are, their bytes decoded: how the SDK's errors hold rows. */
export function withBytes(attribute: unknown): unknown {
  if (Array.isArray(attribute)) return attribute.map(withBytes);
  if (typeof attribute !== 'object' || attribute === null) return attribute;
  return Object.fromEntries(
    Object.entries(attribute).map(([kind, value]) => {
      if (kind === 'B' && typeof value === 'string') return [kind, decoded(value)];
      if (kind === 'BS' && Array.isArray(value)) return [kind, value.map(decoded)];
      return [kind, withBytes(value)];
    }),
  );
}
