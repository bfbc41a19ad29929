import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { auditStore } from '../../functions/audit/store.ts';
import { type Application, eligibility } from '../../functions/eligibility/contract.ts';
import { quotaStore } from '../../functions/eligibility/quota.store.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import {
  LearnerId,
  type Profile,
  ProfileInput,
  StaffId,
} from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { AreaId } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { paperOf } from '../documents/papers.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, type Sent, staffClaims } from '../runtime/requests.ts';
import { firstPolicy, village } from '../runtime/village.ts';

captureLog();

const { routes } = eligibility;
const evidence = [{ id: 'school-letter', name: { ko: '편지', en: 'Letter' } }];
const groups = firstPolicy.groups.map((group) =>
  group.id === 'out-of-school' ? { ...group, evidence } : group,
);
let cloud: Cloud;
let world: World;
let api: ApiHandler;

beforeAll(async () => {
  cloud = await openCloud();
  await cloud.createTable('identity');
  await cloud.createTable('notices');
  await cloud.createTable('audit', ['staff', 'staffId', 'at']);
  await cloud.createTable('documents');
  await cloud.createTable('eligibility', ['waiting', 'waitingArea', 'submittedAt']);
  world = await openWorld({ providers: [], registry: { key: 'a-key-of-this-test-24-bytes-long' } });
  cloud.secrets.put('registry', world.registry);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    ELIGIBILITY_TABLE: 'eligibility',
    AUDIT_TABLE: 'audit',
    NOTICES_TABLE: 'notices',
    DOCUMENTS_TABLE: 'documents',
    REGISTRY_SECRET: 'registry',
  });
  // Open at any time, so that the handlers' own clock does not matter.
  const region = village({
    policies: [{ ...firstPolicy, from: '2020-01-01', groups }],
    intakes: [{ opens: '2020-01-01T00:00' }],
  });
  api = await loadApi('eligibility', { '#region': region });
});
afterAll(async () => {
  await world.close();
  await cloud.close();
});

let people = 0;
/** A learner with a login; known to the registry where the name is. */
async function learner(otherwise: object = {}) {
  people += 1;
  const sub = Sub.parse(`login-${people}`);
  const learnerId = newId(LearnerId, 'lrn');
  const profile = ProfileInput.parse({
    name: '김하늘',
    // Nobody is anybody else, unless a test says so.
    birthDate: new Date(1_200_000_000_000 + people * 86_400_000).toISOString().slice(0, 10),
    stage: 'high',
    areaId: 'river',
    language: 'ko',
    ...otherwise,
  });
  const at = '2025-07-01T00:00:00.000Z';
  await identityStore('identity').createLearner(sub, 'h@village.example', learnerId, profile, at);
  return { sub, learnerId };
}

/** An officer of an area, or of the whole region. */
async function officer(area?: string) {
  people += 1;
  const sub = Sub.parse(`officer-${people}`);
  const areaId = area === undefined ? undefined : AreaId.parse(area);
  const staff = {
    staffId: newId(StaffId, 'stf'),
    role: 'officer',
    areaId,
    state: 'inviting',
  } as const;
  const store = staffStore('identity');
  const email = `${sub}@village.example`;
  const claim = { id: `administrator#${sub}`, fingerprint: '' };
  await store.invite(staff, { email, role: 'officer', areaId }, claim);
  await store.recordInvited(staff, sub);
  return { ...staffClaims(sub, 'officer'), staffId: staff.staffId };
}

let keys = 0;
const newKey = () => {
  keys += 1;
  return { 'content-type': 'application/json', 'idempotency-key': `key-of-test-${keys}` };
};

const apply = (sub: string, groupId = 'out-of-school', headers = newKey()) =>
  invoke(api, routes.apply, { claims: learnerClaims(sub), body: { groupId }, headers });

/** An application that waits for an officer of an area, and its learner. */
async function waiting(areaId = 'river') {
  const { sub, learnerId } = await learner({ areaId });
  const { status, body } = await apply(sub);
  expect(status).toBe(201);
  const { applicationId } = routes.apply.answers.body.parse(body);
  return { sub, learnerId, applicationId };
}

