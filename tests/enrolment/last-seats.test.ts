import { describe, expect, it } from 'vitest';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { AreaId, ProviderId } from '../../regions/schema.ts';
import {
  all,
  conflicts,
  delayedReads,
  delayedTransactions,
  seeded,
} from '../runtime/disturbances.ts';
import { choose, giveBack, learner, noSeat, openEnrolment, untilNotBusy } from './callers.ts';

const cloud = openEnrolment();
const store = enrolmentStore('enrolment');

describe('given more learners than seats', () => {
  it('in one lot: exactly as many get one as there are', async () => {
    const subs = await Promise.all(Array.from({ length: 20 }, () => learner({ areaId: 'hill' })));
    cloud().disturb(all(delayedReads(seeded(42), 40), conflicts(seeded(43), 0.2)));
    const answers = await Promise.all(
      subs.map((sub) => untilNotBusy(() => choose(sub, 'reading', 'small'))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject(noSeat);
    }
  });

  it('in several lots: "none left" only when every lot is full', async () => {
    const large = { providerId: ProviderId.parse('large'), areaId: AreaId.parse('hill') };
    // 1,000, 1,000 and 500 seats, of which 0, 4 and 3 are left.
    for (const [lot, used] of [1_000, 996, 497].entries()) {
      const key = { pk: { S: 'SEATS#large#hill' }, sk: { S: `LOT#${lot}` } };
      await cloud().ask('PutItem', {
        TableName: 'enrolment',
        Item: { ...key, used: { N: `${used}` } },
      });
    }
    const subs = await Promise.all(Array.from({ length: 20 }, () => learner({ areaId: 'hill' })));
    cloud().disturb(all(delayedReads(seeded(44), 40), conflicts(seeded(45), 0.2)));
    const answers = await Promise.all(
      subs.map((sub) => untilNotBusy(() => choose(sub, 'language', 'large'))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject(noSeat);
    }
    expect((await store.readSeats(large)).used).toEqual([1_000, 1_000, 500]);
  });

  it('in several lots: whoever finds that others were quicker goes on to the next', async () => {
    // 0, 1 and 9 seats are left, for as many learners: whatever they read first, all find one.
    for (const [lot, used] of [1_000, 999, 491].entries()) {
      const key = { pk: { S: 'SEATS#large#meadow' }, sk: { S: `LOT#${lot}` } };
      await cloud().ask('PutItem', {
        TableName: 'enrolment',
        Item: { ...key, used: { N: `${used}` } },
      });
    }
    const subs = await Promise.all(Array.from({ length: 10 }, () => learner({ areaId: 'meadow' })));
    cloud().disturb(delayedTransactions(seeded(46), 120));
    const answers = await Promise.all(
      subs.map((sub) => untilNotBusy(() => choose(sub, 'language', 'large'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(subs.map(() => 200));
  });

  it('a seat that is given back is the next learner’s', async () => {
    const subs = await Promise.all(Array.from({ length: 6 }, () => learner({ areaId: 'lake' })));
    const [first = '', ...others] = subs;
    for (const sub of [...others, first]) {
      const answer = await choose(sub, 'reading', 'small');
      expect(answer).toMatchObject(sub === first ? noSeat : { status: 200 });
    }
    await giveBack(others[2] ?? '', 'reading');
    expect(await choose(first, 'reading', 'small')).toMatchObject({ status: 200 });
  });
});
