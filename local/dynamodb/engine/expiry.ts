import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { Meter } from './meter.ts';
import type { Rows } from './rows.ts';

/** DynamoDB leaves what should have gone so long ago: most likely it was meant otherwise. In seconds. */
const longAgo = 5 * 365 * 86_400;
const most = 1000;

/** Deletes what has expired, as the service itself. */
export class Expiry {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #rows: Rows;

  constructor(database: Database, catalog: Catalog, rows: Rows) {
    this.#database = database;
    this.#catalog = catalog;
    this.#rows = rows;
  }

  /**
   * Some at once; what is left waits for the next time.
   * @param now - milliseconds since the epoch, in the region's time
   */
  sweep(now: number): void {
    const seconds = Math.floor(now / 1000);
    for (const table of this.#catalog.tables) {
      if (table.definition.until === undefined) continue;
      const expired = this.#rows.expired(table, seconds - longAgo, seconds, most);
      if (expired.length === 0) continue;
      this.#database.atomically(() => {
        for (const write of expired) {
          this.#rows.write(table, { ...write, hasExpired: true }, new Meter('NONE'));
        }
      });
    }
  }
}
