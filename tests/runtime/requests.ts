import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Route, routeKey } from '../../functions/runtime/route.ts';

/** What a caller sends, as far as a test cares; bodies that are not text go out as JSON. */
export interface Sent {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** What the gateway's authorizer verified; absent: there was no token. */
  readonly claims?: Record<string, string>;
  /** The gateway could not take the body for text. */
  readonly isBase64Encoded?: boolean;
}

/** The claims of a learner's access token, as API Gateway hands them on: texts, all of them. */
export const learnerClaims = (sub: string) => ({
  sub,
  token_use: 'access',
  exp: '1767225600',
  iss: 'https://cognito-idp.ap-northeast-2.amazonaws.com/pool',
});

/** The claims of a member of staff: the gateway writes the list of groups as `[officer]`. */
export const staffClaims = (sub: string, ...groups: string[]) => ({
  ...learnerClaims(sub),
  'cognito:groups': `[${groups.join(' ')}]`,
});

/** The event that API Gateway makes of a request to a route (payload format 2.0). */
export function requestTo(route: Pick<Route, 'method' | 'path'>, sent: Sent = {}) {
  const { params = {}, query = {}, body, headers = {}, claims, isBase64Encoded = false } = sent;
  const rawPath = Object.entries(params).reduce<string>(
    (path, [name, value]) => path.replace(`{${name}}`, encodeURIComponent(value)),
    route.path,
  );
  const jwt = claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } };
  const json: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json' };
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: routeKey(route),
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...json, ...headers },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.village.example',
      domainPrefix: 'api',
      http: {
        method: route.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'test',
      },
      requestId: 'request-1',
      routeKey: routeKey(route),
      stage: '$default',
      time: '01/Jul/2025:12:00:00 +0000',
      timeEpoch: 1_751_371_200_000,
      ...jwt,
    },
    isBase64Encoded,
  };
  if (Object.keys(params).length > 0) event.pathParameters = params;
  if (Object.keys(query).length > 0) event.queryStringParameters = query;
  if (body !== undefined) event.body = typeof body === 'string' ? body : JSON.stringify(body);
  return event;
}

/** What Lambda tells a function of its invocation. */
export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'function',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-2:000000000000:function:function',
  memoryLimitInMB: '256',
  awsRequestId: 'request-1',
  logGroupName: '/aws/lambda/function',
  logStreamName: 'stream',
  // Lambda gives each request a process of its own; a hundred at once share this one, and are not to time out.
  getRemainingTimeInMillis: () => 120_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** An answer of a handler, its body parsed. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // Tests look into bodies by matching; a problem's and a resource's fields differ.
  readonly body: unknown;
}

type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<{
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}>;

/** Invokes a handler as API Gateway does. */
export async function invoke(
  handler: HttpHandler,
  route: Pick<Route, 'method' | 'path'>,
  sent?: Sent,
): Promise<Answered> {
  const { statusCode, headers, body } = await handler(requestTo(route, sent), context);
  const json = /json/.test(headers['content-type'] ?? '');
  return {
    status: statusCode,
    headers,
    body: body !== undefined && json ? JSON.parse(body) : body,
  };
}