type OneCase = Pick<Application, 'applicationId'>;
type Claims = Record<string, string>;

/** Does something with a case. */
const act = (route: Route, { applicationId }: OneCase, claims: Claims, sent: Sent = {}) =>
  invoke(api, route, { params: { applicationId }, claims, headers: newKey(), ...sent });

const claimCase = (found: OneCase, claims: Claims) => act(routes.claim, found, claims);

const decide = (found: OneCase, claims: Claims, sent: Sent = {}) =>
  act(routes.decide, found, claims, {
    body: { outcome: 'approved', reason: 'Form 7 was shown.' },
    ...sent,
  });

/** Claims a case and decides it. */
async function settle(found: OneCase, claims: Claims, outcome: 'approved' | 'rejected') {
  expect(await claimCase(found, claims)).toMatchObject({ status: 200 });
  const answer = await decide(found, claims, { body: { outcome, reason: 'As found.' } });
  expect(answer).toMatchObject({ status: 200, body: { state: outcome } });
  return routes.decide.answers.body.parse(answer.body);
}

const readCase = async (found: OneCase, claims: Claims) =>
  routes.readApplication.answers.body.parse(
    (await act(routes.readApplication, found, claims)).body,
  );

/** What the trail says of a learner, the oldest first. */
async function trailOf(learnerId: LearnerId) {
  const { entries } = await auditStore('audit').listOfLearner(learnerId, 100, undefined);
  return entries.reverse().map(({ actor, action }) => `${actor.kind} ${action}`);
}

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

  /** Questions that the registry has received. */
  async function timesAsked(): Promise<number> {
    const response = await fetch(`${world.url}/control/registry/requests`);
    const Requests = z.object({ received: z.object({ POST: z.int().default(0) }) });
    return Requests.parse(await response.json()).received.POST;
  }

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
    const { body } = await invoke(api, routes.listMine, { claims: learnerClaims(sub) });
    const { applications } = routes.listMine.answers.body.parse(body);
    expect(applications.map((application) => application.learnerId)).toEqual([learnerId]);
  });
});

