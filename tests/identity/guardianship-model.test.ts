import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identity, type LearnerId } from '../../functions/identity/contract.ts';
import { identityStore, type LearnerRecord } from '../../functions/identity/store.ts';
import { ageOn, policyOn } from '../../regions/calendar.ts';
import type { AreaId } from '../../regions/schema.ts';
import { runs } from '../runs.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { village as plan } from '../runtime/village.ts';
import { child, type Neighbours, openNeighbours } from './neighbours.ts';

captureLog();
const { routes } = identity;
const region = plan();
const store = identityStore('identity');
let village: Neighbours;
beforeAll(async () => {
  village = await openNeighbours();
});
afterAll(() => village.close());

const steps = [
  'guardian writes',
  'child writes',
  'guardian withdraws',
  'guardian consents again',
  'guardian joins by the mailed link',
  'mailed link takes back',
  'guardian offers a login',
  'child takes the login',
  'child consents',
  'child withholds',
  'a day',
  'twenty days',
  'two years',
  'job',
] as const;
type Step = (typeof steps)[number];
const begins = ['the guardian registers it', 'the child asks'] as const;
type Begin = (typeof begins)[number];

/** Whose word counts, as a reader of the domain's edge cases would keep it. */
interface Believed {
  word: 'guardian' | 'own' | 'nobody';
  today: Temporal.PlainDate;
}

type Family = Awaited<ReturnType<typeof begin>>;
let families = 0;

async function begin(how: Begin) {
  village.setTime('2025-07-01T12:00');
  families += 1;
  const login = `family-${families}-guardian`;
  const guardian = village.as(login);
  const own = village.as(`family-${families}-own`);
  const email = `${login}@village.example`;
  if (how === 'the guardian registers it') {
    const told = { body: { ...child(), relation: 'mother' }, key: `registered-${families}` };
    // The same request twice is one child.
    const [first, again] = [
      await guardian(routes.addChild, told),
      await guardian(routes.addChild, told),
    ];
    expect(again.body).toEqual(first.body);
    const { learnerId } = routes.addChild.answers.body.parse(first.body);
    return {
      guardian,
      own,
      learnerId,
      takesBack: undefined,
      login: `family-${families}@example.com`,
    };
  }
  const body = { birthDate: '2014-05-20', language: 'ko', guardianEmails: [email] };
  await own(routes.askConsent, { body });
  expect(await own(routes.writeMe, { body: child() })).toMatchObject({ status: 422 });
  await village.grant(await village.tokenIn('consent-asked', email));
  const { learnerId } = routes.writeMe.answers.body.parse(
    (await own(routes.writeMe, { body: child() })).body,
  );
  const takesBack = await village.tokenIn('consent-confirmed', email);
  return { guardian, own, learnerId, takesBack, login: `family-${families}@example.com` };
}

it('no order of guardians’ and children’s words, retries, birthdays and jobs keeps more of an under-age child than consent allows', async () => {
  const often = fc.constantFrom<Step>(
    'guardian writes',
    'child writes',
    'guardian withdraws',
    'job',
  );
  const orders = fc.array(fc.oneof(often, fc.constantFrom(...steps)), {
    minLength: 6,
    maxLength: 12,
  });
  await fc.assert(fc.asyncProperty(fc.constantFrom(...begins), orders, live), {
    // The examples below, and as many orders beside them.
    numRuns: 3 + runs(2),
    examples: [
      [
        'the child asks',
        [
          'guardian joins by the mailed link',
          'two years',
          'two years',
          'job',
          'child consents',
          'mailed link takes back',
          'guardian withdraws',
          'child writes',
          'child withholds',
          'child writes',
        ],
      ],
      [
        'the child asks',
        [
          'guardian joins by the mailed link',
          'guardian withdraws',
          'child writes',
          'guardian consents again',
          'guardian writes',
          'mailed link takes back',
          'guardian writes',
        ],
      ],
      [
        'the guardian registers it',
        [
          'two years',
          'two years',
          'job',
          'twenty days',
          'job',
          'two years',
          'job',
          'guardian writes',
          'two years',
          'job',
          'guardian offers a login',
          'child takes the login',
          'child consents',
          'child writes',
        ],
      ],
    ],
  });
}, 60_000);

async function live(how: Begin, order: readonly Step[]): Promise<void> {
  const family = await begin(how);
  const believed: Believed = { word: 'guardian', today: Temporal.PlainDate.from('2025-07-01') };
  for (const step of order) {
    const before = await recordOf(family.learnerId);
    await take(family, believed, step, before);
    inspect(before, await recordOf(family.learnerId), believed, step);
  }
  await proofs(family.learnerId);
}

async function recordOf(learnerId: LearnerId): Promise<LearnerRecord> {
  const record = await store.readRecord(learnerId);
  if (record === undefined) throw new Error('the learner is gone');
  return record;
}

