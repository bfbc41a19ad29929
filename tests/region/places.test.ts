import { describe, expect, it } from 'vitest';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { granted, profile } from '../people.ts';
import { people } from './people.ts';

const { choose, giveBack, listMine, listHistory, switchProvider } = enrolment.routes;
const { listProviders } = catalogue.routes;

const place = (id: 'subject' | 'language' | 'reading', providerId: string) => ({
  params: { place: id },
  body: { providerId },
});

describe('the catalogue', () => {
  it('shows what there is for the stage of the caller, in their language', async () => {
    const { api } = await people.newLearner({ stage: 'high', language: 'en' });
    const answer = await api(listProviders, { query: { category: 'subject' } });
    if (!answer.ok) throw new Error(answer.problem.code);
    const { stage, providers } = answer.body;
    expect(stage).toBe('high');
    expect(providers.map(({ providerId }) => providerId)).toContain('ridge-line');
    expect(providers.map(({ providerId }) => providerId)).not.toContain('dawn-star');
    expect(providers.every(({ categories }) => categories.join() === 'subject')).toBe(true);
    expect(providers.find(({ providerId }) => providerId === 'night-train')?.name).toBe(
      'Night Train Exam School',
    );
  });

  it('given an approval, shows what can be chosen under it, whatever the profile says since', async () => {
    const { api } = await people.newApprovedLearner({ stage: 'high' });
    // Only the stage: a name or birthday that changes puts the approval itself in doubt.
    const { name, birthDate } = granted(await api(identity.routes.readMe, {}));
    const body = profile({ name, birthDate, stage: 'middle' });
    granted(await api(identity.routes.writeMe, { body }));
    await people.control.settle();
    expect(granted(await api(listProviders, {})).stage).toBe('high');
  });

  it('given no profile: 422', async () => {
    const { api } = await people.newLogin();
    expect(await api(listProviders, {})).toMatchObject({
      status: 422,
      problem: { code: 'profile-required' },
    });
  });
});

describe('a place', () => {
  it('is chosen once: the same choice again changes nothing', async () => {
    const { api } = await people.newApprovedLearner();
    const first = await api(choose, place('subject', 'ridge-line'));
    if (!first.ok) throw new Error(first.problem.code);
    const second = await api(choose, place('subject', 'ridge-line'));
    if (!second.ok) throw new Error(second.problem.code);
    expect(second.body.enrolmentId).toBe(first.body.enrolmentId);
  });

  it('edge case 16: of concurrent choices in one category one wins, the others get a clear conflict', async () => {
    const { api } = await people.newApprovedLearner();
    const wishes = ['ridge-line', 'night-train', 'code-yard', 'riverbank'];
    const answers = await Promise.all(
      wishes.map((providerId) => api(choose, place('subject', providerId))),
    );
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.map(({ status, problem }) => [status, problem.code])).toEqual(
      Array(3).fill([409, 'place-taken']),
    );
    expect(await api(listMine, {})).toMatchObject({
      body: { enrolments: [{ category: 'subject' }] },
    });
  });

  it('given back, is free for another choice; giving back twice is fine', async () => {
    const { api } = await people.newApprovedLearner();
    await api(choose, place('reading', 'firefly'));
    expect(await api(giveBack, { params: { place: 'reading' } })).toMatchObject({ status: 204 });
    expect(await api(giveBack, { params: { place: 'reading' } })).toMatchObject({ status: 204 });
    expect(await api(choose, place('reading', 'stepping-stones'))).toMatchObject({ ok: true });
  });

  it('is changed in one step, and history keeps what was', async () => {
    const { api } = await people.newApprovedLearner();
    const first = granted(await api(choose, place('subject', 'ridge-line')));
    const second = granted(await api(switchProvider, place('subject', 'night-train')));
    const mine = granted(await api(listMine, {}));
    expect(mine.enrolments.map(({ enrolmentId }) => enrolmentId)).toEqual([second.enrolmentId]);
    expect(mine.switchesLeft).toBe(1);
    expect(granted(await api(listHistory, {})).history).toMatchObject([
      { enrolmentId: first.enrolmentId, place: 'subject', reason: 'switched' },
    ]);
  });

  it.each([
    ['a provider of another stage', 'subject', 'dawn-star', 'provider-not-offered'],
    ['a provider without the category', 'reading', 'ridge-line', 'provider-not-offered'],
    ['a provider that there is not', 'subject', 'nobody', 'provider-not-offered'],
  ] as const)('given %s: 422', async (_, category, providerId, code) => {
    const { api } = await people.newApprovedLearner();
    expect(await api(choose, place(category, providerId))).toMatchObject({
      status: 422,
      problem: { code },
    });
  });

  it('given no approval: 422', async () => {
    const { api } = await people.newLearner();
    expect(await api(choose, place('subject', 'ridge-line'))).toMatchObject({
      status: 422,
      problem: { code: 'not-eligible' },
    });
  });
});
