import { afterAll, beforeAll } from 'vitest';
import { type AccountId, accountIdOf } from '../../functions/enrolment/contract.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { LearnerId, ProfileInput } from '../../functions/identity/contract.ts';
import { identityStore } from '../../functions/identity/store.ts';
import type { Account } from '../../functions/provisioning/contract.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { RegionClock } from '../../local/clock.ts';
import { Secrets } from '../../local/secrets/service.ts';
import { openState } from '../../local/state.ts';
import { ProviderId } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { approved, place } from '../enrolment/places.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadApi } from '../runtime/handlers.ts';
import { invoke, learnerClaims, type Sent } from '../runtime/requests.ts';
import { village } from '../runtime/village.ts';
import { ltiOf, scimOf, webhookOf } from '../world/parties.ts';
import { type Gateway, openGateway } from './gateway.ts';

const text = (words: string) => ({ ko: words, en: words });
const common = {
  offers: [{ stage: 'high', category: 'subject' } as const],
  contract: { type: 'donated', from: '2025-03-01' } as const,
  seats: 'unlimited' as const,
  description: text('배움'),
};

/** One provider of each kind, two that nobody has put a secret for, and one that a test is itself. */
export const region = village({
  providers: [
    { ...common, id: 'loom', name: { ko: '베틀', en: 'Loom' }, kind: 'lti' },
    { ...common, id: 'kiln', name: text('가마'), kind: 'lti' },
    { ...common, id: 'quay', name: text('나루'), kind: 'lti' },
    { ...common, id: 'mill', name: text('방앗간'), kind: 'scim' },
    {
      ...common,
      ...{ id: 'barn', name: text('헛간'), kind: 'scim', launch: 'https://barn.example/in' },
    },
    { ...common, id: 'bell', name: text('종'), kind: 'webhook' },
    {
      ...common,
      ...{ id: 'horn', name: text('나팔'), kind: 'webhook', launch: 'https://horn.example/in' },
    },
    {
      ...common,
      ...{ id: 'dale', name: text('골'), kind: 'scim', launch: 'https://dale.example/in' },
    },
    {
      ...common,
      ...{ id: 'seed', name: text('씨앗'), kind: 'voucher' },
      voucher: { redeem: 'https://seed.example/redeem', lowWater: 1, afterUse: 'void' },
    },
    {
      ...common,
      ...{ id: 'hand', name: text('손'), kind: 'manual', launch: 'https://hand.example/in' },
    },
  ],
});

type Asked = Parameters<typeof invoke>[1];

/** A learner with a place, who can ask. */
export interface Dweller {
  readonly learnerId: LearnerId;
  readonly accountId: AccountId;
  ask(route: Asked, sent?: Sent): ReturnType<typeof invoke>;
}

export interface House {
  readonly cloud: Cloud;
  readonly world: World;
  ask(route: Asked, sent?: Sent): ReturnType<typeof invoke>;
  /** Where the API answers. */
  readonly url: string;
  /** Seconds by which the tool's clock is ahead of ours. */
  toolIsAhead(seconds: number): void;
  /** Somebody whose place is with a provider, and whose account is in a state. */
  enter(
    providerId: string,
    otherwise?: { readonly place?: object; readonly state?: Account['state']; remoteId?: string },
  ): Promise<Dweller>;
}

/** Secrets Manager as the local region has it, with the secrets of a template. */
export function secretsWith(values: Readonly<Record<string, string>>): Secrets {
  const clock = new RegionClock();
  const where = { account: '000000000000', region: 'ap-northeast-2', base: '' };
  const secrets = new Secrets({ ...where, clock, state: openState(':memory:') });
  for (const [Name, SecretString] of Object.entries(values)) {
    const properties = { Name, SecretString, Tags: [] };
    for (const kind of secrets.kinds)
      void kind.create({ logicalId: Name, physicalName: Name, properties });
  }
  return secrets;
}

