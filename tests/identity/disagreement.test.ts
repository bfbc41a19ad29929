import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { conflicts, delayedReads, seeded } from '../runtime/disturbances.ts';
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

describe('edge case 1: given two guardians who disagree', () => {
  const waiting = async () =>
    routes.listConflicts.answers.body.parse((await village.staff(routes.listConflicts)).body);

  it.each([
    ['the consent comes first', true],
    ['the refusal comes first', false],
  ])('and %s: a conflict for an officer, not active', async (_what, consentFirst) => {
    const one = await village.asked(true);
    const answers = [() => village.grant(one.mothers), () => village.refuse(one.fathers)];
    for (const give of consentFirst ? answers : answers.reverse()) await give();
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: 'conflict' } });
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({
      status: 422,
      body: { code: 'consent-required' },
    });
    expect((await waiting()).conflicts.length).toBeGreaterThan(0);
  });

  it('and answer at the same moment: still a conflict', async () => {
    const one = await village.asked(true);
    village.cloud.disturb(conflicts(seeded(5), 0.3));
    await Promise.all([village.grant(one.mothers), village.refuse(one.fathers)]);
    village.cloud.disturb(undefined);
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: 'conflict' } });
  });

  it('after the child has its profile: what it may do stops', async () => {
    const one = await village.asked(true);
    await village.grant(one.mothers);
    await one.api(routes.writeMe, { body: child() });
    await village.refuse(one.fathers);
    expect(await one.api(routes.readMe)).toMatchObject({
      headers: { etag: '"2"' },
      body: { consent: { state: 'conflict' } },
    });
    expect(await one.api(routes.writeMe, { body: child({ areaId: 'hill' }) })).toMatchObject({
      status: 422,
    });
  });

  async function conflict(withProfile: boolean) {
    const one = await village.asked(true);
    await village.grant(one.mothers);
    if (withProfile) await one.api(routes.writeMe, { body: child() });
    await village.refuse(one.fathers);
    const { conflicts: found } = await waiting();
    const mine = (await village.traces(one.mother)).find(({ sk }) => sk === 'CONSENT')?.[
      'consentId'
    ];
    expect(found.map(({ consentId }) => consentId)).toContain(mine);
    return { ...one, consentId: String(mine) };
  }

  it('shows an officer whom to speak with, and records the look', async () => {
    const { consentId, mother, father } = await conflict(false);
    const seen = await village.staff(routes.readConflict, { params: { consentId } });
    expect(seen).toMatchObject({
      status: 200,
      body: {
        birthDate: '2014-05-20',
        guardians: [
          { email: mother, answer: 'granted', name: '이순자' },
          { email: father, answer: 'refused' },
        ],
      },
    });
    expect(await trailOf(consentId)).toMatchObject([{ action: 'consent-read' }]);
  });

  /** What is recorded about a case. */
  async function trailOf(consentId: string) {
    const entries = await village.rows('audit');
    return entries.filter(({ subjects }) => [subjects].flat().includes(consentId));
  }

  it.each([
    ['for the child, no profile yet', false, 'granted', 'granted', 'granted'],
    ['for the child', true, 'granted', 'granted', 'granted'],
    ['against the child, no profile yet', false, 'refused', 'refused', 'refused'],
    ['against the child', true, 'refused', 'withdrawn', 'withdrawn'],
  ])('is resolved %s', async (_what, withProfile, outcome, state, read) => {
    const one = await conflict(withProfile);
    const body = { outcome, reason: 'Both were heard.' };
    const told = { params: { consentId: one.consentId }, body };
    expect(await village.staff(routes.resolveConflict, told)).toMatchObject({
      status: 200,
      body: { state },
    });
    expect(await trailOf(one.consentId)).toMatchObject([
      {
        action: 'consent-resolved',
        actor: { kind: 'staff' },
        details: expect.arrayContaining([state]),
      },
    ]);
    expect(await one.api(routes.readConsent)).toMatchObject({ body: { state: read } });
    const writes = await one.api(routes.writeMe, { body: child() });
    expect(writes.status).toBe(outcome === 'granted' ? 200 : 422);
    expect(await village.staff(routes.resolveConflict, told)).toMatchObject({
      status: 404,
      body: { code: 'no-such-conflict' },
    });
    if (!withProfile && outcome === 'refused')
      expect(await village.traces(one.mother, one.father, one.email)).toEqual([]);
  });

  it('edge case 7: is not resolved with a resident registration number, which is kept nowhere', async () => {
    const { consentId } = await conflict(false);
    const body = { outcome: 'granted', reason: 'The father, 800101-1234567, was heard.' };
    const answer = await village.staff(routes.resolveConflict, { params: { consentId }, body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'body.reason' }] } });
    expect(JSON.stringify(answer)).not.toContain('1234567');
    expect(await village.traces('1234567')).toEqual([]);
  });
});

