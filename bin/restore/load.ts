import { setTimeout as pause } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { abreast } from '../export/abreast.ts';
import type { Carve } from '../export/carving.ts';
import type { Files } from '../export/files.ts';
import type { ExportedFile } from '../export/manifest.ts';
import { type Capability, ownerOf, type Row } from '../export/ownership.ts';
import { TransferRefused } from '../export/refusals.ts';
import { rowOf, rowsIn, type Wire, wireOf } from '../export/rows.ts';
import { type Relinking, relinked } from './relinking.ts';

/** Rows that DynamoDB takes in one request. */
const atOnce = 25;
/** Requests that are under way at a time: some 3,000 rows a second, which a new table on demand takes at once. */
const abreastAtMost = 8;
/** Attempts before a batch is given up: with the pauses between them some two minutes of throttling. */
const attempts = 12;

export interface Loading {
  readonly dynamodb: DynamoDBClient;
  readonly files: Files;
  readonly capability: Capability;
  readonly tableName: string;
  readonly relinking: Relinking;
  /** Leaves out who was deleted since; undefined where nobody was. */
  readonly carve: Carve | undefined;
  /** Providers of the copy's region file: courses of others are not shown. */
  readonly providers: ReadonlySet<string>;
  /** Asked before each request: whether this run may go on. */
  readonly still: () => Promise<void>;
}

/**
 * Writes the rows of a file into a table, with the new logins in them; what no copy takes from another is left out (answers
 * to requests, notices, addresses of calendars). The same file again writes the same rows. Capacity: 1 write unit for each
 * KB of each row, and the same again in each index that it is in.
 *
 * @returns how many rows were written
 * @throws {TransferRefused} `rows-left`: the table stayed throttled
 */
export async function loadFile(loading: Loading, file: ExportedFile): Promise<number> {
  let count = 0;
  await abreast(abreastAtMost, batches(loading, file), async (batch) => {
    await loading.still();
    await writeAll(loading, batch);
    count += batch.length;
  });
  return count;
}

async function* batches(loading: Loading, file: ExportedFile): AsyncGenerator<Wire[]> {
  let batch: Wire[] = [];
  for await (const wire of rowsIn(loading.files, file)) {
    const left = leftOf(loading, wire);
    if (left === undefined) continue;
    batch.push(relinked(left, loading.relinking));
    if (batch.length < atOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function leftOf({ capability, carve, providers }: Loading, wire: Wire): Wire | undefined {
  const row = rowOf(wire);
  if (ownerOf(capability, row).kind === 'nobody') return undefined;
  if (capability === 'catalogue' && !providers.has(providerOf(row))) return undefined;
  const left = carve === undefined ? row : carve(capability, row);
  if (left === undefined) return undefined;
  return left === row ? wire : wireOf(left);
}

/** `CURRENT` / provider, `LIST#provider#version`, `BEGUN#provider`. */
const providerOf = ({ pk, sk }: Row) => (pk === 'CURRENT' ? sk : (pk.split('#')[1] ?? ''));

async function writeAll(
  { dynamodb, tableName, capability }: Loading,
  rows: readonly Wire[],
): Promise<void> {
  let left: WriteRequest[] = rows.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { UnprocessedItems = {} } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }),
    );
    left = UnprocessedItems[tableName] ?? [];
    if (left.length === 0) return;
    // Full jitter, doubling from 50 ms up to 20 s: what is left is so because the table is throttled.
    await pause(Math.random() * Math.min(50 * 2 ** attempt, 20_000));
  }
  throw new TransferRefused(
    'rows-left',
    `the table of ${capability} did not take ${left.length} rows: it stayed throttled. Run the same restore again: it goes on with this file.`,
  );
}
