import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Call, serve } from '../../functions/runtime/http.ts';
import { contract } from '../../functions/runtime/route.ts';
import { captureLog } from './log-lines.ts';
import { context, invoke, requestTo } from './requests.ts';

const files = contract({
  name: 'files',
  summary: 'Files, for this specification only',
  routes: {
    file: {
      method: 'GET',
      path: '/files/{file}',
      access: { pool: 'none' },
      summary: 'A file',
      params: z.strictObject({ file: z.string() }),
      answers: { status: 200, body: z.string(), mediaType: '*/*' },
    },
    launch: {
      method: 'GET',
      path: '/launch',
      access: { pool: 'none' },
      summary: 'A page with a form for somebody else',
      answers: { status: 200, body: z.string(), mediaType: 'text/html' },
    },
    returned: {
      method: 'POST',
      path: '/returned',
      access: { pool: 'none' },
      summary: 'A page that answers a form',
      repeats: 'by-itself',
      answers: { status: 200, body: z.string(), mediaType: 'text/html' },
    },
  },
});

const zippedStyle = gzipSync('p { margin: 0 }').toString('base64');

const handler = serve(files, {
  file: async ({ params }: Call<typeof files.routes.file>) =>
    params.file === 'text'
      ? { body: { mediaType: 'text/html', text: '<p>' } }
      : { body: { mediaType: 'text/css', gzip: zippedStyle } },
  launch: async () => ({ body: { mediaType: 'text/html', text: '<p>', policy: 'script-src x' } }),
  returned: async () => ({ body: { mediaType: 'text/html', text: '<p>' } }),
});

captureLog();

describe('given a route that answers with files', () => {
  it('answers without a token, in the media type, pages with a policy for the browser', async () => {
    expect(await invoke(handler, files.routes.file, { params: { file: 'text' } })).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/html',
        'cache-control': 'max-age=300',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none';.*; frame-ancestors 'none'$/,
        ),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      },
      body: '<p>',
    });
  });

  it('answers a page that brings a policy with that one alone, and no cache keeps it', async () => {
    const { headers } = await invoke(handler, files.routes.launch);
    expect(headers).toEqual({
      'content-type': 'text/html',
      'cache-control': 'no-store',
      'content-security-policy': 'script-src x',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('has no cache keep what answers a form', async () => {
    const { headers } = await invoke(handler, files.routes.returned);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it.each(['gzip', 'br, GZIP;q=0.5', '*', 'x-gzip'])(
    'hands a compressed file on to whoever accepts "%s"',
    async (accepted) => {
      const headers = { 'accept-encoding': accepted };
      const event = requestTo(files.routes.file, { params: { file: 'style' }, headers });
      expect(await handler(event, context)).toMatchObject({
        headers: {
          'content-encoding': 'gzip',
          'content-type': 'text/css',
          vary: 'accept-encoding',
        },
        body: zippedStyle,
        isBase64Encoded: true,
      });
    },
  );

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', '*, gzip; q=0.0'])(
    'unpacks a compressed file for whoever accepts "%s"',
    async (accepted) => {
      const headers: Record<string, string> =
        accepted === undefined ? {} : { 'accept-encoding': accepted };
      const event = requestTo(files.routes.file, { params: { file: 'style' }, headers });
      const answered = await handler(event, context);
      expect(answered).toMatchObject({ headers: { vary: 'accept-encoding' } });
      expect(answered.headers).not.toHaveProperty('content-encoding');
      expect(Buffer.from(answered.body ?? '', 'base64').toString()).toBe('p { margin: 0 }');
    },
  );
});
