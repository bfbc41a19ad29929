import {
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NotFound,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultRule } from '../../../local/faults/rule.ts';
import { codeIn, type OpenS3, openS3, raw } from './open-s3.ts';

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

describe('what is refused', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['a key that is not there', () => region.get('none'), { name: 'NoSuchKey', Key: 'none' }],
    ['a bucket that is not there', () => region.get('k', { Bucket: 'none' }), NoSuchBucket],
    [
      'HEAD of a key that is not there',
      () => region.client.send(new HeadObjectCommand({ Bucket, Key: 'k' })),
      NotFound,
    ],
    [
      'HEAD of no bucket',
      () => region.client.send(new HeadBucketCommand({ Bucket: 'none' })),
      NotFound,
    ],
    [
      'a key of 1025 bytes',
      () => region.put(`${'가'.repeat(341)}xx`, 'x'),
      { name: 'KeyTooLongError' },
    ],
    [
      'metadata beyond 2 kB',
      () => region.put('k', 'x', { Metadata: { a: 'x'.repeat(2_048) } }),
      { name: 'MetadataTooLarge' },
    ],
    [
      'a wrong MD5',
      () => region.put('k', 'x', { ContentMD5: Buffer.alloc(16).toString('base64') }),
      { name: 'BadDigest' },
    ],
    ['no MD5 at all', () => region.put('k', 'x', { ContentMD5: 'abc' }), { name: 'InvalidDigest' }],
    [
      'a wrong SHA-256',
      () => region.put('k', 'x', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }),
      { name: 'BadDigest', message: expect.stringContaining('SHA256') },
    ],
    [
      'a checksum that is none',
      () => region.put('k', 'x', { ChecksumSHA256: 'abc' }),
      { name: 'InvalidRequest' },
    ],
    [
      'a version that is not there',
      () => region.get('k', { VersionId: 'none' }),
      { name: 'NoSuchVersion' },
    ],
    ['tags', () => region.put('k', 'x', { Tagging: 'a=b' }), { name: 'NotImplemented' }],
    [
      'an access control list',
      () => region.put('k', 'x', { ACL: 'public-read' }),
      { name: 'NotImplemented' },
    ],
  ])('%s', async (_what, work, refusal) => {
    const error: unknown = await work().then(
      () => 'not refused',
      (one: unknown) => one,
    );
    if (typeof refusal === 'function') expect(error).toBeInstanceOf(refusal);
    else expect(error).toMatchObject(refusal);
    expect(await keys()).toEqual([]);
  });

  it('a range beyond the end', async () => {
    await region.put('k', 'x');
    await expect(region.get('k', { Range: 'bytes=5-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  it('whoever does not sign, and other things than objects', async () => {
    await region.put('k', 'x');
    const at = `${region.base}/_aws/papers`;
    const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=local/x' };
    const answers = [
      await raw(`${at}/k`, 'GET'),
      await raw(`${at}/k?acl`, 'GET', signed),
      await raw(`${at}/?uploads`, 'POST', signed),
      await raw(`${at}/k?uploads`, 'POST', signed),
      await raw(`${at}/%ff`, 'GET', signed),
      await raw(`${at}/?delete`, 'POST', { ...signed, 'content-md5': 'x' }, '<Delete>'),
    ];
    expect(answers.map(({ body, status }) => `${status} ${codeIn(body)}`)).toEqual([
      '403 AccessDenied',
      '501 NotImplemented',
      '501 NotImplemented',
      '501 NotImplemented',
      '400 InvalidArgument',
      '400 InvalidDigest',
    ]);
  });

  it('what is at the address of a queue, or at no address of a bucket, without its word', async () => {
    for (const path of ['000000000000/uploads', 'Papers/k', 'v2/k', '']) {
      const { status, body } = await raw(`${region.base}/_aws/${path}`, 'GET');
      expect(status).toBe(404);
      expect(JSON.parse(body).__type).toBe('UnknownOperationException');
    }
  });

  it('a body that is longer than 33 MB', async () => {
    await expect(region.put('k', Buffer.alloc(33 * 1024 * 1024 + 1))).rejects.toThrow();
    expect(await keys()).toEqual([]);
  });

  it('chunks that break off', async () => {
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 Credential=local/x',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5',
    };
    const put = (body: string) => raw(`${region.base}/_aws/papers/k`, 'PUT', headers, body);
    for (const body of ['5\r\nhel', '5\r\nhello\r\n', 'zz\r\n', '4\r\nhell\r\n0\r\n\r\n']) {
      expect(codeIn((await put(body)).body)).toBe('IncompleteBody');
    }
    expect((await put('5;chunk-signature=ab\r\nhello\r\n0\r\n\r\n')).status).toBe(200);
    expect(await region.get('k')).toBe('hello');
  });
});

describe('a fault', () => {
  const fault = (operation: string, effect: FaultRule['effect']) =>
    region.faults.add(FaultRule.parse({ target: 's3', operation, effect, times: 1 }));

  it('refuses in the words of S3', async () => {
    fault('PutObject', { kind: 'error', status: 503, body: { __type: 'SlowDown', message: 'x' } });
    await expect(region.put('k', 'x')).rejects.toMatchObject({ name: 'SlowDown', message: 'x' });
    await region.put('k', 'x');
  });

  it('that loses the answer leaves the object written', async () => {
    fault('PutObject', { kind: 'lose-answer' });
    await expect(region.put('k', 'x')).rejects.toThrow();
    expect(await region.get('k')).toBe('x');
  });
});
