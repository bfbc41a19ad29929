import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { ProviderId } from '../../regions/schema.ts';
import { granted } from '../people.ts';
import { people } from './people.ts';

const { listCourses, replaceCourses } = catalogue.routes;
const samples = readdirSync('regions/courses/seoul').map((name) => ({
  params: { providerId: ProviderId.parse(name.replace('.csv', '')) },
  text: readFileSync(`regions/courses/seoul/${name}`, 'utf8'),
}));
const codeYard = { providerId: ProviderId.parse('code-yard') };

describe('given the sample lists of courses, imported by a coordinator', () => {
  beforeAll(async () => {
    const { api } = await people.newStaff('coordinator');
    for (const sample of samples) {
      const { courses } = granted(await api(replaceCourses, sample));
      expect(courses).toBe(sample.text.trim().split('\n').length - 1);
    }
  });

  it('a learner finds games for their stage, by words, and not what others are for', async () => {
    const { api } = await people.newLearner({ stage: 'elementary', language: 'ko' });
    const games = granted(await api(listCourses, { query: { format: 'game', q: '분수 피자' } }));
    expect(games.courses).toMatchObject([
      { code: 'STAR-M-102', title: '분수 피자 가게', providerId: 'dawn-star', hours: 4 },
    ]);
    const coding = granted(await api(listCourses, { query: { subject: 'coding' } })).courses;
    expect(coding.map(({ code }) => code).toSorted()).toEqual(['CY-BLOCK-1', 'CY-BLOCK-2']);
    const tax = { stage: 'lifelong', q: 'TAX accounting' } as const;
    expect(granted(await api(listCourses, { query: tax })).courses).toHaveLength(3);
  });

  it('a list with mistakes changes nothing, and each mistake is named', async () => {
    const { api } = people.administrator;
    const text = (samples.find(({ params }) => params.providerId === 'code-yard')?.text ?? '')
      .replace('elementary', 'kindergarten')
      .replace('CY-PY-2', 'CY-PY-1');
    expect(await api(replaceCourses, { params: codeYard, text })).toMatchObject({
      status: 422,
      problem: {
        code: 'courses-refused',
        errors: [{ field: 'line 2: stage' }, { field: 'line 5: code' }],
      },
    });
  });

  it.each([
    ['no body', {}, 400, 'malformed'],
    ['JSON', { 'content-type': 'application/json' }, 415, 'text-required'],
  ])(
    '%s in the place of a list is refused',
    async (what, headers: Record<string, string>, status, code) => {
      const answer = await fetch(`${people.url}/providers/code-yard/courses`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${people.administrator.token}`, ...headers },
        body: what === 'JSON' ? '{}' : null,
      });
      expect([answer.status, await answer.json()]).toEqual([
        status,
        expect.objectContaining({ code }),
      ]);
    },
  );

  it('a learner imports nothing', async () => {
    const { api } = await people.newLearner();
    const text = samples[0]?.text ?? '';
    expect(await api(replaceCourses, { params: codeYard, text })).toMatchObject({ status: 401 });
  });
});
