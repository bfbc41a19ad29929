import { randomUUID } from 'node:crypto';
import type { Item } from './attribute.ts';
import type { Database } from './database.ts';
import { machineTime } from './machine-time.ts';
import type { Table } from './shape.ts';
import type { Definition, View } from './table-inputs.ts';

/** A change of an item, its images as they are stored. */
export interface Change {
  readonly keys: Item;
  readonly before: { readonly text: string; readonly size: number } | undefined;
  readonly after: { readonly text: string; readonly size: number } | undefined;
  /** Whether its time had come, which DynamoDB sees to by itself. */
  readonly hasExpired: boolean;
}

const hour = 3_600_000;
/** For as long records are kept, of the machine's time: a clock that is moved leaves nobody time to read. */
const kept = 24 * hour;
/** After as long a shard is followed by another, as at AWS. */
const shardLife = 4 * hour;

/** What was changed, in the order in which it was. */
export class StreamLog {
  readonly #database: Database;
  /** The shard that takes a stream's records, and until when, of the machine's time. */
  readonly #rollAt = new Map<number, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Opens a stream with its first shard. @returns its row */
  open(arn: string, table: string, keys: Definition['keys'], view: View): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO streams (arn, table_name, keys, view) VALUES (?, ?, ?, ?)')
      .run(arn, table, JSON.stringify(keys), view);
    const id = Number(lastInsertRowid);
    this.#addShard(id, null);
    return id;
  }

  /** The row of a table's stream that is open. */
  find(arn: string | undefined): number | undefined {
    if (arn === undefined) return undefined;
    const row = this.#database
      .prepare('SELECT id FROM streams WHERE arn = ? AND closed_at IS NULL')
      .get(arn);
    return row === undefined ? undefined : Number(row['id']);
  }

  /** Nothing more comes; what is there may be read for a day. */
  close(id: number): void {
    this.#database.prepare('UPDATE streams SET closed_at = ? WHERE id = ?').run(machineTime(), id);
    this.#closeShard(id);
    this.#rollAt.delete(id);
  }

  append({ stream }: Table, change: Change): void {
    if (stream === undefined) return;
    this.#roll(stream.id);
    const { before, after, keys, hasExpired } = change;
    const event = before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY';
    const { view } = stream;
    const hasNew = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    const hasOld = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    const text = JSON.stringify(keys);
    const images = [
      ...(hasNew && after ? [`"NewImage":${after.text},`] : []),
      ...(hasOld && before ? [`"OldImage":${before.text},`] : []),
    ].join('');
    const size =
      text.length + (hasNew ? (after?.size ?? 0) : 0) + (hasOld ? (before?.size ?? 0) : 0);
    this.#database
      .prepare(
        'INSERT INTO records (stream, at, event_id, event, by_service, change) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(
        stream.id,
        machineTime(),
        randomUUID().replaceAll('-', ''),
        event,
        hasExpired ? 1 : 0,
        `"Keys":${text},${images}"SizeBytes":${size},"StreamViewType":"${view}"`,
      );
  }

  /** Forgets what has been kept for long enough. */
  trim(): void {
    const long = machineTime() - kept;
    this.#database.prepare('DELETE FROM records WHERE at < ?').run(long);
    this.#database.prepare('DELETE FROM streams WHERE closed_at < ?').run(long);
    this.#database
      .prepare(
        `DELETE FROM shards WHERE stream NOT IN (SELECT id FROM streams) OR (last IS NOT NULL AND opened_at < ?
         AND NOT EXISTS (SELECT 1 FROM records WHERE stream = shards.stream AND seq BETWEEN first AND last))`,
      )
      .run(long);
  }

  /** The number that the next record gets, of whichever stream. */
  nextNumber(): number {
    const row = this.#database
      .prepare("SELECT seq FROM sqlite_sequence WHERE name = 'records'")
      .get();
    return Number(row?.['seq'] ?? 0) + 1;
  }

  #roll(stream: number): void {
    const at = this.#rollAt.get(stream) ?? this.#openedAt(stream) + shardLife;
    this.#rollAt.set(stream, at);
    if (machineTime() < at) return;
    this.#addShard(stream, this.#closeShard(stream));
    this.#rollAt.set(stream, machineTime() + shardLife);
  }

  #openedAt(stream: number): number {
    const row = this.#database
      .prepare('SELECT opened_at FROM shards WHERE stream = ? AND last IS NULL')
      .get(stream);
    return Number(row?.['opened_at'] ?? 0);
  }

  /** @returns which it was */
  #closeShard(stream: number): string | null {
    const open = this.#database
      .prepare('SELECT id FROM shards WHERE stream = ? AND last IS NULL')
      .get(stream);
    if (open === undefined) return null;
    const id = String(open['id']);
    this.#database
      .prepare('UPDATE shards SET last = ? WHERE id = ?')
      .run(this.nextNumber() - 1, id);
    return id;
  }

  #addShard(stream: number, parent: string | null): void {
    const now = machineTime();
    const id = `shardId-${String(now).padStart(20, '0')}-${randomUUID().slice(0, 8)}`;
    this.#database
      .prepare('INSERT INTO shards (id, stream, parent, first, opened_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, stream, parent, this.nextNumber(), now);
  }
}
