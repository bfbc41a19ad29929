import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../../world/world.ts';
import { scimOf } from './parties.ts';
import { ask, type ScimClient, ScimError, scimClient } from './scim-client.ts';
import { askSigned, registryKey } from './signed.ts';

let world: World;
let provider: ScimClient;
let other: ScimClient;

beforeEach(async () => {
  world = await openWorld({
    providers: [
      { id: 'math-house', kind: 'scim', token: 'a' },
      { id: 'reading-house', kind: 'scim', token: 'b' },
    ],
    registry: { key: registryKey },
  });
  provider = scimClient(scimOf(world, 'math-house'));
  other = scimClient(scimOf(world, 'reading-house'));
});
afterEach(() => world.close());

const control = (path: string, method?: string, body?: unknown) =>
  ask(`${world.url}/control${path}`, method, body);
const fail = async (fault: object) => {
  const { status, body } = await control('/providers/math-house/faults', 'POST', fault);
  expect({ status, body }).toMatchObject({ status: 201 });
};
const accounts = async () => (await control('/providers/math-house/accounts')).body;

describe('a provider that answers with a status', () => {
  const date = 'Sun, 06 Nov 2044 08:49:37 GMT';

  it.each([
    [{ status: 503 }, null],
    [{ status: 429, retryAfter: 7 }, '7'],
    [{ status: 429, retryAfter: date }, date],
  ])('does so for %o and does nothing', async (fault, retryAfter) => {
    await fail({ kind: 'status', ...fault, times: 1 });
    const answer = await provider.create({ userName: 'a' });
    expect(answer.status).toBe(fault.status);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(ScimError.parse(answer.body).status).toBe(String(fault.status));
    expect(await accounts()).toEqual([]);
    expect((await provider.create({ userName: 'a' })).status).toBe(201);
  });

  it('does so for as many requests as asked for, one fault after the other', async () => {
    await fail({ kind: 'status', status: 503, times: 2 });
    await fail({ kind: 'status', status: 429, times: 1 });
    const statuses: number[] = [];
    for (const _ of [1, 2, 3, 4]) statuses.push((await provider.ask('GET', '/Users')).status);
    expect(statuses).toEqual([503, 503, 429, 200]);
  });

  it('does so until the fault is removed when no number is given', async () => {
    await fail({ kind: 'status', status: 500 });
    for (const _ of [1, 2, 3]) expect((await provider.ask('GET', '/Users')).status).toBe(500);
    expect((await control('/providers/math-house/faults', 'DELETE')).status).toBe(204);
    expect((await provider.ask('GET', '/Users')).status).toBe(200);
  });

  it('does so only for the methods that are named', async () => {
    await fail({ kind: 'status', status: 503, times: 1, methods: ['POST', 'DELETE'] });
    expect((await provider.ask('GET', '/Users')).status).toBe(200);
    expect((await provider.create({ userName: 'a' })).status).toBe(503);
    expect((await provider.create({ userName: 'a' })).status).toBe(201);
  });

  it('leaves the other providers and the registry alone', async () => {
    await fail({ kind: 'down' });
    expect((await other.create({ userName: 'a' })).status).toBe(201);
    expect((await check()).status).toBe(200);
  });
});

describe('a provider that loses its answer', () => {
  it('has done the work, so that the next try is a conflict', async () => {
    await fail({ kind: 'lose-answer', times: 1, methods: ['POST'] });
    await expect(provider.create({ userName: 'a', externalId: 'L1' })).rejects.toThrow();
    expect(await accounts()).toEqual([
      { id: expect.any(String), externalId: 'L1', userName: 'a', active: true },
    ]);
    expect((await provider.create({ userName: 'a', externalId: 'L1' })).status).toBe(409);
  });
});

describe('a provider that is down', () => {
  it('drops every connection without doing anything, until it is up again', async () => {
    await fail({ kind: 'down' });
    for (const _ of [1, 2]) await expect(provider.create({ userName: 'a' })).rejects.toThrow();
    expect(await accounts()).toEqual([]);
    await control('/providers/math-house/faults', 'DELETE');
    expect((await provider.create({ userName: 'a' })).status).toBe(201);
  });
});

