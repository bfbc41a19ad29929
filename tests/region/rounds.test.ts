import { expect, it } from 'vitest';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { routes } = mentoring;

it('row 14: the weekly round is proposed though nobody asks for it, once', async () => {
  const learner = await people.newApprovedLearner();
  const body = routes.writeRequest.body.parse({
    goals: '수학을 따라잡고 싶어요.',
    subjects: ['mathematics'],
    topics: [],
    languages: ['ko'],
    ways: ['online'],
    weekly: [{ day: 'monday', from: '16:00', until: '18:00' }],
  });
  granted(await learner.api(routes.writeRequest, { body }));
  const rounds = async () => {
    const query = { limit: 10 };
    return granted(await people.administrator.api(routes.listRounds, { query })).rounds;
  };

  const schedules = await people.control.schedules();
  const due = schedules.find(({ name }) => name.includes('MentoringDue'));
  await people.control.fire(due?.name ?? '');
  await people.control.fire(due?.name ?? '');
  await until(async () => (await rounds())[0]?.state === 'proposed');

  expect(await rounds()).toMatchObject([{ wantedBy: 'schedule', proposal: { requests: 1 } }]);
});
