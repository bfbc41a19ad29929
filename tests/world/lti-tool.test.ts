import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../../world/world.ts';
import { deepLinking, launching, learner, lti } from './lti-launch.ts';
import { openPlatform } from './own-platform.ts';
import { ask } from './scim-client.ts';

let platform: Awaited<ReturnType<typeof openPlatform>>;
let world: World;
let loom: ReturnType<typeof launching>;

beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.close());
beforeEach(async () => {
  world = await openWorld({
    providers: [{ id: 'loom', kind: 'lti', deployments: ['region-1'] }],
    registry: { key: 'key' },
    platform: platform.address,
  });
  loom = launching(world, platform);
});
afterEach(() => world.close());

const control = async (path: string) =>
  (await ask(`${world.url}/control/providers/loom/${path}`)).body;

describe('a login at an LTI tool', () => {
  it.each(['GET', 'POST'])('goes on at the platform when it begins by %s', async (method) => {
    const { status, to } = await loom.login({}, method);
    expect(status).toBe(302);
    expect(`${to?.origin}${to?.pathname}`).toBe(platform.address.authorize);
    expect(Object.fromEntries(to?.searchParams ?? [])).toEqual({
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: 'loom',
      redirect_uri: loom.tool.redirects[0],
      login_hint: 'acc_1',
      lti_message_hint: 'place-1',
      state: expect.stringMatching(/^.{36}$/),
      nonce: expect.stringMatching(/^.{36}$/),
    });
  });

  it.each([
    ['another platform', { iss: 'http://elsewhere.example' }],
    ['another tool', { client_id: 'forge' }],
    ['what is not the tool’s', { target_link_uri: 'http://elsewhere.example/' }],
    ['nobody', { login_hint: '' }],
  ])('is refused for %s', async (_what, otherwise) => {
    expect((await loom.login(otherwise)).status).toBe(400);
  });
});

describe('a launch', () => {
  it('welcomes a learner, who has an account from the first one on', async () => {
    const { status, page } = await loom.launch();
    expect(status).toBe(200);
    expect(page).toContain('<h1>Welcome</h1>');
    expect(page).toContain('acc_1');
    await loom.launch();
    expect(await control('accounts')).toEqual([
      { id: expect.any(String), externalId: 'acc_1', userName: 'acc_1', active: true },
    ]);
    const one = {
      sub: 'acc_1',
      messageType: 'LtiResourceLinkRequest',
      roles: [learner],
      deployment: 'region-1',
      target: loom.tool.launch,
      at: expect.stringMatching(/Z$/),
    };
    expect(await control('launches')).toEqual([one, one]);
  });

  it.each<[string, () => object]>([
    ['another issuer', () => ({ iss: 'http://elsewhere.example' })],
    ['another audience', () => ({ aud: 'forge' })],
    ['several audiences and no azp', () => ({ aud: ['loom', 'forge'] })],
    ['another azp', () => ({ azp: 'forge' })],
    ['an end in the past', () => ({ exp: loom.seconds() - 60 })],
    ['no end', () => ({ exp: undefined })],
    ['a beginning an hour ago', () => ({ iat: loom.seconds() - 3_600 })],
    ['a beginning in an hour', () => ({ iat: loom.seconds() + 3_600 })],
    ['another nonce', () => ({ nonce: 'another' })],
    ['no nonce', () => ({ nonce: undefined })],
    ['nobody', () => ({ sub: undefined })],
    ['another deployment', () => ({ [`${lti}/deployment_id`]: 'region-2' })],
    ['no deployment', () => ({ [`${lti}/deployment_id`]: undefined })],
    ['another version', () => ({ [`${lti}/version`]: '1.1' })],
    ['another message', () => ({ [`${lti}/message_type`]: 'LtiStartProctoring' })],
    ['another target', () => ({ [`${lti}/target_link_uri`]: `${loom.tool.launch}/other` })],
    ['no link', () => ({ [`${lti}/resource_link`]: undefined })],
    ['a link without an id', () => ({ [`${lti}/resource_link`]: { title: 'x' } })],
    ['no roles', () => ({ [`${lti}/roles`]: undefined })],
    ['roles that nobody knows', () => ({ [`${lti}/roles`]: ['Pupil'] })],
  ])('is refused with %s', async (_what, otherwise) => {
    expect((await loom.launch(otherwise())).status).toBe(401);
    expect(await control('launches')).toEqual([]);
    expect(await control('accounts')).toEqual([]);
  });

  it('may be for several audiences, of which this tool is the one that asked', async () => {
    expect((await loom.launch({ aud: ['forge', 'loom'], azp: 'loom' })).status).toBe(200);
  });

  it('is refused with a state that was used, or never given', async () => {
    const { state, nonce } = await loom.begun();
    const id_token = await platform.sign(loom.claims(nonce));
    expect((await loom.post({ state: 'made-up', id_token })).status).toBe(401);
    expect((await loom.post({ state, id_token })).status).toBe(200);
    expect((await loom.post({ state, id_token })).status).toBe(401);
    const other = await loom.begun();
    expect((await loom.post({ state: other.state, id_token })).status).toBe(401);
  });

  it('is refused when the platform would not, and when somebody else signed', async () => {
    const [first, second] = [await loom.begun(), await loom.begun()];
    const error = await loom.post({ state: first.state, error: 'login_required' });
    expect(error).toMatchObject({ status: 401, page: expect.stringContaining('login_required') });
    const forged = await platform.sign(loom.claims(second.nonce), await platform.newKey());
    expect((await loom.post({ state: second.state, id_token: forged })).status).toBe(401);
  });

  it('goes on after the platform has changed its key, and asks for keys no more often than that', async () => {
    await loom.launch();
    await loom.launch();
    const before = platform.jwksAsked();
    await platform.rotate();
    expect((await loom.launch()).status).toBe(200);
    expect((await loom.launch()).status).toBe(200);
    expect(platform.jwksAsked()).toBe(before + 1);
  });
});

