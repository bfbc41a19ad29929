import { describe, expect, it } from 'vitest';
import { askProvider } from '../../bin/account.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { until } from '../until.ts';
import { people, world } from './people.ts';

const { choose, giveBack, listMine } = enrolment.routes;
type Learner = Awaited<ReturnType<typeof people.newApprovedLearner>>;

/** Each test disturbs a provider of its own, so that files may run side by side. */
async function chosen(
  learner: Learner,
  providerId: string,
  category: 'subject' | 'language' | 'reading',
) {
  const answer = await learner.api(choose, { params: { place: category }, body: { providerId } });
  if (!answer.ok) throw new Error(`PUT answered ${answer.status} ${answer.problem.code}`);
  return answer.body;
}

async function stateOf({ api }: Learner, category: string): Promise<string> {
  const answer = await api(listMine, {});
  if (!answer.ok) throw new Error(answer.problem.code);
  return answer.body.enrolments.find((found) => found.category === category)?.state ?? 'none';
}

describe('an account at a provider', () => {
  it('is made when a place is chosen, and ended when it is given back', async () => {
    const learner = await people.newApprovedLearner();
    const { accountId } = await chosen(learner, 'guild-hall', 'language');
    await until(async () => (await stateOf(learner, 'language')) === 'active');
    expect(await world.accountsOf('guild-hall', accountId)).toMatchObject([
      { userName: accountId, active: true },
    ]);
    await learner.api(giveBack, { params: { place: 'language' } });
    await until(async () => (await world.accountsOf('guild-hall', accountId)).length === 0);
  });

  it('carries nothing of the learner but an opaque id', async () => {
    const learner = await people.newApprovedLearner();
    const { accountId } = await chosen(learner, 'stepping-stones', 'reading');
    await until(async () => (await stateOf(learner, 'reading')) === 'active');
    const text = JSON.stringify(
      await askProvider(people.url, 'seoul', 'stepping-stones', accountId),
    );
    expect(text).toContain(accountId);
    for (const personal of ['한가온', learner.email, learner.learnerId])
      expect(text).not.toContain(personal);
  });
});
