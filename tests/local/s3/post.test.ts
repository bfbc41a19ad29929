import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeIn, type OpenS3, openS3, raw, upload } from './open-s3.ts';

const Bucket = 'papers';
const pdf = '%PDF-1.7 a paper';
const sha256 = createHash('sha256').update(pdf).digest('base64');

let region: OpenS3;
beforeEach(async () => {
  region = await openS3();
  await region.bucket(Bucket);
});
afterEach(() => region.close());

type Signed = Awaited<ReturnType<OpenS3['sign']>>;

/** What a careful function signs for one paper. */
const careful: Omit<PresignedPostOptions, 'Bucket'> = {
  Key: 'in/p-1',
  Expires: 600,
  Conditions: [
    ['content-length-range', 1, 100],
    ['starts-with', '$x-amz-meta-name', ''],
  ],
  Fields: {
    'Content-Type': 'application/pdf',
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': sha256,
    success_action_status: '201',
  },
};
const stored = () => region.client.send(new HeadObjectCommand({ Bucket, Key: 'in/p-1' }));

describe('a form that its policy allows', () => {
  it('is an object with type, metadata and checksum, and an answer in XML', async () => {
    const { url, fields } = await region.sign(careful);
    expect(url).toBe(`${region.base}/_aws/papers`);
    const answer = await upload(url, { ...fields, 'x-amz-meta-name': 'p-1' }, pdf);
    expect(answer.status).toBe(201);
    expect(answer.body).toContain('<Key>in/p-1</Key>');
    expect(answer.headers.get('etag')).toBe(`"${createHash('md5').update(pdf).digest('hex')}"`);
    expect(await region.get('in/p-1', { ChecksumMode: 'ENABLED' })).toBe(pdf);
    expect(await stored()).toMatchObject({
      ContentType: 'application/pdf',
      Metadata: { name: 'p-1' },
    });
  });

  it.each([
    ['200', 200],
    ['204', 204],
    ['302', 204],
    [undefined, 204],
  ])('that asks for the status %s is answered %i', async (wanted, status) => {
    const Fields = wanted === undefined ? {} : { success_action_status: wanted };
    const { url, fields } = await region.sign({ Key: 'in/p-1', Fields });
    expect(await upload(url, fields, pdf)).toMatchObject({ status, body: '' });
  });

  it('may name its file as it is named on its machine, below a prefix', async () => {
    const { url, fields } = await region.sign({ Key: 'in/$' + '{filename}' });
    expect((await upload(url, fields, pdf, '성적 증명.pdf')).status).toBe(204);
    expect(await region.get('in/성적 증명.pdf')).toBe(pdf);
  });

  it('keeps every byte of its file', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 256);
    const { url, fields } = await region.sign({ Key: 'in/p-1' });
    await upload(url, fields, bytes);
    const { ETag } = await stored();
    expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
  });
});