describe('deep linking', () => {
  const settings = {
    deep_link_return_url: 'http://platform.example/return?a=1&b="2"',
    accept_types: ['ltiResourceLink'],
    accept_presentation_document_targets: ['window'],
    data: 'token-of-the-platform',
  };
  const choose = async (otherwise: object = {}) => {
    const { state, nonce } = await loom.begun(loom.tool.deepLink);
    const message = loom.claims(nonce, {
      [`${lti}/message_type`]: 'LtiDeepLinkingRequest',
      [`${lti}/target_link_uri`]: loom.tool.deepLink,
      [`${lti}/resource_link`]: undefined,
      [`${deepLinking}/deep_linking_settings`]: { ...settings, ...otherwise },
    });
    return loom.post({ state, id_token: await platform.sign(message) });
  };

  it('sends back, signed by the tool, a course that can be launched; nobody gets an account by it', async () => {
    const { status, page } = await choose();
    expect(status).toBe(200);
    expect(page).toContain('action="http://platform.example/return?a=1&amp;b=&quot;2&quot;"');
    const [, token = ''] = /name="JWT" value="([^"]+)"/.exec(page) ?? [];
    const url = `${new URL('.', loom.tool.launch).href}courses/fractions`;
    expect(await loom.read(token, platform.url)).toMatchObject({
      nonce: expect.any(String),
      [`${lti}/message_type`]: 'LtiDeepLinkingResponse',
      [`${lti}/version`]: '1.3.0',
      [`${lti}/deployment_id`]: 'region-1',
      [`${deepLinking}/data`]: 'token-of-the-platform',
      [`${deepLinking}/content_items`]: [
        { type: 'ltiResourceLink', title: 'Fractions', url, custom: { course: 'fractions' } },
      ],
    });
    expect(await control('accounts')).toEqual([]);
    const { state, nonce } = await loom.begun(url);
    const opened = loom.claims(nonce, { [`${lti}/target_link_uri`]: url });
    expect((await loom.post({ state, id_token: await platform.sign(opened) })).page).toContain(url);
  });

  it('is refused where the platform takes no links, or does not say where they go', async () => {
    expect((await choose({ accept_types: ['file'] })).status).toBe(401);
    expect((await choose({ deep_link_return_url: undefined })).status).toBe(401);
  });
});
