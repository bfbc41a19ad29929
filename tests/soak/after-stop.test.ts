import { afterAll, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { KeptStart } from '../whole/kept-start.ts';

const region = new KeptStart();
afterAll(() => region.forget());

it('npm start -- --data, stopped by SIGTERM, ends with 0, and the next start has what a learner wrote', async () => {
  const before = await region.start();
  const learner = await before.newLearner({ name: '김하늘' });
  expect(await region.end('SIGTERM')).toBe(0);
  const after = await region.start();
  const api = await after.signIn(learner);
  expect(await api(identity.routes.readMe, {})).toMatchObject({
    body: { learnerId: learner.learnerId, name: '김하늘' },
  });
});
