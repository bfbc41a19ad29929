import { createPublicKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launch, WayIn } from '../../functions/launch/contract.ts';
import type { AskedStep } from '../../functions/provisioning/contract.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { learnerClaims } from '../runtime/requests.ts';
import { ltiOf } from '../world/parties.ts';
import { house } from './house.ts';

captureLog();
const here = house();
const { open } = launch.routes;

/** Where somebody is sent. */
function addressIn(body: unknown): URL {
  const way = WayIn.parse(body);
  if (way.kind !== 'open') throw new Error(`nothing to open: ${way.kind}`);
  return new URL(way.url);
}

describe('row 12: given a learner whose account is there, then there is a way in, whatever the provider speaks', () => {
  it.each(['mill', 'bell'])('%s: its page with a signed ticket', async (providerId) => {
    const { accountId, ask } = await here().enter(providerId);
    const { status, body } = await ask(open);
    expect(status).toBe(200);
    const ticket = addressIn(body).searchParams.get('ticket') ?? '';
    const { keys } = z
      .object({ keys: z.array(z.looseObject({ kid: z.string() })) })
      .parse((await here().ask(launch.routes.listKeys)).body);
    const kid = jwt.decode(ticket, { complete: true })?.header.kid;
    const key = keys.find((one) => one.kid === kid);
    const claims = jwt.verify(ticket, createPublicKey({ key: key ?? {}, format: 'jwk' }), {
      algorithms: ['RS256'],
      issuer: here().url,
      audience: providerId,
    });
    const { iat, exp, ...rest } = z.looseObject({ iat: z.number(), exp: z.number() }).parse(claims);
    expect(exp - iat).toBe(60);
    expect(rest).toEqual({
      ...{ iss: here().url, aud: providerId, sub: accountId },
      jti: expect.stringMatching(/^tkt_/),
    });
  });

  it('mill: who has an account there is let in by the ticket, and by no ticket twice', async () => {
    const { accountId, ask } = await here().enter('mill');
    const made = await fetch(`${here().world.url}/providers/mill/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: 'Bearer token', 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        ...{ userName: accountId, externalId: accountId, active: true },
      }),
    });
    expect(made.status).toBe(201);
    const url = addressIn((await ask(open)).body);
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([200, 401]);
    expect((await fetch(addressIn((await ask(open)).body))).status).toBe(200);
  });

  it('barn: the name of the account, where the provider takes no ticket; its own id of it is no name', async () => {
    const { accountId, ask } = await here().enter('barn', { remoteId: 'remote-7' });
    const expected = { kind: 'sign-in', account: accountId, url: 'https://barn.example/in' };
    expect((await ask(open)).body).toEqual(expected);
  });

  it('dale: where nobody has put its secret they sign in there, as where it takes no ticket', async () => {
    const { accountId, ask } = await here().enter('dale', { remoteId: 'remote-7' });
    const expected = { kind: 'sign-in', account: accountId, url: 'https://dale.example/in' };
    expect((await ask(open)).body).toEqual(expected);
  });

  it('horn: the name that a webhook’s provider gave the account, or our id where it gave none', async () => {
    const named = await here().enter('horn', { remoteId: 'remote-8' });
    const unnamed = await here().enter('horn');
    const url = 'https://horn.example/in';
    expect((await named.ask(open)).body).toEqual({ kind: 'sign-in', account: 'remote-8', url });
    expect((await unnamed.ask(open)).body).toEqual({
      ...{ kind: 'sign-in', account: unnamed.accountId, url },
    });
  });

  it('hand: the account that a person made, or our id where they told no name', async () => {
    const known = await here().enter('hand', { remoteId: 'haneul-3' });
    const unknown = await here().enter('hand');
    const url = 'https://hand.example/in';
    expect((await known.ask(open)).body).toEqual({ kind: 'sign-in', account: 'haneul-3', url });
    expect((await unknown.ask(open)).body).toEqual({
      ...{ kind: 'sign-in', account: unknown.accountId, url },
    });
  });

  it('seed: the code of the account, and where to redeem it', async () => {
    const { accountId, learnerId, ask } = await here().enter('seed');
    await here().cloud.ask('PutItem', {
      TableName: 'provisioning',
      Item: Object.fromEntries(
        Object.entries({
          ...{ pk: `VOUCHER#${accountId}`, sk: 'VOUCHER', accountId, learnerId },
          ...{ providerId: 'seed', code: 'SEED-1', givenAt: '2025-07-01T00:00:00.000Z' },
        }).map(([name, S]) => [name, { S }]),
      ),
    });
    const expected = { kind: 'redeem', url: 'https://seed.example/redeem', code: 'SEED-1' };
    expect((await ask(open)).body).toEqual(expected);
  });

  it('loom: the beginning of an LTI launch', async () => {
    const { ask } = await here().enter('loom');
    const { origin, pathname, searchParams } = addressIn((await ask(open)).body);
    const tool = ltiOf(here().world, 'loom');
    expect(`${origin}${pathname}`).toBe(tool.login);
    expect(Object.fromEntries(searchParams)).toEqual({
      iss: here().url,
      target_link_uri: tool.launch,
      login_hint: expect.stringMatching(/^[\w-]{43}$/),
      lti_message_hint: 'resource',
      client_id: 'village.loom',
      lti_deployment_id: 'village',
    });
  });
});

