import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../../world/world.ts';
import { openPlatform } from './own-platform.ts';
import { webhookOf } from './parties.ts';
import { ask } from './scim-client.ts';
import { registryKey as key } from './signed.ts';
import { send as sendMessage, signedBy, wish } from './wish.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
let world: World;
/** What the platform was told, and what it answers next (204 when there is no more). */
const events: unknown[] = [];
const ids: unknown[] = [];
const answers: number[] = [];
/** Milliseconds by which the world's clock is moved. */
let moved = 0;

beforeAll(async () => {
  platform = await openPlatform();
  platform.app.post(
    '/providers/forge/events',
    express.text({ type: '*/*' }),
    (request, response) => {
      ids.push(request.get('webhook-id'));
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      events.push(new Webhook(key).verify(request.body, headers));
      response.status(answers.shift() ?? 204).end();
    },
  );
});
afterAll(() => platform.close());
beforeEach(async () => {
  world = await openWorld({
    providers: [{ id: 'forge', kind: 'webhook', key }],
    registry: { key },
    platform: platform.address,
    now: () => Date.now() + moved,
  });
});
afterEach(async () => {
  moved = 0;
  for (const list of [events, ids, answers]) list.length = 0;
  await world.close();
});

const send = (message: object, id?: string, at = new Date(Date.now() + moved)) =>
  sendMessage(world, message, id, at);
const control = (path: string, method = 'GET', body?: object) =>
  ask(`${world.url}/control/providers/forge/${path}`, method, body);
const accounts = async () => (await control('accounts')).body;
const account = (active: boolean) => ({
  id: expect.any(String),
  externalId: 'acc_1',
  userName: 'acc_1',
  active,
});

describe('a provider that is sent messages', () => {
  it('makes, suspends, resumes and ends an account, and says so at once', async () => {
    const made = await send(wish('active'));
    expect(made.status).toBe(200);
    expect(made.body).toEqual({ state: 'done', remoteId: expect.any(String) });
    expect(await accounts()).toEqual([account(true)]);
    expect((await send(wish('suspended', 2))).body).toEqual(made.body);
    expect(await accounts()).toEqual([account(false)]);
    expect((await send(wish('active', 3))).body).toEqual(made.body);
    expect((await send(wish('none', 4))).body).toEqual({ state: 'done' });
    expect(await accounts()).toEqual([]);
  });

  it('has nothing to end or suspend where there is no account', async () => {
    expect((await send(wish('none', 1))).body).toEqual({ state: 'done' });
    expect((await send(wish('suspended', 2))).body).toEqual({ state: 'done' });
    expect(await accounts()).toEqual([]);
  });

  it('goes by the fence, in whatever order wishes come', async () => {
    await send(wish('active', 2));
    await send(wish('none', 5));
    expect((await send(wish('active', 4))).body).toEqual({ state: 'done' });
    expect(await accounts()).toEqual([]);
  });

  it('takes a message once, whatever has become of the account since', async () => {
    const first = wish('active', 3);
    await send(first, 'msg_1');
    await send(wish('none', 4));
    const again = { ...first, timestamp: '2026-03-02T01:20:04Z' };
    expect((await send(again, 'msg_1')).status).toBe(200);
    expect(await accounts()).toEqual([]);
    expect((await send(wish('active', 9), 'msg_1')).status).toBe(422);
  });

  it.each<[string, (body: string) => Record<string, string>]>([
    ['no signature', () => ({})],
    ['the signature of another body', () => signed('{}')],
    [
      'another key',
      (body) => signed(body, new Webhook(Buffer.from('x'.repeat(24)).toString('base64'))),
    ],
    ['a time ten minutes ago', (body) => signed(body, new Webhook(key), -600_000)],
    ['a time in ten minutes', (body) => signed(body, new Webhook(key), 600_000)],
  ])('refuses %s', async (_what, headers) => {
    const body = JSON.stringify(wish('active'));
    const answer = await ask(webhookOf(world, 'forge').url, 'POST', body, headers(body));
    expect(answer.status).toBe(401);
    expect(await accounts()).toEqual([]);
  });

  it('goes by the world’s clock', async () => {
    moved = 86_400_000;
    expect((await send(wish('active'))).status).toBe(200);
    expect((await send(wish('active', 2), 'msg_2', new Date())).status).toBe(401);
  });

  it('refuses what is no wish', async () => {
    for (const wrong of [{}, wish('deleted'), wish('active', 0), { ...wish('active'), to: 'x' }])
      expect((await send(wrong)).status).toBe(400);
  });
});

