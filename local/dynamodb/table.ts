import { z } from 'zod';
import { ServiceError } from '../service.ts';
import { ensureIndexes, indexDefinition, sameIndex, sameKeys } from './table-indexes.ts';
import {
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
/**
 * Makes a table, or brings the kept one to what the template says now: an index is added or removed,
 * stream, time to live and protection are set. As at AWS, keys and local indexes stay what they were.
 *
 * @throws TableMismatch | IndexesRefused
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
    await ensureIndexes(ask, () => describe(ask, name), kept, properties);
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
