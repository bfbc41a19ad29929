import type { RequestHead } from '../service.ts';
import { bucketName } from './bucket.ts';
import { S3Error } from './errors.ts';

/** A request's address, taken apart. */
export interface Address {
  readonly bucket: string;
  /** As it stands in the path; empty: the bucket itself is meant. */
  readonly writtenKey: string;
  readonly query: URLSearchParams;
}

/** What an operation takes besides bucket and key; anything else that would change its meaning is refused. */
interface Taken {
  readonly query?: readonly string[];
  /** Without the `x-amz-` at their beginning. */
  readonly headers?: readonly string[];
}

const checksums = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'].map(
  (one) => `checksum-${one}`,
);
/** Nothing is encrypted here, and there is one storage class. */
const storage = [
  'server-side-encryption',
  'server-side-encryption-aws-kms-key-id',
  'server-side-encryption-bucket-key-enabled',
  'storage-class',
];
const listing = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];

const reading: Taken = {
  query: ['versionId', 'response-content-type', 'response-content-disposition'],
  headers: ['checksum-mode'],
};

/** The operations that the local region answers. */
export const operations = {
  PutObject: {
    headers: [...checksums, ...storage, 'trailer', 'decoded-content-length', 'meta-*'],
  },
  CopyObject: {
    headers: ['copy-source', 'metadata-directive', 'checksum-algorithm', ...storage, 'meta-*'],
  },
  GetObject: reading,
  HeadObject: reading,
  DeleteObject: { query: ['versionId'] },
  DeleteObjects: { query: ['delete'], headers: checksums },
  ListObjectsV2: {
    query: ['list-type', 'continuation-token', 'start-after', 'fetch-owner', ...listing],
  },
  ListObjectVersions: { query: ['versions', ...listing] },
  HeadBucket: {},
  GetBucketLocation: { query: ['location'] },
  DeleteBucket: {},
  CreateBucket: { headers: ['bucket-object-lock-enabled', 'object-ownership'] },
  GetBucketEncryption: { query: ['encryption'] },
  GetPublicAccessBlock: { query: ['publicAccessBlock'] },
  PostObject: {},
} as const satisfies Readonly<Record<string, Taken>>;
export type Operation = keyof typeof operations;

/** Whether the local region answers an operation of this name. */
export function isOperation(name: string): name is Operation {
  return Object.hasOwn(operations, name);
}

/** What every request may carry. */
const always = {
  query:
    /^(x-id|X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Content-Sha256))$/,
  headers:
    /^(content-sha256|date|security-token|user-agent|sdk-checksum-algorithm|expected-bucket-owner)$/,
};

function splitPath(path: string) {
  const mark = path.indexOf('?');
  if (mark === -1) return { pathname: path, search: '' };
  return { pathname: path.slice(0, mark), search: path.slice(mark + 1) };
}

/** Takes an address apart; undefined when its first part is no bucket's name. */
export function readAddress(path: string): Address | undefined {
  const { pathname, search } = splitPath(path);
  const [, written = '', ...rest] = pathname.split('/');
  if (!bucketName.test(written)) return undefined;
  return { bucket: written, writtenKey: rest.join('/'), query: new URLSearchParams(search) };
}

/** The name of the operation that method, address and headers ask for; what S3 has no name for is described. */
export function operationOf(
  { method, headers }: RequestHead,
  { writtenKey, query }: Address,
): string {
  if (writtenKey !== '') {
    const copies = headers['x-amz-copy-source'] !== undefined;
    const named: Readonly<Record<string, Operation>> = {
      GET: 'GetObject',
      HEAD: 'HeadObject',
      PUT: copies ? 'CopyObject' : 'PutObject',
      DELETE: 'DeleteObject',
    };
    return named[method] ?? `${method} of an object`;
  }
  if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2';
  if (method === 'GET' && query.has('versions')) return 'ListObjectVersions';
  if (method === 'GET' && query.has('location')) return 'GetBucketLocation';
  if (method === 'GET' && query.has('encryption')) return 'GetBucketEncryption';
  if (method === 'GET' && query.has('publicAccessBlock')) return 'GetPublicAccessBlock';
  if (method === 'HEAD') return 'HeadBucket';
  // With a parameter it would say something about a bucket: the SDK adds the name of the operation, and no more.
  const isPlain = [...query.keys()].every((name) => name === 'x-id');
  if (method === 'PUT' && isPlain) return 'CreateBucket';
  if (method === 'DELETE' && isPlain) return 'DeleteBucket';
  if (method === 'POST' && query.has('delete')) return 'DeleteObjects';
  const form = headers['content-type']?.startsWith('multipart/form-data') === true;
  if (method === 'POST' && form) return 'PostObject';
  return `${method} of a bucket`;
}

/**
 * Refuses a request that carries more than its operation takes here: it would mean something else at AWS.
 * @throws S3Error - `NotImplemented`
 */
export function checkTaken(operation: Operation, { headers }: RequestHead, query: URLSearchParams) {
  const taken: Taken = operations[operation];
  for (const name of query.keys()) {
    if (always.query.test(name) || taken.query?.includes(name) || isTakenHeader(taken, name))
      continue;
    throw notImplemented(operation, `the parameter ${name}`);
  }
  for (const name of Object.keys(headers)) {
    if (!name.startsWith('x-amz-') || isTakenHeader(taken, name)) continue;
    throw notImplemented(operation, `the header ${name}`);
  }
}

/** A presigned URL carries headers in its query. */
function isTakenHeader(taken: Taken, name: string): boolean {
  const rest = name.toLowerCase().replace(/^x-amz-/, '');
  if (rest === name.toLowerCase()) return false;
  if (always.headers.test(rest) || taken.headers?.includes(rest)) return true;
  return rest.startsWith('meta-') && taken.headers?.includes('meta-*') === true;
}

function notImplemented(operation: Operation, what: string): S3Error {
  const message = `The local region's ${operation} does not know ${what}.`;
  return new S3Error('NotImplemented', message);
}

/**
 * A key as it stands in an address, decoded.
 * @throws S3Error - `InvalidArgument`
 */
export function decodedKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidArgument', `Couldn't parse the specified URI ${text}`);
  }
}

/** The headers that a presigned URL carries in its query. */
export function hoisted(query: URLSearchParams): Record<string, string> {
  const pairs = [...query].filter(([name]) => name.startsWith('x-amz-'));
  return Object.fromEntries(pairs);
}