describe('given a provider that has several accounts by one id, which a person is to see to', () => {
  /** As a comparison leaves it, or the worker. */
  async function several(asked: AskedStep) {
    const learner = await here().enter('mill');
    const accounts = provisioningStore('provisioning');
    const account = await accounts.readAccount(learner.learnerId, ProviderId.parse('mill'));
    if (account === undefined) throw new Error('there is no account');
    const begun = await accounts.begin(account, asked, account, '2025-07');
    if (begun === undefined) throw new Error('it was not begun');
    const since = '2025-07-01T00:00:00.000Z';
    const open = { kind: 'person', reason: 'several-accounts', since } as const;
    expect(await accounts.end({ ...begun, open }, '2025-07')).toBe(true);
    return learner;
  }

  it('whose place is active gets in meanwhile', async () => {
    const { ask } = await several('resume');
    expect(await ask(launch.routes.open)).toMatchObject({ status: 200, body: { kind: 'open' } });
  });

  it.each(['create', 'suspend', 'delete'] as const)(
    'but not to one that it is to %s',
    async (asked) => {
      const { ask } = await several(asked);
      expect(await ask(launch.routes.open)).toMatchObject({
        ...{ status: 409, body: { code: 'place-pending' } },
      });
    },
  );
});

describe('given a learner who cannot get in, then they learn why', () => {
  it.each([
    ['a place whose account is being made', { place: { state: 'pending' } }, 'place-pending'],
    ['a place that is suspended', { place: { state: 'suspended' } }, 'place-suspended'],
    ['a place that the provider refused', { place: { state: 'failed' } }, 'place-failed'],
    ['an account that is being suspended', { state: 'changing' }, 'place-pending'],
    ['an account that is suspended', { state: 'suspended' }, 'place-pending'],
    ['an account that is being ended', { state: 'deleting' }, 'place-pending'],
  ] as const)('%s', async (_, otherwise, code) => {
    const { ask } = await here().enter('mill', otherwise);
    expect(await ask(open)).toMatchObject({ status: 409, body: { code } });
  });

  it.each([
    ['an empty place', 'mill', { params: { place: 'reading' } }, 409, 'place-empty'],
    ['a tool that has registered nothing', 'kiln', {}, 409, 'no-way-in'],
    ['a code that is not there', 'seed', {}, 409, 'place-pending'],
    [
      'a content that the provider does not offer',
      'loom',
      { query: { contentId: `cnt_${'0'.repeat(26)}` } },
      404,
      'no-such-content',
    ],
    ['a login without a profile', 'mill', { claims: learnerClaims('nobody') }, 404, 'no-profile'],
    [
      'another’s child',
      'mill',
      { query: { learnerId: `lrn_${'0'.repeat(26)}` } },
      404,
      'no-profile',
    ],
  ])('%s', async (_, providerId, sent, status, code) => {
    const { ask } = await here().enter(providerId);
    expect(await ask(open, sent)).toMatchObject({ status, body: { code } });
  });
});
