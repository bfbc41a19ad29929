import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import type { Application } from '../../functions/eligibility/contract.ts';
import type { handler as dueJob } from '../../functions/eligibility/due.job.ts';
import { LearnerId, Profile } from '../../functions/identity/contract.ts';
import { toRow } from '../../functions/identity/store.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { at, firstPolicy, village } from '../runtime/village.ts';
import { ended, openQuota, type Quota } from './quotas.ts';

type Trigger = (event: DynamoDBStreamEvent) => Promise<void>;
type Row = Record<string, unknown>;

/** Two places by the river, one on the hill, as many as asked for in the meadow, three lots in the town, one on the moor. */
export const quotas = { perArea: 2, areas: { hill: 1, town: 2_500 } };
/** The moor is a partner's, which takes learners until 14 July 2025. */
const valley = {
  id: 'valley',
  name: { ko: '골짜기', en: 'Valley' },
  areas: ['moor'],
  agreement: { signed: '2025-03-01', legalBasis: 'Agreement of the valley' },
  from: { recruiting: '2025-03-01', live: '2025-03-01', ended: '2025-07-15' },
  services: [],
  quotas: [{ from: '2025-03-01', perArea: 1 }],
};
const region = village({
  policies: [{ ...firstPolicy, quota: quotas, whenTooOld: 'end' }],
  areas: ['river', 'hill', 'meadow', 'town', 'moor'].map((id) => ({
    id,
    name: { ko: id, en: id },
  })),
  partners: [valley],
});

/** Eligibility's triggers and its job, with a table, and a clock that stands still until a test moves it. */
export function clockwork() {
  let cloud: Cloud;
  let quota: Quota;
  let handlers: { readonly due: typeof dueJob; readonly offer: Trigger; readonly learner: Trigger };
  beforeAll(async () => {
    cloud = await openCloud();
    quota = await openQuota(cloud);
    await cloud.createTable('notices');
    await cloud.createTable('audit');
    await cloud.createTable('documents');
    Object.assign(process.env, {
      ELIGIBILITY_TABLE: quota.table,
      AUDIT_TABLE: 'audit',
      DOCUMENTS_TABLE: 'documents',
      NOTICES_TABLE: 'notices',
    });
    const modules = { '#region': region };
    handlers = {
      due: await loadHandler<typeof dueJob>('eligibility/due.job', modules),
      offer: await loadHandler<Trigger>('eligibility/offer.trigger', modules),
      learner: await loadHandler<Trigger>('eligibility/learner.trigger', modules),
    };
  });
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: at('2025-07-02T12:00').epochMilliseconds });
  });
  afterEach(() => {
    vi.useRealTimers();
    cloud.disturb(undefined);
  });
  afterAll(() => cloud.close());

  /** An application's row, as the stream shows it. */
  async function rowOf({ applicationId }: Application): Promise<Row | undefined> {
    const Key = { pk: `APPLICATION#${applicationId}`, sk: 'APPLICATION' };
    return (await documents.send(new GetCommand({ TableName: quota.table, Key }))).Item;
  }

  const stateOf = async (one: Application) =>
    (await quota.store.read(one.applicationId))?.application;

  return {
    cloud: () => cloud,
    quota: () => quota,
    /** Moves the region's clock. */
    to: (localTime: string) => vi.setSystemTime(at(localTime).epochMilliseconds),
    /** Runs the job; it ends early where it is told so little time. */
    due: (milliseconds = 300_000) =>
      handlers.due({}, { getRemainingTimeInMillis: () => milliseconds }),
    rowOf,
    /** The stream brings what became of an application. */
    async streamed(before: Row | undefined, one: Application) {
      await handlers.offer(event(before, await rowOf(one)));
    },
    /** Identity's stream brings a changed profile. */
    profileChanged: (before: Profile, after: Profile) =>
      handlers.learner(event(learnerRow(before, 0), learnerRow(after, 1))),
    /** The kinds of notices that were sent to a learner. */
    async toldTo({ learnerId }: Application): Promise<readonly string[]> {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
      const messages = Items.map(({ message }) => message);
      return messages.filter(({ to }) => to.learnerId === learnerId).map(({ kind }) => kind);
    },
    /** What the trail says of a learner, the oldest first. */
    async trailOf({ learnerId }: Application): Promise<readonly string[]> {
      const { entries } = await auditStore('audit').listOfLearner(learnerId, 100, undefined);
      return entries.reverse().map(({ actor, action }) => `${actor.kind} ${action}`);
    },
    stateOf,
    states: (all: readonly Application[]) =>
      Promise.all(all.map(async (one) => (await stateOf(one))?.state)),
    /** Everyone gives up, so that the next test finds the lists empty. */
    leave: async (all: readonly Application[]) => {
      for (const one of all) await quota.change(one, ended);
    },
  };
}

function event(before: Row | undefined, after: Row | undefined): DynamoDBStreamEvent {
  const image = (row: Row | undefined) =>
    row === undefined ? undefined : marshall(row, { removeUndefinedValues: true });
  const dynamodb = { OldImage: image(before), NewImage: image(after) };
  // The event's and the SDK's types of the same wire format differ only in how they write unions.
  return { Records: [{ dynamodb }] } as DynamoDBStreamEvent;
}

function learnerRow(profile: Profile, version: number) {
  const updatedAt = new Date(Date.now() + version * 1_000).toISOString();
  const rest = {
    version: version + 1,
    createdAt: updatedAt,
    updatedAt,
    ownLogin: true,
    guardians: 0,
  };
  return toRow({ profile, ...rest }, undefined);
}

/** Someone of sixteen by the river, with parts of them otherwise. */
export function profileOf(
  { learnerId }: { readonly learnerId?: LearnerId },
  otherwise: object = {},
) {
  return Profile.parse({
    learnerId: learnerId ?? newId(LearnerId, 'lrn'),
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: 'river',
    language: 'ko',
    consent: { state: 'not-needed' },
    ...otherwise,
  });
}
