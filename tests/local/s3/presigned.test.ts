import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegionClock } from '../../../local/clock.ts';
import { codeIn, type OpenS3, openS3 } from './open-s3.ts';

const at = { Bucket: 'papers', Key: "in/한 글 (1)'!*.pdf" };
let region: OpenS3;
beforeEach(async () => {
  region = await openS3({ clock: new RegionClock() });
  await region.bucket('papers');
  await region.put(at.Key, 'a paper', { ContentType: 'application/pdf' });
});
afterEach(() => region.close());

const sign = (more: object = {}, expiresIn = 300) =>
  getSignedUrl(region.client, new GetObjectCommand({ ...at, ...more }), { expiresIn });
async function refusal(url: string, init: RequestInit = {}): Promise<string> {
  const answer = await fetch(url, init);
  return `${answer.status} ${codeIn(await answer.text())}`;
}

describe('a presigned URL', () => {
  it('gives the object to whoever has it, under the name and type that were signed', async () => {
    const answer = await fetch(
      await sign({
        ResponseContentDisposition: 'attachment; filename="a b.pdf"',
        ResponseContentType: 'application/octet-stream',
      }),
    );
    expect(await answer.text()).toBe('a paper');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a b.pdf"');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  });

  it('is good until its time is over, by the region’s clock', async () => {
    const url = await sign({}, 60);
    expect((await fetch(url)).status).toBe(200);
    region.clock.advance(61_000);
    const answer = await fetch(url);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Request has expired');
  });

  it('may be for an upload', async () => {
    const put = new PutObjectCommand({ Bucket: 'papers', Key: 'new', ContentType: 'text/plain' });
    const url = await getSignedUrl(region.client, put, {
      unsignableHeaders: new Set(['x-amz-checksum-crc32']),
    });
    // Without a body to sign, the SDK signs the checksum of none: only an empty one passes, as at AWS.
    expect((await fetch(url, { method: 'PUT' })).status).toBe(200);
    expect(await refusal(url, { method: 'PUT', body: 'other' })).toBe('400 BadDigest');
    expect(await refusal(url)).toBe('403 SignatureDoesNotMatch');
  });

  it.each<[string, (url: URL) => void, string]>([
    [
      'another key',
      (url) => {
        url.pathname += 'x';
      },
      '403 SignatureDoesNotMatch',
    ],
    [
      'another time',
      (url) => url.searchParams.set('X-Amz-Expires', '301'),
      '403 SignatureDoesNotMatch',
    ],
    [
      'one more parameter',
      (url) => url.searchParams.set('versionId', 'v'),
      '403 SignatureDoesNotMatch',
    ],
    [
      'another signature',
      (url) => url.searchParams.set('X-Amz-Signature', 'ab'),
      '403 SignatureDoesNotMatch',
    ],
    [
      'another name of the machine',
      (url) => {
        url.hostname = 'localhost';
      },
      '403 SignatureDoesNotMatch',
    ],
    [
      'no signature',
      (url) => url.searchParams.delete('X-Amz-Signature'),
      '400 AuthorizationQueryParametersError',
    ],
    [
      'more than a week',
      (url) => url.searchParams.set('X-Amz-Expires', '604801'),
      '400 AuthorizationQueryParametersError',
    ],
    [
      'nothing signed',
      (url) => {
        url.search = '';
      },
      '403 AccessDenied',
    ],
    [
      'another key of access',
      (url) => {
        const credential = url.searchParams.get('X-Amz-Credential') ?? '';
        url.searchParams.set('X-Amz-Credential', credential.replace('local', 'other'));
      },
      '403 InvalidAccessKeyId',
    ],
  ])('is refused with %s', async (_what, change, expected) => {
    const url = new URL(await sign());
    change(url);
    expect(await refusal(url.href)).toBe(expected);
  });

  it('is refused before its time', async () => {
    const signingDate = new Date(Date.now() + 3_600_000);
    const url = await getSignedUrl(region.client, new GetObjectCommand(at), { signingDate });
    expect(await refusal(url)).toBe('403 AccessDenied');
  });
});
