import { beforeEach, expect, it } from 'vitest';
import { village } from '../runtime/village.ts';
import {
  ask,
  helper,
  openMatching,
  pairsOf,
  proposedRound,
  publishRound,
  routes,
  startAnew,
  waiting,
} from './matches.ts';
import { sixteen } from './mentorships.ts';
import { coordinator } from './office.ts';

const text = (words: string) => ({ ko: words, en: words });
openMatching(
  village({
    mentoring: [sixteen],
    areas: ['river', 'hill', 'moor'].map((id) => ({ id, name: text(id) })),
    partners: [
      {
        id: 'valley',
        name: text('골짜기'),
        areas: ['hill', 'moor'],
        agreement: { signed: '2025-03-01', legalBasis: 'Agreement of the valley' },
        from: { recruiting: '2025-03-01', live: '2025-03-01' },
        services: ['mentoring'],
      },
    ],
  }),
);
beforeEach(startAnew);

it('edge case 50: a coordinator of a partner sees and publishes the pairs of its areas only', async () => {
  const [office, valley] = [await coordinator(), await coordinator(undefined, 'valley')];
  await helper({ capacity: 3 });
  for (const area of ['river', 'hill', 'moor']) await waiting(1, {}, area);
  const roundId = await proposedRound(office);
  const ofArea = (areaId: string) =>
    ask(valley, routes.listPairs, { params: { roundId }, query: { areaId } });
  expect(await ofArea('moor')).toMatchObject({ body: { pairs: [{ areaId: 'moor' }] } });
  expect(await ofArea('river')).toMatchObject({ status: 404, body: { code: 'no-such-area' } });
  expect(await ask(valley, routes.listPairs, { params: { roundId } })).toMatchObject({
    status: 422,
    body: { code: 'area-required' },
  });
  await publishRound(valley, roundId);
  const states = (await pairsOf(office, roundId)).map(({ areaId, state }) => [areaId, state]);
  expect(states).toEqual([
    ['hill', 'published'],
    ['moor', 'published'],
    ['river', 'proposed'],
  ]);
});
