import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Credentials } from './surroundings.ts';

/** A request as it is sent, for AWS to know who sends it. */
export interface Unsigned {
  readonly method: string;
  /** As it is sent: percent-encoded once. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** In lower case, `host` among them; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** For whom a signature is good. */
export interface Scope {
  readonly region: string;
  /** By the service's signing name, such as `cognito-idp`. */
  readonly service: string;
}

export const algorithm = 'AWS4-HMAC-SHA256';

/**
 * The headers of a request with those of its signature, version 4. S3 gets the hash of the body as a header, as it asks.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function sign(
  request: Unsigned,
  credentials: Credentials,
  scope: Scope,
  now: Date,
): Record<string, string> {
  const moment = basicMoment(now);
  const payload = hash('sha256', request.body);
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': moment };
  if (credentials.sessionToken !== undefined) {
    headers['x-amz-security-token'] = credentials.sessionToken;
  }
  if (scope.service === 's3') headers['x-amz-content-sha256'] = payload;
  const names = Object.keys(headers).sort();
  const canonical = canonicalRequest({ ...request, headers }, names, payload, scope);
  const signature = signatureOf(textToSign(moment, scope, canonical), credentials, scope, moment);
  headers['authorization'] =
    `${algorithm} Credential=${credentialOf(credentials, scope, moment)}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return headers;
}

/**
 * The query of an address that whoever has it may ask for, without a header of their own but the host. Only S3 takes its
 * `UNSIGNED-PAYLOAD`.
 *
 * @param seconds - for which it is good
 */
export function presign(
  request: Omit<Unsigned, 'body'>,
  credentials: Credentials,
  scope: Scope,
  now: Date,
  seconds: number,
): Record<string, string> {
  const moment = basicMoment(now);
  const names = Object.keys(request.headers).sort();
  const query: Record<string, string> = {
    ...request.query,
    ...(credentials.sessionToken !== undefined && {
      'X-Amz-Security-Token': credentials.sessionToken,
    }),
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
    'X-Amz-Credential': credentialOf(credentials, scope, moment),
    'X-Amz-Date': moment,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': names.join(';'),
  };
  const canonical = canonicalRequest({ ...request, query }, names, 'UNSIGNED-PAYLOAD', scope);
  const text = textToSign(moment, scope, canonical);
  return { ...query, 'X-Amz-Signature': signatureOf(text, credentials, scope, moment) };
}

/** The signature of a text, in hexadecimal digits. @param moment - as `basicMoment` writes it */
export function signatureOf(
  text: string,
  credentials: Credentials,
  scope: Scope,
  moment: string,
): string {
  const key = keyFor(credentials, scope, moment.slice(0, 8));
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Who signs, and for what. */
export function credentialOf(credentials: Credentials, scope: Scope, moment: string): string {
  return `${credentials.accessKeyId}/${scopeOf(scope, moment)}`;
}

/** A moment in ISO 8601's basic format, by the second. */
export const basicMoment = (date: Date) => date.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

const scopeOf = ({ region, service }: Scope, moment: string) =>
  `${moment.slice(0, 8)}/${region}/${service}/aws4_request`;

function canonicalRequest(
  { method, path, query = {}, headers }: Omit<Unsigned, 'body'>,
  names: readonly string[],
  payload: string,
  { service }: Scope,
): string {
  return [
    method,
    // Each service but S3 has the path encoded once more (the page above, "Canonical request").
    service === 's3' ? path : encoded(path).replaceAll('%2F', '/'),
    queryText(query),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
}

function textToSign(moment: string, scope: Scope, canonical: string): string {
  return [algorithm, moment, scopeOf(scope, moment), hash('sha256', canonical)].join('\n');
}

/** A query in the order of its encoded names, as it is sent and as it is signed. */
export function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Everything but the unreserved characters of RFC 3986 as `%XX`. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Keys are good for a day; few at a time, for a function asks a handful of services. As objects: of bytes Node makes one
 * with each use, which takes longer than all else of a signature.
 */
const keys = new Map<string, KeyObject>();
const mostKeys = 20;

function keyFor(credentials: Credentials, { region, service }: Scope, day: string): KeyObject {
  const name = [credentials.secretAccessKey, day, region, service].join('/');
  const kept = keys.get(name);
  if (kept !== undefined) return kept;
  if (keys.size >= mostKeys) keys.clear();
  const parts = [day, region, service, 'aws4_request'];
  const bytes = parts.reduce<Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const key = createSecretKey(bytes);
  keys.set(name, key);
  return key;
}
