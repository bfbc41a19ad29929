import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, vi } from 'vitest';
import { followApproval } from '../../functions/enrolment/approval.rules.ts';
import { approvalStore } from '../../functions/enrolment/approval.store.ts';
import {
  type AccountId,
  type Approval,
  accountIdOf,
  type PlaceId,
  type Places,
} from '../../functions/enrolment/contract.ts';
import { choose, giveBack } from '../../functions/enrolment/rules.ts';
import { enrolmentStore } from '../../functions/enrolment/store.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { accountsAreIndexed } from '../../functions/provisioning/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { RemainingTime } from '../../functions/runtime/job.ts';
import { ProviderId } from '../../regions/schema.ts';
import { approval, wish } from '../enrolment/places.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandlers } from '../runtime/handlers.ts';
import { openQueue, type Queue } from '../runtime/queues.ts';
import { at, forge, mill, village, well } from '../runtime/village.ts';
import type { Provider } from './provider.ts';

/** The mill lists three accounts at once. */
const region = village({ providers: [{ ...mill, scim: { pageSize: 3 } }, well, forge] });
const summer = at('2025-07-01T12:00');
const store = enrolmentStore('enrolment');
const approvals = approvalStore({ enrolment: 'enrolment', notices: 'notices' }, region);

interface Handlers {
  readonly dispatch: (event: DynamoDBStreamEvent) => Promise<void>;
  readonly work: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly sweep: () => Promise<void>;
  readonly reconcile: () => Promise<void>;
}

interface Bundled {
  readonly 'provisioning/dispatch.trigger': Handlers['dispatch'];
  readonly 'provisioning/account.worker': Handlers['work'];
  readonly 'provisioning/sweep.job': (event: unknown, clock: RemainingTime) => Promise<void>;
  readonly 'provisioning/reconcile.job': (event: unknown, clock: RemainingTime) => Promise<void>;
}

/** From a learner's choice to an account at the mill: the real functions, tables, queue and provider. */
export interface Station extends Handlers {
  readonly cloud: Cloud;
  readonly queue: Queue;
  /** A learner with an approval. */
  enter(): Promise<LearnerId>;
  /** Chooses or gives back as the API does, and lets the table's stream dispatch the change. */
  choose(learnerId: LearnerId, placeId: PlaceId, providerId?: string): Promise<void>;
  giveBack(learnerId: LearnerId, placeId: PlaceId): Promise<void>;
  /** The learner's approval is suspended, holds again, or ends. */
  approve(learnerId: LearnerId, state: Approval['state'], changedAt: string): Promise<void>;
  /** Has the stream hand on a change that the test makes itself; undefined: the row was not there. */
  dispatchChange(before: Places | undefined, after: Places): Promise<void>;
  row(learnerId: LearnerId): Promise<Places>;
  /** Delivers what the queue has now; the number of messages that come back later. */
  deliver(): Promise<number>;
  /** Lets time pass, for the functions and for the queue. */
  wait(seconds: number): void;
  /** Delivers, and lets time pass so that what waits comes back, until the queue is empty. */
  deliverAll(): Promise<void>;
  accountIdOf(learnerId: LearnerId): AccountId;
}

const millId = ProviderId.parse('mill');

/** Opens a station for one test file. */
export function station(provider: () => Provider): () => Station {
  let opened: Station;
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cloud = await openCloud();
    await makeTables(cloud);
    cloud.secrets.putEntry('providers', 'mill', provider().secret);
    const queue = await openQueue(cloud, 'accounts-mill');
    Object.assign(process.env, {
      ENROLMENT_TABLE: 'enrolment',
      PROVISIONING_TABLE: 'provisioning',
      PROVIDERS_SECRET: 'providers',
      QUEUE_URL_PREFIX: queue.url.slice(0, -'mill.fifo'.length),
    });
    // Functions read their environment when they are loaded.
    const {
      'provisioning/dispatch.trigger': dispatch,
      'provisioning/account.worker': work,
      'provisioning/sweep.job': sweep,
      'provisioning/reconcile.job': reconcile,
    } = await loadHandlers<Bundled>(
      [
        'provisioning/dispatch.trigger',
        'provisioning/account.worker',
        'provisioning/sweep.job',
        'provisioning/reconcile.job',
      ],
      { '#region': region },
    );
    const enough = { getRemainingTimeInMillis: () => 60_000 };
    opened = open(cloud, queue, {
      dispatch,
      work,
      sweep: () => sweep({}, enough),
      reconcile: () => reconcile({}, enough),
    });
  });
  afterAll(async () => {
    await opened.cloud.close();
    vi.useRealTimers();
  });
  return () => opened;
}

