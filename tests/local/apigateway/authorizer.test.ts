import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { claimsAsStrings } from '../../../local/apigateway/claims.ts';
import { type ApiRegion, apiRegion, ECHO, serve, tokensOf } from './region.ts';

const AUDIENCE = 'client-1';
const keys = await Promise.all([1, 2, 3].map(() => generateKeyPair('RS256')));

/** An issuer with a key set that a test can change, and a region that trusts it. */
async function trusting(...scopes: readonly string[]) {
  const published = new Map([['key-1', keys[0]?.publicKey]]);
  let fetched = 0;
  const issuer = await serve(async (request, response) => {
    if (request.url !== '/.well-known/jwks.json') {
      response.writeHead(404).end();
      return;
    }
    fetched += 1;
    const set = await Promise.all(
      [...published].map(async ([kid, key]) => key && { ...(await exportJWK(key)), kid }),
    );
    response.end(JSON.stringify({ keys: set }));
  });
  const securitySchemes = {
    learners: tokensOf(issuer, 'client-0', AUDIENCE),
    nobody: tokensOf(`${issuer}/nobody`, AUDIENCE),
  };
  const region = await apiRegion({
    routes: {
      'GET /': { functionName: 'echo', security: { learners: scopes } },
      'GET /gone': { functionName: 'echo', security: { nobody: [] } },
    },
    body: { components: { securitySchemes } },
  });
  await region.deploy('echo', ECHO);
  return { region, issuer, published, fetched: () => fetched };
}

type Trusting = Awaited<ReturnType<typeof trusting>>;

