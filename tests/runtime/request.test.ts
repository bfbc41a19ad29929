import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { serve } from '../../functions/runtime/http.ts';
import { readApiUrl } from '../../functions/runtime/request.ts';
import { contract } from '../../functions/runtime/route.ts';
import { captureLog } from './log-lines.ts';
import { context, invoke, learnerClaims, requestTo, type Sent } from './requests.ts';

const wishes = contract({
  name: 'wishes',
  summary: 'Wishes, for this specification only',
  routes: {
    wish: {
      method: 'PUT',
      path: '/wishes/{wishId}',
      access: { pool: 'public' },
      summary: 'Make a wish',
      params: z.strictObject({ wishId: z.string().regex(/^[a-z]+$/, 'lower-case letters') }),
      query: z.strictObject({ loudly: z.enum(['yes', 'no']).optional() }),
      body: z.strictObject({
        text: z.string().max(70_000),
        for: z.strictObject({ count: z.int() }).optional(),
      }),
      answers: { status: 200, body: z.unknown() },
    },
  },
});

captureLog();

const handler = serve(wishes, { wish: async ({ body }) => ({ body }) });

/** Sends a wish and gives status, code and the fields that were named. */
async function wish(sent: Sent) {
  const answered = await invoke(handler, wishes.routes.wish, {
    params: { wishId: 'a' },
    claims: learnerClaims('login-1'),
    ...sent,
  });
  const body = z
    .looseObject({
      code: z.string().optional(),
      errors: z
        .array(z.strictObject({ field: z.string(), expected: z.string().min(1) }))
        .optional(),
    })
    .parse(answered.body);
  return { status: answered.status, body, fields: body.errors?.map(({ field }) => field) };
}

const json = { 'content-type': 'application/json' };
const bytes = (...values: number[]) => Buffer.from(values).toString('base64');

