import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';

const { choose, giveBack, listMine, wait } = enrolment.routes;
const params = { place: 'subject' } as const;
const wish = { params, body: { providerId: 'lighthouse' } } as const;

let region: OwnRegion;
beforeAll(async () => {
  region = await ownRegion();
});
afterAll(() => region.stop());

/** In batches, so that their registry checks are not what this is about. */
async function adults(batches: number): Promise<readonly Learner[]> {
  const adult = { birthDate: '1988-09-30', stage: 'lifelong', areaId: 'jung' } as const;
  const learners: Learner[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const twenty = Array.from({ length: 20 }, () =>
      region.people.newApprovedLearner(adult, 'resident'),
    );
    learners.push(...(await Promise.all(twenty)));
  }
  return learners;
}

// The same at the store is in tests/enrolment/contest.test.ts.
describe('edge case 12: 200 learners who choose at once, through the API, for 50 seats', () => {
  it('exactly 50 get one, 150 a clear refusal, and a seat given back is taken once more', async () => {
    const learners = await adults(10);
    const answers = await Promise.all(learners.map(({ api }) => api(choose, wish)));
    const codes = answers.map((answer) => (answer.ok ? 'chosen' : answer.problem.code));
    expect(codes.filter((code) => code === 'chosen')).toHaveLength(50);
    expect(codes.filter((code) => code === 'no-seat-left')).toHaveLength(150);

    await learners[codes.indexOf('chosen')]?.api(giveBack, { params });
    const losers = learners.filter((_, position) => codes[position] !== 'chosen').slice(0, 10);
    const again = await Promise.all(losers.map(({ api }) => api(choose, wish)));
    expect(again.filter(({ ok }) => ok)).toHaveLength(1);

    // Who waits is offered the next seat by the table's stream; nobody else gets it meanwhile.
    const [waiting, jumping] = losers.filter((_, position) => !again[position]?.ok);
    if (waiting === undefined || jumping === undefined) throw new Error('nine had no seat');
    expect(await waiting.api(wait, wish)).toMatchObject({ body: { position: 1 } });
    await learners[codes.lastIndexOf('chosen')]?.api(giveBack, { params });
    expect(await jumping.api(choose, wish)).toMatchObject({ problem: { code: 'no-seat-left' } });
    await until(
      async () => granted(await waiting.api(listMine, {})).waiting[0]?.offerUntil !== undefined,
    );
    expect(await waiting.api(choose, wish)).toMatchObject({ ok: true });
  });
});
