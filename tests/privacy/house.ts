import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, vi } from 'vitest';
import { type DeletionId, privacy, type Receipt } from '../../functions/privacy/contract.ts';
import { deletionStore } from '../../functions/privacy/store.ts';
import { documents } from '../../functions/runtime/dynamodb.ts';
import type { Route } from '../../functions/runtime/route.ts';
import { S3 } from '../../local/s3/service.ts';
import type { AwsService } from '../../local/service.ts';
import { mentored } from '../mentoring/mentorships.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import type { Invoked } from '../runtime/functions.ts';
import { type ApiHandler, loadHandlers } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, type Sent } from '../runtime/requests.ts';
import { type Keeper, lambdaOf } from './keepers.ts';
import { LoginPool } from './login-pool.ts';

export const { routes } = privacy;
export const setTime = (moment: string) => vi.setSystemTime(Date.parse(moment));

type Job = (event: object, clock: object) => Promise<{ state: string }>;
type Handlers = {
  readonly 'privacy/api': ApiHandler;
  readonly 'privacy/deletion.trigger': (event: DynamoDBStreamEvent) => Promise<void>;
  readonly 'privacy/due.job': Job;
  readonly 'privacy/mentoring.job': Invoked;
  readonly 'privacy/eligibility.job': Invoked;
  readonly 'privacy/enrolment.job': Invoked;
  readonly 'mentoring/api': ApiHandler;
};

const indexes: Readonly<Record<string, [string, string, string][]>> = {
  identity: [['due', 'dueLot', 'dueOn']],
  audit: [['staff', 'staffId', 'at']],
  notices: [['due', 'dueLot', 'due']],
  documents: [['due', 'dueLot', 'dueAt']],
  eligibility: [['due', 'dueLot', 'dueOn']],
  enrolment: [],
  provisioning: [],
  mentoring: [
    ['list', 'list', 'listedAt'],
    ['due', 'dueLot', 'dueAt'],
  ],
  privacy: [['due', 'dueLot', 'dueAt']],
};
export const tables = Object.keys(indexes);

/** S3 at the address of the other services, which are open before it. */
class Late implements AwsService {
  readonly target = 's3';
  inner: S3 | undefined;
  operationOf = (head: Parameters<S3['operationOf']>[0]) => this.inner?.operationOf(head);
  answer: AwsService['answer'] = async (operation, request) => {
    if (this.inner === undefined) throw new Error('S3 is not open yet');
    return this.inner.answer(operation, request);
  };
}

/** Asks a keeper past privacy. */
export const askKeeper = (keeper: Keeper, event: object) =>
  handlers[`privacy/${keeper}.job`](event);

let cloud: Cloud;
let handlers: Handlers;
export const pool = new LoginPool();

/**
 * Opens privacy's functions beside all that keeps something of somebody, on Monday 2 June 2025, 09:00 in the village.
 *
 * @param serving - whether the region serves, or is being restored
 */
export function openHouse(serving: 'yes' | 'no' = 'yes') {
  const late = new Late();
  const client = new S3Client({ forcePathStyle: true });
  let s3: S3;
  const logged = captureLog();
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    setTime('2025-06-02T00:00:00Z');
    const lambda = lambdaOf((keeper) => handlers[`privacy/${keeper}.job`]);
    cloud = await openCloud(lambda, late, pool);
    s3 = new S3(cloud.context, { sqs: cloud.sqs, invoke: async () => ({ ok: true, value: null }) });
    late.inner = s3;
    for (const BucketName of ['papers', 'ledger']) await createBucket(s3, BucketName);
    for (const [name, list] of Object.entries(indexes)) {
      await cloud.createTable(name, ...list);
      process.env[`${name.toUpperCase()}_TABLE`] = name;
    }
    Object.assign(process.env, {
      AWS_MAX_ATTEMPTS: '1',
      PUBLIC_POOL_ID: 'pool',
      PAPERS_BUCKET: 'papers',
      LEDGER_BUCKET: 'ledger',
      MENTORING_KEEPER: 'mentoring',
      ELIGIBILITY_KEEPER: 'eligibility',
      ENROLMENT_KEEPER: 'enrolment',
      SERVING: serving,
      MEETINGS_SECRET: 'meetings',
    });
    const entries = [
      'privacy/api',
      'privacy/deletion.trigger',
      'privacy/due.job',
      'privacy/mentoring.job',
      'privacy/eligibility.job',
      'privacy/enrolment.job',
      'mentoring/api',
    ] as const;
    handlers = await loadHandlers<Handlers>(entries, { '#region': mentored });
  });
  afterAll(async () => {
    client.destroy();
    await cloud.close();
    await s3.stop();
    vi.useRealTimers();
  });

  /** Puts a file where papers lie. */
  const putFile = (Key: string) =>
    client.send(new PutObjectCommand({ Bucket: 'papers', Key, Body: 'file' }));

  /** What the ledger's objects are called. */
  async function ledger(): Promise<string[]> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'ledger' }));
    return Contents.map(({ Key = '' }) => Key);
  }

  /** What an object of the ledger says. */
  async function entry(Key: string): Promise<unknown> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'ledger', Key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  }

  /** What documents does once a paper's row is gone. */
  async function deleteFiles(): Promise<void> {
    const { Versions = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: 'papers' }),
    );
    const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    await client.send(new DeleteObjectsCommand({ Bucket: 'papers', Delete: { Objects } }));
  }

  /** Mails to an address or a mentor, as they wait to go out. */
  async function noticesTo(who: string): Promise<string[]> {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'notices' }));
    const texts = Items.map((item) => JSON.stringify(item['message'] ?? ''));
    return texts.filter((text) => text.includes(who));
  }

  return { cloud: () => cloud, logged, putFile, deleteFiles, noticesTo, ledger, entry };
}

