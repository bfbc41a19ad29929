import { afterAll, beforeAll, expect } from 'vitest';
import * as z from 'zod';
import { auditStore } from '../../functions/audit/store.ts';
import { type Application, eligibility } from '../../functions/eligibility/contract.ts';
import { LearnerId, ProfileInput, StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { AreaId } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { invoke, learnerClaims, type Sent, staffClaims } from '../runtime/requests.ts';
import { firstPolicy, village } from '../runtime/village.ts';

export const { routes } = eligibility;
const evidence = [{ id: 'school-letter', name: { ko: '편지', en: 'Letter' } }];
const groups = firstPolicy.groups.map((group) =>
  group.id === 'out-of-school' ? { ...group, evidence } : group,
);

/** The village, open at any time, so that the handlers' own clock does not matter; out of school asks for a letter. */
export const region = village({
  policies: [{ ...firstPolicy, from: '2020-01-01', groups }],
  intakes: [{ opens: '2020-01-01T00:00' }],
});

type OneCase = Pick<Application, 'applicationId'>;
type Claims = Record<string, string>;

/** Eligibility's routes with the tables that they need and a registry, and people who call them. */
export function office(within = region) {
  let cloud: Cloud;
  let world: World;
  let api: ApiHandler;

  beforeAll(async () => {
    cloud = await openCloud();
    await cloud.createTable('identity');
    await cloud.createTable('notices');
    await cloud.createTable('audit', ['staff', 'staffId', 'at']);
    await cloud.createTable('documents');
    await cloud.createTable(
      'eligibility',
      ['waiting', 'waitingArea', 'submittedAt'],
      ['due', 'dueLot', 'dueOn'],
    );
    world = await openWorld({
      providers: [],
      registry: { key: 'a-key-of-this-test-24-bytes-long' },
    });
    cloud.secrets.put('registry', world.registry);
    Object.assign(process.env, {
      IDENTITY_TABLE: 'identity',
      ELIGIBILITY_TABLE: 'eligibility',
      AUDIT_TABLE: 'audit',
      NOTICES_TABLE: 'notices',
      DOCUMENTS_TABLE: 'documents',
      REGISTRY_SECRET: 'registry',
    });
    api = await loadApi('eligibility', { '#region': within });
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
    await store.recordInvited({ staff, repeats: 0 }, sub);
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
  /** Questions that the registry has received. */
  async function timesAsked(): Promise<number> {
    const response = await fetch(`${world.url}/control/registry/requests`);
    const Requests = z.object({ received: z.object({ POST: z.int().default(0) }) });
    return Requests.parse(await response.json()).received.POST;
  }

  return {
    cloud: () => cloud,
    api: () => api,
    learner,
    officer,
    newKey,
    apply,
    waiting,
    act,
    claimCase,
    decide,
    settle,
    readCase,
    trailOf,
    timesAsked,
  };
}
