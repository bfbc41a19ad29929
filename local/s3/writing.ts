import type { ServiceReply } from '../service.ts';
import { type Call, versionHeader, xmlReply } from './call.ts';
import { checksumHeader } from './checksums.ts';
import { S3Error } from './errors.ts';
import { checkKey, keptHeaders } from './object-headers.ts';
import type { Precondition } from './objects.ts';
import { readPayload } from './payload.ts';
import { decodedKey } from './requests.ts';
import { readDelete, type XmlElements, xmlDocument } from './xml.ts';

/** `PutObject`, also on condition that there is no object, or a known one. */
export function putObject({ bucket, key, headers, body, objects }: Call): ServiceReply {
  checkKey(key);
  const { bytes, checksum } = readPayload(headers, body);
  const content = { bytes, checksum, headers: keptHeaders(headers) };
  const condition = preconditionOf(headers['if-none-match'], headers['if-match'], key);
  const object = objects.put(bucket, key, content, 'ObjectCreated:Put', condition);
  return xmlReply('', {
    ...versionHeader(object.version),
    etag: object.etag,
    ...(checksum !== undefined && { [checksumHeader(checksum.algorithm)]: checksum.value }),
  });
}

function preconditionOf(
  noneMatch: string | undefined,
  match: string | undefined,
  key: string,
): Precondition {
  if (noneMatch !== undefined && noneMatch !== '*') {
    const message = 'If-None-Match of a PutObject is * or nothing.';
    throw new S3Error('NotImplemented', message);
  }
  return (current) => {
    if (noneMatch !== undefined && current !== undefined) {
      throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
    }
    if (match === undefined) return;
    if (current === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key });
    if (current.etag.slice(1, -1) !== match.replaceAll('"', '')) {
      throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
    }
  };
}

/** `CopyObject` within the region. */
export function copyObject(call: Call): ServiceReply {
  const { bucket, key, headers, objects } = call;
  checkKey(key);
  if (headers['x-amz-checksum-algorithm'] !== undefined) {
    throw new S3Error('NotImplemented', 'The local region copies the checksum that there is.');
  }
  const source = sourceOf(headers['x-amz-copy-source'] ?? '');
  const object = objects.find(call.find(source.bucket), source.key, source.version);
  const replaces = headers['x-amz-metadata-directive'] === 'REPLACE';
  const isItself = source.bucket === bucket.name && source.key === key;
  if (isItself && !replaces && source.version === undefined) {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw new S3Error('InvalidRequest', message);
  }
  const content = {
    bytes: objects.bytes(object),
    headers: replaces ? keptHeaders(headers) : object.headers,
    checksum: object.checksum ?? undefined,
  };
  const copy = objects.put(bucket, key, content, 'ObjectCreated:Copy');
  const result = { ETag: copy.etag, LastModified: new Date(copy.modifiedAt).toISOString() };
  return xmlReply(xmlDocument('CopyObjectResult', result), versionHeader(copy.version));
}

/** `[/]bucket/key[?versionId=…]`, encoded as an address. @throws S3Error - `InvalidArgument` */
export function sourceOf(header: string) {
  const [, bucket, key = '', version] =
    /^\/?([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(header) ?? [];
  if (bucket === undefined) {
    const message = 'You must specify the source in the form bucket/key in x-amz-copy-source.';
    throw new S3Error('InvalidArgument', message);
  }
  return { bucket, key: decodedKey(key), version };
}

/** `DeleteObject`: an object that is not there is as good as deleted. */
export function deleteObject({ bucket, key, query, objects }: Call): ServiceReply {
  const version = query.get('versionId');
  const deleted =
    version === null ? objects.delete(bucket, key) : objects.deleteVersion(bucket, key, version);
  const headers = {
    'content-type': 'application/xml',
    ...versionHeader(deleted.version),
    ...(deleted.marker && { 'x-amz-delete-marker': 'true' }),
  };
  return { status: 204, headers, body: '' };
}

/** `DeleteObjects`: up to a thousand, each for itself. */
export function deleteObjects({ bucket, headers, body, objects }: Call): ServiceReply {
  const { bytes, checksum } = readPayload(headers, body);
  if (checksum === undefined && headers['content-md5'] === undefined) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
    throw new S3Error('InvalidRequest', message);
  }
  const { objects: named, quiet } = readDelete(bytes);
  const deleted = named.map(({ key, versionId }): XmlElements => {
    if (versionId !== undefined) {
      objects.deleteVersion(bucket, key, versionId);
      return { Key: key, VersionId: versionId };
    }
    const { version, marker } = objects.delete(bucket, key);
    if (!marker) return { Key: key };
    return { Key: key, DeleteMarker: true, DeleteMarkerVersionId: version };
  });
  return xmlReply(xmlDocument('DeleteResult', { Deleted: quiet ? undefined : deleted }));
}
