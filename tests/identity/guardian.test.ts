import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity, LearnerId } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { delayedReads, seeded } from '../runtime/disturbances.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

captureLog();
const { routes } = identity;
const store = identityStore('identity');
let village: Neighbours;
beforeAll(async () => {
  village = await openNeighbours();
});
beforeEach(() => {
  village.setTime('2025-07-01T12:00');
});
afterAll(() => village.close());

type Api = ReturnType<Neighbours['as']>;
const ward = (otherwise: object = {}) => ({ body: { ...child(otherwise), relation: 'father' } });

async function added(guardian: Api, otherwise: object = {}): Promise<LearnerId> {
  const { status, body } = await guardian(routes.addChild, ward(otherwise));
  expect(status).toBe(201);
  return routes.addChild.answers.body.parse(body).learnerId;
}

const proofsOf = async (learnerId: string) =>
  (await village.rows()).filter(
    ({ pk, sk }) => pk === `LEARNER#${learnerId}` && String(sk).startsWith('CONSENT#'),
  );

describe('given a guardian with a login', () => {
  it('registers children, which is their consent, and acts for each by its id', async () => {
    const guardian = village.as('parent');
    const [first, second] = [await added(guardian), await added(guardian, { name: '김바다' })];
    expect((await guardian(routes.listLearners)).body).toEqual({
      learners: expect.arrayContaining([
        { learnerId: first, name: '김하늘', stage: 'elementary', relation: 'father' },
        { learnerId: second, name: '김바다', stage: 'elementary', relation: 'father' },
      ]),
    });
    const read = await guardian(routes.readMe, { query: { learnerId: second } });
    expect(read.body).toMatchObject({ name: '김바다', consent: { state: 'granted' } });
    expect(await proofsOf(first)).toMatchObject([
      { word: 'granted', by: { sub: 'parent', relation: 'father' } },
    ]);
  });

  it('with one child need not say which, with two it must; and never is one of them by itself', async () => {
    const guardian = village.as('one-or-two');
    const sub = Sub.parse('one-or-two');
    const first = await added(guardian);
    expect(await store.learnerIdOf(sub)).toBe(first);
    const second = await added(guardian);
    expect(await store.learnerIdOf(sub)).toBe(undefined);
    expect(await store.learnerIdOf(sub, second)).toBe(second);
    expect(await store.selfOf(sub)).toBe(undefined);
  });

  it('becomes a learner beside that: PUT /me without an id is about whoever signed in', async () => {
    const guardian = village.as('studies-too');
    const learnerId = await added(guardian);
    const adult = child({ name: '김어른', birthDate: '1985-01-01', stage: 'lifelong' });
    await guardian(routes.writeMe, { body: adult });
    expect((await guardian(routes.readMe)).body).toMatchObject({ name: '김어른' });
    expect((await guardian(routes.readMe, { query: { learnerId } })).body).toMatchObject({
      name: '김하늘',
    });
  });

  it.each([
    ['of age', { birthDate: '2006-07-01', stage: 'lifelong' }, 'child-of-age'],
    ['too young', { birthDate: '2021-01-01' }, 'below-minimum-age'],
    ['of another region', { areaId: 'moon' }, 'unknown-area'],
  ])('registers no child %s', async (_what, otherwise, code) => {
    const answer = await village.as('registers-none')(routes.addChild, ward(otherwise));
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect(await village.traces('registers-none')).toEqual([]);
  });

  it('sent twice with one key, registers one child', async () => {
    const guardian = village.as('impatient');
    const told = { ...ward(), key: 'one-and-the-same' };
    const answers = await Promise.all([1, 2, 3].map(() => guardian(routes.addChild, told)));
    for (const { status } of answers) expect(status).toBe(201);
    expect(
      routes.listLearners.answers.body.parse((await guardian(routes.listLearners)).body).learners,
    ).toHaveLength(1);
  });

  it.each([
    [
      'is a learner below majority',
      async (api: Api) => {
        await api(routes.writeMe, { body: child({ birthDate: '2009-01-01' }) });
      },
    ],
    [
      'asks for consent itself',
      async (api: Api) => {
        const body = { birthDate: '2014-05-20', language: 'ko', guardianEmails: ['g@example.com'] };
        await api(routes.askConsent, { body });
      },
    ],
  ])('is refused where it %s', async (what, first) => {
    const young = village.as(what.replaceAll(' ', '-'));
    await first(young);
    expect(await young(routes.addChild, ward())).toMatchObject({
      status: 422,
      body: { code: 'guardian-under-age' },
    });
  });

  it('of someone else’s child hears that it is not there, on every route', async () => {
    const learnerId = await added(village.as('its-parent'));
    const stranger = village.as('stranger');
    const params = { learnerId };
    const email = 'x@example.com';
    const answers = await Promise.all([
      stranger(routes.readMe, { query: { learnerId } }),
      stranger(routes.writeMe, { query: { learnerId }, body: child() }),
      stranger(routes.readConsent, { query: { learnerId } }),
      stranger(routes.withdrawConsent, { params }),
      stranger(routes.offerLogin, { params, body: { email } }),
      stranger(routes.inviteGuardian, { params, body: { email, relation: 'mother' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(await store.learnerIdOf(Sub.parse('stranger'), learnerId)).toBe(undefined);
  });

  it('edge case 2: takes the consent back; the record stays, and nobody writes it any more', async () => {
    const guardian = village.as('changes-mind');
    const learnerId = await added(guardian);
    const told = { params: { learnerId } };
    for (const _ of [1, 2])
      expect(await guardian(routes.withdrawConsent, told)).toMatchObject({
        status: 200,
        body: { state: 'withdrawn' },
      });
    expect(
      await guardian(routes.writeMe, { query: { learnerId }, body: child({ areaId: 'hill' }) }),
    ).toMatchObject({
      status: 422,
      body: { code: 'consent-required' },
    });
    const proofs = await proofsOf(learnerId);
    expect(proofs.map(({ word }) => word).sort()).toEqual(['granted', 'withdrawn']);
    expect((await village.mails(learnerId)).map(({ kind }) => kind)).toEqual(['consent-withdrawn']);
  });
});

describe('given a guardian who withdrew', () => {
  async function withdrawn(name: string) {
    const guardian = village.as(`${name}-one`);
    const learnerId = await added(guardian);
    const email = `${name}-two@example.com`;
    const params = { learnerId };
    await guardian(routes.inviteGuardian, { params, body: { email, relation: 'mother' } });
    const other = village.as(`${name}-two`);
    const token = await village.tokenIn('guardian-invited', email);
    expect(await other(routes.acceptLink, { body: { token } })).toMatchObject({ status: 200 });
    expect(await guardian(routes.withdrawConsent, { params })).toMatchObject({ status: 200 });
    return { guardian, other, learnerId, told: { params } };
  }

  it('consents again for the same child, and twice is fine', async () => {
    const { guardian, learnerId, told } = await withdrawn('again');
    village.setTime('2025-07-02T12:00');
    for (const _ of [1, 2])
      expect(await guardian(routes.consentAgain, told)).toMatchObject({
        status: 200,
        body: { state: 'granted' },
      });
    const words = (await proofsOf(learnerId)).map(({ word }) => word);
    expect(words).toEqual(['granted', 'withdrawn', 'granted']);
  });

  it('edge case 1: the other one cannot consent over it', async () => {
    const { other, told } = await withdrawn('over');
    expect(await other(routes.consentAgain, told)).toMatchObject({
      status: 409,
      body: { code: 'consent-disputed' },
    });
  });

  it('edge case 4: from the consent age on, only the child can', async () => {
    const { guardian, told } = await withdrawn('grown');
    village.setTime('2029-05-20T00:00');
    expect(await guardian(routes.consentAgain, told)).toMatchObject({
      status: 409,
      body: { code: 'consent-is-own' },
    });
  });
});

it('given a guardian who has had five mails sent in a day: the sixth waits until tomorrow', async () => {
  const guardian = village.as('keen');
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
  village.setTime('2025-07-02T00:00');
  expect(await invite('keen-8@example.com')).toMatchObject({ status: 202 });
});

describe('given a child without a login of its own', () => {
  async function offered(name: string) {
    const guardian = village.as(`${name}-parent`);
    const learnerId = await added(guardian);
    const email = `${name}@example.com`;
    const told = { params: { learnerId }, body: { email } };
    expect(await guardian(routes.offerLogin, told)).toMatchObject({ status: 202 });
    const token = await village.tokenIn('login-offered', email);
    return { guardian, learnerId, told, token };
  }

  it('whoever takes up the link is the child, and the guardian stays', async () => {
    const { guardian, learnerId, token, told } = await offered('takes');
    const own = village.as('takes-own');
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
    village.cloud.disturb(delayedReads(seeded(4), 20));
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        village.as(`racer-${i}`)(routes.acceptLink, { body: { token } }),
      ),
    );
    village.cloud.disturb(undefined);
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
    const learner = village.as('wrong-learner');
    await learner(routes.writeMe, { body: child({ birthDate: '2009-01-01' }) });
    expect(await learner(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 409,
      body: { code: 'already-learner' },
    });
  });

  it('the link ends with its last day', async () => {
    const { token } = await offered('late');
    village.setTime('2025-07-16T00:00');
    expect(await village.as('late-own')(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 404,
      body: { code: 'no-such-link' },
    });
  });

  it('a child that had asked by itself: its request is purged when it takes up the link', async () => {
    const one = await village.asked(false);
    const { learnerId, token } = await offered('asked-too');
    expect(await one.api(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 200,
      body: { learnerId },
    });
    expect(await village.traces(one.mother)).toEqual([]);
    expect(await village.grant(one.mothers)).toMatchObject({ status: 404 });
  });
});

describe('given a second guardian', () => {
  async function invited(name: string) {
    const guardian = village.as(`${name}-first`);
    const learnerId = await added(guardian);
    const email = `${name}@example.com`;
    const told = { params: { learnerId }, body: { email, relation: 'mother' } };
    expect(await guardian(routes.inviteGuardian, told)).toMatchObject({ status: 202 });
    return { guardian, learnerId, token: await village.tokenIn('guardian-invited', email), told };
  }

  it('acts for the child as the first does', async () => {
    const { learnerId, token } = await invited('second');
    const mother = village.as('second-mother');
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
    const other = await village.tokenIn('guardian-invited', email);
    village.cloud.disturb(delayedReads(seeded(9), 20));
    const answers = await Promise.all([
      village.as('third-a')(routes.acceptLink, { body: { token } }),
      village.as('third-b')(routes.acceptLink, { body: { token: other } }),
    ]);
    village.cloud.disturb(undefined);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const told = { params: { learnerId }, body: { email: 'x@example.com', relation: 'other' } };
    expect(await guardian(routes.inviteGuardian, told)).toMatchObject({
      status: 409,
      body: { code: 'guardians-complete' },
    });
  });
});
