import { expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { privacy, steps } from '../../functions/privacy/contract.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { deleteMe, readReceipt } = privacy.routes;

// With places, papers, mentors and reports, which take the region's time: tests/soak/deletion.test.ts.
it('edge case 36: an approved learner deletes the account, every step is done, and the login is gone', async () => {
  const learner = await people.newApprovedLearner();
  const mails = async () => (await people.control.mails(learner.email)).map(({ text }) => text);
  // Of the approval: a mail that is still to go out would be waited for.
  await until(async () => (await mails()).length >= 2);
  const { deletionId } = granted(await learner.api(deleteMe, {}));
  expect(await learner.api(identity.routes.readMe, {})).toMatchObject({ status: 404 });

  const receipt = async () => granted(await people.anyone(readReceipt, { params: { deletionId } }));
  await until(async () => (await receipt()).state === 'done');
  expect((await receipt()).steps.map(({ step, state }) => [step, state])).toEqual(
    steps.map((step) => [step, 'done']),
  );
  await expect(people.signIn(learner)).rejects.toThrow();
  await until(async () => (await mails()).join().includes(`/deletions/${deletionId}`));
});
