import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { apiClient, ContractBroken } from '../../functions/runtime/client.ts';
import { contract } from '../../functions/runtime/route.ts';

const { routes } = contract({
  name: 'notes',
  summary: 'Notes, for this specification only',
  routes: {
    read: {
      method: 'GET',
      path: '/folders/{folderId}/notes/{noteId}',
      access: { pool: 'public' },
      summary: 'A note',
      params: z.strictObject({ folderId: z.string(), noteId: z.string() }),
      query: z.strictObject({ limit: z.coerce.number().optional(), word: z.string().optional() }),
      answers: { status: 200, body: z.strictObject({ count: z.int() }), etag: true },
      refusals: { 404: ['no-such-note'] },
    },
    write: {
      method: 'POST',
      path: '/notes',
      access: { pool: 'public' },
      summary: 'A new note',
      body: z.strictObject({ text: z.string() }),
      answers: { status: 201, body: z.strictObject({ text: z.string() }) },
    },
    told: {
      method: 'POST',
      path: '/events',
      access: { pool: 'none' },
      summary: 'What a machine tells',
      headers: z.strictObject({ 'webhook-id': z.string(), 'webhook-hint': z.string().optional() }),
      text: { mediaType: 'application/json', largestBytes: 100, description: '', example: '{}' },
      repeats: 'by-itself',
      answers: { status: 204 },
    },
    remove: {
      method: 'DELETE',
      path: '/notes',
      access: { pool: 'public' },
      summary: 'No more notes',
      answers: { status: 204 },
    },
  },
});

let server: Server;
let url = '';
let asked: { request: IncomingMessage; body: string } | undefined;
let answer: { status: number; body?: object | string; headers?: Record<string, string> };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked = { request, body: await text(request) };
    const { status, body = '', headers = {} } = answer;
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const params = { folderId: 'a/b', noteId: '7' };
const problem = (status: number, code: string) => ({
  type: `urn:ladder:problem:${code}`,
  title: 'Refused',
  status,
  detail: 'It was refused.',
  code,
  instance: 'urn:ladder:request:1',
});

describe('given a call', () => {
  it('goes out as its route says', async () => {
    answer = { status: 200, body: { count: 3 }, headers: { etag: '"4"' } };
    const call = apiClient(url, 'a-token');
    const query = { limit: 5, word: '하 늘' };
    const result = await call(routes.read, { params, query, ifMatch: '"3"' });
    expect(result).toEqual({ ok: true, status: 200, body: { count: 3 }, etag: '"4"' });
    const { method, url: path, headers } = asked?.request ?? {};
    expect([method, path]).toEqual([
      'GET',
      `/folders/a%2Fb/notes/7?limit=5&word=${encodeURIComponent('하')}+${encodeURIComponent('늘')}`,
    ]);
    expect(headers).toMatchObject({ authorization: 'Bearer a-token', 'if-match': '"3"' });
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('idempotency-key');
  });

  it('that writes has a key of its own each time, or the one that is given', async () => {
    answer = { status: 201, body: { text: 'hello' } };
    const keys: unknown[] = [];
    for (const idempotencyKey of [undefined, undefined, 'the-same-key', 'the-same-key']) {
      await apiClient(url)(routes.write, { body: { text: 'hello' }, idempotencyKey });
      keys.push(asked?.request.headers['idempotency-key']);
      expect(asked?.body).toBe('{"text":"hello"}');
      expect(asked?.request.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(asked?.request.headers).not.toHaveProperty('authorization');
    }
    expect(keys.slice(2)).toEqual(['the-same-key', 'the-same-key']);
    expect(new Set(keys).size).toBe(3);
  });

  it('of a machine has its headers and its text as they were given, and no key', async () => {
    answer = { status: 204 };
    const headers = { 'webhook-id': 'msg_1', 'webhook-hint': undefined };
    await apiClient(url)(routes.told, { headers, text: '{ "n": 1.0 }' });
    expect(asked?.body).toBe('{ "n": 1.0 }');
    const sent = asked?.request.headers;
    expect(sent).toMatchObject({ 'webhook-id': 'msg_1', 'content-type': 'application/json' });
    expect(sent).not.toHaveProperty('webhook-hint');
    expect(sent).not.toHaveProperty('idempotency-key');
  });

  it('without an answer to wait for is answered with none', async () => {
    answer = { status: 204 };
    expect(await apiClient(url)(routes.remove, {})).toMatchObject({ ok: true, body: undefined });
  });
});

describe('given an answer that refuses', () => {
  it.each([
    ['the route lists', 404, 'no-such-note'],
    ['every route may give', 400, 'malformed'],
    ['every route may give', 503, 'busy'],
  ])('hands on a problem that %s: %i %s', async (_whose, status, code) => {
    answer = { status, body: problem(status, code) };
    expect(await apiClient(url)(routes.read, { params })).toEqual({
      ok: false,
      status,
      problem: problem(status, code),
    });
  });

  it('makes a problem of what the gateway itself says', async () => {
    answer = { status: 401, body: { message: 'Unauthorized' } };
    expect(await apiClient(url)(routes.read, { params })).toMatchObject({
      ok: false,
      status: 401,
      problem: { code: 'gateway', detail: 'Unauthorized' },
    });
  });
});

describe('given an answer that the contract does not know', () => {
  it.each([
    ['another status', { status: 201, body: { count: 3 } }],
    ['another shape', { status: 200, body: { count: 'three' } }],
    ['more than the contract has', { status: 200, body: { count: 3, more: 1 } }],
    ['a problem that the route does not list', { status: 404, body: problem(404, 'other') }],
  ])('says that one of the two is wrong: %s', async (_what, given) => {
    answer = given;
    const call = apiClient(url)(routes.read, { params });
    await expect(call).rejects.toBeInstanceOf(ContractBroken);
    await expect(call).rejects.toThrow(/GET \/folders/);
  });
});
