import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ServiceError } from '../service.ts';
import {
  type DescribedIndex,
  type IndexProperties,
  type TableDescription,
  type TableProperties,
  tableDescription,
} from './table-properties.ts';

/**
 * Asks DynamoDB for one operation.
 * @throws ServiceError - DynamoDB's refusal
 * @throws ZodError - the answer is not what `output` says
 */
export type Ask = <Schema extends z.ZodType>(
  operation: string,
  input: unknown,
  output: Schema,
) => Promise<z.output<Schema>>;

/** The data directory holds a table of this name that the template's cannot have been. */
export class TableMismatch extends Error {
  override readonly name = 'TableMismatch';

  constructor(table: string, what: string) {
    super(
      `table ${table}: ${what} in the kept data differ from the template's, and cannot be changed: ` +
        'give the table another name, or start on another data directory',
    );
  }
}

const ignored = z.unknown();
/** Milliseconds between looks at an index that is being filled. */
const indexPause = 20;
/** How often DynamoDB Local may fail to describe a table while it changes an index of it. */
const patience = 5;

/**
 * Makes a table, or brings the kept one to what the template says now: indexes are added and removed,
 * stream, time to live and protection are set. As at AWS, keys and local indexes stay what they were.
 *
 * @throws TableMismatch
 */
export async function ensureTable(
  ask: Ask,
  name: string,
  properties: TableProperties,
): Promise<TableDescription> {
  const kept = await describe(ask, name);
  if (kept === undefined) {
    await ask('CreateTable', creation(name, properties), ignored);
  } else {
    refuseMismatch(kept, properties);
    await ensureIndexes(ask, kept, properties);
    await ensureStream(ask, kept, properties);
    if (kept.DeletionProtectionEnabled !== properties.DeletionProtectionEnabled) {
      const { DeletionProtectionEnabled } = properties;
      await ask('UpdateTable', { TableName: name, DeletionProtectionEnabled }, ignored);
    }
  }
  await ensureTimeToLive(ask, name, properties);
  const made = await describe(ask, name);
  if (made === undefined) throw new Error(`table ${name} is gone right after it was made`);
  return made;
}

const answer = z.object({ Table: tableDescription });

async function describe(ask: Ask, name: string): Promise<TableDescription | undefined> {
  try {
    return (await ask('DescribeTable', { TableName: name }, answer)).Table;
  } catch (error) {
    const absent = error instanceof ServiceError && error.code === 'ResourceNotFoundException';
    if (absent) return undefined;
    throw error;
  }
}

function creation(name: string, properties: TableProperties) {
  const { KeySchema, AttributeDefinitions, DeletionProtectionEnabled } = properties;
  return {
    TableName: name,
    KeySchema,
    AttributeDefinitions,
    DeletionProtectionEnabled,
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: listed(properties.GlobalSecondaryIndexes),
    LocalSecondaryIndexes: listed(properties.LocalSecondaryIndexes),
    StreamSpecification: streamSpecification(properties),
  };
}

/** DynamoDB refuses an empty list. */
function listed(indexes: readonly IndexProperties[]) {
  return indexes.length === 0 ? undefined : indexes.map(indexDefinition);
}

function indexDefinition({ IndexName, KeySchema, Projection }: IndexProperties) {
  return { IndexName, KeySchema, Projection };
}

function streamSpecification({ StreamSpecification }: TableProperties) {
  const StreamViewType = StreamSpecification?.StreamViewType;
  return StreamViewType === undefined ? undefined : { StreamEnabled: true, StreamViewType };
}

function refuseMismatch(kept: TableDescription, properties: TableProperties): void {
  const refuse = (what: string) => {
    throw new TableMismatch(kept.TableName, what);
  };
  if (!sameKeys(kept.KeySchema, properties.KeySchema)) refuse('the keys');
  const types = new Map(
    properties.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType]),
  );
  for (const { AttributeName, AttributeType } of kept.AttributeDefinitions) {
    const type = types.get(AttributeName);
    // One that only an index had, which is about to go, is not defined any more.
    if (type !== undefined && type !== AttributeType) refuse(`the type of ${AttributeName}`);
  }
  const locals = kept.LocalSecondaryIndexes;
  const same =
    locals.length === properties.LocalSecondaryIndexes.length &&
    properties.LocalSecondaryIndexes.every((one) => locals.some((other) => sameIndex(one, other)));
  if (!same) refuse('the local secondary indexes');
}

