import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import type { z } from 'zod';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity, StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import type { Route } from '../../functions/runtime/route.ts';
import type { Policy } from '../../regions/schema.ts';
import { Pools } from '../identity/pool.ts';
import { openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadHandlers } from '../runtime/handlers.ts';
import { type Answered, invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { firstPolicy, mill, village, well } from '../runtime/village.ts';
import { Disorder } from './disorder.ts';
import { Follower, streamOf, type Trigger, withStream } from './streams.ts';

const everyStage = ['elementary', 'middle', 'high', 'lifelong'] as const;
const offers = (...categories: readonly ('subject' | 'language' | 'reading')[]) =>
  categories.flatMap((category) => everyStage.map((stage) => ({ stage, category })));
const residents = {
  id: 'resident',
  name: { ko: '주민', en: 'Residents' },
  confirmedBy: 'officer',
  stages: [...everyStage],
} satisfies z.input<typeof Policy>['groups'][number];
const first = {
  ...firstPolicy,
  from: '2025-01-01',
  maximumAge: 24,
  whenTooOld: 'end',
  groups: [residents],
  places: { subject: 1, language: 2, reading: 1 },
  quota: { perArea: 2, areas: { hill: 1 } },
} satisfies z.input<typeof Policy>;
const contract = { type: 'donated', from: '2025-01-01' } as const;

/**
 * A town of two areas with few places: two learners by the river and one on the hill, fewer from the second
 * policy on; three providers, of which one has seats without limit and leaves.
 */
export const town = village({
  policies: [
    first,
    {
      ...first,
      ...{ version: 'second-2026', from: '2026-03-01', quota: { perArea: 1 } },
      places: { subject: 1, language: 1, reading: 1 },
    },
  ],
  intakes: [{ opens: '2025-01-01T09:00' }],
  providers: [
    {
      ...mill,
      contract: { ...contract, until: '2026-12-31' },
      offers: offers('subject', 'language'),
    },
    { ...well, contract, offers: offers('language', 'reading'), seats: { perArea: 1 } },
    {
      ...well,
      ...{ id: 'forge', contract, offers: offers('subject', 'language') },
      seats: { perArea: 1, areas: { hill: 0 } },
    },
  ],
});

/** A job that looks at the time that it has left. */
type TimedJob = (event: unknown, clock: { getRemainingTimeInMillis(): number }) => Promise<void>;

interface Handlers {
  readonly 'identity/api': ApiHandler;
  readonly 'eligibility/api': ApiHandler;
  readonly 'enrolment/api': ApiHandler;
  readonly 'identity/consent.job': TimedJob;
  readonly 'eligibility/due.job': TimedJob;
  readonly 'enrolment/due.job': TimedJob;
  readonly 'enrolment/rebalance.job': () => Promise<void>;
  readonly 'eligibility/learner.trigger': Trigger;
  readonly 'eligibility/offer.trigger': Trigger;
  readonly 'enrolment/approval.trigger': Trigger;
  readonly 'enrolment/seats.trigger': Trigger;
}

const entries = [
  'identity/api',
  'eligibility/api',
  'enrolment/api',
  'identity/consent.job',
  'eligibility/due.job',
  'enrolment/due.job',
  'enrolment/rebalance.job',
  'eligibility/learner.trigger',
  'eligibility/offer.trigger',
  'enrolment/approval.trigger',
  'enrolment/seats.trigger',
] as const satisfies readonly (keyof Handlers)[];

const tables = {
  identity: [['due', 'dueLot', 'dueOn']],
  eligibility: [
    ['waiting', 'waitingArea', 'submittedAt'],
    ['due', 'dueLot', 'dueOn'],
  ],
  enrolment: [
    ['pending', 'pendingLot', 'sweepDue'],
    ['due', 'dueLot', 'dueAt'],
    ['look', 'lookLot', 'lookAt'],
  ],
  notices: [],
  documents: [['due', 'dueLot', 'dueOn']],
  audit: [],
} as const;
export type Table = keyof typeof tables;

/** What a caller sends. */
export interface Told {
  readonly body?: object;
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
}

/**
 * Identity, eligibility and enrolment as they run, with their triggers behind real streams and their jobs, all in a
 * test's hands: time, the order in which changes are brought, writes that meet, and crashes.
 */
export async function openTown() {
  vi.useFakeTimers({ toFake: ['Date'] });
  const cloud = await openCloud(new Pools());
  Object.assign(process.env, {
    ...Object.fromEntries(Object.keys(tables).map((name) => [`${name.toUpperCase()}_TABLE`, name])),
    REGISTRY_SECRET: 'registry',
  });
  const handlers = await loadHandlers<Handlers>([...entries], { '#region': town });
  const apis = [
    { routes: Object.values<Route>(identity.routes), handler: handlers['identity/api'] },
    { routes: Object.values<Route>(eligibility.routes), handler: handlers['eligibility/api'] },
    { routes: Object.values<Route>(enrolment.routes), handler: handlers['enrolment/api'] },
  ];
  let keys = 0;

  /** Sends a request once, or, with the same key, once more. */
  function request(claims: Record<string, string> | undefined, route: Route, told: Told) {
    keys += 1;
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': `key-of-journey-${keys}`,
      ...(claims === undefined ? {} : { authorization: `Bearer ${claims['sub']}` }),
    };
    const api = apis.find(({ routes }) => routes.includes(route));
    if (api === undefined) throw new Error(`nobody serves ${route.path}`);
    const sent = { ...told, headers, ...(claims === undefined ? {} : { claims }) };
    return (): Promise<Answered> => invoke(api.handler, route, sent);
  }

  /** Every row of a table. */
  async function rows(TableName: Table): Promise<Record<string, unknown>[]> {
    const scan = new ScanCommand({ TableName, ConsistentRead: true });
    return (await documents.send(scan)).Items ?? [];
  }

  let made = false;
  /** A town in which nobody lives yet. */
  async function anew(moment: number) {
    vi.setSystemTime(moment);
    const disorder = new Disorder();
    cloud.disturb(disorder.disturbance);
    for (const [name, indexes] of Object.entries(tables)) {
      if (made) await cloud.ask('DeleteTable', { TableName: name });
      await cloud.createTable(name, ...indexes);
    }
    made = true;
    const officers = [await officer('officer-one'), await officer('officer-two')] as const;
    for (const name of ['identity', 'eligibility', 'enrolment']) await withStream(cloud, name);
    const streams = {
      identity: await streamOf(cloud, 'identity'),
      eligibility: await streamOf(cloud, 'eligibility'),
      approvals: await streamOf(cloud, 'eligibility'),
      enrolment: await streamOf(cloud, 'enrolment'),
    };
    const followers = [
      new Follower(streams.identity, 'LEARNER#', handlers['eligibility/learner.trigger']),
      new Follower(streams.eligibility, 'APPLICATION#', handlers['eligibility/offer.trigger']),
      new Follower(streams.approvals, 'APPLICATION#', handlers['enrolment/approval.trigger']),
      new Follower(streams.enrolment, 'SEATS#', handlers['enrolment/seats.trigger']),
    ];
    return { officers, followers, disorder };
  }

  /** An officer of the whole region, who may decide every case. */
  async function officer(name: string) {
    const store = staffStore('identity');
    const staff = { staffId: newId(StaffId, 'stf'), role: 'officer', state: 'inviting' } as const;
    const input = { email: `${name}@village.example`, role: 'officer' } as const;
    await store.invite(staff, input, { id: `first#${name}`, fingerprint: '' });
    await store.recordInvited({ staff, repeats: 0 }, Sub.parse(name));
    return staffClaims(name, 'officer');
  }

  const clock = { getRemainingTimeInMillis: () => 300_000 };
  const jobs = {
    consent: () => handlers['identity/consent.job']({}, clock),
    due: () => handlers['eligibility/due.job']({}, clock),
    places: () => handlers['enrolment/due.job']({}, clock),
    rebalance: handlers['enrolment/rebalance.job'],
  } as const;

  return {
    anew,
    rows,
    jobs,
    as: (sub: string) => (route: Route, told: Told) => request(learnerClaims(sub), route, told),
    anyone: (route: Route, told: Told) => request(undefined, route, told),
    staff: (claims: Record<string, string>, route: Route, told: Told) =>
      request(claims, route, told),
    close: async () => {
      vi.useRealTimers();
      await cloud.close();
    },
  };
}

export type Town = Awaited<ReturnType<typeof openTown>>;
export type Anew = Awaited<ReturnType<Town['anew']>>;
