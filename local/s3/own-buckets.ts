import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import type { ServiceReply } from '../service.ts';
import type { Bucket, BucketDirectory } from './bucket.ts';
import { type Call, xmlReply } from './call.ts';
import { S3Error } from './errors.ts';
import type { Objects } from './objects.ts';
import { xmlDocument } from './xml.ts';

const Row = z.strictObject({ name: z.string() });

/** The bucket into which the CDK's bootstrap has assets put: code and templates that are to be deployed. */
export function assetBucket({ account, region }: Pick<LocalContext, 'account' | 'region'>): string {
  return `cdk-hnb659fds-assets-${account}-${region}`;
}

/**
 * Buckets beside those of the template: the CDK's own, those that somebody made by `CreateBucket`, and those that a
 * template left behind when it went. They stay in the state.
 */
export class OwnBuckets {
  readonly #state: DatabaseSync;
  readonly #directory: BucketDirectory;

  /** @param directory - is given those of before */
  constructor(context: LocalContext, directory: BucketDirectory) {
    const { state } = context;
    this.#state = state;
    this.#directory = directory;
    directory.add(plainBucket(assetBucket(context)));
    state.exec('CREATE TABLE IF NOT EXISTS s3_own_buckets (name TEXT PRIMARY KEY) STRICT');
    state.exec('CREATE TABLE IF NOT EXISTS s3_left_buckets (name TEXT PRIMARY KEY) STRICT');
    const kept = state.prepare(
      'SELECT name FROM s3_own_buckets UNION SELECT name FROM s3_left_buckets',
    );
    for (const row of kept.all()) directory.add(plainBucket(Row.parse(row).name));
  }

  /** `CreateBucket`. @throws S3Error - `BucketAlreadyOwnedByYou` */
  create(name: string): ServiceReply {
    if (this.#directory.get(name) !== undefined) {
      throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name });
    }
    this.#state.prepare('INSERT INTO s3_own_buckets (name) VALUES (?)').run(name);
    this.#directory.add(plainBucket(name));
    return xmlReply('', { location: `/${name}` });
  }

  /** Goes on with a bucket that was a template's. */
  leave(name: string): void {
    this.#state.prepare('INSERT OR IGNORE INTO s3_left_buckets (name) VALUES (?)').run(name);
    if (this.#directory.get(name) === undefined) this.#directory.add(plainBucket(name));
  }

  /** Gives a bucket back to a template that has it again. */
  giveBack(name: string): void {
    const left = this.#state.prepare('DELETE FROM s3_left_buckets WHERE name = ?').run(name);
    if (left.changes > 0) this.#directory.remove(name);
  }

  /** `DeleteBucket`, of no bucket of the template's. @throws S3Error - `NoSuchBucket`, `BucketNotEmpty` */
  delete(name: string, objects: Objects): ServiceReply {
    const bucket = this.#directory.find(name);
    if (objects.table.all(name, '').length > 0) {
      throw new S3Error('BucketNotEmpty', undefined, { BucketName: name });
    }
    const gone = ['s3_own_buckets', 's3_left_buckets'].map((table) =>
      this.#state.prepare(`DELETE FROM ${table} WHERE name = ?`).run(bucket.name),
    );
    if (gone.every(({ changes }) => changes === 0)) {
      throw new S3Error('NotImplemented', `${name} is the template's: it goes with its stack.`);
    }
    this.#directory.remove(name);
    return { status: 204, body: '' };
  }
}

/** As S3 makes one that nothing is asked for: no versions, no events, nothing that ever expires. */
function plainBucket(name: string): Bucket {
  const none = { notifications: [], lifecycle: [], cors: [] };
  return { name, arn: `arn:aws:s3:::${name}`, versioned: false, ...none };
}

/** `HeadBucket`: that it is there, and where. */
export function headBucket({ region }: Call): ServiceReply {
  return xmlReply('', { 'x-amz-bucket-region': region });
}

/** `GetBucketLocation`, which S3 answers in an element of text; its oldest region has no name there. */
export function bucketLocation({ region }: Call): ServiceReply {
  const name = region === 'us-east-1' ? '' : region;
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return xmlReply(`<LocationConstraint xmlns="${namespace}">${name}</LocationConstraint>`);
}

/** What S3 answers of every bucket that was not told otherwise (since January 2023). */
export function bucketEncryption(): ServiceReply {
  const Rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BucketKeyEnabled: false,
  };
  return xmlReply(xmlDocument('ServerSideEncryptionConfiguration', { Rule }));
}

/** Local buckets are never public; S3 says so of every bucket that was not told otherwise (since April 2023). */
export function publicAccessBlock(): ServiceReply {
  const blocked = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  return xmlReply(xmlDocument('PublicAccessBlockConfiguration', blocked));
}
