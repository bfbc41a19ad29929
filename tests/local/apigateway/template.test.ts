import { describe, expect, it } from 'vitest';
import { apiProperties } from '../../../local/apigateway/properties.ts';
import { describeIssue } from '../../../local/cloudformation/template.ts';
import { apiRegion, callOf, definitionOf, ECHO, tokensOf } from './region.ts';

const CALL = 'x-amazon-apigateway-integration';
const CALLS = 'x-amazon-apigateway-integrations';
const AUTHORIZER = 'x-amazon-apigateway-authorizer';

/** A definition of one route, `GET /`, with what a test changes in it. */
const defined = (operation: object = {}, body: Record<string, unknown> = {}) => ({
  ...definitionOf({ body }),
  paths: { '/': { get: { [CALL]: callOf('echo'), ...operation } } },
});

describe('the template', () => {
  it('finds the id and the address of its API, the same at each start', async () => {
    const [one, two] = [await apiRegion(), await apiRegion()];
    expect(one.apiId).toMatch(/^[0-9a-f]{10}$/);
    expect(one.apiId).toBe(two.apiId);
    await expect(one.declare('Api', 'Second', { Body: defined() })).rejects.toThrow(
      `serves one HTTP API at ${one.base}`,
    );
  });

  it('gives the address as ApiEndpoint', async () => {
    const region = await apiRegion({ api: { DisableExecuteApiEndpoint: true } });
    const stage = await region.declare('Stage', 'Again', {
      AccessLogSettings: { DestinationArn: 'arn:aws:logs:x', Format: '{}' },
    });
    expect(stage.ref).toBe('$default');
    expect((await fetch(region.base)).status).toBe(404);
  });

  it('leads to a function by an integration that routes share, in the long form of a URI', async () => {
    const arn = 'arn:aws:lambda:ap-northeast-2:000000000000:function:echo';
    const uri = `arn:aws:apigateway:ap-northeast-2:lambda:path/2015-03-31/functions/${arn}/invocations`;
    const shared = { [CALL]: { $ref: `#/components/${CALLS}/all` } };
    const body = {
      paths: { '/a': { get: shared }, '/b': { get: shared, put: shared } },
      components: { [CALLS]: { all: { ...callOf('echo'), uri } } },
    };
    const region = await apiRegion({ body });
    await region.deploy('echo', ECHO);
    for (const [method, path] of [
      ['GET', '/a'],
      ['GET', '/b'],
      ['PUT', '/b'],
    ] as const) {
      const response = await fetch(region.base + path, { method });
      expect(await response.json()).toMatchObject({ routeKey: `${method} ${path}` });
    }
  });
});

describe('an API is refused, with the path of what is wrong,', () => {
  const jwt = tokensOf('http://127.0.0.1:1', 'a')[AUTHORIZER];
  const scheme = (change: object) => ({
    components: { securitySchemes: { s: { type: 'oauth2', [AUTHORIZER]: { ...jwt, ...change } } } },
  });
  const call = (change: object) => ({ [CALL]: { ...callOf('echo'), ...change } });
  const get = 'Body.paths./.get';
  const authorizer = `Body.components.securitySchemes.s.${AUTHORIZER}`;

  it.each<[string, object | undefined, string, string]>([
    ['without a definition', undefined, 'Body', 'expected object'],
    ['in OpenAPI 3.1', { ...defined(), openapi: '3.1.0' }, 'Body.openapi', 'OpenAPI 3.0'],
    [
      'with a part that nothing reads',
      defined({}, { servers: [] }),
      'Body.servers',
      'not supported',
    ],
    [
      'with a path without slash',
      { ...defined(), paths: { a: {} } },
      'Body.paths.a',
      'begins with',
    ],
    [
      'with an unknown method',
      { ...defined(), paths: { '/': { trace: {} } } },
      'Body.paths./.trace',
      'not supported',
    ],
    [
      'with a body that is described',
      defined({ requestBody: {} }),
      `${get}.requestBody`,
      'not supported',
    ],
    [
      'with an HTTP proxy',
      defined(call({ type: 'http_proxy' })),
      `${get}.${CALL}.type`,
      'integrates functions',
    ],
    [
      'with payload format 1.0',
      defined(call({ payloadFormatVersion: '1.0' })),
      `${get}.${CALL}.payloadFormatVersion`,
      '2.0 only',
    ],
    [
      'with mapped parameters',
      defined(call({ requestParameters: {} })),
      `${get}.${CALL}.requestParameters`,
      'not supported',
    ],
    [
      'with an integration that is not there',
      defined({ [CALL]: { $ref: `#/components/${CALLS}/x` } }),
      `${get}.${CALL}.$ref`,
      'do not have',
    ],
    [
      'with a reference to elsewhere',
      defined({ [CALL]: { $ref: '#/components/schemas/x' } }),
      `${get}.${CALL}.$ref`,
      'refers to',
    ],
    [
      'with a security scheme that is not there',
      defined({ security: [{ s: [] }] }),
      `${get}.security.0.s`,
      'do not have',
    ],
    [
      'with two requirements',
      defined({ security: [{ s: [] }, { t: [] }] }, scheme({})),
      `${get}.security`,
      'one security requirement',
    ],
    [
      'with two schemes in one requirement',
      defined({ security: [{ s: [], t: [] }] }, scheme({})),
      `${get}.security.0`,
      'one scheme',
    ],
    [
      'with a Lambda authorizer',
      defined({}, scheme({ type: 'request' })),
      `${authorizer}.type`,
      'JWT',
    ],
    [
      'with a token in the query',
      defined({}, scheme({ identitySource: '$request.querystring.t' })),
      `${authorizer}.identitySource`,
      'header',
    ],
    [
      'with a path variable that is not declared',
      { ...defined(), paths: { '/a/{id}': { get: call({}) } } },
      'Body.paths./a/{id}.get.parameters',
      'must be those of the path: [id], not []',
    ],
    [
      'with a default route that does not say so',
      { ...defined(), paths: { '/$default': { 'x-amazon-apigateway-any-method': call({}) } } },
      'Body.paths./$default.x-amazon-apigateway-any-method.isDefaultRoute',
      'there only',
    ],
    [
      'with credentials for any origin',
      defined({}, { 'x-amazon-apigateway-cors': { allowOrigins: ['*'], allowCredentials: true } }),
      'Body.x-amazon-apigateway-cors.allowOrigins',
      'refuses * as origin',
    ],
  ])('%s', (_, Body, path, message) => {
    const { error } = apiProperties.safeParse({ Body });
    const problems = error?.issues.flatMap((issue) => describeIssue(issue));
    expect(problems).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  it.each(['Name', 'ProtocolType', 'CorsConfiguration', 'Target'])(
    'with %s beside the definition',
    (property) => {
      const { error } = apiProperties.safeParse({ Body: defined(), [property]: 'x' });
      const problems = error?.issues.flatMap((issue) => describeIssue(issue));
      expect(problems).toEqual([
        { path: property, message: 'is not supported by the local region' },
      ]);
    },
  );
});

it.each<[string, Record<string, unknown>, string]>([
  ['another name', { StageName: 'prod' }, 'default stage only'],
  ['no AutoDeploy', { AutoDeploy: false }, 'set AutoDeploy'],
  ['another API', { ApiId: 'other' }, 'not other'],
])('a stage is refused with %s', async (_, properties, message) => {
  const region = await apiRegion({ stage: null });
  await expect(region.declare('Stage', 'Bad', properties)).rejects.toThrow(message);
});
