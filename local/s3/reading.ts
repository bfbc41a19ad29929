import type { ServiceReply } from '../service.ts';
import { type Call, versionHeader } from './call.ts';
import { checksumHeader } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';

/** `GetObject`: all of an object's bytes, or the one range that is asked for. */
export function getObject(call: Call): ServiceReply {
  const object = found(call);
  const headers = headersOf(call, object);
  if (isKnown(call, object)) return { status: 304, headers, body: '' };
  const bytes = call.objects.bytes(object);
  const range = rangeOf(call.headers['range'], object.size);
  if (range === undefined) return { status: 200, headers, body: bytes };
  const { first, last } = range;
  // The checksum is the whole object's, and a client would compare it with the part.
  const { [checksumName(object) ?? '']: _whole, ...partial } = headers;
  return {
    status: 206,
    headers: { ...partial, 'content-range': `bytes ${first}-${last}/${object.size}` },
    body: bytes.subarray(first, last + 1),
  };
}

/** `HeadObject`: what `GetObject` would say of an object. */
export function headObject(call: Call): ServiceReply {
  const object = found(call);
  const headers = headersOf(call, object);
  if (isKnown(call, object)) return { status: 304, headers, body: '' };
  return { status: 200, headers: { ...headers, 'content-length': String(object.size) }, body: '' };
}

function found({ bucket, key, query, headers, objects }: Call): StoredObject {
  const object = objects.find(bucket, key, query.get('versionId') ?? undefined);
  const wanted = headers['if-match'];
  if (wanted !== undefined && !isNamed(wanted, object)) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  }
  return object;
}

/** Whether the caller has this very object already. */
function isKnown({ headers }: Call, object: StoredObject): boolean {
  const known = headers['if-none-match'];
  return known !== undefined && isNamed(known, object);
}

function isNamed(etags: string, { etag }: StoredObject): boolean {
  return etags.split(',').some((one) => ['*', etag, etag.slice(1, -1)].includes(one.trim()));
}

function headersOf({ query, headers }: Call, object: StoredObject): Record<string, string> {
  const answer: Record<string, string> = {
    ...object.headers,
    ...versionHeader(object.version),
    etag: object.etag,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
  for (const name of ['content-type', 'content-disposition']) {
    const overridden = query.get(`response-${name}`);
    if (overridden !== null) answer[name] = overridden;
  }
  const name = checksumName(object);
  if (headers['x-amz-checksum-mode'] === 'ENABLED' && name !== undefined) {
    answer[name] = object.checksum?.value ?? '';
    answer['x-amz-checksum-type'] = 'FULL_OBJECT';
  }
  return answer;
}

function checksumName({ checksum }: StoredObject): string | undefined {
  return checksum === null ? undefined : checksumHeader(checksum.algorithm);
}

/**
 * The bytes from first to last; undefined when all are asked for, or in a way that S3 takes for all.
 * @throws S3Error - `InvalidRange`
 */
function rangeOf(header: string | undefined, size: number) {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first >= size || (from === '' && Number(to) === 0)) {
    const details = { RangeRequested: header ?? '', ActualObjectSize: String(size) };
    throw new S3Error('InvalidRange', undefined, details);
  }
  return last < first ? undefined : { first, last };
}
