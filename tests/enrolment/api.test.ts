import { describe, expect, it } from 'vitest';
import { Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { approvalOf } from '../../functions/enrolment/approval.rules.ts';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { now } from '../../functions/runtime/clock.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { delayedReads, seeded } from '../runtime/disturbances.ts';
import {
  askForList,
  choose,
  giveBack,
  learner,
  list,
  noSeat,
  openEnrolment,
  openVillage,
  tables,
  unapproved,
} from './callers.ts';
import { approval } from './places.ts';

const cloud = openEnrolment();
const { routes } = enrolment;

/** An approval as eligibility keeps it, which no stream has carried on. */
function approvedApplication(learnerId: LearnerId, otherwise: object = {}): Application {
  const { applicationId, policyVersion, stage, areaId, changedAt } = approval();
  const findings = [{ rule: 'officer-judged', met: true, explanation: 'Form 7 was shown.' }];
  return Application.parse({
    ...{ applicationId, learnerId, groupId: 'low-income', areaId, stage, state: 'approved' },
    submittedAt: changedAt,
    changedAt,
    validUntil: '2999-12-31',
    decision: {
      ...{ outcome: 'approved', policyVersion, legalBasis: 'Ordinance', findings },
      ...{ decidedBy: 'officer', decidedAt: changedAt },
    },
    ...otherwise,
  });
}

describe('given an approval that no stream has brought, or that was lost with a bad batch', () => {
  const keep = (application: Application) =>
    eligibilityStore('eligibility').keep(
      application,
      { id: application.learnerId, fingerprint: 'as sent' },
      '2025-07-01',
    );

  it('the learner sees it and can choose', async () => {
    const { sub, learnerId } = await unapproved();
    await keep(approvedApplication(learnerId, { applicationId: newId(ApplicationId, 'app') }));
    expect((await list(sub)).approval).toMatchObject({ validUntil: '2999-12-31' });
    expect(await choose(sub, 'subject', 'mill')).toMatchObject({ status: 200 });
  });

  it('when the stream brings it after all, nothing changes', async () => {
    const { sub, learnerId } = await unapproved();
    const application = approvedApplication(learnerId, {
      applicationId: newId(ApplicationId, 'app'),
    });
    await keep(application);
    await choose(sub, 'subject', 'mill');
    const store = enrolmentStore('enrolment');
    const before = await store.readPlaces(learnerId);
    const brought = approvalOf(application);
    if (brought === undefined) throw new Error('it was approved');
    const approvals = approvalStore(tables, openVillage());
    await approvals.recordApproval(learnerId, brought, now());
    expect(await store.readPlaces(learnerId)).toEqual(before);
  });

  it('a rejection opens nothing', async () => {
    const { sub, learnerId } = await unapproved();
    const { validUntil, ...approved } = approvedApplication(learnerId);
    const decision = { ...approved.decision, outcome: 'rejected' };
    await keep(
      Application.parse({
        ...{ ...approved, applicationId: newId(ApplicationId, 'app') },
        ...{ state: 'rejected', decision },
      }),
    );
    expect((await list(sub)).approval).toBeUndefined();
    const refused = { status: 422, body: { code: 'not-eligible' } };
    expect(await choose(sub, 'subject', 'mill')).toMatchObject(refused);
  });
});

describe('given an approved learner', () => {
  it('who chooses, sees the place with its account', async () => {
    const sub = await learner();
    const { status, body } = await choose(sub, 'subject', 'mill');
    expect(status).toBe(200);
    const chosen = routes.choose.answers.body.parse(body);
    expect(chosen).toMatchObject({ category: 'subject', providerId: 'mill', state: 'pending' });
    expect((await list(sub)).enrolments).toEqual([chosen]);
  });

  it('who chooses the same again, gets the same place', async () => {
    const sub = await learner();
    const first = await choose(sub, 'subject', 'mill');
    expect(await choose(sub, 'subject', 'mill')).toEqual(first);
  });

  it('edge case 16: with two choices for one place at once, gets one, and the other is in conflict', async () => {
    const sub = await learner();
    cloud().disturb(delayedReads(seeded(41), 30));
    const answers = await Promise.all(
      ['small', 'large', 'small', 'large'].map((id) => choose(sub, 'language', id)),
    );
    const kept = answers.filter(({ status }) => status === 200);
    const [first] = kept;
    for (const { body } of kept) expect(body).toEqual(first?.body);
    const conflicts = answers.filter(({ status }) => status === 409);
    expect(conflicts.length).toBeGreaterThanOrEqual(2);
    for (const { body } of conflicts) expect(body).toMatchObject({ code: 'place-taken' });
    expect((await list(sub)).enrolments).toHaveLength(1);
  });

  it('who chooses three places at once, gets all three', async () => {
    const sub = await learner();
    const wishes = [
      ['subject', 'mill'],
      ['language', 'mill'],
      ['reading', 'large'],
    ] as const;
    const answers = await Promise.all(wishes.map(([category, id]) => choose(sub, category, id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await list(sub)).enrolments).toHaveLength(3);
  });

  it('who gives a place back, twice or never had it, is done', async () => {
    const sub = await learner();
    await choose(sub, 'reading', 'large');
    for (const time of ['first', 'second']) {
      expect(await giveBack(sub, 'reading'), time).toMatchObject({ status: 204, body: undefined });
    }
    expect((await list(sub)).enrolments).toEqual([]);
  });

  it('who asks for a provider without seats in their area, is told that none is left', async () => {
    expect(await choose(await learner(), 'reading', 'none')).toMatchObject(noSeat);
  });

  it.each([
    ['a category that does not exist', 'music', 'mill', 400, 'malformed'],
    ['a provider of no form', 'subject', 'Mill!', 400, 'malformed'],
    ['a provider that is not there', 'subject', 'moon', 422, 'provider-not-offered'],
  ])('who asks for %s', async (_what, category, providerId, status, code) => {
    expect(await choose(await learner(), category, providerId)).toMatchObject({
      status,
      body: { code },
    });
  });

  it('whose approval has ended, keeps what they have and can choose nothing', async () => {
    const sub = await learner({ validUntil: '2020-01-01' });
    expect(await choose(sub, 'subject', 'mill')).toMatchObject({
      status: 422,
      body: { code: 'approval-expired' },
    });
    expect((await list(sub)).approval?.validUntil).toBe('2020-01-01');
  });
});

describe('given somebody without a profile', () => {
  it('can choose nothing, has nothing, and has nothing to give back', async () => {
    expect(await choose('nobody', 'subject', 'mill')).toMatchObject({
      status: 422,
      body: { code: 'not-eligible' },
    });
    expect(await askForList('nobody')).toMatchObject({
      status: 404,
      body: { code: 'no-profile' },
    });
    expect(await giveBack('nobody', 'subject')).toMatchObject({ status: 204 });
  });
});
