import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import {
  type Access,
  asksForKey,
  type Route,
  type TextBody,
} from '../../functions/runtime/route.ts';
import { problemExample } from './problem-examples.ts';
import { type Refused, refusalsOf, takesIfMatch } from './refusals.ts';

/** What each status means to whoever reads the document. */
const meanings: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted; it happens soon',
  204: 'Done, and nothing to say',
  400: 'The request could not be read',
  401: 'A valid access token of the right pool is needed',
  403: 'Not allowed',
  404: 'Not found, or not yours',
  409: 'In conflict with what is there',
  412: 'Changed since you read it',
  413: 'Too large',
  415: 'The body is of another media type',
  422: 'Refused by a rule',
  429: 'Too many requests; try again',
  500: 'A fault of ours',
  503: 'Nothing was done; try again',
};

/** One route as an operation of OpenAPI 3.1. */
export function describeRoute(
  capability: string,
  name: string,
  route: Route,
): ZodOpenApiOperationObject {
  const responses: Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject> = {};
  // Statuses are three digits, which the type wants to see the first of.
  const key = (status: number) => String(status) as `2${string}`;
  responses[key(route.answers.status)] = success(route);
  for (const [status, refused] of refusalsOf(route))
    responses[key(status)] = refusal(route, status, refused);
  return {
    operationId: capability + name.charAt(0).toUpperCase() + name.slice(1),
    tags: [capability],
    summary: route.summary,
    description: [route.description, `**Who may call:** ${callers(route.access)}`]
      .filter((paragraph) => paragraph !== undefined)
      .join('\n\n'),
    security: security(route.access),
    requestParams: {
      ...(route.params === undefined ? {} : { path: route.params }),
      ...(route.query === undefined ? {} : { query: route.query }),
      ...headers(route),
    },
    ...requestBody(route),
    responses,
  };
}

function requestBody({ body, text }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  const required = true;
  if (text !== undefined)
    return { requestBody: { required, content: { [text.mediaType]: { schema: schemaOf(text) } } } };
  if (body === undefined) return {};
  return { requestBody: { required, content: { 'application/json': { schema: body } } } };
}

/** What is text to a handler is an object to whoever sends JSON or a form. */
function schemaOf({ mediaType, description, example }: TextBody) {
  const object = { type: 'object' as const, description };
  switch (mediaType) {
    case 'text/csv':
      return { type: 'string' as const, description, examples: [example] };
    case 'application/json':
      return { ...object, examples: [JSON.parse(example)] };
    case 'application/x-www-form-urlencoded':
      return { ...object, examples: [Object.fromEntries(new URLSearchParams(example))] };
  }
}

function callers(access: Access): string {
  if (access.pool === 'none') return 'Anyone';
  if (access.pool === 'public') return "A learner's login (public pool)";
  return `Staff: ${access.roles.join(', ')}`;
}

/** Who may call, for machines: OpenAPI 3.1 lets a requirement name the roles that a bearer token must carry. */
function security(access: Access) {
  if (access.pool === 'none') return [];
  if (access.pool === 'public') return [{ publicPool: [] }];
  return [{ staffPool: [...access.roles] }];
}

const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{8,128}$/)
  .meta({
    description:
      'New for each intent, the same for each retry of it: a repeated request gets the first answer and changes nothing. Remembered for 24 hours.',
    examples: ['6b1f0a0e-52c1-4f6e-9a55-0d8a4f0b7c11'],
  });

const IfMatch = z
  .string()
  .regex(/^("\d{1,15}"|\*)$/)
  .optional()
  .meta({
    description: 'The ETag that you read; if it has changed since, nothing is written (412).',
    examples: ['"3"'],
  });

function headers(route: Route) {
  const sent = {
    ...route.headers?.shape,
    ...(asksForKey(route) ? { 'Idempotency-Key': IdempotencyKey } : {}),
    ...(takesIfMatch(route) ? { 'If-Match': IfMatch } : {}),
  };
  return Object.keys(sent).length === 0 ? {} : { header: z.object(sent) };
}

const ETag = z.string().meta({ description: 'The version, for If-Match', examples: ['"3"'] });

function success({ answers }: Route): ZodOpenApiResponseObject {
  const { status, body, etag, mediaType = 'application/json' } = answers;
  // A file's body is text to its handler; a file of JSON is an object to its reader.
  const object = { type: 'object' } as const;
  const schema = answers.mediaType === 'application/json' ? object : body;
  return {
    description: meanings[status] ?? 'Done',
    ...(etag ? { headers: z.object({ ETag }) } : {}),
    ...(schema === undefined ? {} : { content: { [mediaType]: { schema } } }),
  };
}

/** What the gateway writes with each status that it refuses with. */
const gatewayMessages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function refusal(
  route: Route,
  status: number,
  { codes, gateway }: Refused,
): ZodOpenApiResponseObject {
  const isOauth = route.unreadable === 'as-oauth' && status === 400;
  const mediaType = isOauth ? 'application/json' : 'application/problem+json';
  const problem = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      {
        type: 'object' as const,
        properties: { status: { const: status }, code: { enum: [...codes] } },
      },
    ],
  };
  const examples = Object.fromEntries(
    codes.map((code) => [code, { value: problemExample(route, status, code) }]),
  );
  return {
    description: reasons(status, { codes, gateway }),
    ...(codes.includes('unavailable') ? { headers: z.object({ 'Retry-After': RetryAfter }) } : {}),
    content: {
      ...(codes.length > 0 ? { [mediaType]: { schema: problem, examples } } : {}),
      ...(gateway
        ? {
            'application/json': {
              schema: { $ref: '#/components/schemas/GatewayMessage' },
              example: { message: gatewayMessages[status] ?? null },
            },
          }
        : {}),
    },
  };
}

function reasons(status: number, { codes, gateway }: Refused): string {
  const told = [
    ...codes.map((code) => `\`${code}\``),
    ...(gateway ? ['from the gateway: a `message` without a code'] : []),
  ];
  return `${meanings[status] ?? 'Refused'}: ${told.join(', ')}.`;
}

const RetryAfter = z
  .string()
  .optional()
  .meta({ description: 'Seconds to wait', examples: ['1'] });
