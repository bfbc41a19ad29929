import { checkedItem, type Item } from './attribute.ts';
import type { Catalog } from './catalog.ts';
import type { Conflicts } from './conflicts.ts';
import type { Database } from './database.ts';
import { BatchGetInput, BatchWriteInput, read, TransactGetInput } from './inputs.ts';
import { projectionOf } from './item-operations.ts';
import { type Plan, planDelete, planPut } from './item-write.ts';
import { type KeyBytes, keyBytesOnly } from './key.ts';
import { Meter, readUnits } from './meter.ts';
import { invalid } from './refusal.ts';
import type { Rows } from './rows.ts';
import type { Table } from './shape.ts';

const mostGets = 100;
const mostWrites = 25;
const largestAnswer = 16 * 1024 * 1024;

/** @throws Refusal - `ValidationException`: one item twice */
export function requireOnce(
  items: readonly { readonly table: Table; readonly key: KeyBytes }[],
  message: string,
): void {
  const names = items.map(
    ({ table, key }) => `${table.id} ${key[0].toString('hex')} ${key[1].toString('hex')}`,
  );
  if (new Set(names).size < names.length) throw invalid(message);
}

const duplicates = 'Provided list of item keys contains duplicates';

/** Requests that are as many as their items: each is done, or not, for itself. */
export class BatchOperations {
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
    const { RequestItems, ReturnConsumedCapacity } = read(BatchGetInput, input);
    const entries = Object.entries(RequestItems);
    requireCount(entries.flatMap(([, { Keys }]) => Keys).length, mostGets);
    const meter = new Meter(ReturnConsumedCapacity);
    const responses: string[] = [];
    const unprocessed: Record<string, object> = {};
    let bytes = 0;
    for (const [name, asked] of entries) {
      const table = this.#catalog.find(name);
      const shown = projectionOf(asked);
      const wanted = asked.Keys.map((Key) => ({
        table,
        Key,
        key: keyBytesOnly(table.key, checkedItem(Key)),
      }));
      requireOnce(wanted, duplicates);
      const texts: string[] = [];
      const left: Item[] = [];
      for (const { Key, key } of wanted) {
        const found = bytes < largestAnswer ? this.#rows.get(table, key) : undefined;
        if (bytes + (found?.size ?? 0) >= largestAnswer) {
          left.push(Key);
          continue;
        }
        bytes += found?.size ?? 0;
        meter.read(table, readUnits(found?.size ?? 0, asked.ConsistentRead ?? false));
        if (found) texts.push(shown(found));
      }
      responses.push(`${JSON.stringify(name)}:[${texts.join(',')}]`);
      if (left.length > 0) unprocessed[name] = { ...asked, Keys: left };
    }
    const others = JSON.stringify({ UnprocessedKeys: unprocessed, ConsumedCapacity: meter.all });
    return `{"Responses":{${responses.join(',')}},${others.slice(1)}`;
  }

  write(input: unknown): object {
    const { RequestItems, ReturnConsumedCapacity } = read(BatchWriteInput, input);
    const asked = Object.entries(RequestItems).flatMap(([name, requests]) =>
      requests.map((request) => ({ name, request, plan: this.#plan(name, request) })),
    );
    requireCount(asked.length, mostWrites);
    requireOnce(
      asked.map(({ plan }) => plan),
      duplicates,
    );
    const meter = new Meter(ReturnConsumedCapacity);
    const unprocessed: Record<string, object[]> = {};
    this.#database.atomically(() => {
      for (const { name, request, plan } of asked) {
        if (this.#conflicts.isHeld(plan.table, plan.key)) {
          unprocessed[name] ??= [];
          unprocessed[name].push(request);
        } else this.#do(plan, meter);
      }
    });
    return { UnprocessedItems: unprocessed, ConsumedCapacity: meter.all };
  }

  #plan(
    name: string,
    {
      PutRequest,
      DeleteRequest,
    }: { PutRequest?: { Item: Item } | undefined; DeleteRequest?: { Key: Item } | undefined },
  ): Plan {
    const table = this.#catalog.find(name);
    if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
      throw invalid(
        'Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest',
      );
    }
    if (PutRequest !== undefined) return planPut(table, PutRequest);
    return planDelete(table, { Key: DeleteRequest?.Key ?? {} });
  }

  #do({ table, key, after }: Plan, meter: Meter): void {
    const before = this.#rows.get(table, key);
    this.#rows.write(table, { key, before, after: after(before) }, meter);
  }

  /** As of one moment: nothing is written meanwhile. */
  transactGet(input: unknown): string {
    const { TransactItems, ReturnConsumedCapacity } = read(TransactGetInput, input);
    requireCount(TransactItems.length, mostGets);
    const meter = new Meter(ReturnConsumedCapacity, true);
    const wanted = TransactItems.map(({ Get }) => {
      const table = this.#catalog.find(Get.TableName);
      const key = keyBytesOnly(table.key, checkedItem(Get.Key));
      return { table, key, shown: projectionOf(Get) };
    });
    requireOnce(wanted, 'Transaction request cannot include multiple operations on one item');
    this.#conflicts.requireAllFree(wanted);
    const responses = wanted.map(({ table, key, shown }) => {
      const found = this.#rows.get(table, key);
      meter.read(table, readUnits(found?.size ?? 0, true));
      return found ? `{"Item":${shown(found)}}` : '{}';
    });
    const others = JSON.stringify({ ConsumedCapacity: meter.all });
    return `{"Responses":[${responses.join(',')}]${others === '{}' ? '' : `,${others.slice(1, -1)}`}}`;
  }
}

function requireCount(count: number, most: number): void {
  if (count > 0 && count <= most) return;
  throw invalid(
    `1 validation error detected: the request has ${count} items, and may have 1 to ${most}`,
  );
}
