import type { LocalContext } from '../context.ts';
import { Connection } from './connection.ts';
import type { ConflictOptions } from './engine/conflicts.ts';
import { isOfDynamoDbLocal, OwnStore } from './own-store.ts';
import { startDynamoDbProcess } from './process.ts';
import { type DynamoDbPlace, RemoteStore } from './remote-store.ts';
import type { TableStore } from './store.ts';
import type { Watchers } from './watchers.ts';

/** Tables to keep, or a DynamoDB that runs already. */
export type DynamoDbOptions =
  | {
      readonly endpoint?: undefined;
      /** Where tables and streams are kept; without it they are in memory. */
      readonly directory?: string;
      /** Where a DynamoDB Local is noted, so that a later start can end it should it be left behind. */
      readonly pidDirectory?: string;
      /** Whether transactions meet, as at AWS; without it they never do. */
      readonly conflicts?: ConflictOptions;
    }
  | DynamoDbPlace;

/** @throws DynamoDbStartError - it says what to do */
export async function openStore(
  context: LocalContext,
  options: DynamoDbOptions,
  watchers: Watchers,
): Promise<TableStore> {
  // The request of a write names its tables; now and then one that it does not write to is met in it.
  const written = (body: Buffer) => watchers.tell((table) => body.includes(table));
  if (options.endpoint !== undefined) return RemoteStore.connect(context, options, written);
  const { directory, conflicts, pidDirectory = directory } = options;
  if (directory !== undefined && pidDirectory !== undefined && isOfDynamoDbLocal(directory)) {
    const process = await startDynamoDbProcess({ directory, pidDirectory });
    return new RemoteStore(context, new Connection(process.endpoint), written, process);
  }
  return new OwnStore(context, {
    ...(directory !== undefined && { directory }),
    ...(conflicts && { conflicts }),
    changed: (name) => watchers.tell((table) => table === name),
  });
}