describe('given a body that can be read', () => {
  it.each<[string, Sent]>([
    ['JSON', { body: { text: 'hello' } }],
    ['JSON in base 64', { body: btoa('{"text":"hello"}'), isBase64Encoded: true }],
    [
      'a media type with parameters and capitals',
      { body: { text: 'hello' }, headers: { 'content-type': 'Application/JSON; charset=UTF-8' } },
    ],
    [
      'a byte order mark before it',
      { body: Buffer.from('\ufeff{"text":"hello"}').toString('base64'), isBase64Encoded: true },
    ],
  ])('takes %s', async (_what, sent) => {
    expect(await wish(sent)).toMatchObject({ status: 200, body: { text: 'hello' } });
  });

  it('takes Hangul in base 64 as it was written', async () => {
    const body = Buffer.from(JSON.stringify({ text: '김하늘' })).toString('base64');
    expect(await wish({ body, isBase64Encoded: true })).toMatchObject({ body: { text: '김하늘' } });
  });

  it('takes 65,536 bytes, and not one more', async () => {
    const withBytes = (count: number) => {
      const frame = JSON.stringify({ text: '' });
      return JSON.stringify({ text: 'a'.repeat(count - frame.length) });
    };
    expect(await wish({ body: withBytes(65_536) })).toMatchObject({ status: 200 });
    expect(await wish({ body: withBytes(65_537) })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
  });

  it('counts bytes, not characters', async () => {
    const body = JSON.stringify({ text: '가'.repeat(22_000) });
    expect(body.length).toBeLessThan(65_536);
    expect(await wish({ body })).toMatchObject({ status: 413 });
  });
});

describe('given a request that cannot be read', () => {
  it.each<[string, Sent, number, string]>([
    ['no JSON', { body: '{"text":' }, 400, 'invalid-json'],
    ['two JSON texts', { body: '{} {}' }, 400, 'invalid-json'],
    [
      'a form',
      { body: 'text=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'json-required',
    ],
    [
      'a type that only looks like JSON',
      { body: '{}', headers: { 'content-type': 'application/jsonp' } },
      415,
      'json-required',
    ],
    [
      'no media type',
      { body: '{"text":"a"}', headers: { 'content-type': '' } },
      415,
      'json-required',
    ],
    [
      'bytes that are not UTF-8',
      { body: bytes(0x7b, 0xff, 0x7d), isBase64Encoded: true, headers: json },
      400,
      'invalid-utf-8',
    ],
    [
      'a character cut in half',
      { body: bytes(0x22, 0xea, 0xb9), isBase64Encoded: true, headers: json },
      400,
      'invalid-utf-8',
    ],
    ['what the gateway could not decode', { body: '{"text":"\ufffd"}' }, 400, 'invalid-utf-8'],
    [
      'large and of the wrong type: too large comes first',
      { body: 'a'.repeat(65_537), headers: { 'content-type': 'text/plain' } },
      413,
      'body-too-large',
    ],
  ])('%s', async (_what, sent, status, code) => {
    expect(await wish(sent)).toMatchObject({ status, body: { code, status } });
  });

  it.each<[string, Sent, string[]]>([
    ['no body', {}, ['body']],
    ['null', { body: 'null' }, ['body']],
    ['a list', { body: [] }, ['body']],
    ['a text', { body: '"hello"' }, ['body']],
    ['a field missing', { body: {} }, ['body.text']],
    ['a field of another type', { body: { text: 7 } }, ['body.text']],
    [
      'a field too long',
      { body: { text: 'a'.repeat(65_000), for: { count: 'x' } } },
      ['body.for.count'],
    ],
    ['an unknown field', { body: { text: 'a', more: 1 } }, ['body.more']],
    [
      'an unknown field deep inside',
      { body: { text: 'a', for: { count: 1, more: 2 } } },
      ['body.for.more'],
    ],
    [
      'several unknown fields, each named',
      { body: { text: 'a', one: 1, two: 2 } },
      ['body.one', 'body.two'],
    ],
    ['__proto__', { body: '{"text":"a","__proto__":{"admin":true}}' }, ['body.__proto__']],
    [
      '__proto__ deep inside',
      { body: '{"text":"a","for":{"count":1,"__proto__":{}}}' },
      ['body.for.__proto__'],
    ],
    ['constructor', { body: '{"text":"a","constructor":{"prototype":{}}}' }, ['body.constructor']],
    [
      'a path parameter of another form',
      { params: { wishId: 'A1' }, body: { text: 'a' } },
      ['path.wishId'],
    ],
    [
      'a query parameter of another value',
      { query: { loudly: 'maybe' }, body: { text: 'a' } },
      ['query.loudly'],
    ],
    [
      'an unknown query parameter',
      { query: { softly: 'yes' }, body: { text: 'a' } },
      ['query.softly'],
    ],
  ])('malformed, with every field named: %s', async (_what, sent, fields) => {
    expect(await wish(sent)).toMatchObject({ status: 400, body: { code: 'malformed' }, fields });
  });

  it('leaves no trace of __proto__ on other objects', async () => {
    await wish({ body: '{"text":"a","__proto__":{"admin":true}}' });
    expect('admin' in {}).toBe(false);
  });
});

describe('the address of the API', () => {
  // What API Gateway forwards (payload format 2.0), and the same of a region on one machine.
  it.each<[string, Record<string, string>, string]>([
    ['by AWS', { 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' }, ''],
    ['on one machine', { 'x-forwarded-proto': 'http', 'x-forwarded-port': '3000' }, ':3000'],
    ['over plain HTTP', { 'x-forwarded-proto': 'http', 'x-forwarded-port': '80' }, ''],
    ['without what is forwarded', {}, ''],
    ['with what is no port', { 'x-forwarded-port': '1/@evil.example' }, ''],
    ['with what is no scheme', { 'x-forwarded-proto': 'javascript' }, ''],
  ])('given a request %s, then it is where the request found it', (_, headers, port) => {
    const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
    const event = requestTo(wishes.routes.wish, { headers });
    expect(readApiUrl(event)).toBe(`${scheme}://api.village.example${port}`);
  });

  it('given a caller who names another host, then it is the gateway’s word that counts', () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const event = requestTo(wishes.routes.wish, { headers });
    expect(readApiUrl(event)).toBe('https://api.village.example');
  });
});

describe('If-Match', () => {
  it.each([
    ['a number without quotes', '3'],
    ['a weak tag', 'W/"3"'],
    ['several tags', '"3", "4"'],
    ['a tag of another server', '"abc"'],
    ['a number that no version reaches', `"${'9'.repeat(16)}"`],
    ['nothing in quotes', '""'],
  ])('is refused: %s', async (_what, tag) => {
    const sent = { body: { text: 'a' }, headers: { ...json, 'if-match': tag } };
    expect(await wish(sent)).toMatchObject({ status: 400, fields: ['header.if-match'] });
  });

  it.each([['"3"'], ['*']])('is taken: %s', async (tag) => {
    const sent = { body: { text: 'a' }, headers: { ...json, 'if-match': tag } };
    expect(await wish(sent)).toMatchObject({ status: 200 });
  });
});

describe('given no body for a route that needs none', () => {
  const ping = contract({
    name: 'ping',
    summary: 'For this specification only',
    routes: {
      ping: {
        method: 'GET',
        path: '/ping',
        access: { pool: 'none' },
        summary: 'Ping',
        answers: { status: 204 },
      },
    },
  });

  it.each<[string, Sent, string]>([
    ['a body', { body: { text: 'a' } }, 'body.text'],
    ['a query parameter', { query: { loudly: 'yes' } }, 'query.loudly'],
  ])('refuses %s, for it would have no effect', async (_what, sent, field) => {
    const answer = serve(ping, { ping: async () => ({ body: undefined }) });
    expect(await invoke(answer, ping.routes.ping, sent)).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [{ field }] },
    });
  });

  it('asks for none', async () => {
    const answer = serve(ping, { ping: async () => ({ body: undefined }) });
    expect(await answer(requestTo(ping.routes.ping), context)).toMatchObject({ statusCode: 204 });
  });
});
