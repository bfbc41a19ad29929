import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { apiRegion, ECHO } from './region.ts';

/** Sends exactly these headers, repeated ones too, and reads the event that the function got. */
async function echoed(
  base: string,
  path: string,
  options: { method?: string; headers?: string[]; body?: Buffer | string } = {},
): Promise<Record<string, never>> {
  const { method = 'GET', headers = [], body } = options;
  const all = ['host', new URL(base).host, ...headers];
  const target = { host: '127.0.0.1', port: new URL(base).port, path, method, headers: all };
  const text = await new Promise<string>((resolve, reject) => {
    const sent = httpRequest(target, async (response) => {
      let answer = '';
      for await (const chunk of response.setEncoding('utf8')) answer += chunk;
      resolve(answer);
    });
    sent.on('error', reject);
    sent.end(body);
  });
  return JSON.parse(text);
}

async function echoApi(options = {}) {
  const routes = { $default: 'echo', 'POST /learners/{id}/files/{name+}': 'echo' };
  const region = await apiRegion({ routes, ...options });
  await region.deploy('echo', ECHO);
  return region;
}

describe('the event of an HTTP API', () => {
  it('is payload format 2.0, field by field', async () => {
    const region = await echoApi({ stage: { StageVariables: { colour: 'blue' } } });
    region.context.clock.advance(40 * 365 * 86_400_000);
    const before = region.context.clock.now();
    const path = '/learners/%EA%B0%80/files/a%20b/c?tag=x&tag=y+z&empty=&q=%26';
    const event = await echoed(region.base, path, {
      method: 'POST',
      headers: [
        ...['Content-Type', 'application/json; charset=utf-8', 'Content-Length', '9'],
        ...['X-Twice', 'one', 'x-twice', 'two', 'User-Agent', 'test/1'],
        ...['Cookie', 'a=1; b=2', 'Cookie', 'c=3', 'X-Forwarded-For', '203.0.113.7'],
      ],
      body: '{"가":1}',
    });
    const host = new URL(region.base).host;
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /learners/{id}/files/{name+}',
      rawPath: '/learners/가/files/a b/c',
      rawQueryString: 'tag=x&tag=y+z&empty=&q=%26',
      cookies: ['a=1', 'b=2', 'c=3'],
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': '9',
        host,
        'user-agent': 'test/1',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '203.0.113.7, 127.0.0.1',
        'x-forwarded-port': new URL(region.base).port,
        'x-forwarded-proto': 'http',
        'x-twice': 'one,two',
      },
      queryStringParameters: { tag: 'x,y z', empty: '', q: '&' },
      requestContext: {
        accountId: '000000000000',
        apiId: region.apiId,
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/learners/가/files/a b/c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
        requestId: expect.stringMatching(/^[\w+/]{15}=$/),
        routeKey: 'POST /learners/{id}/files/{name+}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/20\d\d:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.closeTo(before, -4),
      },
      pathParameters: { id: '가', name: 'a b/c' },
      body: '{"가":1}',
      isBase64Encoded: false,
      stageVariables: { colour: 'blue' },
    });
    const { time } = Object(event['requestContext']);
    expect(time).toContain(`/${new Date(before).getUTCFullYear()}:`);
  });

  it('lacks what the request lacks', async () => {
    const region = await echoApi();
    const event = await echoed(region.base, '/');
    expect(Object.keys(event).sort()).toEqual(
      [
        'version',
        'routeKey',
        'rawPath',
        'rawQueryString',
        'headers',
        'requestContext',
        'isBase64Encoded',
      ].sort(),
    );
    expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    expect(event['requestContext']).not.toHaveProperty('authorizer');
  });

  it.each([
    ['text/plain', false],
    ['TEXT/CSV; header=present', false],
    ['application/json', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/merge-patch+json', true],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['image/png', true],
    ['', true],
  ])('carries a body of type "%s" as base64: %s', async (type, isBase64Encoded) => {
    const region = await echoApi();
    const headers = type === '' ? [] : ['content-type', type];
    const event = await echoed(region.base, '/', { method: 'POST', headers, body: 'name=가' });
    const body = isBase64Encoded ? Buffer.from('name=가').toString('base64') : 'name=가';
    expect(event).toMatchObject({ body, isBase64Encoded });
  });

  it('carries what is not UTF-8 as U+FFFD in a text, and unharmed in base64', async () => {
    const region = await echoApi();
    const body = Buffer.from([0x22, 0xff, 0xc3, 0x28, 0x22]);
    const send = (type: string) =>
      echoed(region.base, '/', { method: 'POST', headers: ['content-type', type], body });
    expect(await send('application/json')).toMatchObject({ body: '"\ufffd\ufffd("' });
    expect(await send('image/png')).toMatchObject({ body: body.toString('base64') });
  });

  it('takes a chunked body and names its length', async () => {
    const region = await echoApi();
    const headers = ['transfer-encoding', 'chunked', 'content-type', 'text/plain'];
    const event = await echoed(region.base, '/', { method: 'POST', headers, body: 'hello' });
    expect(event).toMatchObject({ body: 'hello', headers: { 'content-length': '5' } });
    expect(event['headers']).not.toHaveProperty('transfer-encoding');
  });
});
