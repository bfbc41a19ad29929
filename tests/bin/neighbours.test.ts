import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { openNeighbours } from '../../bin/neighbours.ts';
import { clientIdOf } from '../../functions/launch/claims.rules.ts';
import { LtiSecret, ScimSecret, WebhookSecret } from '../../functions/provisioning/contract.ts';
import { loadRegion } from '../../regions/load.ts';
import { Provider, ProviderId, type Region } from '../../regions/schema.ts';

const taebaek = loadRegion('regions/taebaek.yaml');

/** Taebaek with a provider of each kind, named by it. */
const everyKind: Region = {
  ...taebaek,
  providers: [
    { kind: 'scim' },
    { kind: 'webhook' },
    { kind: 'lti' },
    { kind: 'manual' },
    {
      kind: 'voucher',
      voucher: { redeem: 'https://books.example/redeem', lowWater: 5, afterUse: 'void' },
    },
  ].map((otherwise) =>
    Provider.parse({ ...taebaek.providers[0], ...otherwise, id: otherwise.kind }),
  ),
};

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'ladder-neighbours-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const entriesOf = (secrets: Readonly<Record<string, string>>) =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(secrets['ladder/taebaek/providers'] ?? ''));
const open = () => openNeighbours(everyKind, data, Date.now, 'http://127.0.0.1:1');

it('the secrets are what the functions expect of each kind; codes and people have no server', async () => {
  const { world, secrets } = await open();
  await world.close();
  const secretOf = (kind: string) => entriesOf(secrets)[kind];
  expect(ScimSecret.parse(secretOf('scim')).launch).toMatch(/^http/);
  expect(WebhookSecret.parse(secretOf('webhook')).launch).toMatch(/^http/);
  expect(LtiSecret.parse(secretOf('lti')).deepLink).toMatch(/^http/);
  expect(Object.keys(world.providers)).toEqual(['scim', 'webhook', 'lti']);
});

it('the tool knows the region’s launches by the names that the region gives them', async () => {
  const { world, secrets } = await open();
  const { login, launch } = LtiSecret.parse(entriesOf(secrets)['lti']);
  const to = new URL(login);
  to.search = String(
    new URLSearchParams({
      iss: 'http://127.0.0.1:1',
      login_hint: 'hint',
      target_link_uri: launch,
      client_id: clientIdOf(everyKind, ProviderId.parse('lti')),
    }),
  );
  const { status, headers } = await fetch(to, { redirect: 'manual' });
  await world.close();
  expect(status).toBe(302);
  expect(headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:1\/lti\/authorize\?/);
});

it('given keys of an older release, in letters for addresses: they are kept, and the webhook’s opens its door', async () => {
  const [scim, webhook] = ['s'.repeat(32), '-_'.repeat(16)];
  mkdirSync(join(data, 'world'));
  const keys = { registry: 'r'.repeat(32), providers: { scim, webhook } };
  writeFileSync(join(data, 'world', 'keys.json'), JSON.stringify(keys));
  for (const _ of [1, 2]) {
    const { world } = await open();
    await world.close();
    expect(world.providers['scim']).toMatchObject({ token: scim });
    expect(world.providers['webhook']).toMatchObject({ key: `whsec_${'+/'.repeat(16)}` });
  }
});
