import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  assertionType,
  contextIdOf,
  launch,
  membershipScope,
  membershipType,
} from '../../functions/launch/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { house } from './house.ts';
import { ownName, ownTool } from './own-tool.ts';

captureLog();
const here = house();
const tool = ownTool();
const { issueToken, listMembers } = launch.routes;
const now = () => Math.floor(Date.now() / 1000);
const tokenUrl = () => `${here().url}/lti/token`;
const form = { 'content-type': 'application/x-www-form-urlencoded' };

function ask(assertion: string, otherwise: Readonly<Record<string, string>> = {}) {
  const fields = {
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    client_assertion: assertion,
    scope: `openid ${membershipScope}`,
    ...otherwise,
  };
  return here().ask(issueToken, { headers: form, body: new URLSearchParams(fields).toString() });
}

async function newToken(): Promise<string> {
  const { body } = await ask(tool().sign(tokenUrl()));
  return issueToken.answers.body.parse(body).access_token;
}

const course = { contextId: contextIdOf('village', ProviderId.parse('quay')) };
const members = (token: string, query: Record<string, string> = {}, contextId?: string) =>
  here().ask(listMembers, {
    params: contextId === undefined ? course : { contextId },
    headers: { authorization: `Bearer ${token}` },
    query,
  });

const Page = z.object({ members: z.array(z.object({ user_id: z.string() })) });

describe('given a tool that asks for an access token', () => {
  it('then it gets one for an hour, with the scope that there is', async () => {
    const { status, headers, body } = await ask(tool().sign(tokenUrl()));
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      access_token: expect.any(String),
      ...{ token_type: 'Bearer', expires_in: 3600, scope: membershipScope },
    });
  });

  it.each<[string, () => string]>([
    ['of nobody', () => tool().sign(tokenUrl(), { iss: 'village.mill', sub: 'village.mill' })],
    ['of a tool with nothing registered', () => tool().sign(tokenUrl(), { iss: 'village.kiln' })],
    ['for another subject', () => tool().sign(tokenUrl(), { sub: 'village.loom' })],
    ['for another address', () => tool().sign('https://elsewhere.example/token')],
    ['without an end', () => tool().sign(tokenUrl(), { exp: undefined })],
    ['without a name', () => tool().sign(tokenUrl(), { jti: undefined })],
    ['without a begin', () => tool().sign(tokenUrl(), { iat: undefined })],
    [
      'edge case 39: that ended six minutes ago',
      () => tool().sign(tokenUrl(), { iat: now() - 600, exp: now() - 360 }),
    ],
    [
      'edge case 39: of a clock six minutes ahead',
      () => tool().sign(tokenUrl(), { iat: now() + 360, exp: now() + 660 }),
    ],
    ['that is good for a day', () => tool().sign(tokenUrl(), { exp: now() + 86_400 })],
    ['signed by somebody else', () => tool().sign(tokenUrl(), {}, { foreign: true })],
    ['with a key that nobody has', () => tool().sign(tokenUrl(), {}, { kid: 'unheard-of' })],
    ['signed with another algorithm', () => tool().sign(tokenUrl(), {}, { algorithm: 'PS256' })],
    ['that is not signed', () => tool().sign(tokenUrl(), {}, { algorithm: 'none' })],
    ['that is no JWT', () => 'assertion'],
  ])('then an assertion %s is refused', async (_, assertion) => {
    expect(await ask(assertion())).toMatchObject({
      status: 400,
      body: { code: 'invalid-client', error: 'invalid_client' },
    });
  });

  it.each([-240, 240])('edge case 39: a clock %i seconds off is accepted', async (seconds) => {
    const then = now() + seconds;
    const assertion = tool().sign(tokenUrl(), { iat: then, exp: then + 60 });
    expect((await ask(assertion)).status).toBe(200);
  });

  it('edge case 39: an assertion is good once, also of two at the same moment', async () => {
    const assertion = tool().sign(tokenUrl());
    const answers = await Promise.all([ask(assertion), ask(assertion), ask(assertion)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });

  it.each([
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ client_assertion_type: 'secret' }, 'invalid_request'],
    [{ scope: 'openid' }, 'invalid_scope'],
    [{ client_assertion: '' }, 'invalid_client'],
  ])('then %j is refused as OAuth says (RFC 6749, section 5.2)', async (otherwise, error) => {
    expect(await ask(tool().sign(tokenUrl()), otherwise)).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: { error },
    });
  });

  it.each([
    ['without a form', () => here().ask(issueToken, { headers: form })],
    ['with an assertion of 8,001 characters', () => ask('a'.repeat(8_001))],
  ])('then a request %s is refused likewise', async (_, asked) => {
    expect(await asked()).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: { code: 'malformed', error: 'invalid_request', errors: [expect.anything()] },
    });
  });

  it('then its keys are read once, and not again for each that is unheard of', async () => {
    const before = tool().reads();
    for (const kid of ['a', 'b', 'c']) await ask(tool().sign(tokenUrl(), {}, { kid }));
    expect(tool().reads() - before).toBeLessThanOrEqual(1);
  });
});

describe('given a tool with an access token', () => {
  it('then it reads all members, each once, however small the pages', async () => {
    const learners = await Promise.all(Array.from({ length: 7 }, () => here().enter('quay')));
    await here().enter('quay', { state: 'suspended' });
    const token = await newToken();
    const found: string[] = [];
    let next: Record<string, string> | undefined = { limit: '2', role: 'Learner' };
    for (let pages = 0; next !== undefined && pages < 20; pages += 1) {
      const { status, headers, body } = await members(token, next);
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        membershipType,
        'no-store',
      ]);
      const page = Page.parse(body).members;
      expect(page.length).toBeLessThanOrEqual(2);
      found.push(...page.map(({ user_id }) => user_id));
      const [, address] = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '') ?? [];
      next = address === undefined ? undefined : Object.fromEntries(new URL(address).searchParams);
    }
    expect(found.sort()).toEqual(learners.map(({ accountId }) => accountId).sort());
  });

  it.each([
    ['Instructor', 0],
    ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner', 7],
  ])('then of the role %s there are %i', async (role, count) => {
    const { body } = await members(await newToken(), { role });
    expect(Page.parse(body).members).toHaveLength(count);
  });

  it('then the course of another tool is as if it were not there', async () => {
    const other = contextIdOf('village', ProviderId.parse('loom'));
    const answer = await members(await newToken(), {}, other);
    expect(answer).toMatchObject({ status: 404, body: { code: 'no-such-context' } });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['a launch’s own token', () => tool().sign(here().url, { sub: ownName })],
    ['garbage', () => 'garbage'],
    ['one whose end was changed', async () => `${(await newToken()).slice(0, -6)}AAAAAA`],
  ])('then %s is no access token: 401 (RFC 6750, section 3)', async (_, token) => {
    expect(await members(await token())).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      body: { code: 'access-token-required' },
    });
  });

  it.each([
    ['no token', {}],
    ['another kind of one', { authorization: 'Basic dG9vbDp0b29s' }],
  ])('then who sends %s is told which kind is wanted', async (_, headers) => {
    expect(await here().ask(listMembers, { params: course, headers })).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { code: 'access-token-required' },
    });
  });

  it('then a limit is the most it wants, and may be more than a page has', async () => {
    const { status, body } = await members(await newToken(), { limit: '500' });
    expect(status).toBe(200);
    expect(Page.parse(body).members).toHaveLength(7);
  });
});
