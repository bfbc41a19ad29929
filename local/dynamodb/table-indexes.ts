import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ServiceError } from '../service.ts';
import type { Ask } from './table.ts';
import type {
  DescribedIndex,
  IndexProperties,
  TableDescription,
  TableProperties,
} from './table-properties.ts';

/** A change of a table's indexes that CloudFormation refuses, in its words; nothing of the table was changed. */
export class IndexesRefused extends Error {
  override readonly name = 'IndexesRefused';

  constructor(table: string, words: string, changes: readonly string[]) {
    super(`table ${table}: ${words} (${changes.join(', ')})`);
  }
}

const ignored = z.unknown();
/** Milliseconds between looks at an index that is being filled. */
const indexPause = 20;
/** How often DynamoDB Local may fail to describe a table while it changes an index of it. */
const patience = 5;

type Describe = () => Promise<TableDescription | undefined>;

/**
 * Adds the index that the template has now, or removes the one that it has no more, as CloudFormation does.
 *
 * @param describe - reads how the table is
 * @throws IndexesRefused
 */
export async function ensureIndexes(
  ask: Ask,
  describe: Describe,
  kept: TableDescription,
  properties: TableProperties,
): Promise<void> {
  const { TableName, GlobalSecondaryIndexes: present } = kept;
  const wanted = properties.GlobalSecondaryIndexes;
  const isIn = (indexes: readonly { readonly IndexName: string }[], name: string) =>
    indexes.some(({ IndexName }) => IndexName === name);
  const changed = wanted.filter((index) => {
    const same = present.find(({ IndexName }) => IndexName === index.IndexName);
    return same !== undefined && !sameIndex(index, same);
  });
  if (changed.length > 0) throw new IndexesRefused(TableName, noOtherIndex, changed.map(nameOf));
  const removed = present.filter(({ IndexName }) => !isIn(wanted, IndexName));
  const added = wanted.filter(({ IndexName }) => !isIn(present, IndexName));
  if (removed.length + added.length > 1)
    throw new IndexesRefused(TableName, oneIndex, [...removed, ...added].map(nameOf));
  for (const { IndexName } of removed)
    await changeIndex(ask, describe, TableName, properties, { Delete: { IndexName } });
  for (const index of added)
    await changeIndex(ask, describe, TableName, properties, { Create: indexDefinition(index) });
}

const oneIndex = 'Cannot perform more than one GSI creation or deletion in a single update';
const noOtherIndex =
  "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can create a new GSI with a different name";
const nameOf = ({ IndexName }: { readonly IndexName: string }) => IndexName;

/** An index answers queries only when it has been filled. */
async function changeIndex(
  ask: Ask,
  describe: Describe,
  name: string,
  { AttributeDefinitions }: TableProperties,
  change: object,
): Promise<void> {
  const update = { TableName: name, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] };
  await ask('UpdateTable', update, ignored);
  for (let stumbles = 0; ; ) {
    const table = await describe().catch((error: unknown) => {
      stumbles += 1;
      if (!isStumble(error) || stumbles > patience) throw error;
      return 'busy' as const;
    });
    const busy =
      table === 'busy' || table?.GlobalSecondaryIndexes.some((one) => one.IndexStatus !== 'ACTIVE');
    if (!busy) return;
    await new Promise((resolve) => setTimeout(resolve, indexPause));
  }
}

/** Now and then DynamoDB Local fails to describe a table in the moment in which it takes an index away. */
function isStumble(error: unknown): boolean {
  return error instanceof ServiceError && error.code === 'InternalFailure';
}

export function indexDefinition({ IndexName, KeySchema, Projection }: IndexProperties) {
  return { IndexName, KeySchema, Projection };
}

type Keys = TableProperties['KeySchema'];

export function sameKeys(one: Keys, other: Keys): boolean {
  return isDeepStrictEqual(one, other);
}

export function sameIndex(wanted: IndexProperties, kept: DescribedIndex): boolean {
  const attributes = (index: IndexProperties | DescribedIndex) =>
    [...(index.Projection.NonKeyAttributes ?? [])].sort();
  return (
    wanted.IndexName === kept.IndexName &&
    sameKeys(wanted.KeySchema, kept.KeySchema) &&
    wanted.Projection.ProjectionType === kept.Projection.ProjectionType &&
    isDeepStrictEqual(attributes(wanted), attributes(kept))
  );
}
