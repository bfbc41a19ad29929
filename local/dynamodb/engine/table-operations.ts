import type { z } from 'zod';
import { type Catalog, inUse, newId } from './catalog.ts';
import { read } from './inputs.ts';
import { machineTime } from './machine-time.ts';
import { invalid, invalidParameter } from './refusal.ts';
import type { Rows } from './rows.ts';
import { keyFrom, type Table } from './shape.ts';
import type { StreamLog } from './stream-log.ts';
import { describedTable } from './table-description.ts';
import {
  CreateInput,
  type Definition,
  ListInput,
  TableInput,
  TimeToLiveInput,
  UpdateTableInput,
} from './table-inputs.ts';

const largestList = 100;
type Asked = z.output<typeof UpdateTableInput>;
type IndexUpdates = NonNullable<Asked['GlobalSecondaryIndexUpdates']>;

/** What CloudFormation does with tables. All that AWS takes its time for is done when it is answered. */
export class TableOperations {
  readonly #catalog: Catalog;
  readonly #rows: Rows;
  readonly #log: StreamLog;

  constructor(catalog: Catalog, rows: Rows, log: StreamLog) {
    this.#catalog = catalog;
    this.#rows = rows;
    this.#log = log;
  }

  create(input: unknown): object {
    const asked = read(CreateInput, input);
    const { TableName: name, StreamSpecification } = asked;
    if (this.#catalog.has(name)) throw inUse(`Table already exists: ${name}`);
    const view = StreamSpecification?.StreamEnabled
      ? StreamSpecification.StreamViewType
      : undefined;
    if (StreamSpecification?.StreamEnabled && view === undefined) {
      throw invalidParameter('StreamViewType is required');
    }
    requireUsed(asked);
    const definition: Definition = {
      TableId: newId(),
      created: machineTime(),
      keys: asked.KeySchema,
      attributes: asked.AttributeDefinitions,
      global: asked.GlobalSecondaryIndexes ?? [],
      local: asked.LocalSecondaryIndexes ?? [],
      isProtected: asked.DeletionProtectionEnabled ?? false,
      billing: asked.BillingMode ?? 'PROVISIONED',
      ...(view && { view, streamArn: this.#catalog.openStream(name, asked.KeySchema, view) }),
    };
    return { TableDescription: this.#description(this.#catalog.create(name, definition)) };
  }

  describe(input: unknown): object {
    const { TableName } = read(TableInput, input);
    return { Table: this.#description(this.#catalog.find(TableName)) };
  }

  list(input: unknown): object {
    const { ExclusiveStartTableName: after, Limit } = read(ListInput, input);
    const names = this.#catalog.names().filter((name) => !after || name > after);
    const TableNames = names.slice(0, Limit ?? largestList);
    const LastEvaluatedTableName = TableNames.at(-1);
    const hasMore = names.length > TableNames.length;
    return { TableNames, ...(hasMore && { LastEvaluatedTableName }) };
  }

  remove(input: unknown): object {
    const table = this.#catalog.find(read(TableInput, input).TableName);
    if (table.definition.isProtected) {
      throw invalid(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. Table: ${table.name}`,
      );
    }
    const TableDescription = { ...this.#description(table), TableStatus: 'DELETING' };
    this.#catalog.remove(table);
    return { TableDescription };
  }

  update(input: unknown): object {
    const asked = read(UpdateTableInput, input);
    let table = this.#catalog.find(asked.TableName);
    const { AttributeDefinitions: attributes, DeletionProtectionEnabled: isProtected } = asked;
    table = this.#changeIndexes(table, asked.GlobalSecondaryIndexUpdates ?? [], attributes);
    if (asked.StreamSpecification) table = this.#changeStream(table, asked.StreamSpecification);
    if (typeof isProtected === 'boolean') table = this.#catalog.redefine(table, { isProtected });
    if (asked.BillingMode) table = this.#catalog.redefine(table, { billing: asked.BillingMode });
    return { TableDescription: this.#description(table) };
  }

  #changeIndexes(
    table: Table,
    updates: IndexUpdates,
    attributes: Asked['AttributeDefinitions'],
  ): Table {
    const [{ Create, Delete } = {}] = updates;
    const { global } = table.definition;
    const named = (name: string | undefined) => global.some(({ IndexName }) => IndexName === name);
    if (Delete !== undefined) {
      const gone = table.indexes.find(({ name, isLocal }) => name === Delete.IndexName && !isLocal);
      if (gone === undefined) throw invalidParameter(`The table has no index ${Delete.IndexName}`);
      const left = global.filter(({ IndexName }) => IndexName !== gone.name);
      const changed = this.#catalog.redefine(table, { global: left });
      this.#catalog.removeIndexRows(gone);
      return changed;
    }
    if (Create === undefined) return table;
    if (named(Create.IndexName)) {
      throw invalid(`Attempting to create an index which already exists: ${Create.IndexName}`);
    }
    const defined = merged(table.definition.attributes, attributes ?? []);
    keyFrom(Create.KeySchema, defined);
    const made = this.#catalog.redefine(table, {
      global: [...global, Create],
      attributes: defined,
    });
    const index = made.indexes.find(({ name }) => name === Create.IndexName);
    if (index !== undefined) {
      this.#catalog.addIndexRows(index);
      this.#rows.fill(made, index);
    }
    return made;
  }

  #changeStream(
    table: Table,
    { StreamEnabled, StreamViewType: view }: NonNullable<Asked['StreamSpecification']>,
  ): Table {
    const { name, stream, definition } = table;
    if (!StreamEnabled) {
      if (stream === undefined) throw invalid('Table is not enabled for streams');
      this.#log.close(stream.id);
      const { view: _off, ...rest } = definition;
      return this.#catalog.redefine({ ...table, definition: rest }, {});
    }
    if (stream !== undefined)
      throw inUse(`Table already has an enabled stream: TableName: ${name}`);
    if (view === undefined) throw invalidParameter('StreamViewType is required');
    const streamArn = this.#catalog.openStream(name, definition.keys, view);
    return this.#catalog.redefine(table, { view, streamArn });
  }

  describeTimeToLive(input: unknown): object {
    const { until } = this.#catalog.find(read(TableInput, input).TableName).definition;
    const TimeToLiveDescription =
      until === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: until };
    return { TimeToLiveDescription };
  }

  updateTimeToLive(input: unknown): object {
    const { TableName, TimeToLiveSpecification } = read(TimeToLiveInput, input);
    const { Enabled, AttributeName } = TimeToLiveSpecification;
    const table = this.#catalog.find(TableName);
    const { until, ...rest } = table.definition;
    if (Enabled && until !== undefined) throw invalid('TimeToLive is already enabled');
    if (!Enabled && until === undefined) throw invalid('TimeToLive is already disabled');
    if (!Enabled && until !== AttributeName) {
      throw invalid(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${until}`,
      );
    }
    const changed = this.#catalog.redefine(
      { ...table, definition: rest },
      Enabled ? { until: AttributeName } : {},
    );
    this.#rows.noteExpiries(changed);
    return { TimeToLiveSpecification };
  }

  #description(table: Table): object {
    const { items, bytes } = this.#rows.totals(table);
    return describedTable(table, this.#catalog.arnOf(table.name), items, bytes);
  }
}

function merged(known: Definition['attributes'], more: Definition['attributes']) {
  const added = more.filter(
    (one) => !known.some((other) => other.AttributeName === one.AttributeName),
  );
  return [...known, ...added];
}

/** Each attribute that is defined is one of a key, and each index has another name. */
function requireUsed(asked: z.output<typeof CreateInput>): void {
  const indexes = [...(asked.GlobalSecondaryIndexes ?? []), ...(asked.LocalSecondaryIndexes ?? [])];
  const keyed = [asked.KeySchema, ...indexes.map(({ KeySchema }) => KeySchema)].flat();
  const used = new Set(keyed.map(({ AttributeName }) => AttributeName));
  const defined = asked.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  if (defined.some((name) => !used.has(name)) || defined.length !== used.size) {
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  if (new Set(indexes.map(({ IndexName }) => IndexName)).size < indexes.length) {
    throw invalidParameter('Duplicate index name');
  }
  for (const { KeySchema } of indexes) keyFrom(KeySchema, asked.AttributeDefinitions);
  keyFrom(asked.KeySchema, asked.AttributeDefinitions);
}
