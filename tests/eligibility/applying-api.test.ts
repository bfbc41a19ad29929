import { afterEach, describe, expect, it } from 'vitest';
import { quotaStore } from '../../functions/eligibility/quota.store.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { type LearnerId, Name, type Profile } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { AreaId } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims } from '../runtime/requests.ts';
import { office, routes } from './office.ts';

captureLog();

const {
  act,
  api,
  apply,
  claimCase,
  cloud,
  decide,
  learner,
  newKey,
  officer,
  readCase,
  settle,
  timesAsked,
  waiting,
} = office();

describe('given a learner who applies', () => {
  it('is approved at once where the registry confirms the group', async () => {
    const { sub, learnerId } = await learner({ name: '한가온', birthDate: '2009-03-14' });
    const { status, headers, body } = await apply(sub, 'low-income');
    expect(status).toBe(201);
    expect(headers).toMatchObject({ etag: '"1"' });
    expect(routes.apply.answers.body.parse(body)).toMatchObject({
      learnerId,
      state: 'approved',
      decision: { decidedBy: 'registry', policyVersion: 'first-2025' },
    });
  });

  it('waits for an officer where the registry does not know them', async () => {
    const { sub } = await learner();
    expect((await apply(sub, 'low-income')).body).toMatchObject({
      state: 'waiting',
      waitingFor: 'registry-unknown',
    });
  });

  it('without a profile is sent to write one', async () => {
    expect(await apply('nobody')).toMatchObject({
      status: 422,
      body: { code: 'profile-required' },
    });
  });

  it('again, while the first waits, is refused', async () => {
    const { sub } = await learner();
    await apply(sub);
    expect(await apply(sub)).toMatchObject({ status: 409, body: { code: 'application-waiting' } });
  });

  it('when approved already, is refused', async () => {
    const { sub } = await learner({ name: '솔', birthDate: '2008-02-29' });
    await apply(sub, 'low-income');
    expect(await apply(sub)).toMatchObject({ status: 409, body: { code: 'already-approved' } });
  });

  it('again, is refused before the registry is told of them', async () => {
    const { sub } = await learner();
    await apply(sub, 'low-income');
    const asked = await timesAsked();
    expect(await apply(sub, 'low-income')).toMatchObject({ status: 409 });
    expect(await timesAsked()).toBe(asked);
  });

  it('ten times at once with one key, applies once and hears ten times the same', async () => {
    const { sub } = await learner();
    const headers = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => apply(sub, 'out-of-school', headers)),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(201);
      expect(body).toEqual(answers[0]?.body);
    }
  });

  it('sees their own applications, and nobody else’s', async () => {
    const { sub, learnerId } = await learner();
    await apply(sub);
    const { body } = await invoke(api(), routes.listMine, { claims: learnerClaims(sub) });
    const { applications } = routes.listMine.answers.body.parse(body);
    expect(applications.map((application) => application.learnerId)).toEqual([learnerId]);
  });
});

describe('given somebody else’s application', () => {
  it.each([
    ['handIn', {}],
    ['appeal', { body: { reason: 'Mine now.' } }],
    ['withdraw', {}],
    ['takeOffer', {}],
    ['declineOffer', {}],
  ] as const)('%s: it is not there', async (name, sent) => {
    const { sub } = await learner();
    expect(await act(routes[name], await waiting(), learnerClaims(sub), sent)).toMatchObject({
      status: 404,
      body: { code: 'no-such-application' },
    });
  });
});

describe('given an approval', () => {
  it('is given back by its learner, who may apply again', async () => {
    const found = await waiting('river');
    await settle(found, await officer('river'), 'approved');
    const own = learnerClaims(found.sub);
    expect(await act(routes.withdraw, found, own)).toMatchObject({
      status: 200,
      body: { state: 'ended', because: 'withdrawn' },
    });
    expect(await act(routes.withdraw, found, own)).toMatchObject({
      status: 409,
      body: { code: 'already-ended' },
    });
    expect(await apply(found.sub)).toMatchObject({ status: 201 });
  });
});

/** Changes a learner's profile. */
async function rewrite(learnerId: LearnerId, otherwise: Partial<Profile>) {
  const people = identityStore('identity');
  const record = await people.readRecord(learnerId);
  if (record === undefined) throw new Error('there is no such learner');
  const profile = { ...record.profile, ...otherwise };
  expect(await people.keep([people.putRecord({ ...record, profile }, undefined)])).toBe(true);
}

