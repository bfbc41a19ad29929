import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { delayedReads, seeded } from '../runtime/disturbances.ts';
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

/**
 * A child with a mother who consented by the mailed link, at the address that a login of her name has; and the secret
 * in the mail that confirmed it.
 */
async function consented(name: string, withProfile = true) {
  const one = village.newChild();
  const login = `${name}-mother`;
  const email = `${login}@village.example`;
  const body = { birthDate: '2014-05-20', language: 'ko', guardianEmails: [email, one.father] };
  await one.api(routes.askConsent, { body });
  await village.grant(await village.tokenIn('consent-asked', email));
  if (withProfile) await one.api(routes.writeMe, { body: child() });
  const token = await village.tokenIn('consent-confirmed', email);
  return { ...one, login, mother: village.as(login), token };
}

type Family = Awaited<ReturnType<typeof consented>>;
const join = (login: ReturnType<Neighbours['as']>, { token }: Family) =>
  login(routes.acceptLink, { body: { token } });
const learnerIdOf = async ({ api }: Family) =>
  routes.readMe.answers.body.parse((await api(routes.readMe)).body).learnerId;

describe('given a guardian who consented by the mailed link, and signs up with the same address', () => {
  it('becomes a guardian with a login by the link in the mail that confirmed it; it is recorded', async () => {
    const one = await consented('joins');
    for (const _ of [1, 2])
      expect(await join(one.mother, one)).toMatchObject({
        status: 200,
        body: { name: '김하늘', relation: 'mother' },
      });
    const learnerId = await learnerIdOf(one);
    expect(await one.mother(routes.readMe, { query: { learnerId } })).toMatchObject({
      status: 200,
    });
    const trail = (await village.rows('audit')).filter((row) => row['learnerId'] === learnerId);
    expect(trail).toMatchObject([
      { action: 'guardian-joined', actor: { kind: 'guardian' }, details: ['mother'] },
    ]);
    expect(JSON.stringify(trail)).not.toMatch(/@|이순자|김하늘/);
    expect(await one.mother(routes.withdrawConsent, { params: { learnerId } })).toMatchObject({
      body: { state: 'withdrawn' },
    });
  });

  it('and the link takes the consent back afterwards, as before', async () => {
    const one = await consented('takes-back');
    await join(one.mother, one);
    const { token } = one;
    expect(await village.anyone(routes.takeBack, { body: { token } })).toMatchObject({
      body: { state: 'withdrawn' },
    });
  });

  it.each<[string, string, object]>([
    ['who withdrew by it consents again with the login', 'mother', { status: 200 }],
    [
      'edge case 1: of two guardians, the one who did not withdraw cannot consent over it',
      'father',
      { status: 409, body: { code: 'consent-disputed' } },
    ],
  ])('%s', async (what, who, expected) => {
    const one = await consented(what.replaceAll(/[^a-z]+/g, '-'));
    await join(one.mother, one);
    const params = { learnerId: await learnerIdOf(one) };
    const email = `${one.login}-father@village.example`;
    await one.mother(routes.inviteGuardian, { params, body: { email, relation: 'father' } });
    const father = village.as(`${one.login}-father`);
    const invited = await village.tokenIn('guardian-invited', email);
    expect(await join(father, { ...one, token: invited })).toMatchObject({ status: 200 });
    await village.anyone(routes.takeBack, { body: { token: one.token } });
    const guardian = who === 'mother' ? one.mother : father;
    expect(await guardian(routes.consentAgain, { params })).toMatchObject(expected);
  });

  it('the old link says that it takes nothing back any more, once they have consented with the login', async () => {
    const one = await consented('old-link');
    await join(one.mother, one);
    const learnerId = await learnerIdOf(one);
    const takeBack = () => village.anyone(routes.takeBack, { body: { token: one.token } });
    for (const _ of [1, 2])
      expect(await takeBack()).toMatchObject({ status: 200, body: { state: 'withdrawn' } });
    await one.mother(routes.consentAgain, { params: { learnerId } });
    const refused = { status: 409, body: { code: 'consented-since' } };
    expect(await takeBack()).toMatchObject(refused);
    expect((await one.api(routes.readMe)).body).toMatchObject({ consent: { state: 'granted' } });
    village.setTime('2029-05-20T00:00');
    await one.api(routes.giveConsent, { body: { granted: true } });
    expect(await takeBack()).toMatchObject({ status: 409, body: { code: 'consent-is-own' } });
  });

  it('sent ten times at once, is one guardian', async () => {
    const one = await consented('often');
    village.cloud.disturb(delayedReads(seeded(6), 20));
    const answers = await Promise.all(Array.from({ length: 10 }, () => join(one.mother, one)));
    village.cloud.disturb(undefined);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const learnerId = await learnerIdOf(one);
    const profile = (await village.rows()).find(
      ({ pk, sk }) => pk === `LEARNER#${learnerId}` && sk === 'PROFILE',
    );
    expect(profile).toMatchObject({ guardians: 1 });
  });

  it.each<[string, (one: Family) => Promise<unknown>, object]>([
    [
      'has another address',
      async (one) => join(village.as('a-stranger-with-the-link'), one),
      { status: 422, body: { code: 'address-differs' } },
    ],
    [
      'is the child itself',
      async (one) => join(one.api, one),
      { status: 422, body: { code: 'address-differs' } },
    ],
    [
      'has the link by which consent was asked, which others may have seen',
      async (one) => {
        const token = await village.tokenIn('consent-asked', `${one.login}@village.example`);
        return one.mother(routes.acceptLink, { body: { token } });
      },
      { status: 404, body: { code: 'no-such-link' } },
    ],
    [
      'has taken the consent back',
      async (one) => {
        await village.anyone(routes.takeBack, { body: { token: one.token } });
        return join(one.mother, one);
      },
      { status: 404, body: { code: 'no-such-link' } },
    ],
    [
      'is a learner below majority',
      async (one) => {
        await one.mother(routes.writeMe, { body: child({ birthDate: '2009-01-01' }) });
        return join(one.mother, one);
      },
      { status: 422, body: { code: 'guardian-under-age' } },
    ],
    [
      'comes when the child has consented itself',
      async (one) => {
        village.setTime('2029-05-20T00:00');
        await one.api(routes.giveConsent, { body: { granted: true } });
        return join(one.mother, one);
      },
      { status: 409, body: { code: 'consent-is-own' } },
    ],
    [
      'comes when the child has consented itself and taken that back',
      async (one) => {
        village.setTime('2029-05-20T00:00');
        for (const granted of [true, false])
          await one.api(routes.giveConsent, { body: { granted } });
        return join(one.mother, one);
      },
      { status: 409, body: { code: 'consent-is-own' } },
    ],
    [
      'comes when the child has refused its own consent',
      async (one) => {
        village.setTime('2029-05-20T00:00');
        await one.api(routes.giveConsent, { body: { granted: false } });
        return join(one.mother, one);
      },
      { status: 409, body: { code: 'consent-is-own' } },
    ],
    [
      'comes when the child is of age',
      async (one) => {
        village.setTime('2033-05-20T00:00');
        return join(one.mother, one);
      },
      { status: 404, body: { code: 'no-such-link' } },
    ],
  ])('is none who %s', async (what, attempt, refusal) => {
    const one = await consented(what.replaceAll(/[^a-z]+/g, '-'));
    expect(await attempt(one)).toMatchObject(refusal);
    expect(await village.traces('WARD#', 'guardian-joined')).not.toContainEqual(
      expect.objectContaining({ learnerId: await learnerIdOf(one) }),
    );
  });

  it('waits for the child’s profile: until then there is nobody to act for', async () => {
    const one = await consented('early', false);
    expect(await join(one.mother, one)).toMatchObject({
      status: 409,
      body: { code: 'no-profile-yet' },
    });
    await one.api(routes.writeMe, { body: child() });
    expect(await join(one.mother, one)).toMatchObject({ status: 200 });
  });

  it('at the moment of a withdrawal: a guardian of a child without consent, or none', async () => {
    for (const seed of [1, 2, 3]) {
      const one = await consented(`race-${seed}`);
      village.cloud.disturb(delayedReads(seeded(seed), 20));
      const [, joined] = await Promise.all([
        village.anyone(routes.takeBack, { body: { token: one.token } }),
        join(one.mother, one),
      ]);
      village.cloud.disturb(undefined);
      expect([200, 404]).toContain(joined.status);
      expect((await one.api(routes.readMe)).body).toMatchObject({
        consent: { state: 'withdrawn' },
      });
    }
  });
});
