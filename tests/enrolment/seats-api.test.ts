import { describe, expect, it } from 'vitest';
import { enrolment } from '../../functions/enrolment/contract.ts';
import {
  askForHistory,
  askForList,
  choose,
  giveBack,
  learner,
  list,
  noSeat,
  openEnrolment,
  stopWaiting,
  switchTo,
  unapproved,
  wait,
} from './callers.ts';

openEnrolment();
const { routes } = enrolment;
const historyOf = async (sub: string, query?: Record<string, string>) =>
  routes.listHistory.answers.body.parse((await askForHistory(sub, query)).body);

describe('given a learner who changes to another provider', () => {
  it('has one place before and after, one switch less, and the old one in history', async () => {
    const sub = await learner();
    await choose(sub, 'language', 'mill');
    const switched = await switchTo(sub, 'language', 'large');
    expect(switched).toMatchObject({
      status: 200,
      body: { providerId: 'large', state: 'pending' },
    });
    const { enrolments, switchesLeft } = await list(sub);
    expect(enrolments).toEqual([switched.body]);
    expect(switchesLeft).toBe(1);
    expect((await historyOf(sub)).history).toMatchObject([
      { place: 'language', providerId: 'mill', reason: 'switched' },
    ]);
  });

  it('who asks again with the same key, gets the same answer and has used one switch up', async () => {
    const sub = await learner();
    await choose(sub, 'language', 'mill');
    const key = 'one-intent-only';
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => switchTo(sub, 'language', 'large', key)),
    );
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 200, body: answers[0]?.body });
    expect((await list(sub)).switchesLeft).toBe(1);
    expect((await historyOf(sub)).history).toHaveLength(1);
  });

  it('where the other has no seat, keeps what they have', async () => {
    const sub = await learner();
    await choose(sub, 'language', 'mill');
    expect(await switchTo(sub, 'language', 'none')).toMatchObject(noSeat);
    expect((await list(sub)).enrolments).toMatchObject([{ providerId: 'mill' }]);
    expect((await list(sub)).switchesLeft).toBe(2);
  });

  it('who has no such place: a conflict', async () => {
    const answer = await switchTo(await learner(), 'language', 'large');
    expect(answer).toMatchObject({ status: 409, body: { code: 'place-empty' } });
  });
});

describe('given a learner who waits for a seat', () => {
  it('sees where they stand; waiting twice is once, leaving twice is fine', async () => {
    const [first, second] = [await learner(), await learner()];
    for (const sub of [first, second, first]) {
      expect(await wait(sub, 'reading', 'none')).toMatchObject({ status: 200 });
    }
    expect((await list(second)).waiting).toMatchObject([
      { place: 'reading', providerId: 'none', position: 2 },
    ]);
    expect(await stopWaiting(first, 'reading')).toMatchObject({ status: 204 });
    expect(await stopWaiting(first, 'reading')).toMatchObject({ status: 204 });
    expect((await list(second)).waiting).toMatchObject([{ position: 1 }]);
    expect((await list(first)).waiting).toEqual([]);
  });

  it.each([
    ['where there are seats', 'large', 409, 'seats-free'],
    ['where seats are unlimited', 'mill', 409, 'seats-free'],
    ['at a provider that is not there', 'moon', 422, 'provider-not-offered'],
  ])('%s: refused', async (_what, providerId, status, code) => {
    const answer = await wait(await learner(), 'language', providerId);
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('for one provider in each place', async () => {
    const sub = await learner({ areaId: 'hill' });
    await wait(sub, 'language', 'none');
    const answer = await wait(sub, 'language', 'large');
    expect(answer).toMatchObject({ status: 409, body: { code: 'waiting-already' } });
  });

  it('without an approval: refused', async () => {
    const { sub } = await unapproved();
    const answer = await wait(sub, 'language', 'none');
    expect(answer).toMatchObject({ status: 422, body: { code: 'not-eligible' } });
  });
});

describe('given a learner with a history', () => {
  it('reads it in pages, the last to end first', async () => {
    const sub = await learner();
    for (const providerId of ['mill', 'large', 'mill']) {
      await choose(sub, 'language', providerId);
      await giveBack(sub, 'language');
    }
    const first = await historyOf(sub, { limit: '2' });
    const rest = await historyOf(sub, { limit: '2', cursor: first.cursor ?? '' });
    expect([first.history, rest.history].map((page) => page.map((one) => one.providerId))).toEqual([
      ['mill', 'large'],
      ['mill'],
    ]);
  });

  it('cannot go on in another’s', async () => {
    const [sub, other] = [await learner(), await learner()];
    await choose(sub, 'language', 'mill');
    await giveBack(sub, 'language');
    await choose(sub, 'language', 'mill');
    await giveBack(sub, 'language');
    const { cursor = '' } = await historyOf(sub, { limit: '1' });
    expect(await askForHistory(other, { cursor })).toMatchObject({ status: 400 });
  });
});

describe('given a child whom the caller is no guardian of', () => {
  it('nothing is there', async () => {
    const [sub, { learnerId }] = [await learner(), await unapproved()];
    expect(await askForHistory(sub, { learnerId })).toMatchObject({ status: 404 });
    expect(await askForList(sub)).toMatchObject({ status: 200 });
  });
});