/** A token as Cognito makes one, except for what the test says. */
function token(
  { region, issuer }: Trusting,
  claims: Readonly<Record<string, unknown>> = {},
  header: { kid?: string | undefined; alg?: string; key?: number } = {},
): Promise<string> {
  const now = Math.floor(region.context.clock.now() / 1000);
  const { kid, alg = 'RS256', key = 0 } = { kid: 'key-1', ...header };
  const payload = {
    sub: 'learner',
    iss: issuer,
    aud: AUDIENCE,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  const sign = new SignJWT(payload).setProtectedHeader(kid === undefined ? { alg } : { alg, kid });
  const signer = keys[key]?.privateKey;
  if (!signer) throw new Error(`no key ${key}`);
  return sign.sign(alg === 'RS256' ? signer : new Uint8Array(32).fill(7));
}

function get(region: ApiRegion, authorization?: string): Promise<Response> {
  return fetch(region.base, { headers: authorization === undefined ? {} : { authorization } });
}

describe('a JWT authorizer', () => {
  it('lets a token through, with or without Bearer, and hands its claims on as strings', async () => {
    const setting = await trusting();
    const claims = { 'cognito:groups': ['officer'], token_use: 'id', email_verified: true };
    const jwt = await token(setting, claims);
    for (const authorization of [`Bearer ${jwt}`, `bearer ${jwt}`, jwt]) {
      const response = await get(setting.region, authorization);
      expect(response.status).toBe(200);
      const { requestContext } = Object(await response.json());
      expect(requestContext.authorizer).toEqual({
        jwt: {
          claims: {
            sub: 'learner',
            iss: setting.issuer,
            aud: AUDIENCE,
            iat: expect.stringMatching(/^\d{10}$/),
            exp: expect.stringMatching(/^\d{10}$/),
            token_use: 'id',
            email_verified: 'true',
            'cognito:groups': '[officer]',
          },
          scopes: null,
        },
      });
    }
    expect(setting.fetched()).toBe(1);
  });

  it('takes client_id for a missing aud, as access tokens of Cognito need it', async () => {
    const setting = await trusting();
    const access = await token(setting, { aud: undefined, client_id: AUDIENCE });
    expect((await get(setting.region, access)).status).toBe(200);
  });

  const HOUR = 3600;
  const soon = (s: Trusting, by: number) => Math.floor(s.region.context.clock.now() / 1000) + by;
  it.each<[string, (setting: Trusting) => Promise<string> | string, string]>([
    ['expired', (s) => token(s, { exp: soon(s, -1) }), 'the token has expired'],
    ['expired at this second', (s) => token(s, { exp: soon(s, 0) }), 'the token has expired'],
    ['without expiry', (s) => token(s, { exp: undefined }), 'valid exp claim'],
    ['not valid yet', (s) => token(s, { nbf: soon(s, HOUR) }), 'valid nbf claim'],
    ['issued in the future', (s) => token(s, { iat: soon(s, HOUR) }), 'issued in the future'],
    ['of a foreign issuer', (s) => token(s, { iss: 'https://other.example' }), 'valid issuer'],
    ['without issuer', (s) => token(s, { iss: undefined }), 'valid issuer'],
    ['for another audience', (s) => token(s, { aud: 'client-2' }), 'valid audience'],
    [
      'for another aud, client_id ours',
      (s) => token(s, { aud: 'x', client_id: AUDIENCE }),
      'valid audience',
    ],
    ['without audience', (s) => token(s, { aud: undefined }), 'valid audience'],
    ['signed by another key', (s) => token(s, {}, { key: 1 }), 'signature is invalid'],
    ['of an unknown key', (s) => token(s, {}, { kid: 'key-9' }), 'unknown key'],
    ['that names no key', (s) => token(s, {}, { kid: undefined }), 'names no key'],
    ['signed with HS256', (s) => token(s, {}, { alg: 'HS256' }), 'not signed with RS256'],
    [
      'with alg none',
      (s) => new UnsecuredJWT({ iss: s.issuer, aud: AUDIENCE, exp: soon(s, HOUR) }).encode(),
      'not signed with RS256',
    ],
    [
      'with alg none and a key id',
      (s) => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const claims = { iss: s.issuer, aud: AUDIENCE, exp: soon(s, HOUR) };
        return `${part({ alg: 'none', kid: 'key-1' })}.${part(claims)}.`;
      },
      'not signed with RS256',
    ],
    [
      'with changed claims',
      async (s) => {
        const [head, , signature] = (await token(s)).split('.');
        const claims = { iss: s.issuer, aud: AUDIENCE, exp: soon(s, HOUR), sub: 'officer' };
        return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
      },
      'signature is invalid',
    ],
    ['that is garbage', () => 'garbage', 'malformed'],
    ['with garbage in three parts', () => 'a.b.c', 'malformed'],
    ['twice', async (s) => `${await token(s)},Bearer ${await token(s)}`, 'malformed'],
    ['in the Basic scheme', () => 'Basic dXNlcjpwYXNz', 'malformed'],
  ])('refuses a token %s', async (_, make, why) => {
    const setting = await trusting();
    const jwt = await make(setting);
    const response = await get(setting.region, jwt.startsWith('Basic') ? jwt : `Bearer ${jwt}`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: 'Unauthorized' });
    const challenge = response.headers.get('www-authenticate');
    expect(challenge).toMatch(/^Bearer scope="" error="invalid_token" error_description="[^"]+"$/);
    expect(challenge).toContain(why);
  });

  it.each([undefined, '', 'Bearer', 'Bearer '])(
    'refuses a request with %j',
    async (authorization) => {
      const { region } = await trusting();
      const response = await get(region, authorization);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    },
  );

  it("goes by the region's clock", async () => {
    const setting = await trusting();
    const jwt = await token(setting);
    expect((await get(setting.region, jwt)).status).toBe(200);
    setting.region.context.clock.advance(HOUR * 1000);
    expect((await get(setting.region, jwt)).status).toBe(401);
    expect((await get(setting.region, await token(setting))).status).toBe(200);
  });

  it('looks again for a key that it does not know, and keeps those that it knows', async () => {
    const setting = await trusting();
    expect((await get(setting.region, await token(setting))).status).toBe(200);
    setting.published.set('key-2', keys[1]?.publicKey);
    const rotated = await token(setting, {}, { kid: 'key-2', key: 1 });
    expect((await get(setting.region, rotated)).status).toBe(200);
    expect((await get(setting.region, await token(setting))).status).toBe(200);
    expect(setting.fetched()).toBe(2);
  });

  it('refuses every token when the issuer cannot be reached', async () => {
    const setting = await trusting();
    const authorization = await token(setting);
    const response = await fetch(`${setting.region.base}/gone`, { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('OIDC discovery endpoint');
    expect(setting.region.faults).toEqual([]);
  });
});

describe('the scopes of a route', () => {
  it.each([
    [{ scope: 'openid learners/read' }, 200, ['openid', 'learners/read']],
    [{ scp: ['learners/write'] }, 200, ['learners/write']],
    [{ scope: 'openid' }, 403, undefined],
    [{}, 403, undefined],
  ])('with %j: %i', async (claims, status, scopes) => {
    const setting = await trusting('learners/read', 'learners/write');
    const response = await get(setting.region, await token(setting, claims));
    expect(response.status).toBe(status);
    const body = Object(await response.json());
    if (status === 200) expect(body.requestContext.authorizer.jwt.scopes).toEqual(scopes);
    else expect(body).toEqual({ message: 'Forbidden' });
  });
});

describe('claims as strings', () => {
  it.each([
    ['text', 'text'],
    [1_700_000_000, '1700000000'],
    [false, 'false'],
    [['officer'], '[officer]'],
    [['a', 'b'], '[a b]'],
    [[], '[]'],
    [null, '<nil>'],
    [{ b: [1], a: null }, 'map[a:<nil> b:[1]]'],
  ])('%j is %s', (value, text) => {
    expect(claimsAsStrings({ claim: value })).toEqual({ claim: text });
  });
});
