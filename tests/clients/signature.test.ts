import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presign, sign } from '../../clients/signature.ts';
import { codePoint } from '../code-points.ts';
import { runs } from '../runs.ts';

// The key of all of AWS's examples.
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};
const scope = { region: 'us-east-1', service: 's3' };
const now = new Date('2013-05-24T00:00:00Z');

describe('given the examples of the documentation of S3', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  it.each([
    [
      'GET Object',
      { method: 'GET', path: '/test.txt', headers: { range: 'bytes=0-9' } },
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'PUT Object',
      {
        method: 'PUT',
        path: '/test%24file.text',
        headers: {
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
        body: 'Welcome to Amazon S3.',
      },
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ],
    [
      'GET Bucket Lifecycle',
      { method: 'GET', path: '/', query: { lifecycle: '' }, headers: {} },
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'GET Bucket (List Objects)',
      { method: 'GET', path: '/', query: { 'max-keys': '2', prefix: 'J' }, headers: {} },
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])(
    'when "%s" is signed, then the signature is the one that is printed there',
    (_name, one, signature) => {
      const headers = { host: 'examplebucket.s3.amazonaws.com', ...one.headers };
      const signed = sign({ body: '', ...one, headers }, credentials, scope, now);
      expect(signed['authorization']?.split('Signature=')[1]).toBe(signature);
    },
  );
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const line = fc
  .string({ unit: codePoint, maxLength: 20 })
  .map((text) => text.replaceAll(/[^\x20-\x7e]/g, '-'));
const someRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc
    .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 4 })
    .map((parts) => `/${parts.map((part) => encodeURIComponent(`_${part}`)).join('/')}`),
  // A name that JavaScript itself takes for something else is left out by AWS's signer.
  query: fc.dictionary(
    line.filter((name) => name !== '__proto__'),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    { maxKeys: 4 },
  ),
  headers: fc.dictionary(
    word.map((name) => `x-amz-meta-${name}`),
    line,
    { maxKeys: 4 },
  ),
  body: fc.string({ unit: 'grapheme', maxLength: 50 }),
});
const whoever = fc.record({
  accessKeyId: word,
  secretAccessKey: fc.string({ minLength: 1, maxLength: 40 }),
  sessionToken: fc.option(word, { nil: undefined }),
});
const somewhere = fc.record({
  region: fc.constantFrom('ap-northeast-2', 'cn-north-1'),
  service: fc.constantFrom('dynamodb', 's3', 'cognito-idp'),
});
const moments = fc.date({
  min: new Date('2020-01-01'),
  max: new Date('2040-01-01'),
  noInvalidDate: true,
});

/** AWS's own signer, set up as its clients do it. */
const signer = (
  who: { accessKeyId: string; secretAccessKey: string; sessionToken: string | undefined },
  { region, service }: typeof scope,
) => {
  const { sessionToken, ...key } = who;
  return new SignatureV4({
    service,
    region,
    sha256: Sha256,
    credentials: { ...key, ...(sessionToken !== undefined && { sessionToken }) },
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
};
const place = { protocol: 'https:', hostname: 'host.example' };

describe('given any request', () => {
  it('when it is signed, then as AWS signs it', async () => {
    await fc.assert(
      fc.asyncProperty(someRequest, whoever, somewhere, moments, async (one, who, where, at) => {
        const request = { ...one, headers: { ...one.headers, host: place.hostname } };
        const theirs = await signer(who, where).sign({ ...place, ...request }, { signingDate: at });
        expect(sign(request, who, where, at)).toEqual(theirs.headers);
      }),
      { numRuns: runs(200) },
    );
  });

  it('when its address is signed, then as AWS signs it', async () => {
    await fc.assert(
      fc.asyncProperty(someRequest, whoever, moments, async ({ body, ...one }, who, at) => {
        const where = { region: 'eu-west-1', service: 's3' };
        const request = { ...one, headers: { host: place.hostname } };
        const theirs = await signer(who, where).presign(
          {
            ...place,
            ...request,
            headers: { ...request.headers, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
          },
          { signingDate: at, expiresIn: 60 },
        );
        expect(presign(request, who, where, at, 60)).toEqual(theirs.query);
      }),
      { numRuns: runs(100) },
    );
  });
});
