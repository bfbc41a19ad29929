import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contracts } from '../../functions/contracts.ts';
import { asksForKey, type Route } from '../../functions/runtime/route.ts';
import { runs } from '../runs.ts';
import { madeBody, madeParts } from './made-body.ts';
import { people } from './people.ts';

const routes: (Route & { readonly title: string })[] = contracts.flatMap((contract) =>
  Object.values(contract.routes).map((route) => ({
    ...route,
    title: `${route.method} ${route.path}`,
  })),
);
const closed = routes.filter(({ access }) => access.pool !== 'none');
const withBody = routes.filter(({ body }) => body !== undefined);
const withText = routes.filter(({ text }) => text !== undefined);

/** Made-up values for path parameters: ids that belong to nobody. */
const nobodys: Readonly<Record<string, string>> = {
  '{accountId}': `acc_${'0'.repeat(26)}`,
  '{applicationId}': `app_${'0'.repeat(26)}`,
  '{staffId}': `stf_${'0'.repeat(26)}`,
  '{learnerId}': `lrn_${'0'.repeat(26)}`,
  '{mentorId}': `mnt_${'0'.repeat(26)}`,
  '{code}': `crt_${'0'.repeat(26)}`,
  '{mentorshipId}': `msh_${'0'.repeat(26)}`,
  '{sessionId}': `ses_${'0'.repeat(26)}`,
  '{reportId}': `rpt_${'0'.repeat(26)}`,
  '{roundId}': `rnd_${'0'.repeat(26)}`,
  '{requestId}': `req_${'0'.repeat(26)}`,
  '{appointmentId}': `apt_${'0'.repeat(26)}`,
  '{paperId}': `ppr_${'0'.repeat(26)}`,
  '{consentId}': `cns_${'0'.repeat(26)}`,
  '{place}': 'subject',
  '{contentId}': `cnt_${'0'.repeat(26)}`,
  '{contextId}': `ctx_${'0'.repeat(26)}`,
  '{providerId}': 'nobody',
  '{file}': 'index.html',
};

const tokens: Record<'public' | 'staff' | 'consultant' | 'safeguarding-lead', string> = {
  public: '',
  staff: '',
  consultant: '',
  'safeguarding-lead': '',
};
let forged: Readonly<Record<string, string | undefined>> = {};

beforeAll(async () => {
  tokens.public = (await people.newLearner()).token;
  tokens.staff = people.administrator.token;
  for (const role of ['consultant', 'safeguarding-lead'] as const) {
    tokens[role] = (await people.newStaff(role)).token;
  }
  forged = await forgeries();
});

function ask(
  route: Route,
  token: string | undefined,
  more: {
    body?: string | Uint8Array<ArrayBuffer>;
    headers?: Record<string, string>;
    query?: string;
    /** Without the headers that the route declares. */
    bare?: true;
  } = {},
) {
  const path = route.path.replace(/\{\w+\}/g, (name) => nobodys[name] ?? name);
  return fetch(`${people.url}${path}${more.query ?? ''}`, {
    method: route.method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(asksForKey(route) ? { 'idempotency-key': crypto.randomUUID() } : {}),
      ...(more.bare ? {} : madeParts(route).headers),
      ...more.headers,
    },
    body: more.body ?? null,
  });
}

/** A token that a route takes: of staff the administrator's, or that of a role which administrators do not have. */
function tokenFor({ access }: Route): string | undefined {
  if (access.pool !== 'staff') return access.pool === 'none' ? undefined : tokens.public;
  const { roles } = access;
  const alone = (['consultant', 'safeguarding-lead'] as const).find((role) => roles.includes(role));
  return roles.includes('administrator') ? tokens.staff : tokens[alone ?? 'staff'];
}

/** Tokens that no route may take, made from what anyone can know. */
async function forgeries(): Promise<Readonly<Record<string, string | undefined>>> {
  const { publicPool, endpoints } = await people.configuration();
  const issuer = `${endpoints.cognito.replace(/\/$/, '')}/${publicPool.poolId}`;
  const claims = {
    token_use: 'access',
    client_id: publicPool.clientId,
    sub: 'someone',
    scope: 'aws.cognito.signin.user.admin',
  };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed = (iss: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'of-mine' })
      .setIssuer(iss)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    'no token': undefined,
    garbage: 'not.a.token',
    'a token that is not signed (alg none)': new UnsecuredJWT(claims)
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode(),
    "a token of the pool's name with a key of mine": await signed(issuer),
    'a token of a foreign pool': await signed(
      'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_elsewhere',
    ),
    'a token with its last part changed': `${tokens.public.slice(0, -8)}AAAAAAAA`,
  };
}

describe.each(closed)('$title', (route) => {
  it('refuses every token that is not one of its pool, as the gateway does: 401', async () => {
    const other = route.access.pool === 'public' ? tokens.staff : tokens.public;
    const wrong = { ...forged, 'a token of the other pool': other };
    const answers = await Promise.all(
      Object.entries(wrong).map(async ([name, token]) => [name, (await ask(route, token)).status]),
    );
    expect(answers).toEqual(Object.keys(wrong).map((name) => [name, 401]));
  });

  it('refuses query parameters that it does not know: 400 that names them', async () => {
    const answer = await ask(route, tokenFor(route), { query: '?surprise=1' });
    expect(answer.status).toBe(400);
    const { errors } = z
      .object({ errors: z.array(z.object({ field: z.string() })) })
      .parse(await answer.json());
    expect(errors.map(({ field }) => field)).toContain('query.surprise');
  });
});

