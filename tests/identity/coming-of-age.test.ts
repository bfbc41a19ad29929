import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity, LearnerId } from '../../functions/identity/contract.ts';
import { loginMark } from '../../functions/identity/guardian.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

captureLog();
const { routes } = identity;
let village: Neighbours;
beforeAll(async () => {
  village = await openNeighbours();
});
beforeEach(() => {
  village.setTime('2025-07-01T12:00');
});
afterAll(() => village.close());

describe('edge case 4: given a learner with a guardian’s consent, when they turn 14', () => {
  async function granted() {
    const one = await village.asked(false);
    await village.grant(one.mothers);
    await one.api(routes.writeMe, { body: child() });
    return one;
  }
  const stateOf = async ({ api }: { api: ReturnType<Neighbours['as']> }) =>
    (await api(routes.readConsent)).body;

  it('is asked for their own consent on that day of the policy in force, and not before', async () => {
    const one = await granted();
    expect(await one.api(routes.giveConsent, { body: { granted: true } })).toMatchObject({
      status: 422,
      body: { code: 'consent-required' },
    });
    // The policy of 2026 has 15 years.
    village.setTime('2029-05-19T23:59');
    await village.runJob();
    expect(await stateOf(one)).toEqual({ state: 'granted' });
    village.setTime('2029-05-20T00:00');
    await village.runJob();
    await village.runJob();
    expect(await stateOf(one)).toEqual({ state: 'own-needed', answerBy: '2029-06-03' });
    const { learnerId } = routes.readMe.answers.body.parse((await one.api(routes.readMe)).body);
    expect((await village.mails(learnerId)).map(({ kind }) => kind)).toEqual([
      'own-consent-needed',
    ]);
  });

  it('gives it, and the guardian’s link ends nothing any more', async () => {
    const one = await granted();
    village.setTime('2029-05-20T00:00');
    await village.runJob();
    expect(await one.api(routes.giveConsent, { body: { granted: true } })).toMatchObject({
      status: 200,
      body: { state: 'own-given' },
    });
    const token = await village.tokenIn('consent-confirmed', one.mother);
    expect(await village.anyone(routes.takeBack, { body: { token } })).toMatchObject({
      status: 409,
      body: { code: 'consent-is-own' },
    });
    expect(await stateOf(one)).toEqual({ state: 'own-given' });
  });

  it('withholds it, and gives it after all', async () => {
    const one = await granted();
    village.setTime('2029-05-20T00:00');
    const say = (own: boolean) => one.api(routes.giveConsent, { body: { granted: own } });
    expect(await say(false)).toMatchObject({ body: { state: 'withdrawn' } });
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({ status: 422 });
    expect(await say(true)).toMatchObject({ body: { state: 'own-given' } });
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({ status: 200 });
  });

  it('gives none: reminded after the policy’s days, stopped after its grace, and goes on by giving it', async () => {
    const one = await granted();
    const { learnerId } = routes.readMe.answers.body.parse((await one.api(routes.readMe)).body);
    const on = async (day: string) => {
      village.setTime(`${day}T00:00`);
      await village.runJob();
      await village.runJob();
      return stateOf(one);
    };
    const told = async () =>
      (await village.mails(learnerId)).map(({ kind, facts }) => [kind, facts['until']]);
    const needed = ['own-consent-needed', '2029-06-03'];
    const reminder = ['own-consent-reminder', '2029-07-04'];
    expect(await on('2029-05-20')).toEqual({ state: 'own-needed', answerBy: '2029-06-03' });
    expect(await on('2029-06-03')).toMatchObject({ state: 'own-needed' });
    expect(await told()).toEqual([needed]);
    expect(await on('2029-06-04')).toEqual({ state: 'own-needed', answerBy: '2029-07-04' });
    expect(await on('2029-07-04')).toMatchObject({ state: 'own-needed' });
    expect(await told()).toEqual(expect.arrayContaining([needed, reminder]));
    expect(await on('2029-07-05')).toEqual({ state: 'own-lapsed' });
    expect(await told()).toHaveLength(3);
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({
      status: 422,
      body: { code: 'consent-required' },
    });
    expect(await one.api(routes.giveConsent, { body: { granted: true } })).toMatchObject({
      body: { state: 'own-given' },
    });
    expect(await on('2029-12-01')).toEqual({ state: 'own-given' });
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({ status: 200 });
  });

  it('who came of that age to begin with is asked nothing', async () => {
    const grown = village.as('grown');
    await grown(routes.writeMe, { body: child({ birthDate: '2009-01-01', stage: 'high' }) });
    expect(await grown(routes.giveConsent, { body: { granted: false } })).toMatchObject({
      status: 422,
      body: { code: 'consent-not-needed' },
    });
  });
});