async function ensureIndexes(
  ask: Ask,
  kept: TableDescription,
  properties: TableProperties,
): Promise<void> {
  const wanted = properties.GlobalSecondaryIndexes;
  const named = (name: string) => wanted.find((one) => one.IndexName === name);
  for (const index of kept.GlobalSecondaryIndexes) {
    const wish = named(index.IndexName);
    if (wish && sameIndex(wish, index)) continue;
    const IndexName = index.IndexName;
    await changeIndex(ask, kept.TableName, properties, { Delete: { IndexName } });
  }
  for (const index of wanted) {
    if (kept.GlobalSecondaryIndexes.some((other) => sameIndex(index, other))) continue;
    await changeIndex(ask, kept.TableName, properties, { Create: indexDefinition(index) });
  }
}

/** One at a time, as at AWS; an index answers queries only when it has been filled. */
async function changeIndex(
  ask: Ask,
  name: string,
  { AttributeDefinitions }: TableProperties,
  change: object,
): Promise<void> {
  const update = { TableName: name, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] };
  await ask('UpdateTable', update, ignored);
  for (let stumbles = 0; ; ) {
    const table = await describe(ask, name).catch((error: unknown) => {
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

/** Another view is another stream, with a new ARN; what was unread in the old one is lost, as at AWS. */
async function ensureStream(
  ask: Ask,
  kept: TableDescription,
  properties: TableProperties,
): Promise<void> {
  const TableName = kept.TableName;
  const wanted = properties.StreamSpecification?.StreamViewType;
  const streams = kept.StreamSpecification?.StreamEnabled ?? false;
  if (wanted === (streams ? kept.StreamSpecification?.StreamViewType : undefined)) return;
  if (streams) {
    const off = { TableName, StreamSpecification: { StreamEnabled: false } };
    await ask('UpdateTable', off, ignored);
  }
  const StreamSpecification = streamSpecification(properties);
  if (StreamSpecification) await ask('UpdateTable', { TableName, StreamSpecification }, ignored);
}

const ttlDescription = z.object({
  TimeToLiveDescription: z.object({
    TimeToLiveStatus: z.string(),
    AttributeName: z.string().optional(),
  }),
});

async function ensureTimeToLive(
  ask: Ask,
  name: string,
  { TimeToLiveSpecification }: TableProperties,
): Promise<void> {
  const described = await ask('DescribeTimeToLive', { TableName: name }, ttlDescription);
  const { TimeToLiveStatus, AttributeName: current } = described.TimeToLiveDescription;
  const kept = TimeToLiveStatus === 'ENABLED' ? current : undefined;
  const wanted = TimeToLiveSpecification?.Enabled
    ? TimeToLiveSpecification.AttributeName
    : undefined;
  if (kept === wanted) return;
  const set = (AttributeName: string, Enabled: boolean) => {
    const specification = { AttributeName, Enabled };
    const update = { TableName: name, TimeToLiveSpecification: specification };
    return ask('UpdateTimeToLive', update, ignored);
  };
  if (kept !== undefined) await set(kept, false);
  if (wanted !== undefined) await set(wanted, true);
}

type Keys = TableProperties['KeySchema'];

function sameKeys(one: Keys, other: Keys): boolean {
  return isDeepStrictEqual(one, other);
}

function sameIndex(wanted: IndexProperties, kept: DescribedIndex): boolean {
  const attributes = (index: IndexProperties | DescribedIndex) =>
    [...(index.Projection.NonKeyAttributes ?? [])].sort();
  return (
    wanted.IndexName === kept.IndexName &&
    sameKeys(wanted.KeySchema, kept.KeySchema) &&
    wanted.Projection.ProjectionType === kept.Projection.ProjectionType &&
    isDeepStrictEqual(attributes(wanted), attributes(kept))
  );
}
