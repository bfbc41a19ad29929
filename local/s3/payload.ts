import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Checksum,
  checksumAlgorithms,
  checksumHeader,
  checksumLengths,
  checksumOf,
  md5Of,
} from './checksums.ts';
import { S3Error } from './errors.ts';

export type Fields = Readonly<Record<string, string | undefined>>;

/** The bytes that were meant, and the checksum that came along with them. */
export interface Payload {
  readonly bytes: Buffer;
  readonly checksum: Checksum | undefined;
}

/**
 * Takes a request's body apart: unwraps `aws-chunked`, and compares every check sum that it brought.
 * @throws S3Error - `BadDigest`, `InvalidDigest`, `InvalidRequest`, `IncompleteBody`, `XAmzContentSHA256Mismatch`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function readPayload(headers: IncomingHttpHeaders, body: Buffer): Payload {
  const fields = headerTexts(headers);
  const sha256 = fields['x-amz-content-sha256'];
  const chunked = sha256?.startsWith('STREAMING-') === true;
  const { bytes, trailers } = chunked ? unwrapped(body) : { bytes: body, trailers: {} };
  const expected = fields['x-amz-decoded-content-length'];
  if (chunked && expected !== undefined && Number(expected) !== bytes.length) {
    throw new S3Error('IncompleteBody');
  }
  if (sha256 !== undefined && /^[\da-f]{64}$/.test(sha256)) {
    const computed = createHash('sha256').update(bytes).digest('hex');
    if (computed !== sha256) throw new S3Error('XAmzContentSHA256Mismatch');
  }
  return { bytes, checksum: checkBytes(bytes, { ...fields, ...trailers }) };
}

/**
 * Compares bytes with the check sums that name them.
 * @param fields - `content-md5` and `x-amz-checksum-*`, by their names in small letters
 * @returns the checksum to keep with the object, when one was given
 * @throws S3Error - `BadDigest`, `InvalidDigest`, `InvalidRequest`
 */
export function checkBytes(bytes: Buffer, fields: Fields): Checksum | undefined {
  const md5 = fields['content-md5'];
  if (md5 !== undefined) {
    if (Buffer.from(md5, 'base64').length !== 16) throw new S3Error('InvalidDigest');
    if (md5Of(bytes) !== md5) throw new S3Error('BadDigest');
  }
  const given = checksumAlgorithms.flatMap((algorithm) => {
    const value = fields[checksumHeader(algorithm)];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (given.length > 1) {
    throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header.');
  }
  const [checksum] = given;
  if (checksum === undefined) return undefined;
  const { algorithm, value } = checksum;
  if (Buffer.from(value, 'base64').length !== checksumLengths[algorithm]) {
    const message = `Value for ${checksumHeader(algorithm)} header is invalid.`;
    throw new S3Error('InvalidRequest', message);
  }
  if (checksumOf(algorithm, bytes) !== value) {
    const name = algorithm.toUpperCase();
    const message = `The ${name} you specified did not match the calculated checksum.`;
    throw new S3Error('BadDigest', message);
  }
  return checksum;
}

/** Headers as texts; those that came several times are joined. */
export function headerTexts(headers: IncomingHttpHeaders): Fields {
  const texts = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : value,
  ]);
  return Object.fromEntries(texts);
}

/** Chunks `<hex>[;chunk-signature=…]\r\n<bytes>\r\n` up to one of no bytes, then trailing headers. */
function unwrapped(body: Buffer): { readonly bytes: Buffer; readonly trailers: Fields } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = /^([\da-f]+)(?:;.*)?$/i.exec(body.toString('latin1', at, Math.max(end, at)))?.[1];
    if (end === -1 || size === undefined) throw new S3Error('IncompleteBody');
    const length = Number.parseInt(size, 16);
    at = end + 2;
    if (length === 0) return { bytes: Buffer.concat(chunks), trailers: trailersIn(body, at) };
    if (at + length + 2 > body.length) throw new S3Error('IncompleteBody');
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
}

function trailersIn(body: Buffer, at: number): Fields {
  const lines = body.toString('latin1', at).split('\r\n');
  const pairs = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]] : [];
  });
  return Object.fromEntries(pairs);
}