describe('edge case 2: given a consent, when the guardian takes it back', () => {
  const takeBack = (token: string) => village.anyone(routes.takeBack, { body: { token } });

  it('the learner stays on record with consent withdrawn, and can write no more', async () => {
    const one = await village.asked(false);
    await village.grant(one.mothers);
    await one.api(routes.writeMe, { body: child() });
    const token = await village.tokenIn('consent-confirmed', one.mother);
    expect(await takeBack(token)).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    expect(await takeBack(token)).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    const read = await one.api(routes.readMe);
    expect(read.body).toMatchObject({ ...child(), consent: { state: 'withdrawn' } });
    expect(await one.api(routes.writeMe, { body: child({ areaId: 'hill' }) })).toMatchObject({
      status: 422,
    });
    const { learnerId } = routes.readMe.answers.body.parse(read.body);
    expect((await village.mails(learnerId)).map(({ kind }) => kind)).toEqual(['consent-withdrawn']);
  });

  it('before there is a profile, all of it is purged', async () => {
    const one = await village.asked(false);
    await village.grant(one.mothers);
    await takeBack(await village.tokenIn('consent-confirmed', one.mother));
    expect(await village.traces(one.mother, one.email)).toEqual([]);
    expect(await one.api(routes.writeMe, { body: child() })).toMatchObject({ status: 422 });
  });

  it('at the moment in which the profile is written: never a profile without consent', async () => {
    for (const seed of [1, 2, 3]) {
      const one = await village.asked(false);
      await village.grant(one.mothers);
      const token = await village.tokenIn('consent-confirmed', one.mother);
      village.cloud.disturb(delayedReads(seeded(seed), 20));
      await Promise.all([takeBack(token), one.api(routes.writeMe, { body: child() })]);
      village.cloud.disturb(undefined);
      const read = await one.api(routes.readMe);
      if (read.status === 200) expect(read.body).toMatchObject({ consent: { state: 'withdrawn' } });
      else expect(await village.traces(one.email, one.mother)).toEqual([]);
    }
  });
});

describe('given a consent that was withdrawn, when the child asks again', () => {
  const ask = (one: Awaited<ReturnType<Neighbours['asked']>>, otherwise: object = {}) =>
    one.api(routes.askConsent, {
      body: {
        birthDate: '2014-05-20',
        language: 'ko',
        guardianEmails: [one.mother, one.father],
        ...otherwise,
      },
    });

  /** A learner whose mother took her consent back. */
  async function withdrawn() {
    village.setTime('2025-07-01T12:00');
    const one = await village.asked(false);
    await village.grant(one.mothers);
    await one.api(routes.writeMe, { body: child() });
    const token = await village.tokenIn('consent-confirmed', one.mother);
    village.setTime('2025-08-01T12:00');
    await village.anyone(routes.takeBack, { body: { token } });
    return one;
  }
  const stateOf = async (one: { readonly api: ReturnType<Neighbours['as']> }) =>
    routes.readMe.answers.body.parse((await one.api(routes.readMe)).body).consent.state;
  /** The link of the second mail: the first one's is used. */
  async function newLinks(one: Awaited<ReturnType<typeof withdrawn>>) {
    const mothers = await village.tokensIn('consent-asked', one.mother);
    const [fathers = ''] = await village.tokensIn('consent-asked', one.father);
    return { mothers: mothers.find((token) => token !== one.mothers) ?? '', fathers };
  }

  it('is the same learner again once a guardian has answered', async () => {
    const one = await withdrawn();
    const { learnerId } = routes.readMe.answers.body.parse((await one.api(routes.readMe)).body);
    expect(await ask(one)).toMatchObject({ status: 202, body: { state: 'asked' } });
    expect(await stateOf(one)).toBe('withdrawn');
    // GET /me/consent tells of the request, and until when it can be answered.
    const open = { state: 'asked', answerBy: '2025-08-15' };
    expect((await one.api(routes.readConsent)).body).toEqual(open);
    village.setTime('2025-08-16T00:00');
    expect((await one.api(routes.readConsent)).body).toEqual({ state: 'withdrawn' });
    village.setTime('2025-08-02T12:00');
    expect(await village.grant((await newLinks(one)).mothers)).toMatchObject({ status: 200 });
    expect((await one.api(routes.readMe)).body).toMatchObject({
      learnerId,
      consent: { state: 'granted' },
    });
    expect(await one.api(routes.writeMe, { body: child({ areaId: 'hill' }) })).toMatchObject({
      status: 200,
    });
  });

  it('edge case 1: a refusal beside the new consent is a conflict', async () => {
    const one = await withdrawn();
    await ask(one);
    const { mothers, fathers } = await newLinks(one);
    await village.grant(mothers);
    await village.refuse(fathers);
    expect(await stateOf(one)).toBe('conflict');
  });

  it('refused or unanswered, it stays withdrawn, and the login stays the learner’s', async () => {
    const refused = await withdrawn();
    await ask(refused, { guardianEmails: [refused.mother] });
    expect(await village.refuse((await newLinks(refused)).mothers)).toMatchObject({
      body: { state: 'refused' },
    });
    const silent = await withdrawn();
    await ask(silent);
    village.setTime('2025-08-16T00:30');
    await village.runJob();
    expect([await stateOf(refused), await stateOf(silent)]).toEqual(['withdrawn', 'withdrawn']);
    expect(await village.traces(silent.father)).toEqual([]);
    expect(await ask(silent)).toMatchObject({ status: 202 });
  });

  it('a withdrawal since the asking stands', async () => {
    const one = await withdrawn();
    await ask(one);
    const { mothers, fathers } = await newLinks(one);
    village.setTime('2025-08-02T12:00');
    await village.grant(mothers);
    village.setTime('2025-08-03T12:00');
    for (const token of await village.tokensIn('consent-confirmed', one.mother))
      await village.anyone(routes.takeBack, { body: { token } });
    await village.grant(fathers);
    expect(await stateOf(one)).toBe('withdrawn');
  });

  it('is refused while its guardians can still answer, and with another birth date', async () => {
    const one = await withdrawn();
    expect(await ask(one, { birthDate: '2014-05-21' })).toMatchObject({
      status: 422,
      body: { code: 'birth-date-differs' },
    });
    await ask(one);
    expect(await ask(one)).toMatchObject({ status: 409, body: { code: 'asked-before' } });
  });
});