describe('given an officer of an area', () => {
  let river: Awaited<ReturnType<typeof officer>>;
  let hill: Awaited<ReturnType<typeof officer>>;
  beforeEach(async () => {
    river = await officer('river');
    hill = await officer('hill');
  });

  it('decides what they have claimed, once', async () => {
    const found = await waiting('river');
    expect(await decide(found, river)).toMatchObject({
      status: 409,
      body: { code: 'claim-first' },
    });
    expect(await claimCase(found, river)).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { claim: { by: river.staffId } },
    });
    const { status, headers, body } = await decide(found, river);
    expect({ status, etag: headers['etag'] }).toEqual({ status: 200, etag: '"3"' });
    expect(body).toMatchObject({ state: 'approved', decision: { officer: river.staffId } });
    expect(await decide(found, river)).toMatchObject({
      status: 409,
      body: { code: 'already-decided' },
    });
  });

  it('edge case 10: decides on clean papers, and keeps how long they are valid', async () => {
    const found = await waiting('river');
    await paperOf(found.learnerId, { state: 'quarantined', expiresOn: '2099-12-31' });
    await claimCase(found, river);
    const shown = await waiting('river');
    await paperOf(shown.learnerId, { expiresOn: '2099-06-19' });
    await paperOf(shown.learnerId, { state: 'refused', expiresOn: '2099-12-31' });
    await claimCase(shown, river);
    const decisions = [await decide(found, river), await decide(shown, river)].map(({ body }) => {
      const { papersUntil, decision } = routes.decide.answers.body.parse(body);
      return [papersUntil, decision?.findings.find(({ rule }) => rule === 'evidence')?.met];
    });
    expect(decisions).toEqual([
      [undefined, false],
      ['2099-06-19', true],
    ]);
  });

  it('ten times at once with one key, decides once and hears ten times the same', async () => {
    const found = await waiting('river');
    await claimCase(found, river);
    const headers = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => decide(found, river, { headers })),
    );
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 200, body: answers[0]?.body });
    }
  });

  it('and ten others who claim one case at once: one has it, and only they decide', async () => {
    const found = await waiting('river');
    const officers = await Promise.all(Array.from({ length: 10 }, () => officer('river')));
    const answers = await Promise.all(officers.map((claims) => claimCase(found, claims)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const decided = await Promise.all(officers.map((claims) => decide(found, claims)));
    expect(decided.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
    for (const { status, body } of decided) {
      if (status !== 200) expect(body).toMatchObject({ code: 'claimed-by-another' });
    }
  });

  it('puts a case back, for others to claim; twice is fine', async () => {
    const found = await waiting('river');
    const other = await officer('river');
    await claimCase(found, river);
    expect(await act(routes.release, found, other)).toMatchObject({ status: 409 });
    expect(await act(routes.release, found, river)).toMatchObject({ status: 204 });
    expect(await act(routes.release, found, river)).toMatchObject({ status: 204 });
    expect(await claimCase(found, other)).toMatchObject({ status: 200 });
  });

  it('on what they saw before, hears that it is stale', async () => {
    const found = await waiting('river');
    const headers = { ...newKey(), 'if-match': '"9"' };
    expect(await decide(found, river, { headers })).toMatchObject({
      status: 412,
      body: { code: 'stale' },
    });
  });

  it('reads who applied, and each look is in the trail before it is answered', async () => {
    const found = await waiting('river');
    expect(await act(routes.readApplicant, found, river)).toMatchObject({
      status: 200,
      body: { learnerId: found.learnerId, name: '김하늘' },
    });
    await readCase(found, river);
    expect(await trailOf(found.learnerId)).toEqual([
      'learner applied',
      'staff applicant-read',
      'staff application-read',
    ]);
    cloud.disturb(async (operation) => {
      if (operation !== 'PutItem') return undefined;
      throw new Error('the trail is out of reach');
    });
    expect(await act(routes.readApplication, found, river)).toMatchObject({ status: 500 });
    cloud.disturb(undefined);
  });

  it('asks for papers in words that the applicant reads, who hands in', async () => {
    const found = await waiting('river');
    await claimCase(found, river);
    const body = { evidence: ['school-letter'], message: 'This year’s letter, please.' };
    expect(await act(routes.requestMore, found, river, { body })).toMatchObject({
      status: 200,
      body: { waitingFor: 'evidence', request: body },
    });
    const mine = await invoke(api, routes.listMine, { claims: learnerClaims(found.sub) });
    expect(mine).toMatchObject({ body: { applications: [{ request: body }] } });
    const handedIn = await act(routes.handIn, found, learnerClaims(found.sub));
    expect(handedIn).toMatchObject({ status: 200, body: { waitingFor: 'officer-group' } });
    await settle(found, river, 'approved');
    expect(await trailOf(found.learnerId)).toEqual([
      'learner applied',
      'staff case-claimed',
      'staff evidence-requested',
      'learner handed-in',
      'staff case-claimed',
      'staff approved',
    ]);
  });

  it('edge 50: is told that another area’s application is not there', async () => {
    const application = await waiting('hill');
    const refused = { status: 404, body: { code: 'no-such-application' } };
    expect(await decide(application, river)).toMatchObject(refused);
    const params = { applicationId: application.applicationId };
    expect(await invoke(api, routes.readApplication, { params, claims: river })).toMatchObject(
      refused,
    );
    expect(await invoke(api, routes.readApplication, { params, claims: hill })).toMatchObject({
      status: 200,
    });
  });

  const list = (claims: Record<string, string>, query: Record<string, string> = {}) =>
    invoke(api, routes.listWaiting, { claims, query });

  it('sees what waits there without naming the area', async () => {
    const { applicationId } = await waiting('river');
    await waiting('hill');
    const { body } = await list(river, { limit: '100' });
    const { applications } = routes.listWaiting.answers.body.parse(body);
    expect(applications.map((found) => found.applicationId)).toContain(applicationId);
    expect(new Set(applications.map(({ areaId }) => areaId))).toEqual(new Set(['river']));
  });

  it.each([
    ['another area', 'hill'],
    ['an area that is not there', 'moon'],
  ])('edge 50: asking for %s, is told that it is not there', async (_what, areaId) => {
    expect(await list(river, { areaId })).toMatchObject({
      status: 404,
      body: { code: 'no-such-area' },
    });
  });

  it('edge 50: does not get into another area by its cursor', async () => {
    await Promise.all([waiting('hill'), waiting('hill')]);
    const { body } = await list(hill, { limit: '1' });
    const { cursor } = z.looseObject({ cursor: z.string() }).parse(body);
    expect(await list(river, { cursor })).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [{ field: 'query.cursor' }] },
    });
  });

  it.each([['0'], ['101'], ['many'], ['1.5']])(
    'asking for pages of %s, is corrected',
    async (limit) => {
      expect(await list(river, { limit })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'query.limit' }] },
      });
    },
  );

  it('of the whole region, says which area', async () => {
    const everywhere = await officer();
    expect(await list(everywhere)).toMatchObject({ status: 422, body: { code: 'area-required' } });
    expect(await list(everywhere, { areaId: 'hill' })).toMatchObject({ status: 200 });
  });
});

