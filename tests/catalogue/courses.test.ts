import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { at, village } from '../runtime/village.ts';
import { line, sheet } from './sheets.ts';

captureLog();
const { listCourses, replaceCourses } = catalogue.routes;
let cloud: Cloud;
let api: ApiHandler;
const [learner, junior] = [learnerClaims('a-login'), learnerClaims('a-junior')];

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: at('2025-07-01T12:00').epochMilliseconds });
  cloud = await openCloud();
  for (const table of ['identity', 'eligibility', 'catalogue', 'audit'])
    await cloud.createTable(table);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    ELIGIBILITY_TABLE: 'eligibility',
    CATALOGUE_TABLE: 'catalogue',
    AUDIT_TABLE: 'audit',
  });
  api = await loadApi('catalogue', { '#region': village() });
  for (const [{ sub }, stage] of [
    [learner, 'high'],
    [junior, 'middle'],
  ] as const) {
    const profile = { name: '김하늘', birthDate: '2009-05-20', areaId: 'river', language: 'en' };
    await identityStore('identity').createLearner(
      Sub.parse(sub),
      'h@village.example',
      newId(LearnerId, 'lrn'),
      ProfileInput.parse({ ...profile, stage }),
      '2025-07-01T00:00:00.000Z',
    );
  }
});
afterEach(() => cloud.disturb(undefined));
afterAll(async () => {
  await cloud.close();
  vi.useRealTimers();
});

const put = (providerId: string, body: string, headers: Record<string, string> = {}) =>
  invoke(api, replaceCourses, {
    params: { providerId },
    body,
    headers: { 'content-type': 'text/csv; charset=utf-8', ...headers },
    claims: staffClaims('someone', 'administrator'),
  });
const replace = async (providerId: string, ...lines: string[]) => {
  expect(await put(providerId, sheet(...lines))).toMatchObject({
    status: 200,
    body: { providerId, courses: lines.length },
  });
};
const page = async (query: Record<string, string> = {}, claims = learner) => {
  const { status, body } = await invoke(api, listCourses, { claims, query });
  expect([status, body]).toEqual([200, expect.anything()]);
  return listCourses.answers.body.parse(body);
};
/** The codes on each page that a learner is shown. */
async function pages(query: Record<string, string> = {}, claims = learner): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const shown = await page({ ...query, ...(cursor === undefined ? {} : { cursor }) }, claims);
    found.push(shown.courses.map(({ code }) => code));
    cursor = shown.cursor;
  } while (cursor !== undefined);
  return found;
}
const codes = async (...asked: Parameters<typeof pages>) => (await pages(...asked)).flat();

/** Numbers of rows in the table, by what their keys begin with. */
async function rows() {
  const Row = z.object({ pk: z.string(), expiresAt: z.int().optional() });
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'catalogue' }));
  const all = Items.map((item) => Row.parse(item));
  const lasting = all.filter(({ expiresAt }) => expiresAt === undefined);
  const count = (start: string) => lasting.filter(({ pk }) => pk.startsWith(start)).length;
  return { lists: count('LIST#'), begun: count('BEGUN#'), expiring: all.length - lasting.length };
}

