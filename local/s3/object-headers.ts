import { S3Error } from './errors.ts';
import type { Fields } from './payload.ts';

/** What is kept of a request's headers, or of a form's fields, and given back with the object. */
const kept = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** Bytes of an object's own metadata, names and values together. Source: S3 user guide, object metadata. */
const mostMetadata = 2_048;

/**
 * The headers that an object keeps.
 * @param fields - by their names in small letters
 * @throws S3Error - `MetadataTooLarge`
 */
export function keptHeaders(fields: Fields): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadata = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const own = name.startsWith('x-amz-meta-');
    if (own) metadata += Buffer.byteLength(name.slice('x-amz-meta-'.length) + value);
    if (own || kept.includes(name)) headers[name] = value;
  }
  if (metadata > mostMetadata) {
    throw new S3Error('MetadataTooLarge', undefined, { MaxSizeAllowed: String(mostMetadata) });
  }
  // How the body was sent is not how the object is encoded.
  const encodings = (headers['content-encoding'] ?? '').split(',').map((one) => one.trim());
  const own = encodings.filter((one) => one !== 'aws-chunked' && one !== '');
  if (own.length > 0) headers['content-encoding'] = own.join(',');
  else delete headers['content-encoding'];
  return headers;
}

/** Bytes of a key in UTF-8. */
const longestKey = 1_024;

/** @throws S3Error - `KeyTooLongError` */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= longestKey) return;
  const details = { Size: String(size), MaxSizeAllowed: String(longestKey) };
  throw new S3Error('KeyTooLongError', undefined, details);
}
