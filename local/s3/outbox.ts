import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';

const Row = z.strictObject({
  number: z.int(),
  kind: z.enum(['queue', 'function']),
  target: z.string(),
  body: z.string(),
  attempts: z.int(),
  due: z.number(),
});

/** A message that waits to be delivered. */
export type Pending = z.output<typeof Row>;

/**
 * Events on their way out. They are added in the transaction of the change that they tell of and removed
 * when they have been delivered, so that a kill in between delivers them twice rather than never.
 */
export class Outbox {
  readonly #add: StatementSync;
  readonly #due: StatementSync;
  readonly #next: StatementSync;
  readonly #remove: StatementSync;
  readonly #defer: StatementSync;
  readonly #introduce: StatementSync;

  constructor(state: DatabaseSync) {
    state.exec(`
      CREATE TABLE IF NOT EXISTS s3_outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, target TEXT NOT NULL,
        body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0) STRICT;
      CREATE TABLE IF NOT EXISTS s3_introduced (
        bucket TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (bucket, target)) STRICT;`);
    this.#add = state.prepare('INSERT INTO s3_outbox (kind, target, body) VALUES (?, ?, ?)');
    this.#due = state.prepare('SELECT * FROM s3_outbox WHERE due <= ? ORDER BY number');
    this.#next = state.prepare('SELECT min(due) AS due FROM s3_outbox WHERE due > ?');
    this.#remove = state.prepare('DELETE FROM s3_outbox WHERE number = ?');
    this.#defer = state.prepare('UPDATE s3_outbox SET attempts = ?, due = ? WHERE number = ?');
    this.#introduce = state.prepare(
      'INSERT INTO s3_introduced (bucket, target) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
  }

  add(kind: Pending['kind'], target: string, body: object): void {
    this.#add.run(kind, target, JSON.stringify(body));
  }

  /** Messages that may be delivered now, in their order. */
  due(now: number): readonly Pending[] {
    return this.#due.all(now).map((row) => Row.parse(row));
  }

  /** When the next message may be delivered that may not be yet. */
  nextDue(now: number): number | undefined {
    const due = this.#next.get(now)?.['due'];
    return typeof due === 'number' ? due : undefined;
  }

  remove(number: number): void {
    this.#remove.run(number);
  }

  /** @param due - milliseconds since the epoch, in the region's time */
  defer(number: number, attempts: number, due: number): void {
    this.#defer.run(attempts, due, number);
  }

  /** @returns whether a bucket names a queue for the first time */
  introduce(bucket: string, target: string): boolean {
    return this.#introduce.run(bucket, target).changes === 1;
  }
}