describe('given lists of courses', () => {
  beforeAll(async () => {
    await replace(
      'mill',
      'M1,정수와 유리수,Integers,middle,subject,mathematics,lecture-series,24',
      'H1,미적분,Calculus,high,subject,mathematics,lecture-series,40',
      'H2,미적분 기출,Calculus: past EXAMS,high,subject,mathematics,mock-exam,',
      'H3,가요로 배우는 영어,English by Song,high,language,english,lecture-series,10',
    );
    await replace('well', 'W1,미적분 이야기,Tales of Calculus,high,reading,reading,e-book,');
  });

  it('shows those for the stage of the learner, by category, then provider, then title', async () => {
    expect(await codes()).toEqual(['H1', 'H2', 'H3', 'W1']);
    expect(await codes({}, junior)).toEqual(['M1']);
  });

  it('shows them in the learner’s language, with what a contract promises', async () => {
    expect(await page({ q: 'song' })).toEqual({
      stage: 'high',
      courses: [
        {
          providerId: 'mill',
          code: 'H3',
          title: 'English by Song',
          stage: 'high',
          category: 'language',
          subject: 'english',
          format: 'lecture-series',
          hours: 10,
        },
      ],
    });
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['another stage', { stage: 'middle' }, ['M1']],
    ['a category', { category: 'subject' }, ['H1', 'H2']],
    ['a provider', { providerId: 'well' }, ['W1']],
    ['a subject', { subject: 'english' }, ['H3']],
    ['a format', { format: 'mock-exam' }, ['H2']],
    ['a word in any language', { q: '미적분' }, ['H1', 'H2', 'W1']],
    ['edge case 6: a word in NFD', { q: '미적분'.normalize('NFD') }, ['H1', 'H2', 'W1']],
    ['small letters for capitals', { q: 'exams' }, ['H2']],
    ['the beginning of a word', { q: 'calc' }, ['H1', 'H2', 'W1']],
    ['two words, both of them', { q: ' Tales  미적분 ' }, ['W1']],
    ['a word and a category', { q: '미적분', category: 'reading' }, ['W1']],
    ['what there is not', { q: '기하' }, []],
    ['a provider that there is not', { providerId: 'nobody' }, []],
  ])('finds %s', async (_what, query, found) => {
    expect(await codes(query)).toEqual(found);
  });

  it.each([[{ subject: 'magic' }], [{ cursor: 'made-up' }], [{ page: '2' }]])(
    'is corrected on %o',
    async (query) => {
      const answer = await invoke(api, listCourses, { claims: learner, query });
      expect(answer).toMatchObject({ status: 400, body: { code: 'malformed' } });
    },
  );

  it('hides those of a provider from the day after its contract', async () => {
    await replace('forge', 'F1,영어,English,high,language,english,lecture-series,');
    expect(await codes({ providerId: 'forge' })).toEqual(['F1']);
    vi.setSystemTime(at('2025-09-01T00:00').epochMilliseconds);
    expect(await codes({ providerId: 'forge' })).toEqual([]);
    vi.setSystemTime(at('2025-07-01T12:00').epochMilliseconds);
  });
});

describe('given a list that fills pages', () => {
  const numbers = Array.from({ length: 130 }, (_, number) => String(number).padStart(3, '0'));
  const all = numbers.map((number) => `R${number}`);
  beforeAll(() => replace('well', ...numbers.map((number) => line(`R${number}`)).toReversed()));

  it('shows 20 a page, each course once', async () => {
    const shown = await pages({ category: 'reading' });
    expect(shown.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20, 20, 10]);
    expect(shown.flat()).toEqual(all);
  });

  it('and 20 of what is sought, from wherever in the list', async () => {
    const shown = await pages({ q: '책 R', category: 'reading', format: 'e-book' });
    expect(shown.flat()).toEqual(all);
    expect(await pages({ q: '9' })).toEqual([
      all.filter((code) => code.includes('9')).slice(0, 20),
      all.filter((code) => code.includes('9')).slice(20),
    ]);
  });

  it('replaced between two pages: begins it anew, so that nothing new is missed', async () => {
    const { cursor = '' } = await page({ category: 'reading' });
    await replace('well', line('N1'), line('N2'));
    expect((await page({ category: 'reading', cursor })).courses.map(({ code }) => code)).toEqual([
      'N1',
      'N2',
    ]);
  });

  it('emptied between two pages: says that the cursor leads nowhere', async () => {
    await replace('well', ...numbers.map((number) => line(`R${number}`)));
    const { cursor = '' } = await page({ category: 'reading' });
    await replace('well');
    const query = { category: 'reading', cursor };
    expect(await invoke(api, listCourses, { claims: learner, query })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'query.cursor' }] },
    });
  });
});

