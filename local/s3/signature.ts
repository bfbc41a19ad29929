import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LocalContext } from '../context.ts';
import { localCredentials } from '../credentials.ts';
import type { RequestHead } from '../service.ts';
import { S3Error } from './errors.ts';

const algorithm = 'AWS4-HMAC-SHA256';

/** A signed URL is good for a week at most. */
const longest = 604_800;

/** The access keys by which something may be signed for others to use; all share one secret. */
export interface Keys {
  knows(accessKey: string): boolean;
}

/** `<access key>/<yyyymmdd>/<region>/<service>/aws4_request`, the scope taken apart. */
interface Scope {
  readonly accessKey: string;
  readonly date: string;
  readonly text: string;
}

/**
 * Checks Signature Version 4 of a POST policy.
 * @param fields - the form's, by their names in small letters
 * @returns the access key that it is signed with
 * @throws S3Error - `InvalidAccessKeyId`, `SignatureDoesNotMatch`, `InvalidArgument`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export function checkPolicySignature(
  context: LocalContext,
  keys: Keys,
  policy: string,
  fields: ReadonlyMap<string, string>,
): string {
  const field = (name: string) => {
    const value = fields.get(name);
    if (value !== undefined) return value;
    throw new S3Error('InvalidArgument', `Bucket POST must contain a field named '${name}'.`);
  };
  if (field('x-amz-algorithm') !== algorithm) {
    throw new S3Error('InvalidArgument', `X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const scope = scopeOf(context, keys, field('x-amz-credential'), 'InvalidArgument');
  if (!field('x-amz-date').startsWith(scope.date)) throw new S3Error('SignatureDoesNotMatch');
  compare(signature(context, scope, policy), field('x-amz-signature'));
  return scope.accessKey;
}

/**
 * Checks Signature Version 4 in a request's query (a presigned URL).
 * @throws S3Error - `AccessDenied` before and after its time, `SignatureDoesNotMatch`,
 *   `InvalidAccessKeyId`, `AuthorizationQueryParametersError`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function checkSignedUrl(
  context: LocalContext,
  keys: Keys,
  head: RequestHead,
  query: URLSearchParams,
): void {
  const malformed = (message: string) => new S3Error('AuthorizationQueryParametersError', message);
  const parameter = (name: string) => {
    const value = query.get(name);
    if (value !== null) return value;
    throw malformed(`Query-string authentication requires ${name}.`);
  };
  if (parameter('X-Amz-Algorithm') !== algorithm) {
    throw malformed(`X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const scope = scopeOf(
    context,
    keys,
    parameter('X-Amz-Credential'),
    'AuthorizationQueryParametersError',
  );
  const date = parameter('X-Amz-Date');
  const signedAt = instantOf(date);
  if (signedAt === undefined || !date.startsWith(scope.date)) {
    throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  const seconds = Number(parameter('X-Amz-Expires'));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longest) {
    throw malformed('X-Amz-Expires must be from 1 second to a week (in seconds) 604800');
  }
  const canonical = canonicalRequest(head, query, parameter('X-Amz-SignedHeaders').split(';'));
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = [algorithm, date, scope.text, digest].join('\n');
  compare(signature(context, scope, toSign), parameter('X-Amz-Signature'));
  const now = context.clock.now();
  if (now < signedAt - 900_000) throw new S3Error('AccessDenied', 'Request is not yet valid');
  if (now >= signedAt + seconds * 1000) throw new S3Error('AccessDenied', 'Request has expired');
}

function scopeOf(
  { region }: LocalContext,
  keys: Keys,
  credential: string,
  code: 'InvalidArgument' | 'AuthorizationQueryParametersError',
): Scope {
  const [accessKey = '', date = '', ...rest] = credential.split('/');
  if (accessKey !== localCredentials.accessKeyId && !keys.knows(accessKey)) {
    throw new S3Error('InvalidAccessKeyId');
  }
  if (!/^\d{8}$/.test(date) || rest.join('/') !== `${region}/s3/aws4_request`) {
    const expected = `<access key>/<yyyymmdd>/${region}/s3/aws4_request`;
    throw new S3Error(code, `the credential is malformed; expecting ${expected}`);
  }
  return { accessKey, date, text: [date, ...rest].join('/') };
}

function signature({ region }: LocalContext, { date }: Scope, text: string): string {
  const hmac = (key: string | Buffer, part: string) =>
    createHmac('sha256', key).update(part).digest();
  const key = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${localCredentials.secretAccessKey}`,
  );
  return hmac(key, text).toString('hex');
}

function compare(computed: string, given: string): void {
  const [ours, theirs] = [Buffer.from(computed), Buffer.from(given)];
  if (ours.length === theirs.length && timingSafeEqual(ours, theirs)) return;
  throw new S3Error('SignatureDoesNotMatch');
}

function canonicalRequest(
  { method, path, headers }: RequestHead,
  query: URLSearchParams,
  signedHeaders: readonly string[],
): string {
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='));
  const lines = signedHeaders.map((name) => {
    const value = headers[name.toLowerCase()];
    const text = Array.isArray(value) ? value.join(',') : (value ?? '');
    return `${name}:${text.trim().replace(/ +/g, ' ')}\n`;
  });
  // The services answer below /_aws, and whoever signed a URL signed it whole.
  const target = `/_aws${path.split('?', 1)[0]}`;
  const payload = query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  return [method, target, pairs.join('&'), lines.join(''), signedHeaders.join(';'), payload].join(
    '\n',
  );
}

/** RFC 3986: all but letters, digits and `-._~`. */
function encoded(text: string): string {
  const percent = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}

function instantOf(date: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
