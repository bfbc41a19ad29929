import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalContext } from '../context.ts';
import { ServiceError } from '../service.ts';
import type { ConflictOptions } from './engine/conflicts.ts';
import { Engine } from './engine/engine.ts';
import type { Answer, Api, TableStore } from './store.ts';

export interface OwnStoreOptions {
  /** Where tables and streams are kept; without it they are in memory. */
  readonly directory?: string;
  /** Whether transactions meet, as at AWS; without it they never do. */
  readonly conflicts?: ConflictOptions;
  /** Is told of each table that a write may have changed. */
  readonly changed: (table: string) => void;
}

/** Whether a directory holds tables that DynamoDB Local has kept, as earlier releases had it do. */
export function isOfDynamoDbLocal(directory: string): boolean {
  return existsSync(join(directory, 'shared-local-instance.db'));
}

/** Tables within this process. */
export class OwnStore implements TableStore {
  readonly pid = undefined;
  readonly #engine: Engine;
  #isStopped = false;

  constructor(context: LocalContext, { directory, conflicts, changed }: OwnStoreOptions) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    const { account, region, clock } = context;
    this.#engine = new Engine({
      account,
      region,
      file: directory === undefined ? ':memory:' : join(directory, 'tables.sqlite'),
      now: () => clock.now(),
      changed,
      ...(conflicts && { conflicts }),
    });
  }

  async answer(api: Api, operation: string, body: Buffer): Promise<Answer> {
    if (this.#isStopped) {
      throw new ServiceError('InternalServerError', 'The local region has stopped.', 500);
    }
    return this.#engine.answer(api, operation, body);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#engine.stop();
  }
}
