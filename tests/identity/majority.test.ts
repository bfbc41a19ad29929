import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identity, LearnerId } from '../../functions/identity/contract.ts';
import { loginMark } from '../../functions/identity/guardian.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { Policy } from '../../regions/schema.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { firstPolicy, secondPolicy } from '../runtime/village.ts';
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

/** A guardian with a child that has no login, and turns 19 on 2033-05-20. */
async function family(name: string) {
  const guardian = village.as(`${name}-guardian`);
  const body = { ...child(), relation: 'mother' };
  const { learnerId } = routes.addChild.answers.body.parse(
    (await guardian(routes.addChild, { body })).body,
  );
  const offer = (email: string) =>
    guardian(routes.offerLogin, { params: { learnerId }, body: { email } });
  const kinds = async () => (await village.mails(learnerId)).map(({ kind }) => kind);
  return { guardian, learnerId, offer, kinds };
}

async function on(local: string) {
  village.setTime(local);
  await village.runJob();
}

describe('edge case 4: given a child without a login, when it comes of age', () => {
  it('its guardian hears in time, once, and then can do one thing: name an address for its login', async () => {
    const { guardian, learnerId, offer, kinds } = await family('late');
    await on('2033-03-20T23:00');
    expect(await kinds()).not.toContain('login-needed');
    await on('2033-03-21T00:00');
    await on('2033-03-22T00:00');
    const needed = (await village.mails(learnerId)).filter(({ kind }) => kind === 'login-needed');
    expect(needed).toMatchObject([{ facts: { until: '2033-05-19' } }]);
    await on('2033-05-20T00:00');
    await on('2033-05-21T00:00');
    expect((await kinds()).filter((kind) => kind.startsWith('majority'))).toEqual([
      'majority-without-login',
    ]);
    expect((await guardian(routes.listLearners)).body).toEqual({
      learners: [],
      withoutLogin: [learnerId],
    });
    const params = { learnerId };
    const invitation = { email: 'x@example.com', relation: 'father' };
    const answers = await Promise.all([
      guardian(routes.readMe, { query: { learnerId } }),
      guardian(routes.writeMe, { query: { learnerId }, body: child() }),
      guardian(routes.readConsent, { query: { learnerId } }),
      guardian(routes.withdrawConsent, { params }),
      guardian(routes.consentAgain, { params }),
      guardian(routes.inviteGuardian, { params, body: invitation }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(await store.learnerIdOf(Sub.parse('late-guardian'))).toBe(undefined);
    expect(await offer('late@example.com')).toEqual(
      expect.objectContaining({ status: 202, body: { learnerId } }),
    );
    const trail = (await village.rows('audit')).filter((row) => row['learnerId'] === learnerId);
    expect(trail).toMatchObject([{ action: 'login-offered', actor: { kind: 'guardian' } }]);
    expect(JSON.stringify(trail)).not.toContain('@');
  });

  it('whoever takes up that link is the learner, and then the guardian can do nothing', async () => {
    const { guardian, learnerId, offer } = await family('taken');
    await on('2033-05-20T00:00');
    await offer('taken@example.com');
    const token = await village.tokenIn('login-offered', 'taken@example.com');
    expect(await guardian(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 409,
      body: { code: 'already-linked' },
    });
    const own = village.as('taken-own');
    expect(await own(routes.acceptLink, { body: { token } })).toMatchObject({ status: 200 });
    expect((await own(routes.readMe)).body).toMatchObject({ learnerId });
    expect(await offer('other@example.com')).toMatchObject({ status: 404 });
    expect((await guardian(routes.listLearners)).body).toEqual({ learners: [] });
    const links = (await village.traces('taken-guardian')).filter(({ sk }) =>
      /^(WARD|LOGIN)#/.test(String(sk)),
    );
    for (const link of links) expect(link['expiresAt'], 'DynamoDB forgets it').toBeTypeOf('number');
    const mark = loginMark(Sub.parse('taken-guardian'));
    const record = await store.readRecord(LearnerId.parse(learnerId));
    expect(record?.formerGuardians, 'edge case 33: they are of one household still').toEqual([
      mark,
    ]);
  });

  it('with a login of its own, its former guardian learns nothing of it, not even that', async () => {
    const { guardian, learnerId, offer } = await family('has-one');
    await offer('has-one@example.com');
    const token = await village.tokenIn('login-offered', 'has-one@example.com');
    await village.as('has-one-own')(routes.acceptLink, { body: { token } });
    // Before any job runs, too.
    village.setTime('2033-05-20T00:00');
    expect(await offer('again@example.com')).toMatchObject({ status: 404 });
    expect((await guardian(routes.listLearners)).body).toEqual({ learners: [] });
    expect((await store.loginsOf(LearnerId.parse(learnerId)))?.logins).toHaveLength(1);
  });

  it('is not the guardian: a guardian’s own address is refused', async () => {
    const { offer } = await family('own-address');
    expect(await offer('OWN-address-guardian@village.example')).toMatchObject({
      status: 422,
      body: { code: 'address-is-yours' },
    });
  });

  it('whoever was invited as a guardian before that day is none after it', async () => {
    const { guardian, learnerId } = await family('invites');
    village.setTime('2033-05-19T12:00');
    const email = 'too-late@example.com';
    await guardian(routes.inviteGuardian, {
      params: { learnerId },
      body: { email, relation: 'father' },
    });
    const token = await village.tokenIn('guardian-invited', email);
    village.setTime('2033-05-20T00:00');
    expect(await village.as('too-late')(routes.acceptLink, { body: { token } })).toMatchObject({
      status: 404,
      body: { code: 'no-such-link' },
    });
  });
});

describe('given a policy that lowers the age of majority, and is written after the guardians’ links', () => {
  const lower = { ...secondPolicy, version: 'third-2031', from: '2031-09-01', majorityAge: 17 };
  let job: () => Promise<void>;
  beforeAll(async () => {
    const policies = [firstPolicy, secondPolicy, lower].map((one) => Policy.parse(one));
    job = await village.loadJob(policies);
  });

  /** Families in which majority is all that time brings: the guardian has taken the consent back. */
  async function waiting(...names: readonly string[]) {
    const families = await Promise.all(names.map(family));
    for (const { guardian, learnerId } of families)
      await guardian(routes.withdrawConsent, { params: { learnerId } });
    await village.runJob();
    return families;
  }
  const seen = async ({ guardian, learnerId }: Awaited<ReturnType<typeof family>>) =>
    (await guardian(routes.readMe, { query: { learnerId } })).status;

  it('edge case 4: guardians leave at midnight of its first day, as if it had been there before', async () => {
    const [one] = await waiting('lowered');
    if (one === undefined) throw new Error('no family');
    await job();
    village.setTime('2031-08-31T23:59:59');
    expect(await seen(one)).toBe(200);
    village.setTime('2031-09-01T00:00');
    expect(await seen(one)).toBe(404);
    await job();
    expect(await one.kinds()).toContain('majority-without-login');
  });

  it('a run that is cut short leaves the rest to the next, and does its other work', async () => {
    const families = await waiting('cut-a', 'cut-b', 'cut-c');
    let writes = 0;
    village.cloud.disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || ++writes !== 2) return undefined;
      return { reply: { status: 400, headers: {}, body: '{"__type":"ValidationException"}' } };
    });
    await expect(job()).rejects.toThrow('1 rows stay due');
    village.cloud.disturb(undefined);
    await job();
    village.setTime('2031-09-01T00:00');
    expect(await Promise.all(families.map(seen))).toEqual([404, 404, 404]);
  });
});