describe('what is refused', () => {
  const text = (policy: object) => Buffer.from(JSON.stringify(policy)).toString('base64');
  const opened = (fields: Signed['fields']) =>
    JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString());

  it.each<[string, (signed: Signed) => Record<string, string>, string]>([
    ['another key', ({ fields }) => ({ ...fields, key: 'in/p-2' }), '403 AccessDenied'],
    [
      'another type',
      ({ fields }) => ({ ...fields, 'Content-Type': 'text/html' }),
      '403 AccessDenied',
    ],
    [
      'a field that no condition names',
      ({ fields }) => ({ ...fields, acl: 'public-read' }),
      '403 AccessDenied',
    ],
    [
      'a checksum that is not the policy’s',
      ({ fields }) => ({ ...fields, 'x-amz-checksum-sha256': 'x' }),
      '403 AccessDenied',
    ],
    ['a field left out', ({ fields: { 'Content-Type': _, ...rest } }) => rest, '403 AccessDenied'],
    [
      'a policy that someone has made longer',
      ({ fields }) => ({
        ...fields,
        Policy: text({ ...opened(fields), expiration: '2999-01-01T00:00:00Z' }),
      }),
      '403 SignatureDoesNotMatch',
    ],
    [
      'a signature that someone has made up',
      ({ fields }) => ({ ...fields, 'X-Amz-Signature': 'a'.repeat(64) }),
      '403 SignatureDoesNotMatch',
    ],
    [
      'the key of somebody else',
      ({ fields }) => ({
        ...fields,
        'X-Amz-Credential': (fields['X-Amz-Credential'] ?? '').replace('local', 'AKIAOTHER'),
      }),
      '403 InvalidAccessKeyId',
    ],
    [
      'a scope of another region',
      ({ fields }) => ({
        ...fields,
        'X-Amz-Credential': (fields['X-Amz-Credential'] ?? '').replace(
          'ap-northeast-2',
          'us-east-1',
        ),
      }),
      '400 InvalidArgument',
    ],
    ['no policy', ({ fields: { Policy: _, ...rest } }) => rest, '403 AccessDenied'],
    [
      'no signature',
      ({ fields: { 'X-Amz-Signature': _, ...rest } }) => rest,
      '400 InvalidArgument',
    ],
  ])('%s', async (_what, change, refusal) => {
    const signed = await region.sign({ ...careful, Conditions: [] });
    const { status, body } = await upload(signed.url, change(signed), pdf);
    expect(`${status} ${codeIn(body)}`).toBe(refusal);
    await expect(stored()).rejects.toThrow();
  });

  it.each([
    ['', '400 EntityTooSmall', '<MinSizeAllowed>1</MinSizeAllowed>'],
    ['x'.repeat(101), '400 EntityTooLarge', '<MaxSizeAllowed>100</MaxSizeAllowed>'],
  ])('a file that is shorter or longer than the policy says', async (file, refusal, part) => {
    const { url, fields } = await region.sign({
      Key: 'in/p-1',
      Conditions: [['content-length-range', 1, 100]],
    });
    const { status, body } = await upload(url, fields, file);
    expect(`${status} ${codeIn(body)}`).toBe(refusal);
    expect(body).toContain(part);
    expect(body).toContain(`<ProposedSize>${file.length}</ProposedSize>`);
  });

  it.each([
    ['key', 'out/p-1', '403'],
    ['key', 'in/', '204'],
    ['Content-Type', 'image/png, text/html', '403'],
    ['Content-Type', 'image/png,image/jpeg', '204'],
  ])('what does not begin as the policy says: %s %s', async (field, value, status) => {
    const { url, fields } = await region.sign({
      Key: 'in/$' + '{filename}',
      Conditions: [['starts-with', '$Content-Type', 'image/']],
    });
    const form = { ...fields, 'Content-Type': 'image/png', [field]: value };
    expect(String((await upload(url, form, pdf)).status)).toBe(status);
  });

  it('other bytes than the checksum is of', async () => {
    const { url, fields } = await region.sign({ ...careful, Conditions: [] });
    const { status, body } = await upload(url, fields, 'another paper');
    expect(`${status} ${codeIn(body)}`).toBe('400 BadDigest');
    await expect(stored()).rejects.toThrow();
  });

  it('a policy that has expired, by the region’s clock', async () => {
    const { url, fields } = await region.sign({ Key: 'in/p-1', Expires: 60 });
    region.clock.advance(61_000);
    const { status, body } = await upload(url, fields, pdf);
    expect(status).toBe(403);
    expect(body).toContain('Invalid according to Policy: Policy expired.');
  });

  it('a form for another bucket', async () => {
    await region.bucket('others');
    const { url, fields } = await region.sign({ Key: 'in/p-1' });
    const answer = await upload(url.replace('papers', 'others'), fields, pdf);
    expect(answer.body).toContain('[&#x22;eq&#x22;,&#x22;$bucket&#x22;,&#x22;papers&#x22;]');
    const none = await upload(url.replace('papers', 'none'), fields, pdf);
    expect(codeIn(none.body)).toBe('NoSuchBucket');
  });

  it('a form without a file, and what is no form', async () => {
    const { url, fields } = await region.sign({ Key: 'in/p-1' });
    expect((await upload(url, fields, undefined)).body).toContain('exactly one file upload');
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(codeIn((await raw(url, 'POST', headers, 'no form')).body)).toBe('MalformedPOSTRequest');
    const long = { ...fields, 'x-ignore-me': 'x'.repeat(20_480) };
    expect(codeIn((await upload(url, long, pdf)).body)).toBe('MaxPostPreDataLengthExceeded');
  });
});

describe('a policy that cannot be read', () => {
  // The SDK signs whatever conditions it is given.
  it.each<[string, PresignedPostOptions['Conditions']]>([
    ['an unknown operation', [['matches', '$key', 'x'] as never]],
    ['a field without its dollar sign', [['eq', 'key', 'x']]],
    ['a range of words', [['content-length-range', 'a', 'b'] as never]],
    ['two conditions in one', [{ a: '1', b: '2' }]],
  ])('%s', async (_what, Conditions = []) => {
    const { url, fields } = await region.sign({ Key: 'in/p-1', Conditions });
    const { status, body } = await upload(url, fields, pdf);
    expect(`${status} ${codeIn(body)}`).toBe('400 InvalidPolicyDocument');
  });
});
