import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenS3, openS3 } from './open-s3.ts';

const Bucket = 'papers';
let region: OpenS3;
beforeEach(async () => {
  region = await openS3();
  await region.bucket(Bucket);
});
afterEach(() => region.close());

const keys = async (more: object = {}) => {
  const page = await region.client.send(new ListObjectsV2Command({ Bucket, ...more }));
  return page.Contents?.map(({ Key }) => Key) ?? [];
};

describe('an object', () => {
  it('comes back with its bytes, headers, metadata and time', async () => {
    const bytes = new Uint8Array([0, 13, 10, 255, 128]);
    const put = await region.put('a b/한글+&?.pdf', bytes, {
      ContentType: 'application/pdf',
      ContentDisposition: 'attachment',
      Metadata: { paper: 'p-1' },
    });
    const got = await region.client.send(new GetObjectCommand({ Bucket, Key: 'a b/한글+&?.pdf' }));
    expect(await got.Body?.transformToByteArray()).toEqual(bytes);
    expect(got).toMatchObject({
      ContentType: 'application/pdf',
      ContentDisposition: 'attachment',
      ContentLength: 5,
      Metadata: { paper: 'p-1' },
      ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    });
    expect(got.ETag).toBe(put.ETag);
    expect(Math.abs((got.LastModified?.getTime() ?? 0) - region.clock.now())).toBeLessThan(5_000);
  });

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'keeps the %s that the SDK has made of a whole body',
    async (ChecksumAlgorithm) => {
      const put = await region.put('sum', 'the bytes', { ChecksumAlgorithm });
      const head = await region.client.send(
        new HeadObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' }),
      );
      const name = `Checksum${ChecksumAlgorithm}` as const;
      expect(head[name]).toBe(put[name]);
      expect(head[name]).toEqual(expect.any(String));
      // The SDK compares it again.
      expect(await region.get('sum', { ChecksumMode: 'ENABLED' })).toBe('the bytes');
    },
  );

  it('may come as a stream, in chunks with a checksum behind them', async () => {
    const parts = Array.from({ length: 30 }, (_, part) => Buffer.alloc(10_000, part));
    const put = await region.put('stream', Readable.from(parts), { ContentLength: 300_000 });
    expect(put.ChecksumCRC32).toEqual(expect.any(String));
    const got = await region.client.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
    expect(got.ContentEncoding).toBeUndefined();
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [])).toEqual(
      Buffer.concat(parts),
    );
  });

  it('is replaced whole by the next one of its key', async () => {
    await region.put('k', 'one', { Metadata: { a: '1' } });
    await region.put('k', 'two');
    const got = await region.client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(got.Metadata).toEqual({});
    expect(await got.Body?.transformToString()).toBe('two');
  });

  it('may be empty, and up to 32 MB', async () => {
    await region.put('empty', new Uint8Array());
    expect(await region.get('empty')).toBe('');
    await region.put('large', Buffer.alloc(32 * 1024 * 1024, 'x'));
    const head = await region.client.send(new HeadObjectCommand({ Bucket, Key: 'large' }));
    expect(head.ContentLength).toBe(32 * 1024 * 1024);
  });

  it('is written on condition, by one of two who would be first', async () => {
    const first = { IfNoneMatch: '*' };
    const outcomes = await Promise.allSettled([
      region.put('lock', 'one', first),
      region.put('lock', 'two', first),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(region.put('lock', 'x', { IfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    const { ETag: IfMatch } = await region.put('lock', 'known');
    await region.put('lock', 'after', { IfMatch });
    expect(await region.get('lock')).toBe('after');
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['lines=1-2', '0123456789', undefined],
  ])('answers the range %s', async (Range, text, ContentRange) => {
    await region.put('range', '0123456789');
    const got = await region.client.send(new GetObjectCommand({ Bucket, Key: 'range', Range }));
    expect(await got.Body?.transformToString()).toBe(text);
    expect(got.ContentRange).toBe(ContentRange);
  });

  it('is copied with what it has, or with what is said of the copy', async () => {
    await region.bucket('archive');
    await region.put('in/한 글', 'bytes', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const copy = (more: object) =>
      region.client.send(
        new CopyObjectCommand({
          Bucket: 'archive',
          Key: 'clean',
          CopySource: `papers/${encodeURIComponent('in/한 글')}`,
          ...more,
        }),
      );
    const { CopyObjectResult } = await copy({});
    const got = await region.client.send(new GetObjectCommand({ Bucket: 'archive', Key: 'clean' }));
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
    expect(got.ETag).toBe(CopyObjectResult?.ETag);
    await copy({ MetadataDirective: 'REPLACE', ContentType: 'a/b' });
    const again = await region.client.send(
      new HeadObjectCommand({ Bucket: 'archive', Key: 'clean' }),
    );
    expect(again).toMatchObject({ ContentType: 'a/b', Metadata: {} });
    await expect(copy({ Bucket, Key: 'in/한 글' })).rejects.toThrow('copy an object to itself');
    await expect(copy({ CopySource: 'papers/none' })).rejects.toBeInstanceOf(NoSuchKey);
  });

  it('is gone when it is deleted, once or twice, alone or among others', async () => {
    for (const key of ['a', 'b&c', 'd']) await region.put(key, key);
    await region.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await region.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await expect(region.get('a')).rejects.toBeInstanceOf(NoSuchKey);
    const { Deleted } = await region.client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'b&c' }, { Key: 'never was' }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['b&c', 'never was']);
    expect(await keys()).toEqual(['d']);
  });
});
