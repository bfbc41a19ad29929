import { describe, expect, it } from 'vitest';
import { apiRegion, ECHO, tokensOf } from './region.ts';

async function statuses(base: string, path: string, count: number): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => fetch(base + path)));
  return answers.map(({ status }) => status).sort();
}

describe('throttling', () => {
  it("lets a burst through, refuses what is above and refills by the region's clock", async () => {
    const DefaultRouteSettings = { ThrottlingBurstLimit: 3, ThrottlingRateLimit: 0.1 };
    const routes = { 'GET /': 'echo' };
    const region = await apiRegion({ routes, stage: { DefaultRouteSettings } });
    await region.deploy('echo', ECHO);
    expect(await statuses(region.base, '/', 5)).toEqual([200, 200, 200, 429, 429]);
    const refused = await fetch(region.base);
    expect(await refused.json()).toEqual({ message: 'Too Many Requests' });
    region.context.clock.advance(20_000);
    expect(await statuses(region.base, '/', 3)).toEqual([200, 200, 429]);
    region.context.clock.advance(3_600_000);
    expect(await statuses(region.base, '/', 4)).toEqual([200, 200, 200, 429]);
  });

  it('counts each route by itself, with its own settings where it has some', async () => {
    const region = await apiRegion({
      routes: { 'GET /a': 'echo', 'GET /b': 'echo', 'GET /busy': 'echo' },
      stage: {
        DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0 },
        RouteSettings: { 'GET /busy': { ThrottlingBurstLimit: 2 } },
      },
    });
    await region.deploy('echo', ECHO);
    expect(await statuses(region.base, '/a', 2)).toEqual([200, 429]);
    expect(await statuses(region.base, '/b', 2)).toEqual([200, 429]);
    expect(await statuses(region.base, '/busy', 3)).toEqual([200, 200, 429]);
  });
});

describe('CORS', () => {
  const ours = {
    allowOrigins: ['https://ladder.example', 'http://*'],
    allowMethods: ['GET', 'PUT'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: ['etag'],
    maxAge: 600,
    allowCredentials: true,
  };
  const own = `export const handler = async () => ({
    statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://mine.example', ETag: '1' },
  });`;

  async function crossOrigin(origin: string, method = 'GET', cors: object = ours) {
    const body = { 'x-amazon-apigateway-cors': cors };
    const region = await apiRegion({ routes: { 'GET /': 'own' }, body });
    await region.deploy('own', own);
    const headers = { origin, 'access-control-request-method': 'PUT' };
    const response = await fetch(region.base, { method, headers });
    const given = [...response.headers].filter(([name]) => name.startsWith('access-control-'));
    return { status: response.status, headers: Object.fromEntries(given) };
  }

  it.each(['https://ladder.example', 'http://localhost:5173'])(
    'answers a preflight from %s',
    async (origin) => {
      expect(await crossOrigin(origin, 'OPTIONS')).toEqual({
        status: 204,
        headers: {
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-allow-methods': 'GET,PUT',
          'access-control-allow-headers': 'authorization,content-type',
          'access-control-expose-headers': 'etag',
          'access-control-max-age': '600',
        },
      });
    },
  );

  it('grants nothing to another origin', async () => {
    const foreign = 'https://ladder.example.evil';
    expect(await crossOrigin(foreign, 'OPTIONS')).toEqual({ status: 204, headers: {} });
    expect(await crossOrigin(foreign)).toEqual({ status: 200, headers: {} });
  });

  it("puts its headers in the place of the function's own", async () => {
    expect(await crossOrigin('https://ladder.example')).toEqual({
      status: 200,
      headers: {
        'access-control-allow-origin': 'https://ladder.example',
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'etag',
      },
    });
  });

  it('allows any origin with *', async () => {
    const any = await crossOrigin('https://any.example', 'GET', { allowOrigins: ['*'] });
    expect(any.headers).toEqual({ 'access-control-allow-origin': '*' });
  });

  it('is left to functions and routes where the API configures none', async () => {
    const region = await apiRegion({ routes: { 'GET /': 'own' } });
    await region.deploy('own', own);
    const response = await fetch(region.base, { headers: { origin: 'https://x.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://mine.example');
    expect((await fetch(region.base, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('asks the authorizer of a route that takes OPTIONS before it answers a preflight', async () => {
    const guarded = { functionName: 'own', security: { learners: [] } };
    const securitySchemes = { learners: tokensOf('http://127.0.0.1:9', 'x') };
    const region = await apiRegion({
      routes: { 'ANY /guarded': guarded, 'GET /named': guarded },
      body: { components: { securitySchemes }, 'x-amazon-apigateway-cors': ours },
    });
    await region.deploy('own', own);
    const headers = { origin: 'https://ladder.example', 'access-control-request-method': 'GET' };
    const preflight = async (path: string) =>
      (await fetch(region.base + path, { method: 'OPTIONS', headers })).status;
    expect(await preflight('/guarded')).toBe(401);
    expect(await preflight('/named')).toBe(204);
  });
});
