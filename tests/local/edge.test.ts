import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsFront } from '../../local/aws-front.ts';
import { Edge, PortRefused } from '../../local/edge.ts';
import { Faults } from '../../local/faults/faults.ts';
import { sendJson } from '../../local/http.ts';
import { type AwsService, ServiceError } from '../../local/service.ts';

/** A service that echoes, refuses, breaks or never answers, as its operation says. */
class Echo implements AwsService {
  readonly target = 'Echo_20260101';
  readonly answered: string[] = [];

  async answer(operation: string, { body, path }: Parameters<AwsService['answer']>[1]) {
    this.answered.push(operation);
    if (operation === 'Refuse') throw new ServiceError('NoSuchThing', 'there is no such thing');
    if (operation === 'Break') throw new Error('a fault of ours');
    if (operation === 'Hold') await new Promise(() => undefined);
    return { status: 200, body: JSON.stringify({ operation, path, said: body.toString() }) };
  }

  answerPath({ path }: Parameters<AwsService['answer']>[1]) {
    return path === '/keys.json' ? { status: 200, body: '{"keys":[]}' } : undefined;
  }
}

let edge: Edge;
let base: string;
let echo: Echo;
let faults: Faults;
let reports: string[];

beforeEach(async () => {
  reports = [];
  edge = new Edge((message) => reports.push(message));
  base = await edge.listen(0);
  echo = new Echo();
  faults = new Faults();
});
afterEach(() => edge.close());

function open(): void {
  edge.open({
    aws: new AwsFront([echo], faults, (message) => reports.push(message)),
    control: async (_, response) => sendJson(response, 200, { from: 'control' }),
    api: async ({ url }, response) => {
      if (url === '/breaks') throw new Error('the gateway broke');
      sendJson(response, 200, { from: 'api' });
    },
  });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: unknown;
}

