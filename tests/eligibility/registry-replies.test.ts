import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { signatureOf } from '../../functions/runtime/message-signature.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { captureLog } from '../runtime/log-lines.ts';

import { ask, key, known } from './registries.ts';

captureLog();

let cloud: Cloud;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud();
});
afterAll(async () => {
  await cloud.close();
  vi.useRealTimers();
});

describe('given something else in the place of a registry', () => {
  let server: Server;
  let reply: Reply = { body: '' };
  let question: { body: string; headers: Record<string, string> };

  interface Reply {
    readonly body: string;
    /** What is signed; as it should be where it is left out. */
    readonly signed?: {
      id?: string;
      secondsOff?: number;
      body?: string;
      key?: string;
      others?: string;
    };
    /** The headers, where they are not those of the signature. */
    readonly headers?: Record<string, string>;
  }

  function signatureHeaders({ body, signed = {}, headers }: Reply): Record<string, string> {
    const id = signed.id ?? question.headers['webhook-id'] ?? '';
    const timestamp = Math.floor(Date.now() / 1000) + (signed.secondsOff ?? 0);
    const signature = signatureOf(signed.key ?? key, { id, timestamp, body: signed.body ?? body });
    const right = {
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `${signed.others ?? ''}${signature}`,
    };
    return { 'webhook-id': id, ...right, ...headers };
  }

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const headers = z.record(z.string(), z.string()).parse(request.headers);
      question = { body: await text(request), headers };
      response.writeHead(200, signatureHeaders(reply)).end(reply.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    cloud.secrets.put('elsewhere', { url: `http://127.0.0.1:${port}/`, key: `whsec_${key}` });
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    ['a page', '<html>'],
    ['nothing', ''],
    ['another shape', '{"status":"yes"}'],
    ['a result that we do not know', '{"result":"maybe"}'],
    ['more than was asked', '{"result":"unknown","registrationNumber":"120520-3456789"}'],
    ['confirmed without groups', '{"result":"confirmed"}'],
    ['groups that are no ids', '{"result":"confirmed","groups":["Low Income"]}'],
    ['an income that is no band', '{"result":"confirmed","groups":[],"incomeBand":2400000}'],
  ])('that answers %s, takes it for no answer', async (_what, body) => {
    reply = { body };
    expect(await ask(known, 'elsewhere')).toEqual({ kind: 'unreachable' });
  });

  const body = '{"result":"confirmed","groups":["low-income"]}';
  it.each<[what: string, otherwise: Omit<Reply, 'body'>]>([
    ['nothing', { headers: { 'webhook-signature': '' } }],
    ['another reply', { signed: { body: '{"result":"unknown"}' } }],
    ['the reply to another question', { signed: { id: 'msg_of-another-question' } }],
    ['with another key', { signed: { key: 'another-key-of-24-bytes-in-base64' } }],
    ['six minutes ago', { signed: { secondsOff: -360 } }],
    ['another moment than it tells', { headers: { 'webhook-timestamp': '1614265330' } }],
    ['no moment', { headers: { 'webhook-timestamp': '' } }],
  ])('that has signed %s, takes it for no answer', async (_what, otherwise) => {
    reply = { body, ...otherwise };
    expect(await ask(known, 'elsewhere')).toEqual({ kind: 'unreachable' });
  });

  it.each<[what: string, otherwise: Omit<Reply, 'body'>]>([
    ['as it should be', {}],
    ['edge case 39: by a clock four minutes off', { signed: { secondsOff: -240 } }],
    ['by two keys, while one takes the place of the other', { signed: { others: 'v1,AAAA ' } }],
  ])('that has signed %s, believes it', async (_what, otherwise) => {
    reply = { body, ...otherwise };
    expect(await ask(known, 'elsewhere')).toMatchObject({ kind: 'confirmed' });
  });

  it('edge case 7: sends name and birth date, and nothing else; the key never', async () => {
    reply = { body: '{"result":"unknown"}' };
    await ask(known, 'elsewhere');
    expect(JSON.parse(question.body)).toEqual({ name: '한가온', birthDate: '2009-03-14' });
    expect(JSON.stringify(question.headers)).not.toContain(key);
  });

  it('signs each question anew', async () => {
    reply = { body: '{"result":"unknown"}' };
    await ask(known, 'elsewhere');
    const { 'webhook-id': first } = question.headers;
    await ask(known, 'elsewhere');
    const { 'webhook-id': id = '', 'webhook-timestamp': timestamp } = question.headers;
    expect(id).not.toBe(first);
    expect(question.headers['webhook-signature']).toBe(
      signatureOf(key, { id, timestamp: Number(timestamp), body: question.body }),
    );
  });
});

describe('a signature', () => {
  it('is the one that Standard Webhooks publishes as an example', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    };
    const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    expect(signatureOf(`whsec_${key}`, message)).toBe(signature);
  });
});
