import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { askRegistry } from '../../functions/eligibility/registry.adapter.ts';
import { Profile } from '../../functions/identity/contract.ts';
import { signatureOf } from '../../functions/runtime/message-signature.ts';
import { openWorld, type World } from '../../world/world.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { captureLog } from '../runtime/log-lines.ts';

const takeLog = captureLog();

/** The key of the examples of Standard Webhooks. */
const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let cloud: Cloud;
let world: World;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  cloud = await openCloud();
  world = await openWorld({ providers: [], registry: { key } });
  cloud.secrets.put('registry', world.registry);
});
afterEach(async () => {
  await control('DELETE', 'faults');
  // Whatever the breaker has seen is forgotten with the next answer after its rest.
  later(61);
  await ask();
});
afterAll(async () => {
  await world.close();
  await cloud.close();
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);

async function control(method: string, path: string, body?: object) {
  await fetch(`${world.url}/control/registry/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

/** Questions that the registry has received. */
async function asked(): Promise<number> {
  const response = await fetch(`${world.url}/control/registry/requests`);
  const { received } = z
    .object({ received: z.record(z.string(), z.int()) })
    .parse(await response.json());
  return received['POST'] ?? 0;
}

const person = (name: string, birthDate: string) =>
  Profile.parse({
    learnerId: 'lrn_00000000000000000000000000',
    name,
    birthDate,
    stage: 'high',
    areaId: 'river',
    language: 'ko',
  });
const known = person('한가온', '2009-03-14');
const ask = (profile = known, secret = 'registry') => askRegistry(secret, profile);

describe('given a registry that answers', () => {
  it.each([
    ['someone of one group', known, ['low-income']],
    ['someone of several groups', person('윤새벽', '2012-11-02'), ['low-income', 'single-parent']],
    ['someone of no group', person('마한결', '2009-12-01'), []],
    ['someone born on 29 February', person('솔', '2008-02-29'), ['low-income']],
    [
      'edge 6: a name written in NFD',
      person('한가온'.normalize('NFD'), '2009-03-14'),
      ['low-income'],
    ],
    ['edge 5: one of twins', person('남하늘', '2010-07-07'), ['low-income']],
  ])('confirms %s', async (_who, profile, groups) => {
    expect(await ask(profile)).toMatchObject({ kind: 'confirmed', groups });
  });

  it.each([
    ['nobody of this name', person('김하늘', '2009-03-14')],
    ['somebody of this name, born on another day', person('한가온', '2009-03-15')],
  ])('knows %s', async (_who, profile) => {
    expect(await ask(profile)).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['is on record', known, { incomeBand: 'near-poverty' }],
    ['is not', person('도라온', '2015-02-28'), {}],
  ])('tells the income band of a household whose income %s', async (_whose, profile, income) => {
    const groups = ['low-income'];
    expect(await ask(profile)).toEqual({ kind: 'confirmed', groups, ...income });
  });

  it('with groups that the region has never heard of, hands them on', async () => {
    await control('PUT', 'people', {
      people: [{ name: '오새벽', birthDate: '2010-01-01', groups: ['veterans', 'low-income'] }],
    });
    expect(await ask(person('오새벽', '2010-01-01'))).toMatchObject({
      groups: ['veterans', 'low-income'],
    });
  });
});

describe('given a registry that does not help, nobody is rejected', () => {
  it.each([
    ['is down', { kind: 'down' }, 2],
    ['loses its answer', { kind: 'lose-answer' }, 2],
    ['fails', { kind: 'status', status: 500 }, 2],
    ['is too busy', { kind: 'status', status: 429, retryAfter: 7 }, 2],
    ['refuses the question', { kind: 'reject' }, 1],
    ['is not there', { kind: 'status', status: 404 }, 1],
    ['takes longer than a learner can wait', { kind: 'slow', ms: 2_500 }, 1],
  ])('%s', async (_what, fault, questions) => {
    await control('POST', 'faults', fault);
    const [before, began] = [await asked(), performance.now()];
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect((await asked()) - before).toBe(questions);
    expect(performance.now() - began).toBeLessThan(2_400);
  });

  it.each([
    ['loses its answer', { kind: 'lose-answer' }],
    ['fails', { kind: 'status', status: 503 }],
    ['is too busy', { kind: 'status', status: 429 }],
  ])('%s for a moment: it is asked once more, and answers', async (_what, fault) => {
    await control('POST', 'faults', { ...fault, times: 1 });
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
  });

  it.each([
    ['refuses our key', { key: 'another-key-of-24-bytes-in-base64' }],
    ['would be told names in the clear', { url: 'http://registry.example' }],
    ['has a key that is too short', { key: 'short' }],
    ['is not where the secret says', { url: 'http://127.0.0.1:9' }],
  ])('%s', async (what, otherwise) => {
    cloud.secrets.put(what, { ...world.registry, ...otherwise });
    expect(await ask(known, what)).toEqual({ kind: 'unreachable' });
  });

  it.each([
    ['nobody has filled', ''],
    ['holds something else', { token: 'a' }],
  ])('has a secret that %s', async (what, value) => {
    cloud.secrets.put(what, value);
    expect(await ask(known, what)).toEqual({ kind: 'unreachable' });
  });

  it('has no secret at all', async () => {
    expect(await ask(known, 'nowhere')).toEqual({ kind: 'unreachable' });
  });
});

describe('given a registry that does not answer for long', () => {
  const down = () => control('POST', 'faults', { kind: 'status', status: 503 });
  const askTimes = async (times: number) => {
    for (let time = 0; time < times; time += 1) await ask();
  };

  it('is spared after five failures in a row, and asked again half a minute later', async () => {
    await down();
    await askTimes(5);
    const before = await asked();
    await control('DELETE', 'faults');
    expect(await ask()).toEqual({ kind: 'unreachable' });
    later(29);
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect(await asked()).toBe(before);
    later(2);
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
  });

  it('is spared again at once where that one question fails too', async () => {
    await down();
    await askTimes(5);
    later(31);
    await ask();
    const before = await asked();
    expect(await ask()).toEqual({ kind: 'unreachable' });
    expect(await asked()).toBe(before);
  });

  it('is not spared while it answers in between', async () => {
    for (let round = 0; round < 2; round += 1) {
      await down();
      await askTimes(4);
      await control('DELETE', 'faults');
      expect(await ask()).toMatchObject({ kind: 'confirmed' });
    }
  });

  it('is not spared for refusing: that costs nobody a wait', async () => {
    await control('POST', 'faults', { kind: 'reject', times: 6 });
    await askTimes(6);
    expect(await ask()).toMatchObject({ kind: 'confirmed' });
  });
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

describe('the log of all this', () => {
  it('names nobody', async () => {
    takeLog();
    await control('POST', 'faults', { kind: 'status', status: 503 });
    await ask();
    await ask(known, 'nowhere');
    const log = takeLog();
    expect(log).toMatch(/registry asked again.*503/);
    expect(log).toMatch(/registry unreachable.*503/);
    expect(log).not.toMatch(new RegExp(`한가온|2009|${key}`));
  });
});
