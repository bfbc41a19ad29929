import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Application } from '../../functions/eligibility/contract.ts';
import type { handler as dueJob } from '../../functions/eligibility/due.job.ts';
import { quotaStore } from '../../functions/eligibility/quota.store.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { paperOf } from '../documents/papers.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims } from '../runtime/requests.ts';
import { at } from '../runtime/village.ts';
import { office, region, routes } from './office.ts';
import { ended } from './quotas.ts';

captureLog();

const { act, api, apply, claimCase, cloud, decide, officer, settle, waiting } = office();
let due: typeof dueJob;
let river: Awaited<ReturnType<typeof officer>>;

beforeAll(async () => {
  due = await loadHandler('eligibility/due.job', { '#region': region });
  river = await officer('river');
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: at('2025-07-02T12:00').epochMilliseconds });
});
afterEach(() => {
  vi.useRealTimers();
  cloud().disturb(undefined);
});

type Found = Awaited<ReturnType<typeof waiting>>;

/** Moves the clock, and lets time do what it does. */
async function on(localTime: string) {
  vi.setSystemTime(at(localTime).epochMilliseconds);
  await due({}, { getRemainingTimeInMillis: () => 300_000 });
}

/** Somebody approved up to 1 July 2026, on a letter that is valid until the end of August. */
async function approved(): Promise<Found> {
  const found = await waiting();
  await paperOf(found.learnerId, { expiresOn: '2025-08-31' });
  await settle(found, river, 'approved');
  return found;
}

const handIn = (found: Found) => act(routes.handIn, found, learnerClaims(found.sub));

/** Hands in a letter that is valid for another year. */
async function replaced(found: Found) {
  await paperOf(found.learnerId, { expiresOn: '2026-08-31' });
  return handIn(found);
}

async function newestOf({ sub }: Found): Promise<unknown> {
  const { body } = await invoke(api(), routes.listMine, { claims: learnerClaims(sub) });
  return routes.listMine.answers.body.parse(body).applications[0];
}

/** Which cases the officer is listed. */
async function listed(query: Record<string, string> = {}) {
  const { body } = await invoke(api(), routes.listWaiting, { claims: river, query });
  return routes.listWaiting.answers.body.parse(body).applications.map((one) => one.applicationId);
}

describe('edge case 10: given an approval whose paper has expired', () => {
  it('its learner is told what to do, and a hand-in names what is missing', async () => {
    const found = await approved();
    await on('2025-09-01T00:10');
    expect(await newestOf(found)).toMatchObject({
      state: 'approved',
      waitingFor: 'new-paper',
      graceUntil: '2025-09-30',
      request: { evidence: ['school-letter'], until: '2025-09-30' },
    });
    const refused = (detail: string) => ({
      status: 422,
      body: { code: 'papers-missing', detail: expect.stringContaining(detail) },
    });
    expect(await handIn(found)).toMatchObject(refused('school-letter expired on 2025-08-31'));
    await paperOf(found.learnerId, { state: 'quarantined', createdAt: '2025-09-01T00:00:00.000Z' });
    expect(await handIn(found)).toMatchObject(refused('school-letter is still being scanned'));
    // Officers find it where they ask for it, and not before what they can go on with.
    expect(await listed()).not.toContain(found.applicationId);
    expect(await listed({ waitingFor: 'new-paper' })).toContain(found.applicationId);
  });

  it('handed in during the grace, it goes on for as long as officers need, and confirmed to its old end', async () => {
    const found = await approved();
    await on('2025-09-01T00:10');
    expect(await replaced(found)).toMatchObject({ status: 200 });
    expect(await listed({ waitingFor: 'papers-replaced' })).toContain(found.applicationId);
    await on('2025-11-01T00:10');
    expect(await newestOf(found)).toMatchObject({ state: 'approved' });
    const confirmed = await settle(found, river, 'approved');
    expect(confirmed).toMatchObject({ validUntil: '2026-07-01', papersUntil: '2026-08-31' });
    expect(confirmed).not.toHaveProperty('graceUntil');
    expect(confirmed.earlier).toMatchObject([{ outcome: 'approved' }]);
    expect(await listed()).not.toContain(found.applicationId);
  });

  it.each([
    ['confirmed, lifts the suspension', 'approved', 'approved', undefined],
    ['not confirmed, ends it with the reason', 'rejected', 'ended', 'paper-expired'],
  ] as const)('handed in after it was suspended, and %s', async (_what, outcome, state, why) => {
    const found = await approved();
    await on('2025-09-01T00:10');
    await on('2025-10-01T00:10');
    expect(await newestOf(found)).toMatchObject({
      ...{ state: 'suspended', because: 'paper-expired', waitingFor: 'new-paper' },
    });
    expect(await replaced(found)).toMatchObject({ body: { state: 'suspended' } });
    await claimCase(found, river);
    const body = { outcome, reason: 'As the letter says.' };
    const answer = await decide(found, river, { body });
    expect(answer).toMatchObject({ status: 200, body: { state } });
    const after = routes.decide.answers.body.parse(answer.body);
    expect(after.because).toBe(why);
    expect(after.decision?.findings.at(-1)?.explanation).toBe('As the letter says.');
  });

  it('blurred, it is asked for once more, with all the days that the policy gives', async () => {
    const found = await approved();
    await on('2025-09-01T00:10');
    await replaced(found);
    await on('2025-10-20T00:10');
    await claimCase(found, river);
    const body = { evidence: ['school-letter'], message: 'It cannot be read.' };
    expect(await act(routes.requestMore, found, river, { body })).toMatchObject({
      body: { state: 'approved', waitingFor: 'new-paper', graceUntil: '2025-11-03' },
    });
    await on('2025-11-04T00:10');
    expect(await newestOf(found)).toMatchObject({ state: 'suspended' });
  });
});

