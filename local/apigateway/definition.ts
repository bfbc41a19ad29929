import { z } from 'zod';

/*
 * The OpenAPI definition in the Body of an HTTP API, as the local region takes it: strict at every depth, so that
 * nothing in it is silently ignored. Source: API Gateway Developer Guide, "Working with OpenAPI definitions for HTTP
 * APIs" and "OpenAPI extensions for API Gateway".
 */

const ANY = 'x-amazon-apigateway-any-method';
const CALL = 'x-amazon-apigateway-integration';
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;

/** The path whose operation of any method takes what no other route does. */
const DEFAULT_PATH = '/$default';

const cors = z
  .strictObject({
    allowCredentials: z.boolean().optional(),
    allowHeaders: z.array(z.string()).optional(),
    allowMethods: z
      .array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '*']))
      .optional(),
    allowOrigins: z.array(z.string()).optional(),
    exposeHeaders: z.array(z.string()).optional(),
    /** Seconds; -1 tells browsers to cache nothing. */
    maxAge: z.int().min(-1).max(86_400).optional(),
  })
  .refine((given) => !(given.allowCredentials && given.allowOrigins?.includes('*')), {
    path: ['allowOrigins'],
    message: 'API Gateway refuses * as origin together with allowCredentials',
  });

/** `x-amazon-apigateway-cors` of an API. */
export type CorsConfiguration = z.output<typeof cors>;

const FUNCTION_PATH = /\/functions\/(.+)\/invocations$/;

const integration = z
  .strictObject({
    type: z.literal('aws_proxy', 'the local region integrates functions (aws_proxy) only'),
    httpMethod: z.literal('POST', 'functions are invoked by POST'),
    /** The function's ARN, alone or as `arn:aws:apigateway:<region>:lambda:path/<version>/functions/<ARN>/invocations`. */
    uri: z.string(),
    payloadFormatVersion: z.literal('2.0', 'the local region speaks payload format 2.0 only'),
    connectionType: z.literal('INTERNET').optional(),
    timeoutInMillis: z.int().min(50).max(30_000).default(30_000),
  })
  .transform(({ uri, timeoutInMillis }) => ({
    functionName: FUNCTION_PATH.exec(uri)?.[1] ?? uri,
    timeoutMs: timeoutInMillis,
  }));
export type Integration = z.output<typeof integration>;

const REFERENCE = /^#\/components\/x-amazon-apigateway-integrations\/([\w-]+)$/;

const reference = z.strictObject({
  $ref: z
    .string()
    .regex(REFERENCE, 'refers to "#/components/x-amazon-apigateway-integrations/<name>" only')
    .transform((pointer) => REFERENCE.exec(pointer)?.[1] ?? ''),
});

/** What a path's variables are declared as; a request's other parameters reach the function undeclared. */
const parameter = z.strictObject({
  name: z.string(),
  in: z.literal('path', 'the local region knows parameters in the path only'),
  required: z.literal(true, 'a parameter in the path is required'),
  schema: z.strictObject({ type: z.literal('string') }).optional(),
});

/** One security scheme at most, with scopes of which a token must grant one. */
const security = z
  .array(
    z
      .record(z.string(), z.array(z.string()))
      .refine((schemes) => Object.keys(schemes).length === 1, 'a requirement names one scheme'),
  )
  .max(1, 'API Gateway takes one security requirement for an operation');

const operation = z.strictObject({
  operationId: z.string().optional(),
  parameters: z.array(parameter).default([]),
  // Said for readers; API Gateway takes no notice of it.
  responses: z.record(z.string(), z.strictObject({ description: z.string() })).optional(),
  security: security.default([]),
  isDefaultRoute: z.boolean().default(false),
  [CALL]: z.union([integration, reference]),
});
type Operation = z.output<typeof operation>;

const HEADER_SOURCE = /^\$request\.header\.([\w-]+)$/;