describe('edge case 2: given a consent that is withdrawn while something is decided on it', () => {
  /** Changes the profile right before the next transaction, when all that it rests on was read. */
  function meanwhile(learnerId: LearnerId, otherwise: Partial<Profile>) {
    let done = false;
    cloud().disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || done) return undefined;
      done = true;
      await rewrite(learnerId, otherwise);
      return undefined;
    });
  }
  afterEach(() => cloud().disturb(undefined));
  const withdrawn = { consent: { state: 'withdrawn' } } as const;
  const refused = { status: 422, body: { code: 'consent-required' } };

  it.each([
    ['an officer has to see', {}, 'out-of-school'],
    ['the registry confirms', { name: '고다온', birthDate: '2011-10-10' }, 'low-income'],
  ])('no application comes of it that %s', async (_what, who, group) => {
    const { sub, learnerId } = await learner(who);
    meanwhile(learnerId, withdrawn);
    expect(await apply(sub, group)).toMatchObject(refused);
    const mine = await invoke(api(), routes.listMine, { claims: learnerClaims(sub) });
    expect(mine.body).toEqual({ applications: [] });
  });

  it('an officer does not approve it', async () => {
    const [found, river] = [await waiting('river'), await officer('river')];
    await claimCase(found, river);
    meanwhile(found.learnerId, withdrawn);
    expect(await decide(found, river)).toMatchObject(refused);
    expect(await readCase(found, river)).toMatchObject({ state: 'waiting' });
  });

  it('an offered place is not taken', async () => {
    const found = await waiting('river');
    const seen = await eligibilityStore('eligibility').read(found.applicationId);
    if (seen === undefined) throw new Error('there is no such application');
    const offered = { ...seen.application, state: 'offered', offerUntil: '2099-12-31' } as const;
    await quotaStore('eligibility').keepChange(seen, offered, '2026-01-01', []);
    meanwhile(found.learnerId, withdrawn);
    expect(await act(routes.takeOffer, found, learnerClaims(found.sub))).toMatchObject(refused);
  });

  it('but one that changed otherwise is decided on the profile of now', async () => {
    const { sub, learnerId } = await learner();
    meanwhile(learnerId, { areaId: AreaId.parse('hill') });
    expect(await apply(sub)).toMatchObject({ status: 201, body: { areaId: 'hill' } });
  });

  it('an officer’s decision names the profile that it was made on: the one of now', async () => {
    const [found, river] = [await waiting('river'), await officer('river')];
    await claimCase(found, river);
    meanwhile(found.learnerId, { name: Name.parse('김바다') });
    expect(await decide(found, river)).toMatchObject({
      status: 200,
      body: { state: 'approved', profileVersion: 2 },
    });
  });
});

describe('edge case 5: given one person, registered twice', () => {
  const child = { name: '서로아', stage: 'high' } as const;
  const registered = (birthDate: string, areaId: string, name: string = child.name) =>
    learner({ ...child, name, birthDate, areaId });
  const applied = async ({ sub }: { readonly sub: string }, group?: string) =>
    routes.apply.answers.body.parse((await apply(sub, group)).body);

  it('from two parents’ addresses, waits for an officer, who is told where the other is', async () => {
    const first = await applied(await registered('2009-01-01', 'river'));
    const second = await applied(
      await registered('2009-01-01', 'hill', '서 로아'.normalize('NFD')),
    );
    // The learner is not told that there is another.
    expect(second).toMatchObject({ state: 'waiting', waitingFor: 'officer-group' });
    const claims = await officer('hill');
    expect(await readCase(second, claims)).toMatchObject({
      waitingFor: 'resemblance',
      resembles: [{ applicationId: first.applicationId, area: 'other', guardian: 'none' }],
    });
    await claimCase(second, claims);
    expect(await decide(second, claims)).toMatchObject({
      status: 409,
      body: { code: 'resemblance-first' },
    });
    await settle(second, claims, 'rejected');
  });

  it('in the same moment, one of the two is found', async () => {
    const both = await Promise.all(
      ['river', 'hill'].map((areaId) => registered('2009-01-02', areaId)),
    );
    const made = await Promise.all(both.map((one) => applied(one)));
    const everywhere = await officer();
    const found = await Promise.all(made.map((one) => readCase(one, everywhere)));
    expect(found.map(({ waitingFor }) => waitingFor).sort()).toEqual([
      'officer-group',
      'resemblance',
    ]);
  });

  it('told apart, goes on as if nobody had resembled it, and is not asked about again', async () => {
    await applied(await registered('2009-01-03', 'river'));
    const other = await registered('2009-01-03', 'hill');
    const second = await applied(other);
    const claims = await officer('hill');
    await claimCase(second, claims);
    await rewrite(other.learnerId, { language: 'en' });
    const body = { verdict: 'different-people', reason: 'Both came to the counter.' };
    const answer = await act(routes.tellApart, second, claims, { body });
    expect(answer).toMatchObject({ status: 200, body: { waitingFor: 'officer-group' } });
    expect(answer.body).not.toHaveProperty('resembles');
    expect(answer.body).toMatchObject({ profileVersion: 2 });
    await settle(second, claims, 'rejected');
    const again = await applied(other);
    expect(await readCase(again, claims)).toMatchObject({ waitingFor: 'officer-group' });
  });

  it('twins have other names, and are not merged', async () => {
    await applied(await registered('2009-01-04', 'river'));
    const twin = await applied(await registered('2009-01-04', 'river', '서하늬'));
    expect(await readCase(twin, await officer('river'))).toMatchObject({
      waitingFor: 'officer-group',
    });
  });

  it('and confirmed by the registry both times, is approved once', async () => {
    const known = { name: '남하늘', birthDate: '2010-07-07' };
    const made = await Promise.all(
      ['river', 'hill'].map(async (areaId) =>
        applied(await learner({ ...known, areaId }), 'low-income'),
      ),
    );
    expect(made.map(({ state }) => state).sort()).toEqual(['approved', 'waiting']);
  });
});