describe('edge case 11: given a rejection', () => {
  it('is appealed to another officer, and the first decision stays', async () => {
    const [first, second] = [await officer('river'), await officer('river')];
    const found = await waiting('river');
    const { decision } = await settle(found, first, 'rejected');
    const body = { reason: 'The letter came on 5 March.' };
    const own = learnerClaims(found.sub);
    expect(await act(routes.appeal, found, own, { body })).toMatchObject({
      status: 200,
      body: { state: 'waiting', waitingFor: 'appeal' },
    });
    expect(await claimCase(found, first)).toMatchObject({
      status: 403,
      body: { code: 'same-officer' },
    });
    const settled = await settle(found, second, 'approved');
    expect(settled).toMatchObject({ earlier: [decision], decision: { officer: second.staffId } });
  });

  it('can be followed by a new case, after which it cannot be appealed', async () => {
    const found = await waiting('river');
    const rejected = await settle(found, await officer('river'), 'rejected');
    expect(await apply(found.sub)).toMatchObject({ status: 201 });
    const body = { reason: 'After all.' };
    expect(await act(routes.appeal, found, learnerClaims(found.sub), { body })).toMatchObject({
      status: 409,
      body: { code: 'application-waiting' },
    });
    expect(await readCase(found, await officer('river'))).toEqual(rejected);
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
    const body = { verdict: 'different-people', reason: 'Both came to the counter.' };
    const answer = await act(routes.tellApart, second, claims, { body });
    expect(answer).toMatchObject({ status: 200, body: { waitingFor: 'officer-group' } });
    expect(answer.body).not.toHaveProperty('resembles');
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

describe('edge case 2: given a consent that is withdrawn while something is decided on it', () => {
  /** Changes the profile right before the next transaction, when all that it rests on was read. */
  function meanwhile(learnerId: LearnerId, otherwise: Partial<Profile>) {
    const people = identityStore('identity');
    let done = false;
    cloud.disturb(async (operation) => {
      if (operation !== 'TransactWriteItems' || done) return undefined;
      done = true;
      const record = await people.readRecord(learnerId);
      if (record === undefined) throw new Error('there is no such learner');
      const profile = { ...record.profile, ...otherwise };
      expect(await people.keep([people.putRecord({ ...record, profile }, undefined)])).toBe(true);
      return undefined;
    });
  }
  afterEach(() => cloud.disturb(undefined));
  const withdrawn = { consent: { state: 'withdrawn' } } as const;
  const refused = { status: 422, body: { code: 'consent-required' } };

  it.each([
    ['an officer has to see', {}, 'out-of-school'],
    ['the registry confirms', { name: '고다온', birthDate: '2011-10-10' }, 'low-income'],
  ])('no application comes of it that %s', async (_what, who, group) => {
    const { sub, learnerId } = await learner(who);
    meanwhile(learnerId, withdrawn);
    expect(await apply(sub, group)).toMatchObject(refused);
    const mine = await invoke(api, routes.listMine, { claims: learnerClaims(sub) });
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
});