const securityScheme = z
  .strictObject({
    type: z.literal('oauth2', 'the local region has schemes of the type oauth2 only'),
    'x-amazon-apigateway-authorizer': z.strictObject({
      type: z.literal('jwt', 'the local region has JWT authorizers only'),
      /** One header, such as `$request.header.Authorization`. */
      identitySource: z
        .string()
        .regex(HEADER_SOURCE, 'a token is read from $request.header.<name> only')
        .transform((source) => HEADER_SOURCE.exec(source)?.[1]?.toLowerCase() ?? ''),
      jwtConfiguration: z.strictObject({
        issuer: z.url({ protocol: /^https?$/ }),
        audience: z.array(z.string()).min(1),
      }),
    }),
  })
  .transform(({ 'x-amazon-apigateway-authorizer': { jwtConfiguration, identitySource } }) => ({
    ...jwtConfiguration,
    header: identitySource,
  }));

const paths = z
  .record(
    z.string().regex(/^\/\S*$/, 'a path begins with "/"'),
    z.strictObject({
      get: operation.optional(),
      head: operation.optional(),
      post: operation.optional(),
      put: operation.optional(),
      patch: operation.optional(),
      delete: operation.optional(),
      options: operation.optional(),
      [ANY]: operation.optional(),
    }),
  )
  .superRefine((declared, context) => {
    for (const { path, method, operation: each } of operationsOf(declared)) {
      const report = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path, method, key], message });
      const variables = [...path.matchAll(/\{([^}+]*)\+?\}/g)].map(([, name]) => name).sort();
      const names = each.parameters.map(({ name }) => name).sort();
      if (names.join() !== variables.join()) {
        report('parameters', `must be those of the path: [${variables}], not [${names}]`);
      }
      if (each.isDefaultRoute !== (path === DEFAULT_PATH && method === ANY)) {
        report('isDefaultRoute', `is true of ${ANY} at "${DEFAULT_PATH}", and there only`);
      }
    }
  });

interface PlacedOperation {
  readonly path: string;
  readonly method: (typeof METHODS)[number] | typeof ANY;
  /** As `event.routeKey` has it: `GET /learners/{id}`, `ANY /learners`, `$default`. */
  readonly routeKey: string;
  readonly operation: Operation;
}

/** Every operation of a definition, with where it stands. */
function operationsOf(declared: z.output<typeof paths>): readonly PlacedOperation[] {
  return Object.entries(declared).flatMap(([path, item]) =>
    ([...METHODS, ANY] as const).flatMap((method) => {
      const found = item[method];
      return found === undefined
        ? []
        : [{ path, method, routeKey: routeKey(path, method), operation: found }];
    }),
  );
}

function routeKey(path: string, method: PlacedOperation['method']): string {
  if (method !== ANY) return `${method.toUpperCase()} ${path}`;
  return path === DEFAULT_PATH ? '$default' : `ANY ${path}`;
}

const components = z.strictObject({
  securitySchemes: z.record(z.string(), securityScheme).default({}),
  'x-amazon-apigateway-integrations': z.record(z.string(), integration).default({}),
});

/** A definition as the routes that it declares, each with what it refers to, and its CORS. */
export const definition = z
  .strictObject({
    openapi: z.string().regex(/^3\.0\.\d+$/, 'HTTP APIs take OpenAPI 3.0'),
    info: z.strictObject({
      title: z.string(),
      version: z.string(),
      description: z.string().optional(),
    }),
    paths,
    components: components.prefault({}),
    'x-amazon-apigateway-cors': cors.optional(),
  })
  .transform((declared, context) => ({
    cors: declared['x-amazon-apigateway-cors'],
    routes: operationsOf(declared.paths).flatMap((placed) =>
      routeOf(placed, declared.components, (at) =>
        context.addIssue({
          code: 'custom',
          path: ['paths', placed.path, placed.method, ...at],
          message: "refers to what the definition's components do not have",
        }),
      ),
    ),
  }));

function routeOf(
  { routeKey: key, operation: { [CALL]: called, security: needed } }: PlacedOperation,
  known: z.output<typeof components>,
  refuse: (at: readonly string[]) => void,
) {
  const { securitySchemes, 'x-amazon-apigateway-integrations': integrations } = known;
  const shared = '$ref' in called ? named(integrations, called.$ref) : called;
  if (shared === undefined) refuse([CALL, '$ref']);
  const [[scheme, scopes = []] = []] = needed.flatMap(Object.entries<string[]>);
  const tokens = scheme === undefined ? undefined : named(securitySchemes, scheme);
  if (scheme !== undefined && tokens === undefined) refuse(['security', '0', scheme]);
  return shared === undefined ? [] : [{ key, integration: shared, tokens, scopes }];
}

function named<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
