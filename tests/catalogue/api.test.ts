import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../functions/catalogue/contract.ts';
import { Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims } from '../runtime/requests.ts';
import { mill, village, well } from '../runtime/village.ts';

captureLog();

const { listProviders } = catalogue.routes;
let cloud: Cloud;
let api: ApiHandler;
let learners = 0;

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('identity');
  await cloud.createTable('eligibility', ['waiting', 'waitingArea', 'submittedAt']);
  await cloud.createTable('catalogue');
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    ELIGIBILITY_TABLE: 'eligibility',
    CATALOGUE_TABLE: 'catalogue',
    AUDIT_TABLE: 'audit',
  });
  // Contracts that run at any time, so that the handler's own clock does not matter.
  const contract = { type: 'donated', from: '2020-01-01' } as const;
  const providers = [mill, well].map((provider) => ({ ...provider, contract }));
  api = await loadApi('catalogue', { '#region': village({ providers }) });
});
afterAll(() => cloud.close());

/** The login of a learner of a stage, and the learner. */
async function enter(stage: string) {
  learners += 1;
  const sub = Sub.parse(`login-${learners}`);
  const profile = ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage,
    areaId: 'river',
    language: 'en',
  });
  const at = '2025-07-01T00:00:00.000Z';
  const learnerId = newId(LearnerId, 'lrn');
  await identityStore('identity').createLearner(sub, 'h@village.example', learnerId, profile, at);
  return { claims: learnerClaims(sub), learnerId };
}

const learner = async (stage: string) => (await enter(stage)).claims;

describe('given a learner who asks what there is', () => {
  it('is answered for the stage of the profile', async () => {
    const { status, body } = await invoke(api, listProviders, { claims: await learner('middle') });
    expect(status).toBe(200);
    expect(listProviders.answers.body.parse(body)).toMatchObject({
      stage: 'middle',
      providers: [{ providerId: 'mill', categories: ['subject'] }],
    });
  });

  it.each([
    ['approved', 'high'],
    ['rejected', 'middle'],
  ])('whose application for another stage was %s, for the stage %s', async (outcome, stage) => {
    const { claims, learnerId } = await enter('middle');
    const application = Application.parse({
      applicationId: newId(ApplicationId, 'app'),
      learnerId,
      groupId: 'low-income',
      areaId: 'river',
      stage: 'high',
      state: outcome,
      submittedAt: '2025-07-01T00:00:00.000Z',
      changedAt: '2025-07-01T00:00:00.000Z',
      ...(outcome === 'approved' ? { validUntil: '2999-12-31' } : {}),
      decision: {
        outcome,
        policyVersion: 'first-2025',
        legalBasis: 'Ordinance of the village, article 1',
        findings: [{ rule: 'officer-judged', met: outcome === 'approved', explanation: 'So.' }],
        decidedBy: 'officer',
        decidedAt: '2025-07-01T00:00:00.000Z',
      },
    });
    const claim = { id: learnerId, fingerprint: 'as sent' };
    await eligibilityStore('eligibility').keep(application, claim, '2025-07-01');
    expect((await invoke(api, listProviders, { claims })).body).toMatchObject({ stage });
  });

  it('and for one category, where they name it', async () => {
    const claims = await learner('high');
    const { body } = await invoke(api, listProviders, { claims, query: { category: 'reading' } });
    expect(listProviders.answers.body.parse(body).providers).toMatchObject([
      { providerId: 'well', categories: ['reading'] },
    ]);
  });

  it.each([[{ category: 'music' }], [{ stage: 'high' }]])('is corrected on %o', async (query) => {
    const claims = await learner('elementary');
    expect(await invoke(api, listProviders, { claims, query })).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    });
  });

  it('is sent to write a profile first', async () => {
    expect(await invoke(api, listProviders, { claims: learnerClaims('nobody') })).toMatchObject({
      status: 422,
      body: { code: 'profile-required' },
    });
  });
});
