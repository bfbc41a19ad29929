import { describe, expect, it } from 'vitest';
import { identity } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { child, type Neighbours } from './neighbours.ts';
import { added, summerVillage, ward } from './wards.ts';

const { routes } = identity;
const store = identityStore('identity');
const village = summerVillage();

const proofsOf = async (learnerId: string) =>
  (await village().rows()).filter(
    ({ pk, sk }) => pk === `LEARNER#${learnerId}` && String(sk).startsWith('CONSENT#'),
  );

describe('given a guardian with a login', () => {
  it('registers children, which is their consent, and acts for each by its id', async () => {
    const guardian = village().as('parent');
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
    const guardian = village().as('one-or-two');
    const sub = Sub.parse('one-or-two');
    const first = await added(guardian);
    expect(await store.learnerIdOf(sub)).toBe(first);
    const second = await added(guardian);
    expect(await store.learnerIdOf(sub)).toBe(undefined);
    expect(await store.learnerIdOf(sub, second)).toBe(second);
    expect(await store.selfOf(sub)).toBe(undefined);
  });

  it('becomes a learner beside that: PUT /me without an id is about whoever signed in', async () => {
    const guardian = village().as('studies-too');
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
    const answer = await village().as('registers-none')(routes.addChild, ward(otherwise));
    expect(answer).toMatchObject({ status: 422, body: { code } });
    expect(await village().traces('registers-none')).toEqual([]);
  });

  it('sent twice with one key, registers one child', async () => {
    const guardian = village().as('impatient');
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
      async (api: ReturnType<Neighbours['as']>) => {
        await api(routes.writeMe, { body: child({ birthDate: '2009-01-01' }) });
      },
    ],
    [
      'asks for consent itself',
      async (api: ReturnType<Neighbours['as']>) => {
        const body = { birthDate: '2014-05-20', language: 'ko', guardianEmails: ['g@example.com'] };
        await api(routes.askConsent, { body });
      },
    ],
  ])('is refused where it %s', async (what, first) => {
    const young = village().as(what.replaceAll(' ', '-'));
    await first(young);
    expect(await young(routes.addChild, ward())).toMatchObject({
      status: 422,
      body: { code: 'guardian-under-age' },
    });
  });

  it('of someone else’s child hears that it is not there, on every route', async () => {
    const learnerId = await added(village().as('its-parent'));
    const stranger = village().as('stranger');
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
    const guardian = village().as('changes-mind');
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
    expect((await village().mails(learnerId)).map(({ kind }) => kind)).toEqual([
      'consent-withdrawn',
    ]);
  });
});

describe('given a guardian who withdrew', () => {
  async function withdrawn(name: string) {
    const guardian = village().as(`${name}-one`);
    const learnerId = await added(guardian);
    const email = `${name}-two@example.com`;
    const params = { learnerId };
    await guardian(routes.inviteGuardian, { params, body: { email, relation: 'mother' } });
    const other = village().as(`${name}-two`);
    const token = await village().tokenIn('guardian-invited', email);
    expect(await other(routes.acceptLink, { body: { token } })).toMatchObject({ status: 200 });
    expect(await guardian(routes.withdrawConsent, { params })).toMatchObject({ status: 200 });
    return { guardian, other, learnerId, told: { params } };
  }

  it('consents again for the same child, and twice is fine', async () => {
    const { guardian, learnerId, told } = await withdrawn('again');
    village().setTime('2025-07-02T12:00');
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
    village().setTime('2029-05-20T00:00');
    expect(await guardian(routes.consentAgain, told)).toMatchObject({
      status: 409,
      body: { code: 'consent-is-own' },
    });
  });
});
