import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { z } from 'zod';
import { followApproval } from '../../functions/enrolment/approval.rules.ts';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import { type AccountId, accountIdOf, type Places } from '../../functions/enrolment/contract.ts';
import { choose, giveBack } from '../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { type LearnerId, LearnerId as LearnerIds } from '../../functions/identity/contract.ts';
import { provisioning } from '../../functions/provisioning/contract.ts';
import { accountQueues } from '../../functions/provisioning/queues.adapter.ts';
import { messagesFor } from '../../functions/provisioning/rules.ts';
import { provisioningStore } from '../../functions/provisioning/store.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { ProviderId } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { approval, wish } from '../enrolment/places.ts';
import type { Cloud } from '../runtime/cloud.ts';
import type { ApiHandler } from '../runtime/handlers.ts';
import { openQueue, type Queue } from '../runtime/queues.ts';
import { invoke } from '../runtime/requests.ts';
import { at, village, well } from '../runtime/village.ts';
import { webhookOf } from '../world/parties.ts';
import { type Grounds, openGrounds } from './grounds.ts';

const { routes } = provisioning;
const like = {
  name: well.name,
  description: well.description,
  offers: [
    { stage: 'high', category: 'subject' },
    { stage: 'high', category: 'language' },
  ],
  contract: { type: 'donated', from: '2025-03-01' },
  seats: 'unlimited',
} as const;
/** Accounts are made by hand at `hand`, by signed messages at `bell`, by SCIM at `moss`; nobody has made a queue for `deaf`. */
const region = village({
  providers: [
    { ...like, id: 'hand', kind: 'manual', offers: [...like.offers] },
    { ...like, id: 'deaf', kind: 'manual', offers: [...like.offers] },
    { ...like, id: 'bell', kind: 'webhook', offers: [...like.offers] },
    { ...like, id: 'moss', kind: 'scim', offers: [...like.offers] },
  ],
});
const summer = at('2025-07-01T12:00');
export const bellKey = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Where people and providers tell how something ended: the real functions, tables, queues and a real provider. */
export class Desk {
  readonly store = enrolmentStore('enrolment');
  readonly accounts = provisioningStore('provisioning');
  readonly #approvals = approvalStore({ enrolment: 'enrolment', notices: 'notices' }, region);
  readonly #queues = new Map<string, Queue>();

  readonly cloud: Cloud;
  readonly world: World;
  readonly bundled: Grounds['bundled'];
  readonly coordinator: Grounds['coordinator'];
  readonly sweep: Grounds['sweep'];
  readonly #grounds: Grounds;

  constructor(grounds: Grounds, world: World) {
    const { cloud, bundled, coordinator, sweep } = grounds;
    this.cloud = cloud;
    this.bundled = bundled;
    this.coordinator = coordinator;
    this.sweep = sweep;
    this.world = world;
    this.#grounds = grounds;
  }

  /** Makes a provider's queue, unless it is there. */
  async listen(providerId: string, there?: Queue) {
    this.#queues.set(providerId, there ?? (await openQueue(this.cloud, `accounts-${providerId}`)));
  }

  /** A learner with an approval and a place at a provider, whose message is sent. */
  async chosen(providerId: string): Promise<LearnerId> {
    const learnerId = newId(LearnerIds, 'lrn');
    await this.#approvals.recordApproval(learnerId, approval(), summer);
    await this.choose(learnerId, providerId);
    return learnerId;
  }

