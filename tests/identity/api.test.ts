import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims } from '../runtime/requests.ts';
import { firstPolicy, village } from '../runtime/village.ts';
import { Pools } from './pool.ts';

const takeLog = captureLog();

const { routes } = identity;
const pools = new Pools();
let cloud: Cloud;
let api: ApiHandler;

beforeAll(async () => {
  cloud = await openCloud(pools);
  await cloud.createTable('identity');
  await cloud.createTable('notices');
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    NOTICES_TABLE: 'notices',
    AUDIT_TABLE: 'audit',
    // How patient the SDK is, is not looked at here.
    AWS_MAX_ATTEMPTS: '1',
  });
  // In force at any time, so that the handlers' own clock does not matter.
  const region = village({ policies: [{ ...firstPolicy, from: '2020-01-01' }] });
  api = await loadApi('identity', { '#region': region });
});
afterAll(() => cloud.close());

const profile = {
  name: '김하늘',
  birthDate: '2009-05-20',
  stage: 'high',
  areaId: 'river',
  language: 'ko',
};

const write = (sub: string, body: object = profile, ifMatch?: string) =>
  invoke(api, routes.writeMe, {
    claims: learnerClaims(sub),
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${sub}`,
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
  });
const read = (sub: string) => invoke(api, routes.readMe, { claims: learnerClaims(sub) });

describe('given a login that writes its profile', () => {
  it('the first time becomes a learner, and reads the same', async () => {
    expect(await read('first')).toMatchObject({ status: 404, body: { code: 'no-profile' } });
    const written = await write('first');
    expect(written).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: profile });
    expect(await read('first')).toEqual(written);
  });

  it('ten times at once, becomes one learner', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => write('ten')));
    const ids = answers.map(({ status, body }) => {
      expect(status).toBe(200);
      return routes.writeMe.answers.body.parse(body).learnerId;
    });
    expect(new Set(ids).size).toBe(1);
  });

  it('on what it read, changes it; on what has changed since, hears so', async () => {
    await write('changes');
    const moved = { ...profile, areaId: 'hill' };
    expect(await write('changes', moved, '"1"')).toMatchObject({
      headers: { etag: '"2"' },
      body: moved,
    });
    expect(await write('changes', profile, '"1"')).toMatchObject({
      status: 412,
      body: { code: 'stale' },
    });
    expect((await read('changes')).body).toMatchObject(moved);
  });

  it('with a version of a profile that is not there, hears so', async () => {
    expect(await write('none-yet', profile, '"1"')).toMatchObject({ status: 412 });
    expect(await read('none-yet')).toMatchObject({ status: 404 });
  });

  it.each([
    ['is not verified', 'unverified', 422, 'address-unverified'],
    ['is that of a login that signed out', 'NotAuthorizedException', 401, 'signed-out'],
    ['is that of a login that is gone', 'UserNotFoundException', 401, 'signed-out'],
    ['cannot be asked for now', 'TooManyRequestsException', 503, 'busy'],
  ] as const)(
    'whose address %s, is told so, and nothing is stored',
    async (_what, next, status, code) => {
      pools.answering = next;
      const written = await write(`without-address-${code}`);
      pools.answering = undefined;
      expect(written).toMatchObject({ status, body: { code } });
      expect(await read(`without-address-${code}`)).toMatchObject({ status: 404 });
    },
  );

  it('edge 3: under the consent age is refused, and nothing is stored', async () => {
    const birthDate = `${new Date().getFullYear() - 10}-01-01`;
    const transactions = cloud.asked('TransactWriteItems');
    expect(await write('child', { ...profile, birthDate })).toMatchObject({
      status: 422,
      body: { code: 'consent-required' },
    });
    expect(cloud.asked('TransactWriteItems')).toBe(transactions);
    expect(await read('child')).toMatchObject({ status: 404 });
  });

  it('edge 3: is refused such a change later, and keeps what was there', async () => {
    await write('grown');
    const birthDate = `${new Date().getFullYear() - 10}-01-01`;
    await write('grown', { ...profile, birthDate });
    expect((await read('grown')).body).toMatchObject(profile);
  });

  it('edge 6: is kept in NFC, however it was written', async () => {
    await write('decomposed', { ...profile, name: '김하늘'.normalize('NFD') });
    expect((await read('decomposed')).body).toMatchObject({ name: '김하늘' });
  });

  it('edge 7: never leaves a trace of itself in the log', async () => {
    takeLog();
    await write('logged');
    await write('logged', { ...profile, name: '120520-3456789' });
    await read('logged');
    expect(takeLog()).not.toMatch(/김하늘|120520|2009|village\.example|Bearer/);
  });
});
