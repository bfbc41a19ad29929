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
  for (const table of ['identity', 'notices']) await cloud.createTable(table);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    NOTICES_TABLE: 'notices',
    AUDIT_TABLE: 'audit',
    AWS_MAX_ATTEMPTS: '1',
    API_URL: 'https://api.example',
  });
  const region = village({ policies: [{ ...firstPolicy, from: '2020-01-01' }] });
  api = await loadApi('identity', { '#region': region });
});
afterAll(() => cloud.close());

const person = { name: '이도윤', language: 'ko', timeZone: 'America/New_York' };

const write = (sub: string, body: object = person, ifMatch?: string) =>
  invoke(api, routes.writeMentor, {
    claims: learnerClaims(sub),
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${sub}`,
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
  });
const read = (sub: string) => invoke(api, routes.readMentor, { claims: learnerClaims(sub) });
const idIn = ({ body }: { readonly body: unknown }) =>
  routes.writeMentor.answers.body.parse(body).mentorId;

describe('given a login that says who it is as a mentor', () => {
  it('the first time becomes one, and reads the same', async () => {
    expect(await read('first')).toMatchObject({ status: 404, body: { code: 'not-a-mentor' } });
    const written = await write('first');
    expect(written).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: person });
    expect(await read('first')).toEqual(written);
  });

  it('ten times at once, becomes one mentor', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => write('ten')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(new Set(answers.map(idIn)).size).toBe(1);
  });

  it('on what it read, changes it; on what has changed since, hears so', async () => {
    const mentorId = idIn(await write('changes'));
    const moved = { ...person, timeZone: 'Europe/Paris' };
    expect(await write('changes', moved, '"1"')).toMatchObject({
      headers: { etag: '"2"' },
      body: { mentorId, ...moved },
    });
    const stale = { status: 412, body: { code: 'stale' } };
    expect(await write('changes', person, '"1"')).toMatchObject(stale);
    expect(await write('none-yet', person, '"1"')).toMatchObject(stale);
    expect((await read('changes')).body).toEqual({ mentorId, ...moved });
    expect(await read('none-yet')).toMatchObject({ status: 404 });
  });

  it.each([
    ['a language that the region does not speak', { language: 'fr' }, 422, 'unknown-language'],
    ['a time zone that there is not', { timeZone: 'Asia/Atlantis' }, 400, 'malformed'],
    ['a number for a name (edge case 7)', { name: '990520-1234567' }, 400, 'malformed'],
  ])('with %s, is refused and nothing is stored', async (_what, otherwise, status, code) => {
    const refused = await write('refused', { ...person, ...otherwise });
    expect(refused).toMatchObject({ status, body: { code } });
    expect(await read('refused')).toMatchObject({ status: 404 });
  });

  it('with an address that is not verified, is told so', async () => {
    pools.answering = 'unverified';
    const refused = await write('unverified');
    pools.answering = undefined;
    expect(refused).toMatchObject({ status: 422, body: { code: 'address-unverified' } });
    expect(await read('unverified')).toMatchObject({ status: 404 });
  });

  it('leaves no trace of a name or an address in the log', async () => {
    takeLog();
    await write('logged');
    await read('logged');
    expect(takeLog()).not.toMatch(/이도윤|village\.example|Bearer/);
  });
});

describe('given a learner who becomes a mentor (domain.md row 18)', () => {
  it('is both, each with what they said of it, and neither changes the other', async () => {
    const sub = 'both';
    const profile = {
      name: '이도윤',
      birthDate: '2006-05-20',
      stage: 'lifelong',
      areaId: 'river',
      language: 'ko',
    };
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${sub}` };
    const claims = learnerClaims(sub);
    const learner = await invoke(api, routes.writeMe, { claims, body: profile, headers });
    expect(learner.status).toBe(200);
    const mentor = await write(sub, { ...person, name: '이 도윤' });
    expect(mentor.status).toBe(200);
    expect(await invoke(api, routes.readMe, { claims })).toEqual(learner);
    expect(await read(sub)).toEqual(mentor);
  });
});
