import type { Cancel, RegionClock } from '../clock.ts';
import type { Bucket, BucketDirectory, LifecycleRule } from './bucket.ts';
import type { StoredObject } from './object-table.ts';
import type { Objects } from './objects.ts';

const day = 86_400_000;

/**
 * Lets objects expire at midnight UTC of the region's time, as S3 does: so many days after they were written,
 * rounded up to the next midnight.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export class Lifecycle {
  readonly #clock: RegionClock;
  readonly #objects: Objects;
  readonly #buckets: BucketDirectory;
  #cancel: Cancel = () => undefined;

  constructor(clock: RegionClock, objects: Objects, buckets: BucketDirectory) {
    this.#clock = clock;
    this.#objects = objects;
    this.#buckets = buckets;
  }

  /** Sweeps now, and at every midnight; once, when the template's buckets are there. */
  start(): void {
    const buckets = this.#buckets.all().filter(({ lifecycle }) => lifecycle.length > 0);
    if (buckets.length === 0) return;
    for (const bucket of buckets) for (const rule of bucket.lifecycle) this.#sweep(bucket, rule);
    this.#cancel = this.#clock.schedule(midnightAfter(this.#clock.now()), () => this.start());
  }

  stop(): void {
    this.#cancel();
  }

  #sweep(bucket: Bucket, rule: LifecycleRule): void {
    const byKey = Map.groupBy(
      this.#objects.table.all(bucket.name, rule.prefix),
      (object) => object.key,
    );
    for (const versions of byKey.values()) this.#expire(bucket, rule, versions);
  }

  /** @param versions - of one key, the newest first */
  #expire(bucket: Bucket, rule: LifecycleRule, versions: readonly StoredObject[]): void {
    const [current, ...older] = versions;
    if (current === undefined) return;
    const { key, version } = current;
    if (current.blob !== null && this.#isOver(current.modifiedAt, rule.days)) {
      this.#objects.delete(bucket, key, 'LifecycleExpiration');
      return;
    }
    if (current.blob === null && older.length === 0 && rule.expiresMarkers) {
      this.#objects.deleteVersion(bucket, key, version, 'LifecycleExpiration');
    }
    for (const [at, object] of older.entries()) {
      const replacedAt = versions[at]?.modifiedAt ?? object.modifiedAt;
      if (at < rule.noncurrentKept || !this.#isOver(replacedAt, rule.noncurrentDays)) continue;
      this.#objects.deleteVersion(bucket, key, object.version, 'LifecycleExpiration');
    }
  }

  #isOver(since: number, days: number | undefined): boolean {
    if (days === undefined) return false;
    return this.#clock.now() >= midnightAfter(since + days * day - 1);
  }
}

/** The first midnight UTC after a moment, both in milliseconds since the epoch. */
function midnightAfter(at: number): number {
  return (Math.floor(at / day) + 1) * day;
}
