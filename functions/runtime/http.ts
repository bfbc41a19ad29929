import { gunzipSync } from 'node:zlib';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod';
import { type CallerOf, readCaller } from './caller.ts';
import { asOauth, NotFound, Refusal } from './errors.ts';
import {
  AnsweredBefore,
  type Claim,
  findAnswer,
  type Remembered,
  readClaim,
} from './idempotency.ts';
import { describeError, log } from './logger.ts';
import { type HttpAnswer, problemAnswer } from './problems.ts';
import { readApiUrl, readHeaders, readIfMatch, readJson, readPart, readText } from './request.ts';
import { asksForKey, type Route, type Routes, routeKey, type TextBody } from './route.ts';
import { beginInvocation, endInvocation } from './waits.ts';

type Part<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** A request as its contract describes it: parsed, typed, its caller known. */
export interface Call<R extends Route> {
  readonly caller: CallerOf<R['access']>;
  readonly params: Part<R['params']>;
  readonly query: Part<R['query']>;
  /** Those that the route declares, by their names in lower case. */
  readonly headers: Part<R['headers']>;
  readonly body: Part<R['body']>;
  /** The body of a route that takes text, exactly as it was sent. */
  readonly text: R['text'] extends TextBody ? string : undefined;
  /** Where this request found the API, without a slash at its end. */
  readonly apiUrl: string;
  /** The version that the caller saw last, from `If-Match`. */
  readonly ifMatch: number | undefined;
  /** What makes a POST happen once; remembered in the transaction that does it. None where it repeats by itself. */
  readonly claim: R extends { readonly method: 'POST'; readonly repeats?: never }
    ? Claim
    : undefined;
}

/** A file to answer with, for routes whose contract names a media type. */
export const FileBody = z.union([
  z.strictObject({
    mediaType: z.string(),
    text: z.string(),
    /** For a page that has to do more in a browser than other pages: its Content-Security-Policy (`page.ts`). */
    policy: z.string().optional(),
    /** For a page of a list: the address of the next (RFC 8288). */
    next: z.url().optional(),
  }),
  /** Compressed and in base 64, as API Gateway takes binary answers. */
  z.strictObject({ mediaType: z.string(), gzip: z.base64() }),
]);
export type FileBody = z.infer<typeof FileBody>;

/** What a handler gives back; the status is the contract's. */
export interface Answer<R extends Route> {
  readonly body: R['answers'] extends { readonly mediaType: string }
    ? FileBody
    : Part<R['answers']['body']>;
  /** Becomes the `ETag`. */
  readonly version?: number | undefined;
}

/** A contract, or of one that is divided the part that a function serves. */
interface Served {
  readonly routes: Routes;
}

export type Handlers<C extends Served> = {
  readonly [name in keyof C['routes']]: (
    call: Call<C['routes'][name]>,
  ) => Promise<Answer<C['routes'][name]>>;
};

/** Any handler: what the table of routes holds once each has been checked against its own route. */
type Handler = (call: unknown) => Promise<Remembered>;

/**
 * The Lambda handler of a capability's routes, or of a part of them: finds the route that the gateway matched, knows the caller,
 * reads the request by the contract, answers once for each `Idempotency-Key`, and turns errors into problems.
 *
 * @param answersTable - where answers to POST requests are remembered; routes with a POST that asks for a key need one
 */
export function serve<C extends Served>(served: C, handlers: Handlers<C>, answersTable?: string) {
  const table = new Map<string, { readonly route: Route; readonly handle: Handler }>();
  for (const [name, route] of Object.entries(served.routes)) {
    // Handlers<C> has tied each name's handler to its own route; the table forgets which is which.
    const handle = handlers[name] as unknown as (call: unknown) => Promise<Answer<Route>>;
    table.set(routeKey(route), {
      route,
      handle: async (call) => ({ status: route.answers.status, ...(await handle(call)) }),
    });
  }
  return middy<APIGatewayProxyEventV2, HttpAnswer, Error, Context>()
    .use(problems())
    .handler(async (event: APIGatewayProxyEventV2) => {
      const entry = table.get(event.routeKey);
      if (entry === undefined)
        throw new NotFound({
          code: 'no-such-route',
          detail: `${event.routeKey} is not served here.`,
        });
      const { route, handle } = entry;
      try {
        return await answer(event, route, handle, answersTable);
      } catch (error) {
        throw route.unreadable === 'as-oauth' ? asOauth(error) : error;
      }
    });
}

