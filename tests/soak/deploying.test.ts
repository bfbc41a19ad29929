import { afterAll, expect, it } from 'vitest';
import { FakeAws } from '../deploy/fake-aws.ts';
import { bootstrapped, Stranger, uploadedTemplate } from '../deploy/stranger.ts';

const stranger = new Stranger();
afterAll(() => stranger.forget());

// In a region that runs, it is in tests/whole/rollout.test.ts.
it('edge case 47: deploying the same to AWS again makes no change set and uploads nothing', async () => {
  const aws = bootstrapped(await FakeAws.start());
  await stranger.rollsOut(aws).ended;
  aws.cloudFormation.templates.set('ladder-taebaek', uploadedTemplate(aws));
  const uploads = aws.objects.size;
  const { code, told } = await stranger.rollsOut(aws).ended;
  const ended = told.filter(({ state }) => state === 'done');
  expect(ended).toContainEqual(expect.objectContaining({ step: 'diff', text: 'no change' }));
  expect(ended).toContainEqual(expect.objectContaining({ step: 'deploy', text: 'no change' }));
  // It is tried all the same, and this AWS answers nonsense.
  expect(code).toBe(5);
  expect(aws.cloudFormation.changeSets).toHaveLength(1);
  expect(aws.objects.size).toBe(uploads);
  await aws.stop();
});
