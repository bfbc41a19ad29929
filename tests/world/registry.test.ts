import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureOf } from '../../functions/runtime/message-signature.ts';
import { samplePeople } from '../../world/sample-people.ts';
import { openWorld, type World } from '../../world/world.ts';
import { ask } from './scim-client.ts';
import { askSigned, registryKey, signed } from './signed.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ providers: [], registry: { key: registryKey } });
});
afterAll(() => world.close());

const check = (person: unknown, headers: Record<string, string> = {}) =>
  askSigned(world.registry, person, headers);
const people = (method: string, body?: unknown) =>
  ask(`${world.url}/control/registry/people`, method, body);

describe('a check', () => {
  it.each(samplePeople)('confirms $name of the sample', async ({ name, birthDate, ...known }) => {
    const { status, body } = await check({ name, birthDate });
    expect({ status, body }).toEqual({ status: 200, body: { result: 'confirmed', ...known } });
  });

  it.each([
    ['in NFD', '한가온'.normalize('NFD')],
    ['with spaces around it', '  한가온\t'],
  ])('finds a name %s', async (_how, name) => {
    expect((await check({ name, birthDate: '2009-03-14' })).body).toMatchObject({
      result: 'confirmed',
    });
  });

  it.each([
    ['another name', { name: '한가람', birthDate: '2009-03-14' }],
    ['another day of birth', { name: '한가온', birthDate: '2009-03-15' }],
    ['a space inside the name', { name: '한 가온', birthDate: '2009-03-14' }],
    ['a twin’s name with a letter less', { name: '남하', birthDate: '2010-07-07' }],
  ])('does not know %s', async (_what, person) => {
    const { status, body } = await check(person);
    expect({ status, body }).toEqual({ status: 200, body: { result: 'unknown' } });
  });

  it.each([
    ['no name', { birthDate: '2009-03-14' }, 'name'],
    ['a name of spaces', { name: '  ', birthDate: '2009-03-14' }, 'name'],
    ['a name that is a number', { name: 7, birthDate: '2009-03-14' }, 'name'],
    ['a name of 101 letters', { name: 'x'.repeat(101), birthDate: '2009-03-14' }, 'name'],
    ['no day of birth', { name: '한가온' }, 'birthDate'],
    ['a day that does not exist', { name: '한가온', birthDate: '2009-02-29' }, 'birthDate'],
    ['a day in another format', { name: '한가온', birthDate: '14.03.2009' }, 'birthDate'],
    ['a time of birth', { name: '한가온', birthDate: '2009-03-14T00:00:00Z' }, 'birthDate'],
    ['an unknown field', { name: '한가온', birthDate: '2009-03-14', number: '1' }, 'number'],
    ['a list', [], 'object'],
    ['nothing', undefined, 'birthDate'],
  ])('with %s is refused with 400 that names it', async (_what, person, named) => {
    const { status, body } = await check(person);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: 'invalid-request', message: expect.stringContaining(named) },
    });
  });

  it.each([
    ['no signature', { 'webhook-signature': '' }, 401],
    [
      'the signature of another body',
      { 'webhook-signature': signed('{}')['webhook-signature'] },
      401,
    ],
    ['another id than was signed', { 'webhook-id': 'msg_2' }, 401],
    ['another moment than was signed', { 'webhook-timestamp': '1614265330' }, 401],
    ['no moment', { 'webhook-timestamp': '' }, 401],
    ['another content type', { 'content-type': 'application/xml' }, 415],
  ])('with %s is refused', async (_what, headers, expected) => {
    const { status, body } = await check({ name: '한가온', birthDate: '2009-03-14' }, headers);
    expect(status).toBe(expected);
    expect(body).toMatchObject({ error: { code: expect.any(String) } });
  });

  it.each([
    ['GET', '/checks'],
    ['POST', '/'],
  ])('is %s %s nowhere', async (method, path) => {
    const { status } = await ask(`${world.registry.url}${path}`, method, undefined, signed(''));
    expect(status).toBe(404);
  });
});

describe('a signed exchange', () => {
  const person = { name: '솔', birthDate: '2008-02-29' };

  it('edge case 39: is refused six minutes late, and taken by a clock four minutes off', async () => {
    const at = (minutes: number) => signed(JSON.stringify(person), Date.now() + minutes * 60_000);
    expect((await check(person, at(-6))).status).toBe(401);
    expect((await check(person, at(6))).status).toBe(401);
    expect((await check(person, at(-4))).status).toBe(200);
    expect((await check(person, at(4))).status).toBe(200);
  });

  it('is refused a second time', async () => {
    const headers = signed(JSON.stringify(person));
    expect((await check(person, headers)).status).toBe(200);
    expect((await check(person, headers)).status).toBe(401);
  });

  it('is answered under the id of the question, signed as the question was', async () => {
    const headers = signed(JSON.stringify(person));
    const { headers: answered, body } = await check(person, headers);
    const [id, timestamp] = [answered.get('webhook-id') ?? '', answered.get('webhook-timestamp')];
    expect(id).toBe(headers['webhook-id']);
    expect(answered.get('webhook-signature')).toBe(
      signatureOf(registryKey, { id, timestamp: Number(timestamp), body: JSON.stringify(body) }),
    );
  });
});

describe('a world whose time is another', () => {
  it('counts signatures by its own', async () => {
    const now = () => Date.UTC(2037, 0, 1);
    const later = await openWorld({ providers: [], registry: { key: registryKey }, now });
    const person = { name: '솔', birthDate: '2008-02-29' };
    const asked = (nowMs: number) =>
      askSigned(later.registry, person, signed(JSON.stringify(person), nowMs));
    expect((await asked(Date.now())).status).toBe(401);
    const { status, headers } = await asked(now());
    expect([status, headers.get('webhook-timestamp')]).toEqual([200, String(now() / 1000)]);
    await later.close();
  });
});

describe('adding people', () => {
  it('lets them be confirmed, and a second time changes their groups and income', async () => {
    const person = { name: '고은별'.normalize('NFD'), birthDate: '2013-01-05' };
    expect((await check(person)).body).toEqual({ result: 'unknown' });
    for (const known of [
      { groups: ['low-income'] },
      { groups: ['low-income', 'single-parent'], incomeBand: 'near-poverty' },
      { groups: [] },
    ]) {
      expect((await people('PUT', { people: [{ ...person, ...known }] })).status).toBe(204);
      expect((await check(person)).body).toEqual({ result: 'confirmed', ...known });
    }
  });

  it.each([
    ['no people', { people: [] }],
    ['an unknown field', { people: [], all: true }],
    ['one who lacks groups', { people: [{ name: '고은별', birthDate: '2013-01-05' }] }],
    [
      'a group that is no word',
      { people: [{ name: '고은별', birthDate: '2013-01-05', groups: ['Low Income'] }] },
    ],
  ])('is refused with %s', async (_what, body) => {
    const before = (await people('GET')).body;
    expect((await people('PUT', body)).status).toBe(400);
    expect((await people('GET')).body).toEqual(before);
  });
});

describe('the sample', () => {
  it('is the table in world/README.md', async () => {
    const readme = await readFile(join(import.meta.dirname, '../../world/README.md'), 'utf8');
    const rows = samplePeople.map(({ name, birthDate, incomeBand = '', groups }) =>
      `| ${[name, birthDate, incomeBand, groups.join(', ')].join(' | ').trim()} |`.replace(
        '|  |',
        '| |',
      ),
    );
    expect(readme).toContain(`|---|---|---|---|\n${rows.join('\n')}\n\n`);
  });
});
