import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { type Checksum, checksumAlgorithms } from './checksums.ts';

/** What an object has besides its bytes: headers by their names in small letters. */
const Headers = z.record(z.string(), z.string());

const json = z.string().transform((text): unknown => JSON.parse(text));
const Row = z.strictObject({
  seq: z.int(),
  bucket: z.string(),
  key: z.string(),
  version: z.string(),
  blob: z.string().nullable(),
  size: z.int(),
  etag: z.string(),
  modified_at: z.int(),
  headers: json.pipe(Headers),
  checksum: json.pipe(
    z.strictObject({ algorithm: z.enum(checksumAlgorithms), value: z.string() }).nullable(),
  ),
});

/** One version of an object; in a bucket without versions the only one. */
export interface StoredObject {
  /** Grows with every change of the region's objects. */
  readonly seq: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly version: string;
  /** By what its bytes are found; null: a delete marker. */
  readonly blob: string | null;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch, in the region's time. */
  readonly modifiedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | null;
}

const current = `seq = (SELECT max(seq) FROM s3_objects AS newer
  WHERE newer.bucket = s3_objects.bucket AND newer.key = s3_objects.key)`;

/** The rows of all objects, in the region's state. */
export class ObjectTable {
  readonly #insert: StatementSync;
  readonly #current: StatementSync;
  readonly #version: StatementSync;
  readonly #versions: StatementSync;
  readonly #remove: StatementSync;
  readonly #list: StatementSync;
  readonly #all: StatementSync;
  readonly #named: StatementSync;

  constructor(state: DatabaseSync) {
    state.exec(`
      CREATE TABLE IF NOT EXISTS s3_objects (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL,
        version TEXT NOT NULL, blob TEXT, size INTEGER NOT NULL, etag TEXT NOT NULL,
        modified_at INTEGER NOT NULL, headers TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;
      CREATE INDEX IF NOT EXISTS s3_objects_by_key ON s3_objects (bucket, key, seq);
      CREATE INDEX IF NOT EXISTS s3_objects_by_blob ON s3_objects (blob);`);
    this.#insert = state.prepare(`INSERT INTO s3_objects
      (bucket, key, version, blob, size, etag, modified_at, headers, checksum)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`);
    this.#current = state.prepare(
      'SELECT * FROM s3_objects WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1',
    );
    this.#version = state.prepare(
      'SELECT * FROM s3_objects WHERE bucket = ? AND key = ? AND version = ?',
    );
    this.#versions = state.prepare(
      'SELECT * FROM s3_objects WHERE bucket = ? AND key = ? ORDER BY seq DESC',
    );
    this.#remove = state.prepare('DELETE FROM s3_objects WHERE seq = ?');
    this.#list = state.prepare(`SELECT * FROM s3_objects
      WHERE bucket = ? AND key > ? AND substr(key, 1, length(?)) = ? AND blob IS NOT NULL
        AND ${current} ORDER BY key LIMIT ?`);
    this.#all = state.prepare(`SELECT * FROM s3_objects
      WHERE bucket = ? AND substr(key, 1, length(?)) = ? ORDER BY key, seq DESC`);
    this.#named = state.prepare('SELECT 1 FROM s3_objects WHERE blob = ?');
  }

  /** @returns the new row's number */
  insert(object: Omit<StoredObject, 'seq'>): number {
    const row = this.#insert.get(
      object.bucket,
      object.key,
      object.version,
      object.blob,
      object.size,
      object.etag,
      object.modifiedAt,
      JSON.stringify(object.headers),
      JSON.stringify(object.checksum),
    );
    return Number(row?.['seq']);
  }

  /** The newest version, which may be a delete marker. */
  current(bucket: string, key: string): StoredObject | undefined {
    return one(this.#current.get(bucket, key));
  }

  version(bucket: string, key: string, version: string): StoredObject | undefined {
    return one(this.#version.get(bucket, key, version));
  }

  /** Every version of a key, the newest first. */
  versions(bucket: string, key: string): readonly StoredObject[] {
    return this.#versions.all(bucket, key).map(stored);
  }

  remove(seq: number): void {
    this.#remove.run(seq);
  }

  /** Current objects by key (UTF-8 binary order), after a key. */
  list(bucket: string, prefix: string, after: string, limit: number): readonly StoredObject[] {
    return this.#list.all(bucket, after, prefix, prefix, limit).map(stored);
  }

  /** Every version below a prefix, by key, of each key the newest first. */
  all(bucket: string, prefix: string): readonly StoredObject[] {
    return this.#all.all(bucket, prefix, prefix).map(stored);
  }

  isNamed(blob: string): boolean {
    return this.#named.get(blob) !== undefined;
  }
}

function one(row: unknown): StoredObject | undefined {
  return row === undefined ? undefined : stored(row);
}

function stored(row: unknown): StoredObject {
  const { modified_at: modifiedAt, ...rest } = Row.parse(row);
  return { ...rest, modifiedAt };
}