describe('given an officer who decides late', () => {
  it('edge case 10: on a paper that has expired meanwhile, is told to ask for a new one', async () => {
    const found = await waiting();
    await paperOf(found.learnerId, { expiresOn: '2025-07-10' });
    await on('2025-07-11T09:00');
    await claimCase(found, river);
    const detail = expect.stringContaining('school-letter expired on 2025-07-10');
    expect(await decide(found, river)).toMatchObject({
      status: 422,
      body: { code: 'papers-missing', detail },
    });
    expect(await newestOf(found)).toMatchObject({ state: 'waiting' });
  });

  it('when papers are no longer kept, is told to ask for them again', async () => {
    const [early, late] = [await waiting(), await waiting()];
    // 14 days to hand in and 90 to keep: the last day is 14 October.
    await on('2025-10-14T23:00');
    expect(await settle(early, river, 'approved')).toMatchObject({ state: 'approved' });
    await on('2025-10-15T00:10');
    await claimCase(late, river);
    const detail = expect.stringMatching(/school-letter is not kept any more.*\/requests/);
    expect(await decide(late, river)).toMatchObject({ body: { code: 'papers-missing', detail } });
  });
});

describe('given a renewal before the end', () => {
  /** Approved up to 1 July 2026, and applying again in May. */
  async function renewing(): Promise<{ old: Found; renewal: Pick<Application, 'applicationId'> }> {
    const old = await waiting();
    await settle(old, river, 'approved');
    await on('2026-05-10T09:00');
    const { body } = await apply(old.sub);
    const renewal = routes.apply.answers.body.parse(body);
    expect(renewal).toMatchObject({ state: 'waiting', renews: old.applicationId });
    return { old, renewal };
  }

  it('it holds from the end of the old one: nobody loses days by being early', async () => {
    const { old, renewal } = await renewing();
    expect(await settle(renewal, river, 'approved')).toMatchObject({
      ...{ countsFrom: '2026-07-02', validUntil: '2027-07-01', renewFrom: '2027-05-02' },
    });
    const { body } = await act(routes.readApplication, old, river);
    expect(body).toMatchObject({ state: 'ended', because: 'renewed' });
  });

  it('and the old one ends in the same moment, it holds from the decision', async () => {
    const { old, renewal } = await renewing();
    await claimCase(renewal, river);
    const store = eligibilityStore('eligibility');
    let done = false;
    cloud().disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || done) return undefined;
      done = true;
      const seen = await store.read(old.applicationId);
      if (seen === undefined) throw new Error('there is no such application');
      const next = ended(seen.application);
      await quotaStore('eligibility').keepChange(seen, next, '2026-05-10', []);
      return undefined;
    });
    const { body } = await decide(renewal, river);
    expect(body).toMatchObject({ state: 'approved', validUntil: '2027-05-09' });
    expect(body).not.toHaveProperty('countsFrom');
  });
});
