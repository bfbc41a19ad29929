import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { erase, readReference } from '../../bin/smoke-erasure.ts';

let server: Server | undefined;
afterEach(() => server?.close());

type Answers = Readonly<Record<string, readonly (readonly [status: number, body: unknown])[]>>;

/** An API that answers as it is told: each `METHOD /path` has its answers, of which the last one stays. */
async function apiThat(answers: Answers) {
  const asked: string[] = [];
  const opened = createServer((request, reply) => {
    const what = `${request.method} ${request.url}`;
    const times = asked.filter((one) => one === what).length;
    asked.push(what);
    const [status, body] = answers[what]?.[times] ?? answers[what]?.at(-1) ?? [500, {}];
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  const address = opened.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

function loginOnPaper() {
  const login = { email: '', password: '', there: true };
  const remove = async () => {
    login.there = false;
  };
  return Object.assign(login, {
    create: async () => {},
    exists: async () => login.there,
    takeOver: async () => {},
    remove,
  });
}

const withDeletion = readReference('{"openapi":"3.1.0","paths":{"/me":{"get":{},"delete":{}}}}');
const without = readReference('{"openapi":"3.1.0","paths":{"/me":{"get":{}}}}');
const { signal } = new AbortController();
const begun: Answers = { 'DELETE /me': [[202, { deletionId: 'del_1' }]] };
const receipt = (state: string) => ({ deletionId: 'del_1', state, steps: [] });

it('deletes as a learner does, waits for the receipt, and then takes the login away', async () => {
  const login = loginOnPaper();
  const { url, asked } = await apiThat({
    ...begun,
    'GET /deletions/del_1': [
      [200, receipt('running')],
      [200, receipt('done')],
    ],
  });
  const erasing = { url, login, token: 'token', reference: withDeletion };
  expect(await erase(erasing, signal)).toBe('profile and login');
  expect(asked).toEqual(['DELETE /me', 'GET /deletions/del_1', 'GET /deletions/del_1']);
  expect(login.there).toBe(false);
});

it('leaves to itself what takes longer than there is time', async () => {
  const login = loginOnPaper();
  const { url } = await apiThat({ ...begun, 'GET /deletions/del_1': [[200, receipt('running')]] });
  const erasing = { url, login, token: 'token', reference: withDeletion, patience: 0 };
  expect(await erase(erasing, signal)).toContain('goes on by itself: GET /deletions/del_1');
  expect(login.there).toBe(false);
});

it('takes only the login away where there is no profile, and where nobody has signed in', async () => {
  const { url, asked } = await apiThat({ 'DELETE /me': [[404, { code: 'no-profile' }]] });
  const first = loginOnPaper();
  await erase({ url, login: first, token: 'token', reference: withDeletion }, signal);
  const second = loginOnPaper();
  await erase({ url, login: second, token: undefined, reference: withDeletion }, signal);
  expect([first.there, second.there]).toEqual([false, false]);
  expect(asked).toEqual(['DELETE /me']);
});

it('says that the profile stays where the release has no deletion', async () => {
  const login = loginOnPaper();
  const { url, asked } = await apiThat({});
  const found = await erase({ url, login, token: 'token', reference: without }, signal);
  expect(found).toContain('its profile stays');
  expect(login.there).toBe(false);
  expect(asked).toEqual([]);
});

it.each<[string, Answers]>([
  ['DELETE /me', { 'DELETE /me': [[500, { code: 'internal' }]] }],
  ['GET /deletions/{deletionId}', { ...begun, 'GET /deletions/del_1': [[404, {}]] }],
])(
  'keeps the login when %s fails, so that the next run can delete the profile',
  async (route, answers) => {
    const login = loginOnPaper();
    const { url } = await apiThat(answers);
    const erasing = erase({ url, login, token: 'token', reference: withDeletion }, signal);
    await expect(erasing).rejects.toThrow(`${route} answered `);
    expect(login.there).toBe(true);
  },
);