  choose(learnerId: LearnerId, providerId: string) {
    return this.#change(learnerId, (seen) => {
      const choice = choose(region, seen, wish('subject', providerId), summer);
      if (choice.kind !== 'chosen') throw new Error(`the choice is ${choice.kind}`);
      return choice.change.next;
    });
  }

  giveBack(learnerId: LearnerId) {
    return this.#change(learnerId, (seen) => {
      const returned = giveBack(region, seen, 'subject', summer);
      if (returned === undefined) throw new Error('there is nothing to give back');
      return returned.next;
    });
  }

  /** The learner's approval is suspended, or holds again. */
  approve(learnerId: LearnerId, state: 'suspended' | 'holds', changedAt: string) {
    return this.#change(learnerId, (seen) => {
      const followed = followApproval(region, seen, approval({ state, changedAt }), summer);
      if (followed === undefined) throw new Error('the approval is no newer');
      return followed.next;
    });
  }

  async #change(learnerId: LearnerId, decide: (seen: Places) => Places) {
    const seen = await this.store.readPlaces(learnerId);
    const next = decide(seen);
    if ((await this.store.keepPlaces(next)) !== 'kept') throw new Error('the row has changed');
    const { send } = accountQueues(this.#grounds.queuePrefix);
    const sent = messagesFor(seen, { ...next, version: next.version + 1 });
    for (const message of sent) if (this.#queues.has(message.providerId)) await send(message);
  }

  /** Has the worker take all messages that wait for a provider. */
  async work(providerId: string): Promise<void> {
    const queue = this.#queues.get(providerId);
    if (queue === undefined) throw new Error(`nobody has made a queue for ${providerId}`);
    for (;;) {
      const records = await queue.receive();
      if (records.length === 0) return;
      await queue.deliver(this.bundled['provisioning/account.worker'], records);
    }
  }

  /** Lets time pass, for functions, queues and the world. */
  wait(minutes: number) {
    this.#grounds.wait(minutes * 60);
  }

  async stateOf(learnerId: LearnerId) {
    return (await this.store.readPlaces(learnerId)).places.subject?.state;
  }

  account(learnerId: LearnerId, providerId: string) {
    return this.accounts.readAccount(learnerId, ProviderId.parse(providerId));
  }

  /** What the world's control answers. */
  async control(path: string, method = 'GET', body?: object): Promise<unknown> {
    const response = await fetch(`${this.world.url}/control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`control said ${response.status}: ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  }

  /** The `externalId`s of accounts at the bell that can be used. */
  async usable(): Promise<string[]> {
    const Accounts = z.array(z.object({ externalId: z.string(), active: z.boolean() }));
    const accounts = Accounts.parse(await this.control('providers/bell/accounts'));
    return accounts.filter(({ active }) => active).map(({ externalId }) => externalId);
  }
}

export const idAt = (learnerId: LearnerId, providerId: string): AccountId =>
  accountIdOf(learnerId, ProviderId.parse(providerId));

/** Opens a desk for one test file. */
export function desk(): () => Desk {
  let opened: Desk;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    const grounds = await openGrounds(region, 'hand');
    const { cloud, queue, bundled } = grounds;
    const api = await serveEvents(bundled['provisioning/api']);
    const world = await openWorld({
      providers: [{ id: 'bell', kind: 'webhook', key: bellKey }],
      registry: { key: 'key' },
    });
    closing.push(
      () => world.close(),
      api.close,
      () => cloud.close(),
    );
    cloud.secrets.putEntry('providers', 'bell', webhookOf(world, 'bell'));
    opened = new Desk(grounds, world);
    const platform = { issuer: api.url, jwks: api.url, authorize: api.url, token: api.url };
    await opened.control('platform', 'PUT', platform);
    await opened.listen('hand', queue);
    await opened.listen('bell');
  });
  afterEach(() => opened.cloud.disturb(undefined));
  afterAll(async () => {
    for (const close of closing) await close();
    vi.useRealTimers();
  });
  return () => opened;
}

/** The API's route for providers, at an address of its own. */
async function serveEvents(handler: ApiHandler) {
  const server = createServer(async (request, response) => {
    const [, , providerId = ''] = (request.url ?? '').split('/');
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const sent = { params: { providerId }, headers, body: await text(request) };
    const answer = await invoke(handler, routes.takeEvent, sent);
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, close };
}
