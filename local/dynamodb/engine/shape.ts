import type { Key, KeyAttribute } from './key.ts';
import { invalidParameter } from './refusal.ts';
import type { Definition, IndexInput, View } from './table-inputs.ts';

/** An index of a table. */
export interface Index {
  readonly name: string;
  readonly key: Key;
  readonly isLocal: boolean;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** Attributes beside the keys that an INCLUDE has. */
  readonly included: readonly string[];
  /** Its table in the engine's file. */
  readonly rows: string;
}

/** A table as requests meet it. */
export interface Table {
  readonly id: number;
  readonly name: string;
  readonly definition: Definition;
  readonly key: Key;
  readonly indexes: readonly Index[];
  /** The stream that its changes go to. */
  readonly stream: { readonly id: number; readonly view: View } | undefined;
  /** Its table in the engine's file. */
  readonly rows: string;
}

/** @throws Refusal - `ValidationException`: a key has an attribute that is not defined, or keys in another order */
export function keyFrom(schema: Definition['keys'], attributes: Definition['attributes']): Key {
  const [hash, range] = schema;
  const attribute = (name: string): KeyAttribute => {
    const type = attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    if (type !== undefined) return { name, type };
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${name}]`,
    );
  };
  if (hash?.KeyType !== 'HASH' || (range !== undefined && range.KeyType !== 'RANGE')) {
    throw invalidParameter(
      'The first KeySchemaElement is not a HASH key type, or the second no RANGE',
    );
  }
  return {
    hash: attribute(hash.AttributeName),
    range: range === undefined ? undefined : attribute(range.AttributeName),
  };
}

/** @param stream - the row of the stream that is open */
export function shapeOf(
  id: number,
  name: string,
  definition: Definition,
  stream: number | undefined,
): Table {
  const { keys, attributes, global, local, view } = definition;
  const index = (isLocal: boolean) => (one: IndexInput) => ({
    name: one.IndexName,
    key: keyFrom(one.KeySchema, attributes),
    isLocal,
    projection: one.Projection.ProjectionType,
    included: one.Projection.NonKeyAttributes ?? [],
    rows: `"index_${id}_${one.IndexName}"`,
  });
  return {
    id,
    name,
    definition,
    key: keyFrom(keys, attributes),
    indexes: [...global.map(index(false)), ...local.map(index(true))],
    stream: stream === undefined || view === undefined ? undefined : { id: stream, view },
    rows: `items_${id}`,
  };
}
