import { checkedItem, type Item } from './attribute.ts';
import type { Catalog } from './catalog.ts';
import type { Conflicts } from './conflicts.ts';
import type { Database } from './database.ts';
import { Bindings, type BoundPath } from './expression/bindings.ts';
import { expressions } from './expression/cache.ts';
import { project, requireApart } from './expression/paths.ts';
import type { Path } from './expression/syntax.ts';
import {
  DeleteInput,
  GetInput,
  PutInput,
  type ReportedCapacity,
  read,
  UpdateInput,
} from './inputs.ts';
import { type Plan, planDelete, planPut, planUpdate } from './item-write.ts';
import { keyBytesOnly } from './key.ts';
import { Meter, readUnits } from './meter.ts';
import { conditionFailed } from './refusal.ts';
import type { Rows } from './rows.ts';
import type { Stored } from './stored.ts';

/** Requests about one item. The answers are text, for items are kept so. */
export class ItemOperations {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #rows: Rows;
  readonly #conflicts: Conflicts;

  constructor(database: Database, catalog: Catalog, rows: Rows, conflicts: Conflicts) {
    this.#database = database;
    this.#catalog = catalog;
    this.#rows = rows;
    this.#conflicts = conflicts;
  }

  get(input: unknown): string {
    const asked = read(GetInput, input);
    const table = this.#catalog.find(asked.TableName);
    const shown = projectionOf(asked);
    const found = this.#rows.get(table, keyBytesOnly(table.key, checkedItem(asked.Key)));
    const meter = new Meter(asked.ReturnConsumedCapacity);
    meter.read(table, readUnits(found?.size ?? 0, asked.ConsistentRead ?? false));
    return answerOf('Item', found && shown(found), meter);
  }

  put(input: unknown): string {
    const asked = read(PutInput, input);
    const plan = planPut(this.#catalog.find(asked.TableName), asked);
    return this.#write(plan, asked);
  }

  remove(input: unknown): string {
    const asked = read(DeleteInput, input);
    const plan = planDelete(this.#catalog.find(asked.TableName), asked);
    return this.#write(plan, asked);
  }

  update(input: unknown): string {
    const asked = read(UpdateInput, input);
    const plan = planUpdate(this.#catalog.find(asked.TableName), asked);
    return this.#write(plan, asked);
  }

  #write(
    plan: Plan,
    asked: Pick<UpdateInput, 'ReturnValues' | 'ReturnValuesOnConditionCheckFailure'> & {
      readonly ReturnConsumedCapacity?: ReportedCapacity;
    },
  ): string {
    const { table, key } = plan;
    this.#conflicts.requireFree(table, key);
    const meter = new Meter(asked.ReturnConsumedCapacity);
    const [before, after] = this.#database.atomically(() => {
      const found = this.#rows.get(table, key);
      if (!plan.allows(found)) {
        const shows = asked.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && found;
        throw conditionFailed(shows ? { Item: found.item } : {});
      }
      const made = plan.after(found);
      this.#rows.write(table, { key, before: found, after: made }, meter);
      return [found, made];
    });
    return answerOf('Attributes', returned(plan, before, after, asked.ReturnValues), meter);
  }
}

/** What of the item a request wants back, as text. */
function returned(
  { paths }: Plan,
  before: Stored | undefined,
  after: Stored | undefined,
  wanted: UpdateInput['ReturnValues'] = 'NONE',
): string | undefined {
  switch (wanted) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return before?.text;
    case 'ALL_NEW':
      return after?.text;
    case 'UPDATED_OLD':
      return before && partsOf(before.item, paths);
    case 'UPDATED_NEW':
      return after && partsOf(after.item, paths);
  }
}

function partsOf(item: Item, paths: readonly BoundPath[]): string | undefined {
  const parts = project(item, paths);
  return Object.keys(parts).length > 0 ? JSON.stringify(parts) : undefined;
}

/** How a request wants to see items: whole, or some attributes; as text. */
export function projectionOf(
  asked: Pick<GetInput, 'ProjectionExpression' | 'ExpressionAttributeNames'>,
): (stored: Stored) => string {
  const projection = expressions.projection(asked.ProjectionExpression);
  const bindings = Bindings.of({ ExpressionAttributeNames: asked.ExpressionAttributeNames }, [
    projection,
  ]);
  return shownBy(projection && pathsIn(projection.tree, bindings));
}

/** @throws Refusal - `ValidationException`: one leads to what another leads to */
export function pathsIn(paths: readonly Path[], bindings: Bindings): readonly BoundPath[] {
  const all = paths.map((path) => bindings.path(path));
  requireApart('ProjectionExpression', all);
  return all;
}

export function shownBy(paths: readonly BoundPath[] | undefined): (stored: Stored) => string {
  if (paths === undefined) return ({ text }) => text;
  return ({ item }) => JSON.stringify(project(item, paths));
}

function answerOf(member: string, text: string | undefined, meter: Meter): string {
  const consumed = meter.only;
  const members = [
    ...(text === undefined ? [] : [`"${member}":${text}`]),
    ...(consumed === undefined ? [] : [`"ConsumedCapacity":${JSON.stringify(consumed)}`]),
  ];
  return `{${members.join(',')}}`;
}