async function createBucket(s3: S3, BucketName: string): Promise<void> {
  const kind = s3.kinds.find(({ type }) => type === 'AWS::S3::Bucket');
  if (kind === undefined) throw new Error('the local S3 makes no buckets');
  const properties = { BucketName, VersioningConfiguration: { Status: 'Enabled' } };
  await kind.create({
    logicalId: BucketName,
    physicalName: BucketName,
    properties: kind.properties.parse(properties),
  });
}

/** A request of a login to privacy, or to another of the capabilities that are open. */
export function ask(
  sub: string | undefined,
  route: Pick<Route, 'method' | 'path'>,
  sent: Sent = {},
  api: 'privacy/api' | 'mentoring/api' = 'privacy/api',
) {
  const claims = sub === undefined ? {} : { claims: learnerClaims(sub) };
  const headers = { 'idempotency-key': crypto.randomUUID(), authorization: `Bearer ${sub}` };
  return invoke(handlers[api], route, { ...claims, ...sent, headers });
}

/** Asks for the deletion of a login, or of a child; its id. */
export async function leave(sub: string, learnerId?: string): Promise<DeletionId> {
  const query = learnerId === undefined ? {} : { query: { learnerId } };
  const answer = await ask(sub, routes.deleteMe, query);
  if (answer.status !== 202) throw new Error(`answered ${answer.status}`);
  return routes.deleteMe.answers.body.parse(answer.body).deletionId;
}

/** What the receipt says to whoever has the id. */
export async function receipt(deletionId: DeletionId): Promise<Receipt> {
  const answer = await ask(undefined, routes.readReceipt, { params: { deletionId } });
  return routes.readReceipt.answers.body.parse(answer.body);
}

/** Brings the new row by the stream, as it is now. */
export async function bring(deletionId: DeletionId): Promise<void> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: 'privacy' }));
  const row = Items.find(({ pk }) => pk === `DELETION#${deletionId}`);
  if (row === undefined) throw new Error('there is no such deletion');
  const NewImage = marshall(row, { removeUndefinedValues: true });
  // The event's type names every field that Lambda fills in; the trigger reads this one.
  await handlers['privacy/deletion.trigger']({
    Records: [{ dynamodb: { NewImage } }],
  } as unknown as DynamoDBStreamEvent);
}

/** What EventBridge tells a job that runs by the clock. */
const scheduled = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

/**
 * Runs the job, as its schedule does or with an event of its own.
 *
 * @param left - milliseconds that it has
 */
export const run = (event: object = scheduled, left = 600_000) =>
  handlers['privacy/due.job'](event, { getRemainingTimeInMillis: () => left });

export const deletions = deletionStore('privacy');

/** All rows of all tables that DynamoDB has not forgotten by now, as one text. */
export async function everything(...left: string[]): Promise<string> {
  const rows = await Promise.all(
    tables
      .filter((name) => !left.includes(name))
      .map(async (TableName) => (await documents.send(new ScanCommand({ TableName }))).Items),
  );
  const now = Date.now() / 1_000;
  const kept = rows.flat().filter((row) => !(Number(row?.['expiresAt']) <= now));
  return JSON.stringify(kept, (_key, value: unknown) =>
    value instanceof Set ? [...value] : value,
  );
}