const ageIn = ({ today }: Believed) => ageOn('2014-05-20', today);
const underAge = (believed: Believed) =>
  ageIn(believed) < policyOn(region, believed.today).consentAge;
const ofAge = (believed: Believed) =>
  ageIn(believed) >= policyOn(region, believed.today).majorityAge;

/** Whether a profile may be written, by what the row says of time alone: that own consent has lapsed. */
function allowed(believed: Believed, { profile }: LearnerRecord): boolean {
  if (believed.word === 'guardian')
    return underAge(believed) || profile.consent.state !== 'own-lapsed';
  return believed.word === 'own' && !underAge(believed);
}

async function take(family: Family, believed: Believed, step: Step, before: LearnerRecord) {
  const { guardian, own, learnerId } = family;
  const params = { learnerId };
  const body = child({ areaId: before.profile.areaId === 'river' ? 'hill' : 'river' });
  switch (step) {
    case 'guardian writes':
    case 'child writes': {
      const wrote =
        step === 'child writes'
          ? await own(routes.writeMe, { body, query: { learnerId } })
          : await guardian(routes.writeMe, { body, query: { learnerId } });
      // 404: of somebody who does not act for the child, whatever consent is.
      if (wrote.status === 404) return;
      if (step === 'guardian writes') expect(ofAge(believed), 'a guardian of an adult').toBe(false);
      expect(wrote.status, 'a profile exactly with consent').toBe(
        allowed(believed, before) ? 200 : 422,
      );
      return;
    }
    case 'guardian withdraws': {
      const { status } = await guardian(routes.withdrawConsent, { params });
      if (status !== 404) expect(status).toBe(believed.word === 'own' ? 409 : 200);
      if (status === 200) believed.word = 'nobody';
      return;
    }
    case 'guardian consents again': {
      const { status, body: answer } = await guardian(routes.consentAgain, { params });
      if (status !== 200 || before.profile.consent.state === 'own-needed') return;
      expect(answer).toMatchObject({ state: expect.stringMatching(/^(granted|own-given)$/) });
      if (believed.word === 'nobody') believed.word = 'guardian';
      return;
    }
    case 'guardian joins by the mailed link':
      if (family.takesBack === undefined) return;
      await guardian(routes.acceptLink, { body: { token: family.takesBack } });
      return;
    case 'mailed link takes back': {
      if (family.takesBack === undefined) return;
      const told = { body: { token: family.takesBack } };
      const { status } = await village.anyone(routes.takeBack, told);
      // An answer to what was withdrawn before changes nothing.
      const { profile } = await recordOf(learnerId);
      if (believed.word === 'own') expect(profile.consent).toEqual(before.profile.consent);
      if (status === 200 && profile.consent.state === 'withdrawn') believed.word = 'nobody';
      return;
    }
    case 'guardian offers a login':
      await guardian(routes.offerLogin, { params, body: { email: family.login } });
      return;
    case 'child takes the login':
      for (const token of await village.tokensIn('login-offered', family.login))
        await own(routes.acceptLink, { body: { token } });
      return;
    case 'child consents':
    case 'child withholds': {
      const granted = step === 'child consents';
      const { status } = await own(routes.giveConsent, { body: { granted } });
      if (status !== 200) return;
      expect(underAge(believed), 'own consent below the age').toBe(false);
      believed.word = granted ? 'own' : 'nobody';
      return;
    }
    case 'a day':
    case 'twenty days':
    case 'two years': {
      const days = { 'a day': 1, 'twenty days': 20, 'two years': 730 }[step];
      believed.today = believed.today.add({ days });
      village.setTime(`${believed.today}T12:00`);
      return;
    }
    case 'job':
      return village.runJob();
  }
}

/** What the row says against what is believed. */
function inspect(
  before: LearnerRecord,
  after: LearnerRecord,
  believed: Believed,
  step: Step,
): void {
  const { state } = after.profile.consent;
  const standing = {
    guardian: /^(granted|own-needed|own-lapsed)$/,
    own: /^own-given$/,
    nobody: /^withdrawn$/,
  };
  expect(state, `after "${step}"`).toMatch(standing[believed.word]);
  if (underAge(believed)) expect(state, `after "${step}"`).not.toBe('own-given');
  const areaOf = ({ profile }: LearnerRecord): AreaId => profile.areaId;
  if (step !== 'guardian writes' && step !== 'child writes')
    expect(areaOf(after), `after "${step}"`).toBe(areaOf(before));
  if (step === 'job' && ofAge(believed)) expect(after.guardians).toBe(0);
}

/** Whatever there is rests on a proof that somebody granted it. */
async function proofs(learnerId: LearnerId): Promise<void> {
  const rows = (await village.rows()).filter(({ pk }) => pk === `LEARNER#${learnerId}`);
  const words = rows.filter(({ sk }) => String(sk).startsWith('CONSENT#')).map(({ word }) => word);
  expect(words).toContain('granted');
}
