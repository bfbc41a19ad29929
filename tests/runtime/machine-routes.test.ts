import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Call, serve } from '../../functions/runtime/http.ts';
import { contract } from '../../functions/runtime/route.ts';
import { captureLog } from './log-lines.ts';
import { invoke, type Sent } from './requests.ts';

const text = { largestBytes: 100, description: 'What is told', example: '{}' } as const;
const route = {
  method: 'POST',
  access: { pool: 'none' },
  summary: 'For this specification only',
  repeats: 'by-itself',
  answers: { status: 202, body: z.unknown() },
} as const;

const machines = contract({
  name: 'machines',
  summary: 'Routes for machines, for this specification only',
  routes: {
    told: {
      ...route,
      path: '/events',
      headers: z.strictObject({
        'webhook-id': z.string().regex(/^msg_/, 'begins with msg_'),
        'webhook-timestamp': z.coerce.number().int(),
        'webhook-hint': z.string().optional(),
      }),
      text: { ...text, mediaType: 'application/json' },
    },
    returned: {
      ...route,
      path: '/returns',
      text: { ...text, mediaType: 'application/x-www-form-urlencoded' },
    },
    listed: { ...route, path: '/lists', text: { ...text, mediaType: 'text/csv' } },
    asked: { ...route, path: '/questions' },
  },
});
type Routes = typeof machines.routes;

/** What a handler was called with last. */
let call: { claim: undefined; headers: unknown; text: string | undefined } | undefined;

function keep(given: Call<Routes[keyof Routes]>) {
  call = given;
  return Promise.resolve({ body: {} });
}

// A table that does not exist: whoever looks for an answer there fails.
const handler = serve(
  machines,
  { told: keep, returned: keep, listed: keep, asked: keep },
  'no-such-table',
);

captureLog();

async function ask(to: keyof Routes, sent: Sent) {
  call = undefined;
  const { status, body } = await invoke(handler, machines.routes[to], sent);
  const problem = z
    .looseObject({
      code: z.string().optional(),
      errors: z.array(z.looseObject({ field: z.string() })).optional(),
    })
    .parse(body);
  return { status, code: problem.code, fields: problem.errors?.map(({ field }) => field) };
}

const ofEvent = {
  'webhook-id': 'msg_1',
  'webhook-timestamp': '1751371200',
  'content-type': 'application/json',
};
const texts = [
  ['told', 'application/json'],
  ['returned', 'application/x-www-form-urlencoded'],
  ['listed', 'text/csv'],
] as const;

describe('given a POST that repeats by itself', () => {
  it('then no key is asked for, and no answer is looked for or kept', async () => {
    expect(await ask('asked', {})).toMatchObject({ status: 202 });
    expect(call).toBeDefined();
    expect(call?.claim).toBeUndefined();
  });

  it('then a key that is sent all the same changes nothing', async () => {
    const headers = { 'idempotency-key': 'the-same-key' };
    expect(await ask('asked', { headers })).toMatchObject({ status: 202 });
    expect(call?.claim).toBeUndefined();
  });
});

describe('given headers that a route declares', () => {
  it('then its handler gets these, parsed, and no others', async () => {
    const headers = { ...ofEvent, 'user-agent': 'machine', 'idempotency-key': 'something' };
    expect(await ask('told', { body: '{}', headers })).toMatchObject({ status: 202 });
    expect(call?.headers).toEqual({ 'webhook-id': 'msg_1', 'webhook-timestamp': 1_751_371_200 });
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['that is of another form', { ...ofEvent, 'webhook-id': '1' }, ['header.webhook-id']],
    [
      'that are absent, each of them',
      { 'content-type': 'application/json' },
      ['header.webhook-id', 'header.webhook-timestamp'],
    ],
  ])('then it refuses what names one %s', async (_what, headers, fields) => {
    const refused = await ask('told', { body: '{}', headers });
    expect(refused).toEqual({ status: 400, code: 'malformed', fields });
    expect(call).toBeUndefined();
  });

  it('then a route without any gets none, whatever is sent', async () => {
    await ask('asked', { headers: ofEvent });
    expect(call?.headers).toEqual({});
  });
});

describe.each(texts)('given a route (%s) that takes text of the type %s', (to, mediaType) => {
  const sentAs = (given: string, type: string, isBase64Encoded = false): Sent => ({
    body: isBase64Encoded ? Buffer.from(given).toString('base64') : given,
    headers: { ...ofEvent, 'content-type': type },
    isBase64Encoded,
  });

  /** What a parser would write otherwise, or an editor. */
  it.each([
    ['spaces, line ends and escapes', '{ "b":1.0,\r\n "a" : "\\u00e9" }\n'],
    ['a byte order mark', '\ufeff{}'],
    ['Hangul, composed and not', '\ud558 \u1112\u1161'],
    ['a form', 'a=1&a=2&b=%20+%2B'],
    ['NUL', 'a\0b'],
  ])('then its handler gets %s as it was sent, in base 64 or not', async (_what, given) => {
    for (const isEncoded of [false, true]) {
      expect(await ask(to, sentAs(given, mediaType, isEncoded))).toMatchObject({ status: 202 });
      expect(call?.text).toBe(given);
      const sign = (bytes: string | Buffer) => createHmac('sha256', 'key').update(bytes).digest();
      expect(sign(call?.text ?? '')).toEqual(sign(Buffer.from(given)));
    }
  });

  it('then the media type may have parameters and capitals', async () => {
    const type = `${mediaType.toUpperCase()} ; charset=UTF-8`;
    expect(await ask(to, sentAs('a', type))).toMatchObject({ status: 202 });
  });

  it.each<[string, Sent, number, string]>([
    ['none', { headers: ofEvent }, 400, 'malformed'],
    ['another type', sentAs('a', 'text/plain'), 415, 'text-required'],
    ['a type that begins alike', sentAs('a', `${mediaType}x`), 415, 'text-required'],
    ['what the gateway could not decode', sentAs('a\ufffdb', mediaType), 400, 'invalid-utf-8'],
    [
      'bytes that are not UTF-8',
      {
        ...sentAs('', mediaType),
        body: Buffer.from([97, 255]).toString('base64'),
        isBase64Encoded: true,
      },
      400,
      'invalid-utf-8',
    ],
    ['more bytes than it takes', sentAs('가'.repeat(34), mediaType), 413, 'body-too-large'],
  ])('then it refuses %s', async (_what, sent, status, code) => {
    expect(await ask(to, sent)).toMatchObject({ status, code });
    expect(call).toBeUndefined();
  });
});
