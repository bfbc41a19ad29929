import { randomBytes } from 'node:crypto';
import type { LocalContext } from '../context.ts';
import { atomically } from '../state.ts';
import type { Blobs } from './blobs.ts';
import type { Bucket } from './bucket.ts';
import { type Checksum, md5Of } from './checksums.ts';
import { S3Error } from './errors.ts';
import { concerns, eventMessage, type ObjectEvent } from './events.ts';
import { ObjectTable, type StoredObject } from './object-table.ts';
import type { Outbox } from './outbox.ts';

/** What a new object is to be. */
export interface Content {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
}

/** What a write demands of the object that is there; throws when it does not hold. */
export type Precondition = (current: StoredObject | undefined) => void;

/** What became of a deletion. */
export interface Deletion {
  readonly version: string | undefined;
  /** Whether a delete marker was made, or was what has been deleted. */
  readonly marker: boolean;
}

/**
 * Objects, their bytes and the events that tell of them. Every method is durable when it returns: bytes
 * first, then row and events in one transaction. All are synchronous, so that none sees another half done.
 */
export class Objects {
  readonly table: ObjectTable;
  readonly #context: LocalContext;
  readonly #blobs: Blobs;
  readonly #outbox: Outbox;
  readonly #announce: () => void;

  /** @param announce - is called after a change that may have put something in the outbox */
  constructor(context: LocalContext, outbox: Outbox, announce: () => void, blobs: Blobs) {
    this.#context = context;
    this.#outbox = outbox;
    this.#announce = announce;
    this.table = new ObjectTable(context.state);
    this.#blobs = blobs;
    this.#blobs.sweep((id) => this.table.isNamed(id));
  }

  put(
    bucket: Bucket,
    key: string,
    content: Content,
    event: ObjectEvent,
    precondition: Precondition = () => undefined,
  ): StoredObject {
    const blob = this.#blobs.write(content.bytes);
    try {
      return this.#change((gone) => {
        precondition(this.current(bucket, key));
        if (!bucket.versioned) gone.push(...this.#removeAll(bucket, key));
        return this.#insert(bucket, event, {
          bucket: bucket.name,
          key,
          version: newVersion(bucket),
          blob,
          size: content.bytes.length,
          etag: `"${Buffer.from(md5Of(content.bytes), 'base64').toString('hex')}"`,
          modifiedAt: this.now(),
          headers: content.headers,
          checksum: content.checksum ?? null,
        });
      });
    } catch (error) {
      this.#blobs.remove([blob]);
      throw error;
    }
  }

  /** The newest version, unless that is a delete marker. */
  current(bucket: Bucket, key: string): StoredObject | undefined {
    const object = this.table.current(bucket.name, key);
    return object?.blob === null ? undefined : object;
  }

  /** @throws S3Error - `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a delete marker */
  find(bucket: Bucket, key: string, version: string | undefined): StoredObject {
    if (version === undefined) {
      const object = this.current(bucket, key);
      if (object !== undefined) return object;
      throw new S3Error('NoSuchKey', undefined, { Key: key });
    }
    const object = this.table.version(bucket.name, key, version);
    if (object === undefined) throw new S3Error('NoSuchVersion', undefined, { Key: key });
    if (object.blob === null) throw new S3Error('MethodNotAllowed');
    return object;
  }

  bytes({ blob, key }: StoredObject): Buffer {
    if (blob === null) throw new Error(`${key}: a delete marker has no bytes`);
    return this.#blobs.read(blob);
  }

  /** Deletes an object, or hides it behind a marker where the bucket keeps versions. */
  delete(
    bucket: Bucket,
    key: string,
    event: 'ObjectRemoved' | 'LifecycleExpiration' = 'ObjectRemoved',
  ): Deletion {
    return this.#change((gone) => {
      if (bucket.versioned) {
        const marker = this.#insert(bucket, `${event}:DeleteMarkerCreated`, {
          bucket: bucket.name,
          key,
          version: newVersion(bucket),
          blob: null,
          size: 0,
          etag: '""',
          modifiedAt: this.now(),
          headers: {},
          checksum: null,
        });
        return { version: marker.version, marker: true };
      }
      const object = this.table.current(bucket.name, key);
      gone.push(...this.#removeAll(bucket, key));
      if (object !== undefined) this.#tell(bucket, `${event}:Delete`, object);
      return { version: undefined, marker: false };
    });
  }

  /** Deletes one version for good; one that is not there is as good as deleted. */
  deleteVersion(
    bucket: Bucket,
    key: string,
    version: string,
    event: 'ObjectRemoved' | 'LifecycleExpiration' = 'ObjectRemoved',
  ): Deletion {
    return this.#change((gone) => {
      const object = this.table.version(bucket.name, key, version);
      if (object === undefined) return { version, marker: false };
      this.table.remove(object.seq);
      if (object.blob !== null) gone.push(object.blob);
      this.#tell(bucket, `${event}:Delete`, object);
      return { version, marker: object.blob === null };
    });
  }

  /** The region's time in whole milliseconds. */
  now(): number {
    return Math.floor(this.#context.clock.now());
  }

  /** Runs one change in a transaction; blobs whose rows it has taken away are removed after it. */
  #change<T>(work: (gone: string[]) => T): T {
    const gone: string[] = [];
    const result = atomically(this.#context.state, () => work(gone));
    this.#blobs.remove(gone);
    this.#announce();
    return result;
  }

  #removeAll(bucket: Bucket, key: string): readonly string[] {
    const versions = this.table.versions(bucket.name, key);
    for (const { seq } of versions) this.table.remove(seq);
    return versions.flatMap(({ blob }) => blob ?? []);
  }

  #insert(bucket: Bucket, event: ObjectEvent, row: Omit<StoredObject, 'seq'>): StoredObject {
    const object = { ...row, seq: this.table.insert(row) };
    this.#tell(bucket, event, object);
    return object;
  }

  #tell(bucket: Bucket, event: ObjectEvent, object: StoredObject): void {
    for (const notification of bucket.notifications) {
      if (!concerns(notification, event, object.key)) continue;
      const { id, kind, target } = notification;
      const message = eventMessage(this.#context, bucket, id, event, object, this.now());
      this.#outbox.add(kind, target, message);
    }
  }
}

function newVersion(bucket: Bucket): string {
  return bucket.versioned ? randomBytes(24).toString('base64url') : 'null';
}
