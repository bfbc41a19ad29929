import type { Item, Value } from './attribute.ts';
import { numberBytes } from './decimal.ts';
import { invalid, invalidParameter } from './refusal.ts';

export type KeyType = 'S' | 'N' | 'B';
export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}
/** What identifies an item, or orders an index. */
export interface Key {
  readonly hash: KeyAttribute;
  readonly range: KeyAttribute | undefined;
}
/** A key as bytes that sort as the values do; without a sort key its part is empty. */
export type KeyBytes = readonly [hash: Buffer, range: Buffer];

const none = Buffer.alloc(0);
const longest = { hash: 2048, range: 1024 };

export const attributesOf = ({ hash, range }: Key): readonly KeyAttribute[] =>
  range === undefined ? [hash] : [hash, range];

/** @throws Refusal - `ValidationException`: a value of another type */
export function bytesOf({ name, type }: KeyAttribute, value: Value): Buffer {
  if (type === 'S' && value.S !== undefined) return Buffer.from(value.S);
  if (type === 'B' && value.B !== undefined) return Buffer.from(value.B, 'base64');
  if (type === 'N' && value.N !== undefined) return numberBytes(value.N);
  throw invalidParameter(
    `Type mismatch for key ${name} expected: ${type} actual: ${Object.keys(value)[0]}`,
  );
}

/**
 * The key of an item.
 * @throws Refusal - `ValidationException`: it lacks one of its values, or has one that is no key
 */
export function keyBytes(key: Key, item: Item): KeyBytes {
  const part = (attribute: KeyAttribute, place: keyof typeof longest) => {
    const value = item[attribute.name];
    if (value === undefined)
      throw invalidParameter(`Missing the key ${attribute.name} in the item`);
    return requireKey(attribute, place, bytesOf(attribute, value));
  };
  return [part(key.hash, 'hash'), key.range === undefined ? none : part(key.range, 'range')];
}

function requireKey({ name }: KeyAttribute, place: keyof typeof longest, bytes: Buffer): Buffer {
  if (bytes.length === 0) {
    throw invalidParameter(
      `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  if (bytes.length > longest[place]) {
    throw invalidParameter(
      `Size of ${place}key has exceeded the maximum size limit of${longest[place]} bytes`,
    );
  }
  return bytes;
}

/**
 * A key that a request names: it has these attributes and no others.
 * @throws Refusal - `ValidationException`
 */
export function keyBytesOnly(key: Key, given: Item): KeyBytes {
  const attributes = attributesOf(key);
  const fits = attributes.every(({ name }) => given[name] !== undefined);
  if (!fits || Object.keys(given).length !== attributes.length) throw mismatch();
  for (const attribute of attributes) {
    // It is there: see above.
    const value = given[attribute.name] as Value;
    if (value[attribute.type] === undefined) throw mismatch();
  }
  return keyBytes(key, given);
}

const mismatch = () => invalid('The provided key element does not match the schema');

/** The values of a key within an item. */
export function keyOf(key: Key, item: Item): Item {
  const picked: Item = {};
  for (const { name } of attributesOf(key)) {
    const value = item[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

/** Where an item stands in an index; undefined when it lacks a value, and so is not in it. */
export function indexBytes(key: Key, item: Item): KeyBytes | undefined {
  if (attributesOf(key).some(({ name }) => item[name] === undefined)) return undefined;
  return keyBytes(key, item);
}

/** The first bytes behind all that begin so; undefined where none are. */
export function behind(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  if (last < 0) return undefined;
  const bytes = Buffer.from(prefix.subarray(0, last + 1));
  bytes.writeUInt8(bytes.readUInt8(last) + 1, last);
  return bytes;
}
