import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { LtiKey } from './lti-key.ts';
import { type Platform, unreachable } from './platform.ts';

const scope = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';
const mediaType = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';

const Token = z.looseObject({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().optional(),
});
const Page = z.looseObject({
  id: z.string(),
  context: z.looseObject({ id: z.string() }),
  members: z.array(z.looseObject({ user_id: z.string(), roles: z.array(z.string()).min(1) })),
});

/** So many pages are read; more would be a list without an end. */
const mostPages = 100;

/**
 * Who is in a course (names and role provisioning services 2.0): gets an access token with an assertion that the tool
 * signs (RFC 7523), and reads the pages.
 *
 * @param address - the `context_memberships_url` of a launch
 * @throws Refusal 502 where the platform's answers are of no use
 */
export async function readMemberships(
  platform: Platform,
  key: LtiKey,
  clientId: string,
  address: string,
) {
  const token = await accessToken(platform, key, clientId);
  const members: z.infer<typeof Page>['members'] = [];
  let pages = 0;
  for (let next: string | undefined = address; next !== undefined; pages += 1) {
    if (pages === mostPages) throw unreachable(address, `it has more than ${mostPages} pages`);
    const response = await fetched(next, {
      headers: { authorization: `Bearer ${token}`, accept: mediaType },
    });
    const type = response.headers.get('content-type')?.split(';')[0];
    if (type !== mediaType) throw unreachable(next, `it answered with ${type}`);
    members.push(...(await parsed(Page, next, response)).members);
    next = nextOf(response.headers.get('link'), next);
  }
  return { members, pages };
}

async function accessToken(platform: Platform, key: LtiKey, clientId: string): Promise<string> {
  const { token } = platform.address;
  const assertion = { iss: clientId, sub: clientId, aud: token, jti: randomUUID() };
  const response = await fetched(token, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: key.sign(assertion),
      scope,
    }),
  });
  return (await parsed(Token, token, response)).access_token;
}

async function fetched(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request).catch((error: unknown) => {
    throw unreachable(url, String(error));
  });
  if (response.ok) return response;
  throw unreachable(url, `it answered ${response.status} ${await response.text()}`);
}

async function parsed<T extends z.ZodType>(
  schema: T,
  url: string,
  response: Response,
): Promise<z.infer<T>> {
  const result = schema.safeParse(await response.json());
  if (result.success) return result.data;
  throw unreachable(url, z.prettifyError(result.error));
}

/** Where a list goes on (RFC 8288). */
function nextOf(link: string | null, from: string): string | undefined {
  const [, next] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '') ?? [];
  return next === undefined ? undefined : new URL(next, from).href;
}
