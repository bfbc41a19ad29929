import { S3Error } from './errors.ts';

/** Where a bucket's events go, and which. */
export interface Notification {
  /** The `configurationId` of its events. */
  readonly id: string;
  readonly kind: 'queue' | 'function';
  /** The ARN of the queue or the function. */
  readonly target: string;
  /** Such as `s3:ObjectCreated:Put` or `s3:ObjectCreated:*`. */
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** What goes, and after how many days. */
export interface LifecycleRule {
  readonly prefix: string;
  /** Days after which a current version expires. */
  readonly days: number | undefined;
  /** Days for which a version is kept after a newer one came. */
  readonly noncurrentDays: number | undefined;
  /** How many newer noncurrent versions there must be before one goes. */
  readonly noncurrentKept: number;
  /** Whether a delete marker goes that is the only version left. */
  readonly expiresMarkers: boolean;
}

/** Who of another origin may do what. */
export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAge: number | undefined;
}

/** A bucket of the template. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly versioned: boolean;
  readonly notifications: readonly Notification[];
  readonly lifecycle: readonly LifecycleRule[];
  readonly cors: readonly CorsRule[];
}

/** Bucket names of today: 3 to 63 small letters, digits, hyphens and dots. */
export const bucketName = /^[a-z\d](?:[a-z\d.-]{1,61})[a-z\d]$/;

/**
 * The buckets of this boot, by name. Objects of a bucket that the template no longer has stay in the state,
 * unreachable, until it has it again.
 */
export class BucketDirectory {
  readonly #buckets = new Map<string, Bucket>();

  /** @throws S3Error - the template has two buckets of one name */
  add(bucket: Bucket): void {
    if (this.#buckets.has(bucket.name)) {
      const message = `The template has two buckets named ${bucket.name}.`;
      throw new S3Error('InvalidBucketName', message);
    }
    this.#buckets.set(bucket.name, bucket);
  }

  /** @throws S3Error - `NoSuchBucket` */
  find(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) return bucket;
    throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
  }

  remove(name: string): void {
    this.#buckets.delete(name);
  }

  get(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  all(): readonly Bucket[] {
    return [...this.#buckets.values()];
  }
}
