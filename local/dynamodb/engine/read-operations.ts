import { checkedItem } from './attribute.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { attributesIn } from './expression/attributes-in.ts';
import { Bindings, type BoundPath } from './expression/bindings.ts';
import { expressions } from './expression/cache.ts';
import { checkCondition } from './expression/check-condition.ts';
import { meets } from './expression/meets.ts';
import type { Condition, Parsed } from './expression/syntax.ts';
import { QueryInput, read, ScanInput } from './inputs.ts';
import { pathsIn, shownBy } from './item-operations.ts';
import { attributesOf } from './key.ts';
import { keyRange } from './key-condition.ts';
import { Meter, readUnits } from './meter.ts';
import { type Page, type Reading, readPage, type Source } from './page.ts';
import { invalid, invalidParameter } from './refusal.ts';
import type { Stored } from './stored.ts';

type Asked = QueryInput | ScanInput;

/** Requests about many items. */
export class ReadOperations {
  readonly #database: Database;
  readonly #catalog: Catalog;

  constructor(database: Database, catalog: Catalog) {
    this.#database = database;
    this.#catalog = catalog;
  }

  query(input: unknown): string {
    const asked = read(QueryInput, input);
    const source = this.#source(asked);
    const condition = expressions.keyCondition(asked.KeyConditionExpression);
    const view = viewOf(asked, source, condition);
    if (condition === undefined) throw invalid('A query needs a KeyConditionExpression');
    const { hash, bounds } = keyRange(condition.tree, source.key, view.bindings);
    requireNoKeys(asked, source, view);
    const isForward = asked.ScanIndexForward ?? true;
    return this.#answer(asked, view, { ...reading(asked, source, view), hash, bounds, isForward });
  }

  scan(input: unknown): string {
    const asked = read(ScanInput, input);
    const source = this.#source(asked);
    const view = viewOf(asked, source);
    const { Segment: one, TotalSegments: of } = asked;
    if ((one === undefined) !== (of === undefined) || (one ?? 0) >= (of ?? 1)) {
      throw invalid('Segment and TotalSegments go together, and Segment is the smaller');
    }
    const segment = one === undefined || of === undefined ? {} : { segment: { one, of } };
    return this.#answer(asked, view, {
      ...reading(asked, source, view),
      ...segment,
      isForward: true,
    });
  }

  #source({ TableName, IndexName, ConsistentRead }: Asked): Source {
    const table = this.#catalog.find(TableName);
    if (IndexName === undefined) return { table, index: undefined, key: table.key };
    const index = table.indexes.find(({ name }) => name === IndexName);
    if (index === undefined)
      throw invalid(`The table does not have the specified index: ${IndexName}`);
    if (ConsistentRead && !index.isLocal) {
      throw invalid('Consistent reads are not supported on global secondary indexes');
    }
    return { table, index, key: index.key };
  }

  #answer(asked: Asked, view: View, wanted: Reading): string {
    const page = readPage(this.#database, wanted);
    const { table, index } = wanted.source;
    const meter = new Meter(asked.ReturnConsumedCapacity);
    meter.read(table, readUnits(page.bytes, asked.ConsistentRead ?? false), index);
    const isCount = asked.Select === 'COUNT';
    return pageText(page, isCount ? undefined : shownBy(view.paths), meter.only);
  }
}

function pageText(
  { items, scanned, last }: Page,
  shown: ((stored: Stored) => string) | undefined,
  consumed: object | undefined,
): string {
  const members = [
    ...(shown === undefined ? [] : [`"Items":[${items.map(shown).join(',')}]`]),
    `"Count":${items.length},"ScannedCount":${scanned}`,
    ...(last === undefined ? [] : [`"LastEvaluatedKey":${JSON.stringify(last)}`]),
    ...(consumed === undefined ? [] : [`"ConsumedCapacity":${JSON.stringify(consumed)}`]),
  ];
  return `{${members.join(',')}}`;
}

/** What a request wants to see of what is read. */
interface View {
  readonly bindings: Bindings;
  readonly filter: Parsed<Condition> | undefined;
  readonly paths: readonly BoundPath[] | undefined;
}

function viewOf(asked: Asked, { index }: Source, keyCondition?: Parsed<Condition>): View {
  const { Select, FilterExpression, ProjectionExpression } = asked;
  const filter = expressions.filter(FilterExpression);
  const projection = expressions.projection(ProjectionExpression);
  const bindings = Bindings.of(asked, [keyCondition, filter, projection]);
  if (filter !== undefined) checkCondition(filter.tree, bindings);
  if (projection !== undefined && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  }
  if (Select === 'SPECIFIC_ATTRIBUTES' && projection === undefined) {
    throw invalid('Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined) {
    throw invalid('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (Select === 'ALL_ATTRIBUTES' && index !== undefined && index.projection !== 'ALL') {
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  return { bindings, filter, paths: projection && pathsIn(projection.tree, bindings) };
}

function reading(asked: Asked, source: Source, { filter, bindings }: View): Reading {
  requireProjected(source, asked, filter, bindings);
  const after = asked.ExclusiveStartKey ?? undefined;
  return {
    source,
    isForward: true,
    after: after && checkedItem(after),
    limit: asked.Limit ?? undefined,
    accepts: ({ item }: Stored) => filter === undefined || meets(filter.tree, item, bindings),
  };
}

/** An index that holds some attributes only cannot show others, nor choose by them. */
function requireProjected(
  { table, index, key }: Source,
  { ProjectionExpression }: Asked,
  filter: View['filter'],
  bindings: Bindings,
): void {
  if (index === undefined || index.projection === 'ALL') return;
  const shown = expressions.projection(ProjectionExpression)?.tree ?? [];
  const named = [
    ...shown.map((path) => String(bindings.path(path)[0])),
    ...(filter === undefined ? [] : attributesIn(filter.tree, bindings)),
  ];
  const keys = [...attributesOf(table.key), ...attributesOf(key)].map(({ name }) => name);
  const held = new Set([...keys, ...index.included]);
  const others = named.filter((name) => !held.has(name));
  if (others.length === 0) return;
  throw invalidParameter(`Secondary index ${index.name} does not project [${others.join(', ')}]`);
}

/** What a key is, the key condition says. */
function requireNoKeys(asked: QueryInput, { key }: Source, { filter, bindings }: View): void {
  if (asked.FilterExpression === undefined || filter === undefined) return;
  const keys = attributesOf(key).map(({ name }) => name);
  const named = attributesIn(filter.tree, bindings).find((name) => keys.includes(name));
  if (named === undefined) return;
  throw invalid(
    `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${named}`,
  );
}