describe('a provider that tells later', () => {
  const open = { state: 'accepted' };
  const told = (type: string, fence: number, remoteId?: unknown) => ({
    type,
    timestamp: expect.stringMatching(/Z$/),
    data: { accountId: 'acc_1', fence, ...(remoteId === undefined ? {} : { remoteId }) },
  });

  it('has the account only when it tells', async () => {
    await control('mode', 'PUT', { mode: 'later', ms: 60 });
    const answer = await send(wish('active'));
    expect([answer.status, answer.body]).toEqual([202, open]);
    expect(await accounts()).toEqual([]);
    await expect.poll(() => events).toEqual([told('account.done', 1, expect.any(String))]);
    expect(await accounts()).toEqual([account(true)]);
    // Asked again, it has no more to tell.
    expect((await send(wish('active'))).status).toBe(200);
    expect(events).toHaveLength(1);
  });

  it('tells it once, however often it was asked meanwhile, and nothing of what no longer holds', async () => {
    await control('mode', 'PUT', { mode: 'later', ms: 60 });
    for (const one of [wish('active'), wish('none', 2), wish('none', 2)]) await send(one);
    await expect.poll(() => events).toEqual([told('account.done', 2)]);
    expect(await accounts()).toEqual([]);
    await sleep(100);
    expect(events).toHaveLength(1);
  });

  it('tries again, under the same id, when the platform does not take it', async () => {
    await control('mode', 'PUT', { mode: 'later', ms: 1 });
    answers.push(500, 503);
    await send(wish('active'));
    await expect
      .poll(async () => (await control('told')).body)
      .toEqual([{ type: 'account.done', accountId: 'acc_1', fence: 1, status: 204, attempts: 3 }]);
    expect(new Set(ids).size).toBe(1);
  });

  it('tells by hand what it did, that it will not, and what is not so', async () => {
    await control('mode', 'PUT', { mode: 'manual' });
    expect((await send(wish('active', 2))).status).toBe(202);
    const telling = { accountId: 'acc_1', type: 'account.rejected' };
    const late = { ...telling, type: 'account.done', fence: 1 };
    const { body } = await control('tell', 'POST', late);
    expect(body).toMatchObject({ fence: 1, status: 204, attempts: 1 });
    expect(await accounts()).toEqual([]);
    await control('tell', 'POST', telling);
    expect(await accounts()).toEqual([]);
    await send(wish('active', 3));
    await control('tell', 'POST', { ...telling, type: 'account.done' });
    expect(await accounts()).toEqual([account(true)]);
    expect(events).toEqual([
      told('account.done', 1),
      told('account.rejected', 2),
      told('account.done', 3, expect.any(String)),
    ]);
    const nobody = { ...telling, accountId: 'acc_9' };
    expect((await control('tell', 'POST', nobody)).status).toBe(404);
  });
});

it('meets faults like every party', async () => {
  await control('faults', 'POST', { kind: 'status', status: 429, retryAfter: 3, times: 1 });
  const answer = await send(wish('active'));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
  await control('faults', 'POST', { kind: 'reject', times: 1 });
  const rejected = await send(wish('active'));
  expect(rejected.status).toBe(400);
  expect(rejected.body).toEqual({ code: 'invalidValue', message: expect.any(String) });
  await control('faults', 'POST', { kind: 'lose-answer', times: 1 });
  await expect(send(wish('active'), 'msg_1')).rejects.toThrow();
  expect(await accounts()).toEqual([account(true)]);
  expect((await send(wish('active'))).status).toBe(200);
});

function signed(body: string, webhook = new Webhook(key), later = 0): Record<string, string> {
  return signedBy(webhook, body, 'msg_9', new Date(Date.now() + later));
}
