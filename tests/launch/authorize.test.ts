import { createPublicKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { launch, WayIn } from '../../functions/launch/contract.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { ProviderId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { ltiOf } from '../world/parties.ts';
import { formIn } from './browser.ts';
import { type Dweller, house } from './house.ts';
import { ownTool } from './own-tool.ts';

captureLog();
const here = house();
ownTool();
const { authorize, authorizeByForm, listKeys, open } = launch.routes;
const loom = ProviderId.parse('loom');

const redirect = () => ltiOf(here().world, 'loom').redirects[0] ?? '';

/** What a tool asks when a launch began, with parts of it otherwise; undefined: without. */
async function asked(
  { ask }: Dweller,
  otherwise: Readonly<Record<string, string | undefined>> = {},
): Promise<Record<string, string>> {
  const way = WayIn.parse((await ask(open)).body);
  if (way.kind !== 'open') throw new Error('the tool is not opened');
  const begun = new URL(way.url).searchParams;
  const parameters = {
    ...{ scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none' },
    ...{
      client_id: 'village.loom',
      redirect_uri: redirect(),
      state: 'a "state"',
      nonce: 'nonce-1',
    },
    login_hint: begun.get('login_hint') ?? '',
    lti_message_hint: begun.get('lti_message_hint') ?? '',
    ...otherwise,
  };
  return present(parameters);
}

/** Without what is undefined. */
function present(parameters: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
}

const answerTo = async (query: Record<string, string>) => {
  const { status, body } = await here().ask(authorize, { query });
  expect(status).toBe(200);
  return formIn(String(body));
};

afterEach(() => {
  vi.useRealTimers();
});

describe('given a launch that began', () => {
  it.each(['GET', 'POST'])(
    'then a %s of who comes is answered with a signed form',
    async (method) => {
      const learner = await here().enter('loom');
      const parameters = await asked(learner);
      const { body } = await (method === 'GET'
        ? here().ask(authorize, { query: parameters })
        : here().ask(authorizeByForm, {
            headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
            body: new URLSearchParams(parameters).toString(),
          }));
      expect(String(body)).toContain('<html lang="ko">');
      expect(String(body)).toContain('학습 화면으로 이동합니다.');
      const { action, fields } = formIn(String(body));
      expect([action, fields['state']]).toEqual([redirect(), 'a "state"']);
      const { keys } = listKeys.answers.body.parse((await here().ask(listKeys)).body);
      const kid = jwt.decode(fields['id_token'] ?? '', { complete: true })?.header.kid;
      const key = keys.find((one) => one.kid === kid);
      expect(
        jwt.verify(fields['id_token'] ?? '', createPublicKey({ key: { ...key }, format: 'jwk' }), {
          ...{ algorithms: ['RS256'], audience: 'village.loom', issuer: here().url },
        }),
      ).toMatchObject({ sub: learner.accountId, nonce: 'nonce-1' });
    },
  );

  it.each([
    ['without openid', { scope: 'profile' }, 'invalid_scope'],
    ['for a code', { response_type: 'code' }, 'unsupported_response_type'],
    ['in the address', { response_mode: 'query' }, 'invalid_request'],
    ['with a page to sign in', { prompt: 'login' }, 'invalid_request'],
    ['without a prompt', { prompt: undefined }, 'invalid_request'],
    ['without a nonce', { nonce: undefined }, 'invalid_request'],
    ['with an empty nonce', { nonce: '' }, 'invalid_request'],
    ['without a hint', { login_hint: undefined }, 'invalid_request'],
  ])(
    'then a request %s is told to the tool as an error, and uses no hint up',
    async (_, otherwise, error) => {
      const parameters = await asked(await here().enter('loom'));
      const changed = present({ ...parameters, ...otherwise });
      const { action, fields } = await answerTo(changed);
      expect([action, fields['state']]).toEqual([redirect(), 'a "state"']);
      expect(fields).toMatchObject({ error, error_description: expect.any(String) });
      expect(fields).not.toHaveProperty('id_token');
      expect((await answerTo(parameters)).fields).toHaveProperty('id_token');
    },
  );

  it.each([
    ['a hint of nobody', { login_hint: 'a'.repeat(43) }],
    ['another message than began', { lti_message_hint: 'choice' }],
  ])('then %s is told as login_required', async (_, otherwise) => {
    const { fields } = await answerTo(await asked(await here().enter('loom'), otherwise));
    expect(fields).toMatchObject({ error: 'login_required' });
  });

  it.each([
    ['no tool of ours', { client_id: 'village.mill' }, 'no-such-tool'],
    ['a tool that has registered nothing', { client_id: 'village.kiln' }, 'no-such-tool'],
    ['an address of nobody', { redirect_uri: 'https://evil.example/' }, 'redirect-not-registered'],
    ['an address that is longer', { redirect_uri: 'more' }, 'redirect-not-registered'],
  ])('then %s is sent nothing', async (_, otherwise, code) => {
    const parameters = await asked(await here().enter('loom'), otherwise);
    const query =
      parameters['redirect_uri'] === 'more'
        ? { ...parameters, redirect_uri: `${redirect()}/` }
        : parameters;
    expect(await here().ask(authorize, { query })).toMatchObject({ status: 422, body: { code } });
  });

  it('then another tool gets nothing by the hint, and does not use it up', async () => {
    const parameters = await asked(await here().enter('loom'));
    const quay = { client_id: 'village.quay', redirect_uri: await redirectOfQuay() };
    expect((await answerTo({ ...parameters, ...quay })).fields).toMatchObject({
      error: 'login_required',
    });
    expect((await answerTo(parameters)).fields).toHaveProperty('id_token');
  });

  it('edge case 39: of ten who come with the same hint at once, one gets in', async () => {
    const parameters = await asked(await here().enter('loom'));
    const forms = await Promise.all(Array.from({ length: 10 }, () => answerTo(parameters)));
    expect(forms.filter(({ fields }) => 'id_token' in fields)).toHaveLength(1);
  });

  it.each([
    ['four minutes later is answered', 4, 'id_token'],
    ['five minutes later is over', 5, 'error'],
  ])('edge case 39: a hint that comes %s', async (_, minutes, field) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const parameters = await asked(await here().enter('loom'));
    vi.setSystemTime(Date.now() + minutes * 60_000);
    expect((await answerTo(parameters)).fields).toHaveProperty(field);
  });

  it.each(['state', 'nonce', 'login_hint'])(
    'then a %s of 3,000 characters is no fault of the browser: the tool is answered',
    async (name) => {
      const parameters = {
        ...(await asked(await here().enter('loom'))),
        [name]: 'a'.repeat(3_000),
      };
      const { action, fields } = await answerTo(parameters);
      expect([action, fields['state']]).toEqual([redirect(), parameters['state']]);
      expect(fields).toHaveProperty(name === 'login_hint' ? 'error' : 'id_token');
    },
  );

  it('then an account that is being suspended meanwhile is not let in', async () => {
    const { learnerId, ...learner } = await here().enter('loom');
    const parameters = await asked({ learnerId, ...learner });
    const accounts = provisioningStore('provisioning');
    const account = await accounts.readAccount(learnerId, loom);
    if (account === undefined) throw new Error('there is no account');
    expect(await accounts.begin(account, 'suspend', account, '2025-07')).toBeDefined();
    expect((await answerTo(parameters)).fields).toMatchObject({ error: 'access_denied' });
  });
});

/** Where the tool of the test takes launches. */
async function redirectOfQuay(): Promise<string> {
  const way = WayIn.parse((await (await here().enter('quay')).ask(open)).body);
  return new URL(way.kind === 'open' ? way.url : '').searchParams.get('target_link_uri') ?? '';
}
