import { Aws } from 'aws-cdk-lib/core';
import { type Access, type Route, type Routes, routeKey } from '../functions/runtime/route.ts';

type PoolName = Exclude<Access['pool'], 'none'>;

/** Who signs the tokens of a pool, and the client for which they are. */
export interface Issuer {
  readonly issuer: string;
  readonly clientId: string;
}

/** Routes that one function answers. */
export interface Served {
  /** What their integration is called: letters, digits and hyphens. */
  readonly name: string;
  readonly routes: Routes;
  readonly functionArn: string;
}

export interface ApiBodyProps {
  readonly title: string;
  readonly description: string;
  /** Web pages that may call. */
  readonly origins: readonly string[];
  readonly issuers: Readonly<Record<PoolName, Issuer>>;
  readonly served: readonly Served[];
}

/** What the security schemes are called, by the pool whose tokens they take. */
const schemes = { public: 'PublicPool', staff: 'StaffPool' } as const satisfies Record<
  PoolName,
  string
>;

/**
 * The definition from which API Gateway makes the routes, integrations and authorizers of an HTTP API: OpenAPI 3.0.1,
 * of which it reads paths, security and its own extensions. What people read is another document (`lib/openapi`).
 * Forms: API Gateway Developer Guide, "Working with OpenAPI definitions for HTTP APIs" and "OpenAPI extensions";
 * AWS SAM writes the same for its `HttpApi` (tests/translator/output/explicit_http_api.json in its repository).
 */
export function apiBody(props: ApiBodyProps) {
  return {
    openapi: '3.0.1',
    info: { title: props.title, version: '1.0', description: props.description },
    paths: paths(props.served),
    components: {
      securitySchemes: {
        [schemes.public]: tokensOf(props.issuers.public),
        [schemes.staff]: tokensOf(props.issuers.staff),
      },
      'x-amazon-apigateway-integrations': Object.fromEntries(
        props.served.map(({ name, functionArn }) => [name, callOf(functionArn)]),
      ),
    },
    ...cors(props.origins),
  };
}

/** @throws {Error} two functions are to serve the same route: the later would take the place of the earlier */
function paths(served: readonly Served[]) {
  const found = new Map<string, Record<string, unknown>>();
  for (const { name, routes } of served) {
    for (const route of Object.values(routes)) {
      const operations = found.get(route.path) ?? {};
      const method = route.method.toLowerCase();
      if (method in operations)
        throw new Error(`${routeKey(route)} is in two contracts, or in two parts of one`);
      found.set(route.path, { ...operations, [method]: operation(name, route) });
    }
  }
  return Object.fromEntries(found);
}

/** "x-amazon-apigateway-integrations object": a function's integration stands once and is referred to. */
function operation(name: string, { path, access }: Route) {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    // OpenAPI asks for it; API Gateway reads nothing of it.
    responses: {},
    ...(access.pool === 'none' ? {} : { security: [{ [schemes[access.pool]]: [] }] }),
    'x-amazon-apigateway-integration': {
      $ref: `#/components/x-amazon-apigateway-integrations/${name}`,
    },
  };
}

/** "x-amazon-apigateway-integration object", for a function. */
function callOf(functionArn: string) {
  const path = `lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  return {
    type: 'aws_proxy',
    httpMethod: 'POST',
    uri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:${path}`,
    payloadFormatVersion: '2.0',
  };
}

/** "x-amazon-apigateway-authorizer object", its example of a JWT authorizer for an HTTP API. */
function tokensOf({ issuer, clientId }: Issuer) {
  return {
    type: 'oauth2',
    'x-amazon-apigateway-authorizer': {
      type: 'jwt',
      identitySource: '$request.header.Authorization',
      jwtConfiguration: { issuer, audience: [clientId] },
    },
  };
}

/**
 * Which web pages may call, and which headers they may send and read (Fetch standard, "CORS protocol");
 * "x-amazon-apigateway-cors object".
 */
function cors(origins: readonly string[]) {
  if (origins.length === 0) return {};
  return {
    'x-amazon-apigateway-cors': {
      allowOrigins: [...origins],
      allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
      exposeHeaders: ['etag', 'location', 'retry-after'],
      maxAge: 3600,
    },
  };
}