async function ask(
  path: string,
  options: { headers?: Record<string, string>; method?: string; body?: string | Buffer } = {},
): Promise<Answer> {
  const { body, method = body === undefined ? 'GET' : 'POST', headers = {} } = options;
  return new Promise((resolve, reject) => {
    const asked = request(`${base}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const json: unknown = text === '' ? undefined : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, json });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const call = (operation: string, body = '{}') =>
  ask('/_aws/', { headers: { 'x-amz-target': `Echo_20260101.${operation}` }, body });

describe('before the region is open', () => {
  it.each(['/', '/me', '/_aws/', '/_local/mailbox'])('%s is told to come back', async (path) => {
    const { status, headers, json } = await ask(path);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(json).toMatchObject({ code: 'booting' });
  });

  it('says how far it is', async () => {
    expect((await ask('/_local/health')).json).toEqual({ status: 'booting' });
    open();
    expect((await ask('/_local/health')).json).toEqual({ status: 'ready' });
  });
});

describe('while the services are replaced', () => {
  beforeEach(() => {
    open();
    const front = new AwsFront([echo], faults, (message) => reports.push(message), {
      partial: true,
    });
    edge.hold(front);
  });

  it.each(['/', '/me', '/_local/clock'])('%s is told to come back', async (path) => {
    const { status, headers, json } = await ask(path);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('1');
    expect(json).toMatchObject({ code: 'replacing' });
  });

  it('those services that stay answer, whoever asks for another is to ask again', async () => {
    expect((await call('Say')).status).toBe(200);
    const other = { headers: { 'x-amz-target': 'Other_20260101.Say' }, body: '{}' };
    const { status, json } = await ask('/_aws/', other);
    expect([status, json]).toMatchObject([503, { __type: 'ServiceUnavailable' }]);
  });

  it('ends when they are there', async () => {
    open();
    expect((await ask('/me')).json).toEqual({ from: 'api' });
  });
});

describe('one port', () => {
  beforeEach(open);

  it.each([
    ['/', 'api'],
    ['/me?x=1', 'api'],
    ['/_awsome', 'api'],
    ['/_localhost', 'api'],
    ['/_local', 'control'],
    ['/_local?x', 'control'],
    ['/_local/mailbox', 'control'],
  ])('leads %s to the %s', async (path, from) => {
    expect((await ask(path)).json).toEqual({ from });
  });

  it('listens on loopback only', () => {
    expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(base).port);
    const listening = new Edge(() => undefined).listen(port);
    await expect(listening).rejects.toThrow(PortRefused);
    await expect(listening).rejects.toMatchObject({
      code: 'port-taken',
      message: `port ${port} is taken; stop what listens there, or choose another with --port`,
    });
  });

  it('answers 500 without details, and reports them, when something of ours breaks', async () => {
    const { status, json } = await ask('/breaks');
    expect(status).toBe(500);
    expect(JSON.stringify(json)).not.toContain('gateway broke');
    expect(reports.join()).toMatch(/GET \/breaks: Error: the gateway broke\n {4}at/);
  });
});

describe('a request that may come from elsewhere', () => {
  beforeEach(open);

  it.each([
    ['rebound.example', 403],
    ['127.0.0.1.rebound.example', 403],
    ['localhost.rebound.example:4000', 403],
    ['192.168.0.7', 403],
    ['somebody@127.0.0.1', 403],
    ['127.0.0.1:4000', 200],
    ['localhost:1', 200],
    ['[::1]:4000', 200],
  ])('with Host "%s" gets %i', async (host, status) => {
    expect((await ask('/', { headers: { host } })).status).toBe(status);
  });

  it.each([
    ['/_local/clock', 'https://elsewhere.example', 403],
    ['/_aws/', 'https://elsewhere.example', 403],
    ['/_local/clock', 'null', 403],
    ['/_local/clock', 'http://localhost:5173', 200],
    // What pages of other origins may do at the API is for the API's own CORS rules.
    ['/me', 'https://elsewhere.example', 200],
  ])('to %s from a page of %s gets %i', async (path, origin, status) => {
    expect((await ask(path, { headers: { origin } })).status).toBe(status);
  });

  it('lets a page that this machine serves call the services', async () => {
    const { status, headers } = await ask('/_aws/', {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-headers': 'x-amz-target',
      },
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('http://localhost:5173');
    expect(headers['access-control-allow-headers']).toBe('x-amz-target');
  });
});

describe('an emulated service', () => {
  beforeEach(open);

  it('is found by X-Amz-Target and gets path and body', async () => {
    const { status, headers, json } = await ask('/_aws', {
      headers: { 'x-amz-target': 'Echo_20260101.Say' },
      body: 'hi',
    });
    expect(status).toBe(200);
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(json).toEqual({ operation: 'Say', path: '/', said: 'hi' });
  });

  it('answers without target by path', async () => {
    expect((await ask('/_aws/keys.json')).json).toEqual({ keys: [] });
  });

  it('has its refusals told in the AWS JSON form', async () => {
    const { status, headers, json } = await call('Refuse');
    expect(status).toBe(400);
    expect(headers['x-amzn-errortype']).toBe('NoSuchThing');
    expect(json).toEqual({ __type: 'NoSuchThing', message: 'there is no such thing' });
    expect(reports).toEqual([]);
  });

  it('has its own faults reported and told as a 500 without details', async () => {
    const { status, json } = await call('Break');
    expect(status).toBe(500);
    expect(json).toMatchObject({ __type: 'InternalFailure' });
    expect(JSON.stringify(json)).not.toContain('a fault of ours');
    expect(reports.join()).toContain('Echo_20260101.Break: Error: a fault of ours');
  });

  it.each([
    ['Nobody_1.Do', /no service for X-Amz-Target "Nobody_1\.Do"; it emulates Echo_20260101/],
    [undefined, /nothing at POST \/_aws\/ without X-Amz-Target/],
  ])('that is not there is named: %s', async (target, message) => {
    const headers: Record<string, string> = target === undefined ? {} : { 'x-amz-target': target };
    const { status, json } = await ask('/_aws/', { headers, body: '{}' });
    expect(status).toBe(404);
    expect(json).toMatchObject({ __type: 'UnknownOperationException' });
    expect(json).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('never sees a body over 16 MiB', async () => {
    const { status } = await ask('/_aws/', {
      headers: { 'x-amz-target': 'Echo_20260101.Say' },
      body: Buffer.alloc(16 * 1024 * 1024 + 1),
    });
    expect(status).toBe(413);
    expect(echo.answered).toEqual([]);
  });
});

describe('a fault before a service', () => {
  beforeEach(open);
  const rule = { target: 'Echo_20260101', operation: 'Say', seed: 1 };

  it('answers in its place, so many times', async () => {
    const body = { __type: 'TransactionConflictException', message: 'busy' };
    faults.add({ ...rule, times: 2, effect: { kind: 'error', status: 400, body } });
    const answers = [await call('Say'), await call('Say'), await call('Say')];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 200]);
    expect(answers[0]?.json).toEqual(body);
    expect(echo.answered).toEqual(['Say']);
  });

  it('loses the answer to what was done', async () => {
    faults.add({ ...rule, times: 1, effect: { kind: 'lose-answer' } });
    await expect(call('Say')).rejects.toThrow(/socket hang up/);
    expect(echo.answered).toEqual(['Say']);
    expect((await call('Say')).status).toBe(200);
  });

  it('loses also the answer to what was refused', async () => {
    faults.add({ ...rule, operation: 'Refuse', effect: { kind: 'lose-answer' } });
    await expect(call('Refuse')).rejects.toThrow(/socket hang up/);
    expect(reports).toEqual([]);
  });

  it('delays what is done then', async () => {
    faults.add({ ...rule, effect: { kind: 'delay', ms: 60 } });
    const before = performance.now();
    expect((await call('Say')).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(55);
  });
});

describe('closing', () => {
  beforeEach(open);

  it('does not wait for requests that are held or delayed, nor for idle connections', async () => {
    const idle = connect(Number(new URL(base).port), '127.0.0.1');
    await once(idle, 'connect');
    faults.add({
      target: echo.target,
      operation: 'Say',
      seed: 1,
      effect: { kind: 'delay', ms: 400 },
    });
    const held = [call('Hold'), call('Say')].map((asked) => asked.catch((error: Error) => error));
    await expect.poll(() => echo.answered).toEqual(['Hold']);
    const before = performance.now();
    await edge.close();
    expect(performance.now() - before).toBeLessThan(300);
    for (const answer of await Promise.all(held)) expect(answer).toBeInstanceOf(Error);
    idle.destroy();
    // What was delayed is not done behind the region's back, either.
    await sleep(300);
    expect(echo.answered).toEqual(['Hold']);
  });
});