async function answer(
  event: APIGatewayProxyEventV2,
  route: Route,
  handle: Handler,
  answersTable: string | undefined,
): Promise<HttpAnswer> {
  const caller = readCaller(event, route.access);
  const call = {
    caller,
    apiUrl: readApiUrl(event),
    params: readPart('path', route.params, event.pathParameters ?? {}),
    query: readPart('query', route.query, event.queryStringParameters ?? {}),
    headers: readHeaders(event, route.headers),
    text: readText(event, route.text),
    body: readPart('body', route.body, route.text ? undefined : readJson(event)),
    ifMatch: readIfMatch(event),
  };
  if (!asksForKey(route) || answersTable === undefined)
    return write(event, route, await handle(call));
  const claim = readClaim(event, caller?.sub ?? 'anyone');
  return write(event, route, await once(answersTable, claim, () => handle({ ...call, claim })));
}

/** Does the work, or repeats the answer that the same claim was given before or meanwhile. */
async function once(
  table: string,
  claim: Claim,
  work: () => Promise<Remembered>,
): Promise<Remembered> {
  const before = await findAnswer(table, claim);
  if (before !== undefined) return before;
  try {
    return await work();
  } catch (error) {
    // A refusal may be of what the same claim's first request has just made, such as "decided already".
    const maybe = error instanceof AnsweredBefore || error instanceof Refusal;
    const meanwhile = maybe ? await findAnswer(table, claim) : undefined;
    if (meanwhile === undefined) throw error;
    return meanwhile;
  }
}

function write(
  event: APIGatewayProxyEventV2,
  route: Route,
  { status, body, version }: Remembered,
): HttpAnswer {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (version !== undefined) headers['etag'] = `"${version}"`;
  if (route.answers.body === undefined) return { statusCode: status, headers };
  if (route.answers.mediaType !== undefined)
    return writeFile(route, FileBody.parse(body), takesGzip(event));
  return {
    statusCode: status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** What a page of ours may do in a browser; Swagger UI writes styles into its elements. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

function writeFile(route: Route, file: FileBody, zipped: boolean): HttpAnswer {
  const statusCode = route.answers.status;
  const policy = 'policy' in file ? file.policy : undefined;
  const headers = {
    'content-type': file.mediaType,
    'cache-control': isLasting(route) && policy === undefined ? 'max-age=300' : 'no-store',
    ...(file.mediaType.startsWith('text/html') ? pageHeaders : {}),
    ...(policy === undefined ? {} : { 'content-security-policy': policy }),
    ...('next' in file && file.next ? { link: `<${file.next}>; rel="next"` } : {}),
  };
  if ('text' in file) return { statusCode, headers, body: file.text };
  const plain = () => gunzipSync(Buffer.from(file.gzip, 'base64')).toString('base64');
  return {
    statusCode,
    headers: {
      ...headers,
      vary: 'accept-encoding',
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    },
    body: zipped ? file.gzip : plain(),
    isBase64Encoded: true,
  };
}

/**
 * Files for anyone change with a deployment only, and a few minutes in a cache do no harm; what needs a login, has a secret
 * in its address or is a page for one person, with a policy of its own, is kept nowhere.
 */
function isLasting({ method, access, answers }: Route): boolean {
  return method === 'GET' && access.pool === 'none' && answers.uncached === undefined;
}

/** Whether the caller asks for gzip (RFC 9110, section 12.5.3); who says nothing gets plain bytes. */
function takesGzip(event: APIGatewayProxyEventV2): boolean {
  const asked = (event.headers['accept-encoding'] ?? '').toLowerCase().split(',');
  const weights = new Map(
    asked.map((coding) => {
      const [name = '', ...parameters] = coding.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q\s*=/.test(parameter));
      return [name, quality === undefined ? 1 : Number(quality.split('=')[1])];
    }),
  );
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

/** One log line a request, and a problem document for whatever was thrown. */
function problems(): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer, Error, Context> {
  return {
    before: beginInvocation,
    after: (request) => {
      if (request.response) request.response = unsniffed(request.response);
      logRequest(request.event, request.response?.statusCode ?? 500);
    },
    onError: (request) => {
      const { event, error } = request;
      const answer = problemAnswer(error, event.requestContext.requestId);
      logRequest(event, answer.statusCode, error);
      request.response = unsniffed(answer);
    },
  };
}

/** No browser guesses another media type than the one that is written. */
function unsniffed(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-content-type-options': 'nosniff' } };
}

function logRequest(event: APIGatewayProxyEventV2, status: number, error?: unknown): void {
  const { requestId } = event.requestContext;
  const fields = { requestId, route: event.routeKey, status, ...endInvocation() };
  if (status < 500) log.info('answered', fields);
  else log.error('failed', { ...fields, ...describeError(error) });
}
