import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type World } from '../../world/world.ts';
import { openPlatform } from './own-platform.ts';
import { scimOf, webhookOf } from './parties.ts';
import { ask, scimClient } from './scim-client.ts';
import { registryKey } from './signed.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
let world: World;
let suspended: string;

beforeAll(async () => {
  platform = await openPlatform();
  world = await openWorld({
    providers: [
      { id: 'mill', kind: 'scim', token: 'token' },
      { id: 'forge', kind: 'webhook', key: registryKey },
    ],
    registry: { key: 'key' },
    platform: platform.address,
  });
  const mill = scimClient(scimOf(world, 'mill'));
  await mill.have({ userName: 'acc_1', externalId: 'acc_1' });
  suspended = (await mill.have({ userName: 'acc_2', externalId: 'acc_2', active: false })).id;
});
afterAll(async () => {
  await world.close();
  await platform.close();
});

const seconds = () => Math.floor(Date.now() / 1000);
const ticket = (otherwise: object = {}) => ({
  iss: platform.url,
  aud: 'mill',
  sub: 'acc_1',
  exp: seconds() + 60,
  jti: randomUUID(),
  ...otherwise,
});
async function enter(token: string, launch = scimOf(world, 'mill').launch) {
  const response = await fetch(`${launch}?${new URLSearchParams({ ticket: token })}`);
  return { status: response.status, page: await response.text() };
}

it('lets in who brings a ticket of the platform, and counts it; the provider’s API was not asked', async () => {
  const { status, page } = await enter(await platform.sign(ticket()));
  expect(status).toBe(200);
  expect(page).toContain('<h1>Welcome</h1>');
  expect(page).toContain('acc_1');
  const control = `${world.url}/control/providers/mill`;
  expect((await ask(`${control}/visits`)).body).toEqual([
    { accountId: 'acc_1', at: expect.stringMatching(/^20/) },
  ]);
  expect((await ask(`${control}/requests`)).body).toMatchObject({ received: { POST: 2 } });
});

it('lets nobody in twice with one ticket', async () => {
  const token = await platform.sign(ticket());
  expect((await enter(token)).status).toBe(200);
  expect((await enter(token)).status).toBe(401);
});

it('turns away who has no account, and whose account is suspended, until it is active again', async () => {
  expect((await enter(await platform.sign(ticket({ sub: 'acc_9' })))).status).toBe(403);
  expect((await enter(await platform.sign(ticket({ sub: 'acc_2' })))).status).toBe(403);
  const mill = scimClient(scimOf(world, 'mill'));
  await mill.patch(suspended, { op: 'replace', path: 'active', value: true });
  expect((await enter(await platform.sign(ticket({ sub: 'acc_2' })))).status).toBe(200);
});

it.each<[string, () => object]>([
  ['another issuer', () => ({ iss: 'http://elsewhere.example' })],
  ['another provider', () => ({ aud: 'forge' })],
  ['an end in the past', () => ({ exp: seconds() - 60 })],
  ['an end in an hour', () => ({ exp: seconds() + 3_600 })],
  ['no end', () => ({ exp: undefined })],
  ['no id', () => ({ jti: undefined })],
  ['nobody’s name', () => ({ sub: '' })],
])('refuses a ticket with %s', async (_what, otherwise) => {
  expect((await enter(await platform.sign(ticket(otherwise())))).status).toBe(401);
});

it('refuses a ticket of another key or algorithm, without a signature, and none', async () => {
  const [header, payload] = (await platform.sign(ticket())).split('.');
  const bare = Buffer.from('{"alg":"none","kid":"key-1"}').toString('base64url');
  const forged = await platform.sign(ticket(), await platform.newKey());
  const otherwise = await platform.sign(ticket(), undefined, 'RS512');
  for (const token of [
    forged,
    otherwise,
    `${header}.${payload}.`,
    `${bare}.${payload}.`,
    'no-token',
    '',
  ])
    expect((await enter(token)).status).toBe(401);
});

it('knows a key that the platform made since, and no longer the one before', async () => {
  const old = await platform.sign(ticket());
  await platform.rotate();
  expect((await enter(await platform.sign(ticket()))).status).toBe(200);
  expect((await enter(old)).status).toBe(401);
});

it('is there at providers that are sent messages, too', async () => {
  const { launch } = webhookOf(world, 'forge');
  expect((await enter(await platform.sign(ticket({ aud: 'forge' })), launch)).status).toBe(403);
});

it('says so as long as it knows no platform, and asks the one that it was told of last', async () => {
  const alone = await openWorld({
    providers: [{ id: 'mill', kind: 'scim', token: 'token' }],
    registry: { key: 'key' },
  });
  const { launch } = scimOf(alone, 'mill');
  expect((await enter(await platform.sign(ticket()), launch)).status).toBe(503);
  const told = await ask(`${alone.url}/control/platform`, 'PUT', platform.address);
  expect(told.status).toBe(204);
  expect((await enter(await platform.sign(ticket()), launch)).status).toBe(403);
  await alone.close();
});
