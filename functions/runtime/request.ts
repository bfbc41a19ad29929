import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { type Fault, Unreadable } from './errors.ts';
import type { TextBody } from './route.ts';

/** Bytes that a body of JSON may have; no route needs more. */
const bodyLimit = 65_536;

/** What a part without a schema may hold. */
const nothing = z.strictObject({});

/** Checks one part of a request against its schema; absent schemas accept nothing. */
export function readPart(part: string, schema: z.ZodObject | undefined, value: unknown): unknown {
  const parsed = (schema ?? nothing).safeParse(value ?? (schema === undefined ? {} : undefined));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(part, issue));
  const named = faults.map((fault) => fault.field).join(', ');
  throw new Unreadable(
    400,
    'malformed',
    `Not as expected: ${named}. See "errors" for each.`,
    faults,
  );
}

function faultsOf(part: string, issue: z.core.$ZodIssue): readonly Fault[] {
  const field = [part, ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [{ field, expected: issue.message }];
  return issue.keys.map((key) => ({
    field: `${field}.${key}`,
    expected: 'no such field: leave it out',
  }));
}

/**
 * The headers that a route declares, and no others. What was sent more than once has its values joined with commas (API
 * Gateway Developer Guide, payload format 2.0).
 *
 * @param schema - its fields are names of headers in lower case
 * @throws {Unreadable} 400 `malformed`, naming each as `header.<name>`
 */
export function readHeaders(event: APIGatewayProxyEventV2, schema: z.ZodObject | undefined) {
  const declared = Object.keys(schema?.shape ?? {});
  const sent = declared.filter((name) => event.headers[name] !== undefined);
  return readPart(
    'header',
    schema,
    Object.fromEntries(sent.map((name) => [name, event.headers[name]])),
  );
}

/**
 * The body as JSON, or undefined where there is none.
 *
 * @throws {Unreadable} 413 `body-too-large`, 415 `json-required`, 400 `invalid-utf-8` or `invalid-json`
 */
export function readJson(event: APIGatewayProxyEventV2): unknown {
  const bytes = readBytes(event, bodyLimit);
  if (bytes === undefined) return undefined;
  if (mediaTypeOf(event) !== 'application/json') {
    throw new Unreadable(
      415,
      'json-required',
      'Send the body as JSON, with "Content-Type: application/json".',
    );
  }
  return parse(decode(bytes));
}

/**
 * The body of a route that takes text, a byte order mark at its start included, for signatures are made of every byte;
 * undefined for a route that takes none.
 *
 * @throws {Unreadable} 413 `body-too-large`, 415 `text-required`, 400 `invalid-utf-8` or `malformed`: there is none
 */
export function readText(
  event: APIGatewayProxyEventV2,
  wanted: TextBody | undefined,
): string | undefined {
  if (wanted === undefined) return undefined;
  const { mediaType, largestBytes } = wanted;
  const bytes = readBytes(event, largestBytes);
  if (bytes === undefined) {
    const fault = { field: 'body', expected: `text of the type ${mediaType}` };
    throw new Unreadable(400, 'malformed', 'Not as expected: body. See "errors".', [fault]);
  }
  if (mediaTypeOf(event) === mediaType) return decode(bytes, { ignoreBOM: true });
  throw new Unreadable(415, 'text-required', `Send the body with "Content-Type: ${mediaType}".`);
}

/**
 * The fields of a form that was taken as text; of those with the same name the last.
 *
 * @throws {Unreadable} 400 `malformed`, naming each as `body.<name>`
 */
export function readForm<Schema extends z.ZodObject>(
  schema: Schema,
  text: string,
): z.output<Schema> {
  // The schema has just parsed it.
  return readPart(
    'body',
    schema,
    Object.fromEntries(new URLSearchParams(text)),
  ) as z.output<Schema>;
}

function readBytes(event: APIGatewayProxyEventV2, limit: number): Buffer | undefined {
  if (event.body === undefined || event.body === '') return undefined;
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.byteLength <= limit) return bytes;
  throw new Unreadable(
    413,
    'body-too-large',
    `The body has ${bytes.byteLength} bytes; at most ${limit} are read.`,
  );
}

function mediaTypeOf(event: APIGatewayProxyEventV2): string | undefined {
  return (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
}

/** `ignoreBOM`: a byte order mark is no mark but a character of the text, and stays. */
function decode(bytes: Buffer, options: { readonly ignoreBOM?: true } = {}): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ...options }).decode(bytes);
    // The gateway has put U+FFFD in place of what it could not decode; no text that we store needs it.
    if (!text.includes('\uFFFD')) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new Unreadable(
    400,
    'invalid-utf-8',
    'The body is not UTF-8. Encode it as UTF-8 and send it again.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Unreadable(
      400,
      'invalid-json',
      'The body is not JSON. Check quotes, commas and brackets.',
    );
  }
}

/** The version that `If-Match` names; undefined where the caller does not care. */
export function readIfMatch(event: APIGatewayProxyEventV2): number | undefined {
  const header = event.headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new Unreadable(400, 'malformed', 'If-Match is not an ETag of this API.', [
    {
      field: 'header.if-match',
      expected: 'the ETag of the last answer, quotes included, such as "3"',
    },
  ]);
}

/**
 * Where a request found the API, without a slash at its end. No function can be told beforehand: the API is made of its
 * functions (docs/adr/0018-one-body-for-all-routes.md). The domain is the gateway's word and no header of the caller's,
 * because it goes into mails; scheme and port are what the gateway forwards (API Gateway Developer Guide, payload
 * format 2.0).
 */
export function readApiUrl({ headers, requestContext }: APIGatewayProxyEventV2): string {
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  const port = headers['x-forwarded-port'] ?? '';
  const isUsual = !/^\d+$/.test(port) || port === (scheme === 'http' ? '80' : '443');
  return `${scheme}://${requestContext.domainName}${isUsual ? '' : `:${port}`}`;
}