/** What signs the messages of webhooks. */
const key = `whsec_${Buffer.alloc(32).toString('base64')}`;

/** The launch API between its tables and the world's providers. */
export function house(): () => House {
  let opened: House;
  let gateway: Gateway;
  beforeAll(async () => {
    let ahead = 0;
    gateway = await openGateway();
    const world = await neighbours(gateway.url, () => Date.now() + ahead * 1000);
    const cloud = await openCloud(
      secretsWith({
        providers: JSON.stringify({
          loom: ltiOf(world, 'loom'),
          kiln: { until: 'an operator puts it' },
          mill: scimOf(world, 'mill'),
          barn: { baseUrl: 'https://barn.example/scim', token: 'token' },
          bell: webhookOf(world, 'bell'),
          horn: { url: 'https://horn.example/hook', key },
        }),
        'platform-keys': '{"unmade":"at random"}',
      }),
    );
    for (const table of ['identity', 'enrolment', 'launch']) await cloud.createTable(table);
    await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
    await cloud.createTable('audit', ['staff', 'staffId', 'at']);
    Object.assign(process.env, {
      IDENTITY_TABLE: 'identity',
      ENROLMENT_TABLE: 'enrolment',
      PROVISIONING_TABLE: 'provisioning',
      LAUNCH_TABLE: 'launch',
      AUDIT_TABLE: 'audit',
      PROVIDERS_SECRET: 'providers',
      PLATFORM_KEYS: 'platform-keys',
    });
    const api = gateway.serve(await loadApi('launch', { '#region': region }));
    const ask: House['ask'] = (route, sent) => invoke(api, route, sent);
    opened = {
      ...{ cloud, world, ask, url: gateway.url },
      toolIsAhead: (seconds) => {
        ahead = seconds;
      },
      enter: entering(ask),
    };
  });
  afterAll(async () => {
    gateway.close();
    await opened.world.close();
    await opened.cloud.close();
  });
  return () => opened;
}

function neighbours(url: string, now: () => number): Promise<World> {
  const lti = `${url}/lti`;
  return openWorld({
    providers: [
      { id: 'loom', kind: 'lti', clientId: 'village.loom', deployments: ['village'] },
      { id: 'mill', kind: 'scim', token: 'token' },
      { id: 'bell', kind: 'webhook', key },
    ],
    registry: { key: 'key' },
    platform: {
      issuer: url,
      ...{ jwks: `${lti}/jwks`, authorize: `${lti}/authorize`, token: `${lti}/token` },
    },
    now,
  });
}

function entering(ask: House['ask']): House['enter'] {
  return async (provider, otherwise = {}) => {
    const providerId = ProviderId.parse(provider);
    const learnerId = newId(LearnerId, 'lrn');
    const sub = Sub.parse(`login-${learnerId}`);
    const profile = ProfileInput.parse({
      ...{ name: '김하늘', birthDate: '2009-05-20', stage: 'high' },
      ...{ areaId: 'river', language: 'ko' },
    });
    const at = '2025-07-01T00:00:00.000Z';
    await identityStore('identity').createLearner(sub, 'h@village.example', learnerId, profile, at);
    const places = { subject: place(provider, otherwise.place) };
    await enrolmentStore('enrolment').keepPlaces(approved({ learnerId, version: 0, places }));
    const accounts = provisioningStore('provisioning');
    const month = '2025-07';
    const begun = await accounts.begin({ learnerId, providerId }, 'create', undefined, month);
    if (begun === undefined) throw new Error('the account was there before');
    const { state = 'present', remoteId } = otherwise;
    await accounts.end({ ...begun, state, remoteId }, month);
    return {
      ...{ learnerId, accountId: accountIdOf(learnerId, providerId) },
      ask: (route, sent) =>
        ask(route, { params: { place: 'subject' }, claims: learnerClaims(sub), ...sent }),
    };
  };
}
