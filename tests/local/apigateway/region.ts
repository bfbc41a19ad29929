import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { ApiGateway } from '../../../local/apigateway/service.ts';
import type { Created } from '../../../local/resource.ts';
import { type LambdaRegion, lambdaRegion } from '../lambda/region.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a free port of this machine, until the test ends. */
export async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  // A server that listens on a host and port has an address of this form.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A region with an HTTP API and functions, served on a free port. */
export interface ApiRegion extends LambdaRegion {
  readonly base: string;
  readonly apiId: string;
  /** What `handle` rejected with. */
  readonly faults: unknown[];
  /** Creates a resource of API Gateway's kinds; a stage is the API's unless the properties say otherwise. */
  declare(kind: string, logicalId: string, properties?: Record<string, unknown>): Promise<Created>;
}

/** What a route does: who may call is a security scheme's name, or that and scopes. */
interface Called {
  readonly functionName: string;
  readonly security?: Readonly<Record<string, readonly string[]>>;
  /** Of the integration. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface ApiRegionOptions {
  /** By route key, the function that answers. */
  readonly routes?: Readonly<Record<string, string | Called>>;
  /** What the definition has beside its routes. */
  readonly body?: Record<string, unknown>;
  /** What the API has beside its definition. */
  readonly api?: Record<string, unknown>;
  /** Properties of the stage; `null` for an API without one. */
  readonly stage?: Record<string, unknown> | null;
}

/** The integration with a function that needs no other properties. */
export function callOf(functionName: string) {
  return {
    type: 'aws_proxy',
    httpMethod: 'POST',
    uri: `arn:aws:lambda:ap-northeast-2:000000000000:function:${functionName}`,
    payloadFormatVersion: '2.0',
  };
}

function operationOf(path: string, called: Called): object {
  const parameters = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
  }));
  return {
    parameters,
    ...(called.security && { security: [called.security] }),
    ...(path === '/$default' && { isDefaultRoute: true }),
    'x-amazon-apigateway-integration': { ...callOf(called.functionName), ...called.more },
  };
}

/** The definition of an API, from the keys of its routes. */
export function definitionOf({ routes = {}, body = {} }: ApiRegionOptions) {
  const paths: Record<string, Record<string, object>> = {};
  for (const [key, called] of Object.entries(routes)) {
    const [method = '', path = ''] = key === '$default' ? ['ANY', '/$default'] : key.split(' ');
    const name = method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase();
    const whole = typeof called === 'string' ? { functionName: called } : called;
    paths[path] = { ...paths[path], [name]: operationOf(path, whole) };
  }
  return { openapi: '3.0.1', info: { title: 'ladder', version: '1.0' }, paths, ...body };
}

/** A JWT authorizer among a definition's security schemes. */
export function tokensOf(issuer: string, ...audience: readonly string[]) {
  return {
    type: 'oauth2',
    'x-amazon-apigateway-authorizer': {
      type: 'jwt',
      identitySource: '$request.header.Authorization',
      jwtConfiguration: { issuer, audience },
    },
  };
}

export async function apiRegion(options: ApiRegionOptions = {}): Promise<ApiRegion> {
  const faults: unknown[] = [];
  const base = await serve((request, response) => {
    gateway.handle(request, response).catch((fault: unknown) => faults.push(fault));
  });
  const region = lambdaRegion({}, base);
  const gateway = new ApiGateway(region.context, region.lambda.invoke);
  const declare = async (
    name: string,
    logicalId: string,
    properties: Record<string, unknown> = {},
  ) => {
    const kind = gateway.kinds.find(({ type }) => type === `AWS::ApiGatewayV2::${name}`);
    if (!kind) throw new Error(`no kind ${name}`);
    const parsed = kind.properties.parse(properties);
    return kind.create({ logicalId, physicalName: `stack-${logicalId}`, properties: parsed });
  };
  const api = await declare('Api', 'Api', { Body: definitionOf(options), ...options.api });
  const inApi: ApiRegion['declare'] = (name, logicalId, properties) =>
    declare(name, logicalId, {
      ...(name === 'Stage' && { ApiId: api.ref, StageName: '$default', AutoDeploy: true }),
      ...properties,
    });
  if (options.stage !== null) await inApi('Stage', 'Stage', options.stage);
  return { ...region, base, apiId: api.ref, faults, declare: inApi };
}

/** A function that answers with the event that it was given. */
export const ECHO = `export const handler = async (event) => event;`;

/** A function that answers with the body of its request, a JSON value. */
export const OBEY = `export const handler = async ({ body }) => JSON.parse(body);`;
