import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { about } from '../../functions/about/contract.ts';
import { contracts } from '../../functions/contracts.ts';
import { type Access, type Contract, type Route, routeKey } from '../../functions/runtime/route.ts';
import { apiBody } from '../../lib/api-body.ts';
import { apisOf } from '../../lib/support/entries.ts';
import { resourcesOf, seoul, templateOf } from './template.ts';

const template = templateOf(seoul);

const Ref = z.object({ Ref: z.string() });
const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const Operation = z.strictObject({
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.literal('path'),
        required: z.literal(true),
        schema: z.strictObject({ type: z.literal('string') }),
      }),
    )
    .default([]),
  responses: z.strictObject({}),
  security: z.tuple([z.record(z.string(), z.tuple([]))]).optional(),
  'x-amazon-apigateway-integration': z.strictObject({ $ref: z.string() }),
});
const Definition = z.strictObject({
  openapi: z.literal('3.0.1'),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({
        type: z.literal('oauth2'),
        'x-amazon-apigateway-authorizer': z.strictObject({
          type: z.literal('jwt'),
          identitySource: z.literal('$request.header.Authorization'),
          jwtConfiguration: z.strictObject({ issuer: Attribute, audience: z.tuple([Ref]) }),
        }),
      }),
    ),
    'x-amazon-apigateway-integrations': z.record(
      z.string(),
      z.strictObject({
        type: z.literal('aws_proxy'),
        httpMethod: z.literal('POST'),
        uri: z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }),
        payloadFormatVersion: z.literal('2.0'),
      }),
    ),
  }),
  'x-amazon-apigateway-cors': z.unknown().optional(),
});
const Client = z.object({ UserPoolId: Ref });

function definitionOf(region: Template) {
  const [api] = resourcesOf(region, 'AWS::ApiGatewayV2::Api').values();
  return Definition.parse(api?.Properties['Body']);
}

const all: readonly Contract[] = contracts;
const declared = all.flatMap(({ routes }) => Object.values(routes));

/** Each function behind the API, by the name of its integration, with what it serves. */
const served = all.flatMap((contract) =>
  apisOf(contract).map(({ entry, part, routes }) => ({
    integration: part === undefined ? contract.name : `${contract.name}-${part}`,
    file: `${entry}.ts`,
    routes: Object.values(routes),
  })),
);
const { paths, components, ...definition } = definitionOf(template);
const deployed: ReadonlyMap<string, z.output<typeof Operation>> = new Map(
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  ),
);

/** The pool whose tokens a deployed route takes, found by way of its security scheme. */
function poolOf(key: string): Access['pool'] {
  const [requirement] = deployed.get(key)?.security ?? [];
  if (requirement === undefined) return 'none';
  const [scheme = '', ...others] = Object.keys(requirement);
  expect(others).toEqual([]);
  const authorizer = components.securitySchemes[scheme]?.['x-amazon-apigateway-authorizer'];
  const [pool, attribute] = authorizer?.jwtConfiguration.issuer['Fn::GetAtt'] ?? ['', ''];
  expect(attribute).toBe('ProviderURL');
  const [audience] = authorizer?.jwtConfiguration.audience ?? [];
  const client = resourcesOf(template, 'AWS::Cognito::UserPoolClient').get(audience?.Ref ?? '');
  expect(Client.parse(client?.Properties).UserPoolId.Ref, 'client of the same pool').toBe(pool);
  return pool.startsWith('StaffPool') ? 'staff' : 'public';
}

