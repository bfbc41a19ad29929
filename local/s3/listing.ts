import type { ServiceReply } from '../service.ts';
import { type Call, xmlReply } from './call.ts';
import { S3Error } from './errors.ts';
import type { StoredObject } from './object-table.ts';
import { type XmlElements, xmlDocument } from './xml.ts';

/** S3 gives no more on a page, however many are asked for. */
const mostKeys = 1_000;

/** Follows every key that begins with a text: no character is larger. */
const last = '\u{10FFFF}';

interface Page {
  readonly objects: readonly StoredObject[];
  /** Beginnings that keys with a delimiter in their rest have in common. */
  readonly groups: readonly string[];
  /** After what the next page begins; undefined on the last. */
  readonly next: string | undefined;
}

/** `ListObjectsV2`: current objects by key, page by page, grouped by a delimiter. */
export function listObjects(call: Call): ServiceReply {
  const { bucket, query } = call;
  const { prefix, delimiter, limit, written } = askedFor(query);
  const token = query.get('continuation-token');
  const start = query.get('start-after') ?? '';
  const after = token === null ? start : readToken(token);
  const page = pageOf(call, prefix, delimiter, after, limit);
  const document: XmlElements = {
    Name: bucket.name,
    Prefix: written(prefix),
    Delimiter: delimiter === '' ? undefined : written(delimiter),
    MaxKeys: limit,
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: page.objects.length + page.groups.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: page.next === undefined ? undefined : makeToken(page.next),
    StartAfter: start === '' ? undefined : written(start),
    Contents: page.objects.map((object) => ({
      Key: written(object.key),
      LastModified: new Date(object.modifiedAt).toISOString(),
      ETag: object.etag,
      ...(object.checksum && { ChecksumAlgorithm: object.checksum.algorithm.toUpperCase() }),
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.groups.map((group) => ({ Prefix: written(group) })),
  };
  return xmlReply(xmlDocument('ListBucketResult', document));
}

/** `ListObjectVersions`, as long as all fit on one page. */
export function listVersions({ bucket, query, objects }: Call): ServiceReply {
  const { prefix, delimiter, limit, written } = askedFor(query);
  const all = objects.table.all(bucket.name, prefix);
  if (delimiter !== '' || all.length > limit) {
    const message = 'The local region lists versions without a delimiter, and on one page only.';
    throw new S3Error('NotImplemented', message);
  }
  const described = all.map((object, at) => ({
    isMarker: object.blob === null,
    element: {
      Key: written(object.key),
      VersionId: object.version,
      IsLatest: all[at - 1]?.key !== object.key,
      LastModified: new Date(object.modifiedAt).toISOString(),
      ...(object.blob !== null && {
        ETag: object.etag,
        Size: object.size,
        StorageClass: 'STANDARD',
      }),
    },
  }));
  const elements = (isMarker: boolean) =>
    described.filter((one) => one.isMarker === isMarker).map(({ element }) => element);
  const document: XmlElements = {
    Name: bucket.name,
    Prefix: written(prefix),
    MaxKeys: limit,
    IsTruncated: false,
    Version: elements(false),
    DeleteMarker: elements(true),
  };
  return xmlReply(xmlDocument('ListVersionsResult', document));
}

function askedFor(query: URLSearchParams) {
  const limit = Number(query.get('max-keys') ?? mostKeys);
  if (!Number.isInteger(limit) || limit < 0) {
    throw new S3Error('InvalidArgument', 'max-keys must be a whole number, 0 or more.');
  }
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(limit, mostKeys),
    written: (text: string) => (encoding === null ? text : encodeURIComponent(text)),
  };
}

function pageOf(
  { bucket, objects }: Call,
  prefix: string,
  delimiter: string,
  after: string,
  limit: number,
): Page {
  const found: StoredObject[] = [];
  const groups: string[] = [];
  let at = after;
  while (found.length + groups.length < limit) {
    const [object] = objects.table.list(bucket.name, prefix, at, 1);
    if (object === undefined) return { objects: found, groups, next: undefined };
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (end === -1) {
      found.push(object);
      at = object.key;
    } else {
      const group = object.key.slice(0, end + delimiter.length);
      groups.push(group);
      at = group + last;
    }
  }
  const more = limit > 0 && objects.table.list(bucket.name, prefix, at, 1).length > 0;
  return { objects: found, groups, next: more ? at : undefined };
}

/** Tokens are nobody's business: clients that look into them would break at AWS. */
function makeToken(after: string): string {
  return Buffer.from(after).toString('base64url');
}

function readToken(token: string): string {
  return Buffer.from(token, 'base64url').toString('utf8');
}
