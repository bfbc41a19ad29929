import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type Client, ClientSettings, type Pool, PoolRecord } from './pool.ts';
import { refusals } from './refusals.ts';
import { tablesOfPools } from './tables.ts';

const Row = z.object({ record: z.string() });
const ClientRow = Row.extend({ pool: z.string() });

/** The user pools and their app clients, as the template declared them. */
export class Pools {
  readonly #state: DatabaseSync;

  constructor(state: DatabaseSync) {
    this.#state = state;
  }

  find(id: string): Pool | undefined {
    const row = this.#state.prepare('SELECT record FROM cognito_pools WHERE id = ?').get(id);
    if (row === undefined) return undefined;
    return { id, ...PoolRecord.parse(JSON.parse(Row.parse(row).record)) };
  }

  /** @throws ServiceError - `ResourceNotFoundException` */
  need(id: string): Pool {
    const pool = this.find(id);
    if (pool === undefined) throw refusals.missing(`User pool ${id} does not exist.`);
    return pool;
  }

  save({ id, ...record }: Pool): void {
    this.#state
      .prepare('INSERT OR REPLACE INTO cognito_pools (id, record) VALUES (?, ?)')
      .run(id, JSON.stringify(record));
  }

  /** Removes a pool and all that is its own; the caller opens the transaction. */
  remove(id: string): void {
    for (const table of tablesOfPools) {
      this.#state.prepare(`DELETE FROM ${table} WHERE pool = ?`).run(id);
    }
    this.#state.prepare('DELETE FROM cognito_pools WHERE id = ?').run(id);
  }

  /** @throws ServiceError - `ResourceNotFoundException` */
  needClient(id: string): { readonly client: Client; readonly pool: Pool } {
    const row = this.#state
      .prepare('SELECT pool, record FROM cognito_clients WHERE id = ?')
      .get(id);
    if (row === undefined) throw refusals.missing(`User pool client ${id} does not exist.`);
    const { pool, record } = ClientRow.parse(row);
    const client = { id, pool, ...ClientSettings.parse(JSON.parse(record)) };
    return { client, pool: this.need(pool) };
  }

  saveClient({ id, pool, ...record }: Client): void {
    this.#state
      .prepare('INSERT OR REPLACE INTO cognito_clients (id, pool, record) VALUES (?, ?, ?)')
      .run(id, pool, JSON.stringify(record));
  }
}
