import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { claim, launch } from '../../functions/launch/contract.ts';
import { claimsOfTool } from '../../functions/launch/token.adapter.ts';
import { now } from '../../functions/runtime/clock.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { staffClaims } from '../runtime/requests.ts';
import { ltiOf } from '../world/parties.ts';
import { formIn } from './browser.ts';
import { house } from './house.ts';
import { ownTool } from './own-tool.ts';

captureLog();
const here = house();
const tool = ownTool();
const { authorize, chooseContents, listContents, listMyContents, takeContents } = launch.routes;
const administrator = { claims: staffClaims('office', 'administrator') };
const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Begins a choice at a tool, and comes to what the tool is to send back. */
async function begun(providerId: string): Promise<string> {
  const answer = await here().ask(chooseContents, { params: { providerId }, ...administrator });
  const { searchParams } = new URL(chooseContents.answers.body.parse(answer.body).url);
  const loomsOwn = ltiOf(here().world, 'loom').redirects[0];
  const quaysOwn = new URL('/launch', searchParams.get('target_link_uri') ?? '').href;
  const query = {
    ...{ scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none' },
    ...{ client_id: searchParams.get('client_id') ?? '', nonce: randomUUID() },
    redirect_uri: (providerId === 'loom' ? loomsOwn : quaysOwn) ?? '',
    login_hint: searchParams.get('login_hint') ?? '',
  };
  const { body } = await here().ask(authorize, { query });
  const settings = z.looseObject({ data: z.string() });
  const token = jwt.decode(formIn(String(body)).fields['id_token'] ?? '');
  return z.looseObject({ [claim.settings]: settings }).parse(token)[claim.settings].data;
}

/** Sends what was chosen, as the tool "quay" signs it. */
function send(data: string, otherwise: Readonly<Record<string, unknown>> = {}) {
  const response = {
    [claim.messageType]: 'LtiDeepLinkingResponse',
    [claim.version]: '1.3.0',
    [claim.deployment]: 'village',
    [claim.data]: data,
    [claim.contentItems]: [{ type: 'ltiResourceLink', title: 'Fractions' }],
    nonce: randomUUID(),
    ...otherwise,
  };
  return here().ask(takeContents, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ JWT: tool().sign(here().url, response) }).toString(),
  });
}

describe('given a choice that somebody began at a tool', () => {
  it.each<[string, (data: string) => ReturnType<typeof send>, number, string]>([
    [
      'for another deployment',
      (data) => send(data, { [claim.deployment]: 'town' }),
      422,
      'choice-invalid',
    ],
    [
      'with what a content may not say',
      (data) => send(data, { [claim.contentItems]: [{ type: 'ltiResourceLink', title: ' ' }] }),
      422,
      'choice-invalid',
    ],
    [
      'with more than a launch can carry',
      (data) => {
        const custom = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`key${at}`, '']));
        const item = { type: 'ltiResourceLink', title: 'Fractions', custom };
        return send(data, { [claim.contentItems]: [item] });
      },
      422,
      'choice-invalid',
    ],
    [
      'of a choice that was begun at another tool',
      async () => send(await begun('loom')),
      409,
      'choice-over',
    ],
  ])('then an answer %s is refused, and uses nothing up', async (_, sent, status, code) => {
    const data = await begun('quay');
    expect(await sent(data)).toMatchObject({ status, body: { code } });
    expect((await send(data)).status).toBe(200);
  });

  it.each([
    ['after 59 minutes it is taken', 59, 200],
    ['after an hour it is over', 60, 409],
  ])('edge case 39: %s', async (_, minutes, status) => {
    const data = await begun('quay');
    vi.setSystemTime(Date.now() + minutes * minute);
    expect((await send(data)).status).toBe(status);
  });

  it('then whoever chose reads what became of it in the language of the region', async () => {
    const { headers, body } = await send(await begun('quay'));
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<html lang="ko">');
    expect(body).toContain('1개');
  });
});

describe('given a tool of which more was chosen than a page has', () => {
  it('then all of it is listed, page by page, for staff and for learners', async () => {
    const item = (title: string) => ({ type: 'ltiResourceLink', title });
    const titles = Array.from({ length: 120 }, (_, at) => `Course ${at}`);
    for (let from = 0; from < titles.length; from += 40)
      await send(await begun('quay'), {
        [claim.contentItems]: titles.slice(from, from + 40).map(item),
      });
    const { ask } = await here().enter('quay');
    const Page = z.object({
      contents: z.array(z.object({ title: z.string() })),
      cursor: z.string().optional(),
    });
    const all = async (page: (query: Record<string, string>) => Promise<{ body: unknown }>) => {
      const found: string[] = [];
      let query: Record<string, string> | undefined = {};
      for (let pages = 0; query !== undefined && pages < 9; pages += 1) {
        const { contents, cursor } = Page.parse((await page(query)).body);
        expect(contents.length).toBeLessThanOrEqual(100);
        found.push(...contents.map(({ title }) => title));
        query = cursor === undefined ? undefined : { cursor };
      }
      return found.filter((title) => title.startsWith('Course')).sort();
    };
    const quay = { params: { providerId: 'quay' }, ...administrator };
    expect(await all((query) => here().ask(listContents, { ...quay, query }))).toEqual(
      titles.toSorted(),
    );
    expect(await all((query) => ask(listMyContents, { query }))).toEqual(titles.toSorted());
  });
});

describe('given a tool whose keys are at an address without TLS', () => {
  it.each([
    ['on this machine, then they are read', '127.0.0.1', true],
    ['elsewhere, then nobody asks for them', '0.0.0.0', false],
  ])('%s', async (_, host, isRead) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    let reads = 0;
    const server = createServer((_request, response) => {
      reads += 1;
      const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has an address with a port; Linux takes 0.0.0.0 for this machine, we do not.
    const { port } = server.address() as AddressInfo;
    const claims = { iss: 'tool', aud: 'us', exp: Math.floor(Date.now() / 1000) + 60 };
    const token = jwt.sign(claims, privateKey, { algorithm: 'RS256', keyid: 'one' });
    const expected = { issuer: 'tool', audience: 'us', now: now() };
    const read = await claimsOfTool(token, `http://${host}:${port}/jwks`, expected);
    server.close();
    server.closeAllConnections();
    expect([reads, read !== undefined]).toEqual([isRead ? 1 : 0, isRead]);
  });
});
