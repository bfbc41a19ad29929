import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { openS3 } from './open-s3.ts';

const Bucket = 'archive';

it('a bucket that somebody makes is encrypted, never public, and there after a restart', async () => {
  const data = mkdtempSync(join(tmpdir(), 'own-buckets-'));
  const before = await openS3({ data });
  await before.client.send(new CreateBucketCommand({ Bucket }));
  await before.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'kept' }));
  const encryption = await before.client.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ]);
  const access = await before.client.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(Object.values(access.PublicAccessBlockConfiguration ?? {})).toEqual([
    true,
    true,
    true,
    true,
  ]);
  await before.close();

  const after = await openS3({ data });
  const { Body } = await after.client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  expect(await Body?.transformToString()).toBe('kept');
  await after.close();
  rmSync(data, { recursive: true });
});

it('a bucket is made once', async () => {
  const region = await openS3();
  await region.client.send(new CreateBucketCommand({ Bucket }));
  const again = region.client.send(new CreateBucketCommand({ Bucket }));
  await expect(again).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  const other = region.client.send(new HeadBucketCommand({ Bucket: 'another' }));
  await expect(other).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  await region.close();
});
