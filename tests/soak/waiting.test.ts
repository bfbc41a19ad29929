import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApplicationId, eligibility } from '../../functions/eligibility/contract.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { type OwnRegion, ownRegion } from '../whole/own-region.ts';
import { withTowns } from './towns.ts';

const { apply, withdraw, takeOffer, declineOffer, listMine } = eligibility.routes;

let region: OwnRegion;
beforeAll(async () => {
  region = await withTowns(ownRegion);
});
afterAll(() => region.stop());

/** Someone whom the registry confirms applies in their town. */
async function applied(learner: Learner) {
  const body = { groupId: 'low-income' };
  const { applicationId, state } = granted(await learner.api(apply, { body }));
  return { ...learner, applicationId, first: state };
}
type Applicant = Awaited<ReturnType<typeof applied>>;

const own = (applicationId: ApplicationId) => ({ params: { applicationId } });

/** What a learner sees of their application: its state, and where it stands or until when it is offered. */
async function seen({ api }: Pick<Applicant, 'api'>) {
  const [application] = granted(await api(listMine, {})).applications;
  const { state, position, offerUntil } = application ?? {};
  return { state, position, offered: offerUntil !== undefined };
}
const waits = (position: number) => ({ state: 'waitlisted', position, offered: false });
const offered = { state: 'offered', position: undefined, offered: true };
const isOffered = (one: Applicant) => until(async () => (await seen(one)).offered);

describe('edge case 13: given an area whose two places are held, and four who wait', () => {
  it('a place that is freed is offered in order: declined, taken, and too late', async () => {
    const people: Applicant[] = [];
    const six = Array.from({ length: 6 }, () => region.people.newLearner({ areaId: 'jangseong' }));
    // One after the other: the list is in the order of the applications.
    for (const learner of await Promise.all(six)) people.push(await applied(learner));
    const [holder, other, declines, takes, sleeps, last] = people;
    if (!holder || !other || !declines || !takes || !sleeps || !last) throw new Error('six came');
    expect(people.map(({ first }) => first)).toEqual([
      ...['approved', 'approved'],
      ...['waitlisted', 'waitlisted', 'waitlisted', 'waitlisted'],
    ]);
    expect(await Promise.all([declines, takes, sleeps, last].map(seen))).toEqual(
      [1, 2, 3, 4].map(waits),
    );

    granted(await holder.api(withdraw, own(holder.applicationId)));
    await isOffered(declines);
    expect(await Promise.all([declines, takes].map(seen))).toEqual([offered, waits(1)]);

    expect(await declines.api(declineOffer, own(declines.applicationId))).toMatchObject({
      status: 204,
    });
    await isOffered(takes);
    expect(await takes.api(takeOffer, own(takes.applicationId))).toMatchObject({
      body: { state: 'approved' },
    });

    granted(await other.api(withdraw, own(other.applicationId)));
    await isOffered(sleeps);
    expect(await seen(last)).toEqual(waits(1));
    await region.people.control.advance(2 * 86_400);
    await region.people.control.settle();
    const late = await region.people.signIn(sleeps);
    expect(await late(takeOffer, own(sleeps.applicationId))).toMatchObject({
      status: 409,
      problem: { code: 'offer-expired', detail: expect.stringContaining('Apply again') },
    });
    const next = { ...last, api: await region.people.signIn(last) };
    await isOffered(next);
    expect(await next.api(takeOffer, own(last.applicationId))).toMatchObject({ status: 200 });
  });
});