describe('given someone who replaces a list', () => {
  const many = (prefix: string, length = 1_300) =>
    Array.from({ length }, (_, number) => line(`${prefix}${number}`));
  const lists = (found: string[]) => new Set(found.map(([first]) => first));

  it('again with the same list: nothing is written', async () => {
    await replace('well', line('A'), line('B'));
    const before = [cloud.asked('BatchWriteItem'), cloud.asked('PutItem')];
    await replace('well', line('B'), line('A'));
    expect([cloud.asked('BatchWriteItem'), cloud.asked('PutItem')]).toEqual(before);
  });

  it('in lists that are wrong: all mistakes at once, and the list before stays', async () => {
    await replace('well', line('A'));
    const answer = await put('well', sheet(line('a b'), line('B'), line('B')));
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'courses-refused',
        detail: expect.stringContaining('2 things in the list'),
        errors: [
          { field: 'line 2: code', expected: expect.any(String) },
          { field: 'line 4: code', expected: 'a code of its own, line 3 has this one' },
        ],
      },
    });
    expect(await codes({ providerId: 'well' })).toEqual(['A']);
  });

  it('of which a crash leaves a part: readers see the list before; the next list takes its place', async () => {
    await replace('well', ...many('O', 60));
    let batches = 0;
    cloud.disturb(async (operation) => {
      if (operation === 'BatchWriteItem') batches += 1;
      if (operation !== 'BatchWriteItem' || batches < 2) return undefined;
      return { reply: { status: 400, body: '{"__type":"ValidationException"}' } };
    });
    expect((await put('well', sheet(...many('N')))).status).toBe(500);
    cloud.disturb(undefined);
    expect(lists(await codes({ providerId: 'well' }))).toEqual(new Set('O'));
    await replace('well', ...many('N'));
    // Of 1,300, from all over the list; the next test turns each of its pages.
    expect(lists(await codes({ providerId: 'well', q: '책 99' }))).toEqual(new Set('N'));
    const before = await rows();
    vi.setSystemTime(Date.now() + 3_601_000);
    await replace('well', line('Z'));
    const after = await rows();
    // The 26 rows that were shown and the 25 that the crash left, for one.
    expect(before.lists - after.lists).toBe(26 + 25 - 1);
    expect(after.begun).toBe(before.begun - 1);
  });

  it('while others read: they see the list before, whole, until all of the new one is there', async () => {
    await replace('well', ...many('O', 60));
    const seen: number[] = [];
    const look = async () => {
      const found = await codes({ providerId: 'well' });
      seen.push(found.filter((code) => code.startsWith('O')).length);
    };
    cloud.disturb(async (operation) => {
      if (operation === 'BatchWriteItem') await look();
      return undefined;
    });
    await replace('well', ...many('N'));
    expect(seen).toEqual([60, 60]);
    expect(await codes({ providerId: 'well' })).toHaveLength(1_300);
  });

  it('together with another: one list is shown, whole', async () => {
    await Promise.all([
      replace('well', ...many('P', 120)),
      replace('well', ...many('Q', 110)),
      replace('well', ...many('S', 100)),
    ]);
    const found = await codes({ providerId: 'well' });
    const [letter = ''] = found;
    expect([120, 110, 100]).toContain(found.length);
    expect(found.every((code) => code.startsWith(letter.slice(0, 1)))).toBe(true);
  });

  it.each([
    ['of a provider that there is not', 'nobody', sheet(), {}, 404, 'no-such-provider'],
    ['in JSON', 'well', '{}', { 'content-type': 'application/json' }, 415, 'text-required'],
    ['with nothing', 'well', '', {}, 400, 'malformed'],
    ['of more than a megabyte', 'well', 'x'.repeat(1_048_577), {}, 413, 'body-too-large'],
    ['that is not UTF-8', 'well', '\ufffd', {}, 400, 'invalid-utf-8'],
  ])('%s: is refused', async (_what, providerId, body, headers, status, code) => {
    expect(await put(providerId, body, headers)).toMatchObject({ status, body: { code } });
  });
});
