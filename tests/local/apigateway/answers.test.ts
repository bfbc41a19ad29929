import { describe, expect, it } from 'vitest';
import { apiRegion, ECHO, OBEY } from './region.ts';

async function obeying(result: unknown): Promise<Response> {
  const region = await apiRegion({ routes: { $default: 'obey' } });
  await region.deploy('obey', OBEY, { MemorySize: 512 });
  return fetch(region.base, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(result),
  });
}

describe("a function's result", () => {
  it('with statusCode is the answer', async () => {
    const response = await obeying({
      statusCode: 201,
      headers: {
        'Content-Type': 'application/problem+json',
        Location: '/learners/1',
        'X-Count': 3,
        'X-Flag': true,
        'Set-Cookie': 'c=3',
        Connection: 'close',
        'Content-Length': '999',
      },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: '{"가":1}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('location')).toBe('/learners/1');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.get('x-flag')).toBe('true');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2', 'c=3']);
    expect(response.headers.get('content-length')).toBe('9');
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/);
    expect(await response.text()).toBe('{"가":1}');
  });

  it.each([
    [{ hello: 'you' }, '{"hello":"you"}'],
    ['Hello from Lambda!', 'Hello from Lambda!'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
  ])('%j without statusCode is sent as JSON', async (result, body) => {
    const response = await obeying(result);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  it('without a content type is plain text', async () => {
    const response = await obeying({ statusCode: 200, body: 'hi' });
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
  });

  it('in base64 is decoded', async () => {
    const bytes = Buffer.from([0, 255, 128]);
    const body = bytes.toString('base64');
    const response = await obeying({ statusCode: 200, body, isBase64Encoded: true });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it('with status 204 has no body', async () => {
    const response = await obeying({ statusCode: 204, body: 'nothing to see' });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
  });

  it.each([
    { statusCode: 'two hundred' },
    { statusCode: 99 },
    { statusCode: 600 },
    { statusCode: 200, body: { not: 'text' } },
    { statusCode: 200, headers: { list: ['a', 'b'] } },
    { statusCode: 200, headers: { 'x-broken': 'a\r\nb' } },
    { statusCode: 200, headers: { 'x broken': 'a' } },
    { statusCode: 200, cookies: 'a=1' },
  ])('%j is malformed: 500', async (result) => {
    const response = await obeying(result);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  });
});

describe('the gateway itself answers', () => {
  it('404 when no route fits, and when there is no stage', async () => {
    const routes = { 'GET /here': 'echo' };
    const region = await apiRegion({ routes });
    await region.deploy('echo', ECHO);
    for (const [method, path] of [
      ['GET', '/there'],
      ['POST', '/here'],
    ] as const) {
      const response = await fetch(region.base + path, { method });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({ message: 'Not Found' });
    }
    const stageless = await apiRegion({ routes, stage: null });
    await stageless.deploy('echo', ECHO);
    expect((await fetch(`${stageless.base}/here`)).status).toBe(404);
  });

  it('400 when the path is malformed', async () => {
    const region = await apiRegion();
    const response = await fetch(`${region.base}/a%ff`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: 'Bad Request' });
  });

  it('413 above 10 MB, and above the 6 MB that a function takes', async () => {
    const region = await apiRegion({ routes: { 'POST /': 'size' } });
    await region.deploy('size', 'export const handler = async ({ body }) => body.length;');
    const send = (bytes: number) =>
      fetch(region.base, {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: 'x'.repeat(bytes),
      });
    for (const bytes of [10 * 2 ** 20 + 1, 20 * 2 ** 20, 6 * 2 ** 20]) {
      const response = await send(bytes);
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({ message: 'Request Too Long' });
    }
    expect(await (await send(6_000_000)).text()).toBe('6000000');
  });

  it.each([
    ['an error', "throw new Error('secret detail');"],
    ['a time-out', 'await new Promise(() => {});'],
    ['an exit', 'process.exit(1);'],
  ])('500 when the function ends with %s, without saying more', async (_, code) => {
    const region = await apiRegion({ routes: { $default: 'fail' } });
    await region.deploy('fail', `export const handler = async () => { ${code} };`, { Timeout: 1 });
    const response = await fetch(region.base);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message":"Internal Server Error"}');
    expect(region.faults).toEqual([]);
  });

  it("503 when the integration's time is over, and when the function is switched off", async () => {
    const hurried = { functionName: 'slow', more: { timeoutInMillis: 300 } };
    const region = await apiRegion({ routes: { 'GET /slow': hurried, 'GET /off': 'off' } });
    const slow = 'export const handler = () => new Promise((done) => setTimeout(done, 2000));';
    await region.deploy('slow', slow, { Timeout: 5 });
    await region.deploy('off', ECHO, { ReservedConcurrentExecutions: 0 });
    for (const path of ['/slow', '/off']) {
      const response = await fetch(region.base + path);
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({ message: 'Service Unavailable' });
    }
  });

  it('500, and tells the region, when an integration leads nowhere', async () => {
    const region = await apiRegion({ routes: { 'GET /': 'missing' } });
    expect((await fetch(region.base)).status).toBe(500);
    expect(region.faults).toEqual([expect.objectContaining({ code: 'ResourceNotFoundException' })]);
  });

  it('HEAD like its route, without the body', async () => {
    const region = await apiRegion({ routes: { 'GET /get': 'echo', 'ANY /any': 'echo' } });
    await region.deploy(
      'echo',
      `export const handler = async () => ({ statusCode: 200, body: 'four' });`,
    );
    expect((await fetch(`${region.base}/get`, { method: 'HEAD' })).status).toBe(404);
    const response = await fetch(`${region.base}/any`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('4');
    expect(await response.text()).toBe('');
  });

  it('nothing to a client that goes away while it sends', async () => {
    const region = await apiRegion({ routes: { $default: 'echo' } });
    await region.deploy('echo', ECHO);
    const abort = new AbortController();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('half'));
        setTimeout(() => abort.abort(), 50);
      },
    });
    const sent = fetch(region.base, { method: 'POST', body, duplex: 'half', signal: abort.signal });
    await expect(sent).rejects.toThrow(/abort/);
    expect((await fetch(region.base)).status).toBe(200);
    expect(region.faults).toEqual([]);
  });
});