describe.each(
  closed.filter(({ access }) => access.pool === 'staff' && !access.roles.includes('consultant')),
)('$title', (route) => {
  it('refuses staff of another role: 403', async () => {
    const answer = await ask(route, tokens.consultant);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'wrong-role', status: 403 });
  });
});

/** Bodies that no route can read; the same code reads those of all routes. */
const unreadable = [
  ['no body', {}, 400, 'malformed'],
  ['JSON that is cut off', { body: '{"a":' }, 400, 'invalid-json'],
  ['a list', { body: '[]' }, 400, 'malformed'],
  ['an unknown field', { body: '{"surprise":1}' }, 400, 'malformed'],
  ['__proto__ as a field', { body: '{"__proto__":{"role":"administrator"}}' }, 400, 'malformed'],
  ['invalid UTF-8', { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) }, 400, 'invalid-utf-8'],
  [
    'another content type',
    { body: '{}', headers: { 'content-type': 'text/plain' } },
    415,
    'json-required',
  ],
  ['more than 64 KiB', { body: JSON.stringify('x'.repeat(70_000)) }, 413, 'body-too-large'],
] as const;

/** Each route in turn is sent another of them, so that all are sent; in `npm run soak` each route is sent all. */
const sendings = withBody.flatMap((route, at) =>
  [...unreadable.slice(at % unreadable.length), ...unreadable.slice(0, at % unreadable.length)]
    .slice(0, runs(1))
    .map(([kind, given, status, code]) => ({
      title: route.title,
      kind,
      route,
      given,
      status,
      code,
    })),
);

describe('given a body that it cannot read', () => {
  it.each(sendings)(
    '$title answers $kind with a problem document, never a stack',
    async ({ route, given, status, code }) => {
      const answer = await ask(route, tokenFor(route), given);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const problem = await answer.json();
      expect(problem).toMatchObject({ status, code });
      expect(answer.status).toBe(status);
      expect(JSON.stringify(problem)).not.toMatch(/\bat .*\.(ts|mjs|js)\b/);
    },
  );

  it('every kind of them is sent to some route', () => {
    expect(new Set(sendings.map(({ kind }) => kind)).size).toBe(unreadable.length);
  });

  // The gateway looks at the length before it looks for the route.
  it.each(withBody.slice(0, runs(1)))(
    "$title answers one of over 10 MB with the gateway's own 413",
    async (route) => {
      const answer = await ask(route, tokenFor(route), { body: 'x'.repeat(10 * 1024 * 1024 + 1) });
      expect([answer.status, await answer.json()]).toEqual([413, { message: 'Request Too Long' }]);
    },
  );
});

/** The same of bodies that handlers read themselves. */
const untaken = [
  ['no text', {}, 400, 'malformed'],
  ['invalid UTF-8', { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) }, 400, 'invalid-utf-8'],
  [
    'another content type',
    { body: '{}', headers: { 'content-type': 'text/plain' } },
    415,
    'text-required',
  ],
] as const;

describe.each(withText)('$title', (route) => {
  it.each(untaken)('answers %s with a problem document', async (_, given, status, code) => {
    const answer = await ask(route, tokenFor(route), given);
    expect([answer.status, await answer.json()]).toMatchObject([status, { status, code }]);
  });

  it('answers more than it takes with a problem document', async () => {
    const body = 'x'.repeat((route.text?.largestBytes ?? 0) + 1);
    const answer = await ask(route, tokenFor(route), { body });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'body-too-large' }]);
  });
});

describe.each(routes.filter(({ headers }) => headers?.safeParse({}).success === false))(
  '$title',
  (route) => {
    it('names the headers that are missing: 400', async () => {
      const answer = await ask(route, tokenFor(route), { bare: true });
      const problem = z
        .object({ code: z.literal('malformed'), errors: z.array(z.object({ field: z.string() })) })
        .parse(await answer.json());
      expect(answer.status).toBe(400);
      expect(problem.errors.every(({ field }) => field.startsWith('header.'))).toBe(true);
    });
  },
);

describe.each(routes.filter(({ repeats }) => repeats === 'by-itself'))('$title', (route) => {
  it('asks for no Idempotency-Key', async () => {
    const { text, body: schema } = route;
    const made = schema && JSON.stringify(madeBody(schema, {}, {}));
    const body = text?.example ?? made ?? '';
    const headers = { 'idempotency-key': '' };
    const answer = await ask(route, tokenFor(route), { body, headers });
    expect(await answer.text()).not.toContain('idempotency-key');
  });
});

describe.each(routes.filter(asksForKey))('$title', (route) => {
  it('needs an Idempotency-Key: 400', async () => {
    const answer = await ask(route, tokenFor(route), {
      body: '{}',
      headers: { 'idempotency-key': 'short' },
    });
    expect(answer.status).toBe(400);
  });
});

describe('what no route matches', () => {
  it("is the gateway's own 404", async () => {
    const answer = await fetch(`${people.url}/nowhere`);
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
  });
});