/** The tables that its functions use. */
export async function makeTables(cloud: Cloud): Promise<void> {
  await cloud.createTable('enrolment', ['pending', 'pendingLot', 'sweepDue']);
  await cloud.createTable('provisioning', ['accounts', 'accountLot', 'accountId']);
  // As the migrations of a rollout leave it.
  const { pk, sk } = accountsAreIndexed;
  await cloud.ask('PutItem', { TableName: 'provisioning', Item: { pk: { S: pk }, sk: { S: sk } } });
}

function open(cloud: Cloud, queue: Queue, handlers: Handlers): Station {
  const row = (learnerId: LearnerId) => store.readPlaces(learnerId);
  const dispatchChange = (before: Places | undefined, after: Places) =>
    handlers.dispatch(changeOf(before, after));
  const change = async (learnerId: LearnerId, decide: (seen: Places) => Places) => {
    const seen = await row(learnerId);
    const next = decide(seen);
    if ((await store.keepPlaces(next)) !== 'kept') throw new Error('the row changed meanwhile');
    await dispatchChange(seen, { ...next, version: next.version + 1 });
  };
  const wait = (seconds: number) => {
    // The queue's clock follows the machine's, which stands still in these tests but for this.
    vi.setSystemTime(Date.now() + seconds * 1_000);
    cloud.clock.advance(0);
  };
  const deliver = async () => (await queue.deliver(handlers.work, await queue.receive())).length;
  return {
    ...handlers,
    cloud,
    queue,
    row,
    dispatchChange,
    deliver,
    wait,
    enter: async () => {
      const learnerId = newId(LearnerId, 'lrn');
      await approvals.recordApproval(learnerId, approval(), summer);
      return learnerId;
    },
    choose: (learnerId, placeId, providerId = 'mill') =>
      change(learnerId, (seen) => {
        const choice = choose(region, seen, wish(placeId, providerId), summer);
        if (choice.kind !== 'chosen') throw new Error(`the choice is ${choice.kind}`);
        return choice.change.next;
      }),
    giveBack: (learnerId, placeId) =>
      change(learnerId, (seen) => {
        const returned = giveBack(region, seen, placeId, summer);
        if (returned === undefined) throw new Error('there is nothing to give back');
        return returned.next;
      }),
    approve: (learnerId, state, changedAt) =>
      change(learnerId, (seen) => {
        const brought = approval({ state, changedAt });
        const followed = followApproval(region, seen, brought, summer);
        if (followed === undefined) throw new Error('the approval is no newer');
        return followed.next;
      }),
    deliverAll: async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        await deliver();
        const { available, inFlight } = queue.depth();
        if (available + inFlight === 0) return;
        wait(900);
      }
      throw new Error('the queue never runs empty');
    },
    accountIdOf: (learnerId) => accountIdOf(learnerId, millId),
  };
}

/** The event that Lambda makes of a change in the enrolment table's stream. */
function changeOf(before: Places | undefined, after: Places): DynamoDBStreamEvent {
  const image = (places: Places) =>
    marshall(
      { pk: `LEARNER#${places.learnerId}`, sk: 'PLACES', ...places },
      { removeUndefinedValues: true },
    );
  // The event's and the SDK's types of the same wire format differ only in how they write unions.
  const dynamodb = {
    ...(before === undefined ? {} : { OldImage: image(before) }),
    NewImage: image(after),
  } as NonNullable<DynamoDBStreamEvent['Records'][number]['dynamodb']>;
  return { Records: [{ eventName: before === undefined ? 'INSERT' : 'MODIFY', dynamodb }] };
}
