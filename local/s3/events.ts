import { randomUUID } from 'node:crypto';
import type { LocalContext } from '../context.ts';
import type { Bucket, Notification } from './bucket.ts';
import type { StoredObject } from './object-table.ts';

/** What happened to an object, as S3 names it. */
export type ObjectEvent =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated';

/** Whether a bucket's configuration wants to hear of an event. */
export function concerns({ event, prefix, suffix }: Notification, name: ObjectEvent, key: string) {
  const wanted = event.slice('s3:'.length);
  const named = wanted.endsWith(':*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  return named && key.startsWith(prefix) && key.endsWith(suffix);
}

/**
 * The message of one event.
 * @param now - milliseconds since the epoch, in the region's time
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function eventMessage(
  { region, account }: LocalContext,
  bucket: Bucket,
  configurationId: string,
  name: ObjectEvent,
  object: StoredObject,
  now: number,
): object {
  const created = name.startsWith('ObjectCreated:');
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(now).toISOString(),
    eventName: name,
    userIdentity: { principalId: `AWS:${account}` },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': requestId(), 'x-amz-id-2': requestId() },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: { name: bucket.name, ownerIdentity: { principalId: account }, arn: bucket.arn },
      object: {
        key: encodedKey(object.key),
        ...(created && { size: object.size, eTag: object.etag.replaceAll('"', '') }),
        ...(object.version !== 'null' && { versionId: object.version }),
        sequencer: object.seq.toString(16).toUpperCase().padStart(16, '0'),
      },
    },
  };
  return { Records: [record] };
}

/** What a queue is told when a bucket's configuration first names it. */
export function testMessage(bucket: Bucket, now: number): object {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(now).toISOString(),
    Bucket: bucket.name,
    RequestId: requestId(),
    HostId: requestId(),
  };
}

export function requestId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
}

/** As in a form: a space is a plus; slashes stay. */
function encodedKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice(1).replaceAll('%2F', '/');
}
