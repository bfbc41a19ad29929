import type { ServiceReply } from '../service.ts';
import type { Bucket } from './bucket.ts';
import type { Objects } from './objects.ts';
import type { Fields } from './payload.ts';

/** A request whose caller may make it, as the operations see it. */
export interface Call {
  readonly bucket: Bucket;
  /** Decoded; empty where the bucket itself is meant. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** By their names in small letters; those that a presigned URL carries in its query among them. */
  readonly headers: Fields;
  readonly body: Buffer;
  readonly objects: Objects;
  /** The AWS region, such as `ap-northeast-2`. */
  readonly region: string;
  /** Finds another bucket. @throws S3Error - `NoSuchBucket` */
  find(bucket: string): Bucket;
}

const xmlHeaders = { 'content-type': 'application/xml' };

export function xmlReply(body: string, headers: Record<string, string> = {}): ServiceReply {
  return { status: 200, headers: { ...xmlHeaders, ...headers }, body };
}

/** The header that names an object's version, in a bucket that keeps versions. */
export function versionHeader(version: string | undefined): Record<string, string> {
  if (version === undefined || version === 'null') return {};
  return { 'x-amz-version-id': version };
}
