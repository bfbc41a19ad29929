import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  paginateListObjectsV2,
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

describe('a listing', () => {
  beforeEach(async () => {
    for (const key of ['a', 'in/1', 'in/2', 'in/sub/3', 'in/sub/4', '가']) {
      await region.put(key, key);
    }
  });

  it('is in the order of the keys, below a prefix, after a key', async () => {
    expect(await keys()).toEqual(['a', 'in/1', 'in/2', 'in/sub/3', 'in/sub/4', '가']);
    expect(await keys({ Prefix: 'in/' })).toEqual(['in/1', 'in/2', 'in/sub/3', 'in/sub/4']);
    expect(await keys({ StartAfter: 'in/2', Prefix: 'in/' })).toEqual(['in/sub/3', 'in/sub/4']);
    expect(await keys({ Prefix: 'none/' })).toEqual([]);
  });

  it('groups by a delimiter', async () => {
    const page = await region.client.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'in/', Delimiter: '/' }),
    );
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['in/1', 'in/2']);
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'in/sub/' }]);
    expect(page.KeyCount).toBe(3);
  });

  it.each([1, 2, 4, 6])('comes in pages of %i', async (pageSize) => {
    const seen: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateListObjectsV2(
      { client: region.client, pageSize },
      { Bucket },
    )) {
      pages += 1;
      seen.push(...(page.Contents?.map(({ Key }) => Key) ?? []));
    }
    expect(seen).toEqual(await keys());
    expect(pages).toBe(Math.ceil(6 / pageSize));
  });
});

describe('a bucket that keeps versions', () => {
  it('hides what is deleted, and forgets it only version by version', async () => {
    await region.bucket('kept', { VersioningConfiguration: { Status: 'Enabled' } });
    const at = { Bucket: 'kept', Key: 'k' };
    const one = await region.put('k', 'one', at);
    const two = await region.put('k', 'two', at);
    expect(one.VersionId).not.toBe(two.VersionId);
    expect(await region.get('k', { ...at, VersionId: one.VersionId })).toBe('one');
    const hidden = await region.client.send(new DeleteObjectCommand(at));
    expect(hidden.DeleteMarker).toBe(true);
    await expect(region.get('k', at)).rejects.toBeInstanceOf(NoSuchKey);
    const list = new ListObjectVersionsCommand({ Bucket: 'kept' });
    const { Versions = [], DeleteMarkers = [] } = await region.client.send(list);
    expect(Versions.map(({ VersionId }) => VersionId)).toEqual([two.VersionId, one.VersionId]);
    expect(DeleteMarkers).toMatchObject([{ VersionId: hidden.VersionId, IsLatest: true }]);
    for (const { VersionId } of [...Versions, ...DeleteMarkers]) {
      await region.client.send(new DeleteObjectCommand({ ...at, VersionId }));
    }
    expect((await region.client.send(list)).Versions).toBeUndefined();
  });
});
