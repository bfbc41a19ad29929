import { describe, expect, it } from 'vitest';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { granted, profile } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { choose, giveBack, listMine, listHistory, switchProvider, wait } = enrolment.routes;
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

describe('200 learners at once for 50 seats', () => {
  it('exactly 50 get one, 150 a clear refusal, and a seat given back is taken once more', async () => {
    const adult = {
      birthDate: '1988-09-30',
      stage: 'lifelong',
      areaId: 'jung',
    } as const;
    const learners = [];
    for (let batch = 0; batch < 10; batch += 1) {
      learners.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, () => people.newApprovedLearner(adult, 'resident')),
        )),
      );
    }
    const wish = place('subject', 'lighthouse');
    const answers = await Promise.all(learners.map(({ api }) => api(choose, wish)));
    const codes = answers.map((answer) => (answer.ok ? 'chosen' : answer.problem.code));
    expect(codes.filter((code) => code === 'chosen')).toHaveLength(50);
    expect(codes.filter((code) => code === 'no-seat-left')).toHaveLength(150);

    const winner = learners[codes.indexOf('chosen')];
    const losers = learners.filter((_, position) => codes[position] !== 'chosen').slice(0, 10);
    expect(await winner?.api(giveBack, { params: { place: 'subject' } })).toMatchObject({
      status: 204,
    });
    const again = await Promise.all(losers.map(({ api }) => api(choose, wish)));
    expect(again.filter(({ ok }) => ok)).toHaveLength(1);

    // Who waits is offered the next seat by the table's stream; nobody else gets it meanwhile.
    const [waiting, jumping] = losers.filter((_, position) => !again[position]?.ok);
    if (waiting === undefined || jumping === undefined) throw new Error('nine had no seat');
    expect(await waiting.api(wait, wish)).toMatchObject({ body: { position: 1 } });
    const other = learners[codes.lastIndexOf('chosen')];
    await other?.api(giveBack, { params: { place: 'subject' } });
    expect(await jumping.api(choose, wish)).toMatchObject({ problem: { code: 'no-seat-left' } });
    await until(
      async () => granted(await waiting.api(listMine, {})).waiting[0]?.offerUntil !== undefined,
    );
    expect(await waiting.api(choose, wish)).toMatchObject({ ok: true });
  }, 120_000);
});
