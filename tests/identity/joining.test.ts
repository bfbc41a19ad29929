import { describe, expect, it } from 'vitest';
import { identity, LearnerId } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { delayedReads, seeded } from '../runtime/disturbances.ts';
import { child } from './neighbours.ts';
import { added, summerVillage } from './wards.ts';

const { routes } = identity;
const store = identityStore('identity');
const village = summerVillage();

it('given a guardian who has had five mails sent in a day: the sixth waits until tomorrow', async () => {
  const guardian = village().as('keen');
  const params = { learnerId: await added(guardian) };
  const invite = (email: string) =>
    guardian(routes.inviteGuardian, { params, body: { email, relation: 'mother' } });
  const offer = (email: string) => guardian(routes.offerLogin, { params, body: { email } });
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map((n) => (n % 2 ? invite : offer)(`keen-${n}@example.com`)),
  );
  const codes = answers.map(({ status, body }) => (status === 202 ? status : body));
  expect(codes.filter((code) => code === 202)).toHaveLength(5);
  for (const code of codes)
    if (code !== 202) expect(code).toMatchObject({ code: 'too-many-invitations' });
  village().setTime('2025-07-02T00:00');
  expect(await invite('keen-8@example.com')).toMatchObject({ status: 202 });
});

describe('given a child without a login of its own', () => {
  async function offered(name: string) {
    const guardian = village().as(`${name}-parent`);
    const learnerId = await added(guardian);
    const email = `${name}@example.com`;
    const told = { params: { learnerId }, body: { email } };
    expect(await guardian(routes.offerLogin, told)).toMatchObject({ status: 202 });
    const token = await village().tokenIn('login-offered', email);
    return { guardian, learnerId, told, token };
  }

  it('whoever takes up the link is the child, and the guardian stays', async () => {
    const { guardian, learnerId, token, told } = await offered('takes');
    const own = village().as('takes-own');
    const taken = { status: 200, body: { learnerId, relation: 'self' } };
    for (const _ of [1, 2])
      expect(await own(routes.acceptLink, { body: { token } })).toMatchObject(taken);
    expect((await own(routes.readMe)).body).toMatchObject({
      learnerId,
      consent: { state: 'granted' },
    });
    expect(await guardian(routes.readMe, { query: { learnerId } })).toMatchObject({ status: 200 });
    expect(await guardian(routes.offerLogin, told)).toMatchObject({
      status: 409,
      body: { code: 'has-login' },
    });
    expect(await store.loginsOf(LearnerId.parse(learnerId))).toMatchObject({
      language: 'ko',
      logins: [
        { sub: 'takes-own', relation: 'self', email: 'takes-own@village.example' },
        { sub: 'takes-parent', relation: 'father', email: 'takes-parent@village.example' },
      ],
    });
  });

  it('of ten logins that take up one link at once, one is the child', async () => {
    const { token } = await offered('race');
    village().cloud.disturb(delayedReads(seeded(4), 20));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        village().as(`racer-${i}`)(routes.acceptLink, { body: { token } }),
      ),
    );
    village().cloud.disturb(undefined);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers)
      if (status !== 200)
        expect(body).toMatchObject({ code: expect.stringMatching(/link-used|has-login/) });
  });

  it('its guardian is not the child, and someone who is a learner does not become it', async () => {
    const { guardian, token } = await offered('wrong');
    expect(await guardian(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 409,
      body: { code: 'already-linked' },
    });
    const learner = village().as('wrong-learner');
    await learner(routes.writeMe, { body: child({ birthDate: '2009-01-01' }) });
    expect(await learner(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 409,
      body: { code: 'already-learner' },
    });
  });

  it('the link ends with its last day', async () => {
    const { token } = await offered('late');
    village().setTime('2025-07-16T00:00');
    expect(await village().as('late-own')(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 404,
      body: { code: 'no-such-link' },
    });
  });

  it('a child that had asked by itself: its request is purged when it takes up the link', async () => {
    const one = await village().asked(false);
    const { learnerId, token } = await offered('asked-too');
    expect(await one.api(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 200,
      body: { learnerId },
    });
    expect(await village().traces(one.mother)).toEqual([]);
    expect(await village().grant(one.mothers)).toMatchObject({ status: 404 });
  });
});

describe('given a second guardian', () => {
  async function invited(name: string) {
    const guardian = village().as(`${name}-first`);
    const learnerId = await added(guardian);
    const email = `${name}@example.com`;
    const told = { params: { learnerId }, body: { email, relation: 'mother' } };
    expect(await guardian(routes.inviteGuardian, told)).toMatchObject({ status: 202 });
    return { guardian, learnerId, token: await village().tokenIn('guardian-invited', email), told };
  }

  it('acts for the child as the first does', async () => {
    const { learnerId, token } = await invited('second');
    const mother = village().as('second-mother');
    expect(await mother(routes.acceptLink, { body: { token } })).toMatchObject({
      body: { relation: 'mother' },
    });
    expect(await mother(routes.readMe, { query: { learnerId } })).toMatchObject({ status: 200 });
    expect(await mother(routes.withdrawConsent, { params: { learnerId } })).toMatchObject({
      status: 200,
    });
  });

  it('of two invited at once, only one becomes it: a child has two guardians', async () => {
    const { guardian, learnerId, token } = await invited('third');
    const email = 'third-other@example.com';
    await guardian(routes.inviteGuardian, {
      params: { learnerId },
      body: { email, relation: 'grandparent' },
    });
    const other = await village().tokenIn('guardian-invited', email);
    village().cloud.disturb(delayedReads(seeded(9), 20));
    const answers = await Promise.all([
      village().as('third-a')(routes.acceptLink, { body: { token } }),
      village().as('third-b')(routes.acceptLink, { body: { token: other } }),
    ]);
    village().cloud.disturb(undefined);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const told = { params: { learnerId }, body: { email: 'x@example.com', relation: 'other' } };
    expect(await guardian(routes.inviteGuardian, told)).toMatchObject({
      status: 409,
      body: { code: 'guardians-complete' },
    });
  });
});