describe('a provider that is slow', () => {
  const slow = { kind: 'slow', ms: 80, times: 1 };

  it('answers as always, later', async () => {
    await fail(slow);
    const before = performance.now();
    expect((await provider.create({ userName: 'a' })).status).toBe(201);
    expect(performance.now() - before).toBeGreaterThanOrEqual(75);
  });

  it('does the work also for a caller that has given up', async () => {
    await fail({ ...slow, ms: 500 });
    const call = fetch(`${scimOf(world, 'math-house').baseUrl}/Users`, {
      method: 'POST',
      headers: { authorization: 'Bearer a', 'content-type': 'application/json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'late',
      }),
      signal: AbortSignal.timeout(100),
    });
    await expect(call).rejects.toThrow(/timeout/);
    expect(await accounts()).toEqual([]);
    await expect.poll(accounts, { timeout: 4000 }).toMatchObject([{ userName: 'late' }]);
  });

  it('does not hold up the closing of the world', async () => {
    await fail({ kind: 'slow', ms: 600_000 });
    const lost = expect(provider.create({ userName: 'a' })).rejects.toThrow();
    await expect
      .poll(async () => (await control('/providers/math-house/requests')).body)
      .toMatchObject({ disturbed: 1 });
    await world.close();
    await lost;
  });
});

describe('a provider that rejects', () => {
  it('answers 400 invalidValue with the given detail', async () => {
    await fail({ kind: 'reject', detail: 'no such grade', times: 1 });
    const { status, body } = await provider.create({ userName: 'a' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ scimType: 'invalidValue', detail: 'no such grade' });
    expect(await accounts()).toEqual([]);
  });
});

describe('the registry', () => {
  it.each([
    [{ kind: 'status', status: 503, retryAfter: 3 }, 503],
    [{ kind: 'reject' }, 400],
  ])('answers its own kind of error for %o', async (fault, expected) => {
    await control('/registry/faults', 'POST', { ...fault, times: 1 });
    const answer = await check();
    expect(answer.status).toBe(expected);
    expect(answer.body).toMatchObject({ error: { code: expect.any(String) } });
    expect((await check()).status).toBe(200);
  });

  it.each(['down', 'lose-answer'])('gives no answer when it is to be %s', async (kind) => {
    await control('/registry/faults', 'POST', { kind });
    await expect(check()).rejects.toThrow();
    await control('/registry/faults', 'DELETE');
    expect((await check()).status).toBe(200);
  });
});

describe('the control routes', () => {
  it('list the faults in force with what is left of them', async () => {
    await fail({ kind: 'status', status: 503, times: 2 });
    await fail({ kind: 'down' });
    await provider.ask('GET', '/Users');
    expect((await control('/providers/math-house/faults')).body).toEqual([
      { fault: { kind: 'status', status: 503, times: 2 }, left: 1 },
      { fault: { kind: 'down' }, left: null },
    ]);
  });

  it('count what came in, disturbed or not', async () => {
    await fail({ kind: 'status', status: 503, times: 1 });
    await provider.create({ userName: 'a' });
    await provider.create({ userName: 'a' });
    await provider.ask('GET', '/Users');
    expect((await control('/providers/math-house/requests')).body).toEqual({
      received: { POST: 2, GET: 1 },
      disturbed: 1,
      met: { 'status 503': 1 },
      maxAtOnce: 1,
    });
    await check();
    expect((await control('/registry/requests')).body).toEqual({
      received: { POST: 1 },
      disturbed: 0,
      met: {},
      maxAtOnce: 1,
    });
  });

  it.each([
    ['no kind', {}],
    ['an unknown kind', { kind: 'explode' }],
    ['an unknown field', { kind: 'down', until: 5 }],
    ['a status that is no failure', { kind: 'status', status: 200 }],
    ['a date in another format', { kind: 'status', status: 429, retryAfter: '2044-11-06' }],
    ['no time', { kind: 'slow' }],
    ['a time of nothing', { kind: 'slow', ms: 0 }],
    ['no times', { kind: 'lose-answer', times: 0 }],
    ['no methods', { kind: 'reject', methods: [] }],
    ['an unknown method', { kind: 'reject', methods: ['FETCH'] }],
    ['a list', []],
  ])('refuse a fault with %s', async (_what, fault) => {
    const { status, body } = await control('/providers/math-house/faults', 'POST', fault);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid-request' } });
    expect((await control('/providers/math-house/faults')).body).toEqual([]);
  });

  it.each([
    ['GET', '/providers/nobody/faults', 'unknown-provider'],
    ['GET', '/providers/math-house/nothing', 'not-found'],
    ['PATCH', '/registry/faults', 'not-found'],
    ['GET', '/nothing', 'not-found'],
  ])('answer %s %s with 404 %s', async (method, path, code) => {
    const { status, body } = await control(path, method);
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { code } });
  });
});

function check() {
  const person = { name: '한가온', birthDate: '2009-03-14' };
  return askSigned(world.registry, person);
}