describe('given the contracts, when a region is synthesized', () => {
  it('then the gateway has exactly their routes', () => {
    expect([...deployed.keys()].sort()).toEqual(declared.map(routeKey).sort());
  });

  it.each(declared.map((route) => [routeKey(route), route] as [string, Route]))(
    'then %s asks for a token of the pool that its access names',
    (key, route) => {
      expect(poolOf(key)).toBe(route.access.pool);
    },
  );

  it('then no route is open but those that a contract marks public', () => {
    const open = [...deployed].filter(([, { security }]) => security === undefined);
    const marked = declared.filter((route) => route.access.pool === 'none');
    expect(open.map(([key]) => key).sort()).toEqual(marked.map(routeKey).sort());
  });

  it.each(declared.map(routeKey))(
    'then %s declares the variables of its path, and no more',
    (key) => {
      const names = deployed.get(key)?.parameters.map(({ name }) => `{${name}}`);
      expect(names).toEqual(key.match(/\{\w+\}/g) ?? []);
    },
  );

  it.each(all)('then each route of $name is served by exactly one function', ({ name, routes }) => {
    const parts = served.filter(({ file }) => file.startsWith(`${name}/`));
    const keys = parts.flatMap((part) => part.routes.map(routeKey));
    expect(keys.sort()).toEqual(Object.values(routes).map(routeKey).sort());
  });

  it.each(served)(
    'then routes of $file lead to it by one integration, and the API may invoke it',
    ({ integration, file, routes }) => {
      const called = routes.map(
        (route) => deployed.get(routeKey(route))?.['x-amazon-apigateway-integration'].$ref,
      );
      const pointer = `#/components/x-amazon-apigateway-integrations/${integration}`;
      expect(new Set(called)).toEqual(new Set([pointer]));
      const uri = components['x-amazon-apigateway-integrations'][integration]?.uri['Fn::Join'][1];
      const [arn, ...others] = uri?.flatMap((part) => Attribute.safeParse(part).data ?? []) ?? [];
      expect(others).toEqual([]);
      const [id = ''] = arn?.['Fn::GetAtt'] ?? [];
      expect(resourcesOf(template, 'AWS::Lambda::Function').get(id)?.Properties).toMatchObject({
        Description: `functions/${file} of seoul`,
        // Seconds, as long as the gateway waits at most: it says 503 then, and 500 of a function that ends sooner.
        Timeout: 30,
      });
      const permission = { Principal: 'apigateway.amazonaws.com', FunctionName: arn };
      template.resourcePropertiesCountIs('AWS::Lambda::Permission', permission, 1);
    },
  );

  it('then no function is invoked by API Gateway but by this API', () => {
    const [[api] = ['']] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
    const byGateway = { Principal: 'apigateway.amazonaws.com' };
    const permissions = Object.values(
      template.findResources('AWS::Lambda::Permission', { Properties: byGateway }),
    );
    expect(permissions).toHaveLength(served.length);
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        SourceArn: {
          'Fn::Join': ['', expect.arrayContaining([{ Ref: api }, '/*/*', ':execute-api:'])],
        },
      });
    }
  });

  it('then API Gateway refuses the definition if it does not understand all of it', () => {
    template.allResourcesProperties('AWS::ApiGatewayV2::Api', { FailOnWarnings: true });
  });

  it('when two contracts have the same route, then it is not synthesized', () => {
    const issuer = { issuer: 'https://issuer.example', clientId: 'client' };
    const issuers = { public: issuer, staff: issuer };
    const names = { title: 'village', description: 'The API of a village', origins: [] };
    const twice = [about, about].map(({ name, routes }) => ({ name, routes, functionArn: 'arn' }));
    expect(() => apiBody({ ...names, issuers, served: twice })).toThrow(
      /^GET \/.* is in two contracts, or in two parts of one$/,
    );
  });
});

describe('given the region file, when a region is synthesized', () => {
  const { throttle, origins } = seoul.deployment;

  it('then the stage is throttled as it says', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: {
        ThrottlingRateLimit: throttle.requestsPerSecond,
        ThrottlingBurstLimit: throttle.burst,
      },
    });
  });

  it('then only its origins may call from a page, and may read what they need', () => {
    expect(definition['x-amazon-apigateway-cors']).toMatchObject({
      allowOrigins: origins,
      allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
      exposeHeaders: ['etag', 'location', 'retry-after'],
    });
  });

  it('then access logs hold neither query strings nor tokens nor whole paths', () => {
    const [stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').values();
    const { AccessLogSettings } = z
      .object({ AccessLogSettings: z.object({ Format: z.string() }) })
      .parse(stage?.Properties);
    const logged = Object.values(
      z.record(z.string(), z.string()).parse(JSON.parse(AccessLogSettings.Format)),
    );
    expect(logged).toContain('$context.identity.sourceIp');
    expect(logged.filter((value) => /query|\$context\.path|protocol|claims/i.test(value))).toEqual(
      [],
    );
  });
});

it('given a region without web pages, then no origin may call from one', () => {
  const closed = templateOf({ ...seoul, deployment: { ...seoul.deployment, origins: [] } });
  expect(definitionOf(closed)['x-amazon-apigateway-cors']).toBeUndefined();
});