describe('edge case 4: given a guardian’s child, when it comes of age', () => {
  /** A guardian with a child, and a link that makes a login of the child's. */
  async function family(name: string, otherwise: object = {}) {
    const guardian = village.as(`${name}-guardian`);
    const body = { ...child(otherwise), relation: 'mother' };
    const added = routes.addChild.answers.body.parse(
      (await guardian(routes.addChild, { body })).body,
    );
    const { learnerId } = added;
    const email = `${name}@example.com`;
    await guardian(routes.offerLogin, { params: { learnerId }, body: { email } });
    const own = village.as(`${name}-own`);
    await own(routes.acceptLink, {
      body: { token: await village.tokenIn('login-offered', email) },
    });
    return { guardian, own, learnerId, consent: added.consent };
  }
  const seen = async (api: ReturnType<Neighbours['as']>, learnerId: string) =>
    (await api(routes.readMe, { query: { learnerId } })).status;

  it('ends the guardian’s access at midnight of that day, before any job runs, and the learner goes on', async () => {
    const { guardian, own, learnerId } = await family('of-age');
    village.setTime('2033-05-19T23:59:59');
    expect([await seen(guardian, learnerId), await seen(own, learnerId)]).toEqual([200, 200]);
    village.setTime('2033-05-20T00:00');
    expect([await seen(guardian, learnerId), await seen(own, learnerId)]).toEqual([404, 200]);
    const withdrawn = await guardian(routes.withdrawConsent, { params: { learnerId } });
    expect(withdrawn).toMatchObject({ status: 404, body: { code: 'no-such-child' } });
    expect((await guardian(routes.listLearners)).body).toEqual({ learners: [] });
    await village.runJob();
    await village.runJob();
    const kinds = (await village.mails(learnerId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'majority-reached')).toHaveLength(1);
    const links = (await village.traces('of-age-guardian')).filter(({ sk }) =>
      /^(WARD|LOGIN)#/.test(String(sk)),
    );
    expect(links).toHaveLength(2);
    const record = await identityStore('identity').readRecord(LearnerId.parse(learnerId));
    const mark = loginMark(Sub.parse('of-age-guardian'));
    expect(record?.formerGuardians, 'edge case 33: they are of one household still').toEqual([
      mark,
    ]);
    for (const link of links) expect(link['expiresAt'], 'DynamoDB forgets it').toBeTypeOf('number');
  });

  it('born on 29 February: on 1 March, as the Civil Act counts', async () => {
    const { guardian, own, learnerId } = await family('leapling', { birthDate: '2016-02-29' });
    village.setTime('2035-02-28T23:59:59');
    expect(await seen(guardian, learnerId)).toBe(200);
    village.setTime('2035-03-01T00:00');
    expect([await seen(guardian, learnerId), await seen(own, learnerId)]).toEqual([404, 200]);
  });

  it('counts by a corrected birth date', async () => {
    const { guardian, learnerId } = await family('corrected');
    const body = child({ birthDate: '2013-05-20' });
    expect(await guardian(routes.writeMe, { query: { learnerId }, body })).toMatchObject({
      status: 200,
    });
    village.setTime('2032-05-19T23:59:59');
    expect(await seen(guardian, learnerId)).toBe(200);
    village.setTime('2032-05-20T00:00');
    expect(await seen(guardian, learnerId)).toBe(404);
  });

  it('registered from the consent age on: asked for their own consent at once', async () => {
    const { own, consent, learnerId } = await family('teenager', {
      birthDate: '2010-01-01',
      stage: 'high',
    });
    expect(consent).toEqual({ state: 'own-needed' });
    expect((await village.mails(learnerId)).map(({ kind }) => kind)).toEqual([
      'own-consent-needed',
    ]);
    expect(await own(routes.giveConsent, { body: { granted: true } })).toMatchObject({
      body: { state: 'own-given' },
    });
  });

  it('a run that is cut short leaves the rest to the next', async () => {
    const families = [await family('cut-a'), await family('cut-b'), await family('cut-c')];
    village.setTime('2029-05-20T00:00');
    let writes = 0;
    village.cloud.disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || ++writes !== 2) return undefined;
      return { reply: { status: 500, headers: {}, body: '{}' } };
    });
    const stays = village.runJob();
    await stays.catch(() => undefined);
    village.cloud.disturb(undefined);
    await village.runJob();
    for (const { own } of families)
      expect((await own(routes.readConsent)).body).toMatchObject({ state: 'own-needed' });
  });
});
