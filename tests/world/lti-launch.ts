import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { World } from '../../world/world.ts';
import type { openPlatform } from './own-platform.ts';
import { ltiOf } from './parties.ts';

type OwnPlatform = Awaited<ReturnType<typeof openPlatform>>;

export const lti = 'https://purl.imsglobal.org/spec/lti/claim';
export const deepLinking = 'https://purl.imsglobal.org/spec/lti-dl/claim';
export const learner = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const seconds = () => Math.floor(Date.now() / 1000);

/** What a test needs of the tool `loom`: a platform and a browser. */
export function launching(world: World, platform: OwnPlatform) {
  const tool = ltiOf(world, 'loom');

  /** Third-party initiated login; what the tool asks of the platform, or how it refused. */
  async function login(otherwise: Record<string, string> = {}, method = 'GET') {
    const sent = new URLSearchParams({
      iss: platform.url,
      login_hint: 'acc_1',
      target_link_uri: tool.launch,
      lti_message_hint: 'place-1',
      client_id: 'loom',
      ...otherwise,
    });
    const response =
      method === 'GET'
        ? await fetch(`${tool.login}?${sent}`, { redirect: 'manual' })
        : await fetch(tool.login, { method, body: sent, redirect: 'manual' });
    const location = response.headers.get('location');
    return { status: response.status, to: location === null ? undefined : new URL(location) };
  }

  /** A login that went well: its `state` and `nonce`. */
  async function begun(target = tool.launch) {
    const { to } = await login({ target_link_uri: target });
    return {
      state: to?.searchParams.get('state') ?? '',
      nonce: to?.searchParams.get('nonce') ?? '',
    };
  }

  const claims = (nonce: string, otherwise: object = {}) => ({
    iss: platform.url,
    aud: 'loom',
    sub: 'acc_1',
    iat: seconds(),
    exp: seconds() + 60,
    nonce,
    [`${lti}/message_type`]: 'LtiResourceLinkRequest',
    [`${lti}/version`]: '1.3.0',
    [`${lti}/deployment_id`]: 'region-1',
    [`${lti}/target_link_uri`]: tool.launch,
    [`${lti}/resource_link`]: { id: 'place-1' },
    [`${lti}/roles`]: [learner],
    ...otherwise,
  });

  async function post(fields: Record<string, string>) {
    const body = new URLSearchParams(fields);
    const response = await fetch(tool.launch, { method: 'POST', body });
    return { status: response.status, page: await response.text() };
  }

  /** A login and its launch, with some claims otherwise. */
  async function launch(otherwise: object = {}) {
    const { state, nonce } = await begun();
    return post({ state, id_token: await platform.sign(claims(nonce, otherwise)) });
  }

  /** What a JWT of the tool says, by its published keys. */
  async function read(token: string, audience: string): Promise<JWTPayload> {
    const keys = createLocalJWKSet(KeySet.parse(await (await fetch(tool.jwks)).json()));
    const options = { issuer: 'loom', audience, algorithms: ['RS256'] };
    return (await jwtVerify(token, keys, options)).payload;
  }

  return { tool, login, begun, claims, post, launch, read, seconds };
}
