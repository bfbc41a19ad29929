import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, vi } from 'vitest';
import {
  fileKey,
  LearnerPaper,
  ownerIdOf,
  type Paper,
  PaperId,
  PaperInput,
  type prefixes,
  type Whose,
} from '../../functions/documents/contract.ts';
import { retentionStore } from '../../functions/documents/retention.store.ts';
import { paperRow } from '../../functions/documents/rows.store.ts';
import { boundsOf, handIn, mostBytes } from '../../functions/documents/rules.ts';
import { documentsStore } from '../../functions/documents/store.ts';
import { uploads } from '../../functions/documents/upload.adapter.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import { now } from '../../functions/runtime/clock.ts';
import { rememberAnswer } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { S3 } from '../../local/s3/service.ts';
import type { AwsService, ServiceReply } from '../../local/service.ts';
import type { Region } from '../../regions/schema.ts';
import { openWorld, type World } from '../../world/world.ts';
import { neighboursAt } from '../neighbours.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { loadHandler } from '../runtime/handlers.ts';
import { openQueue, type Queue } from '../runtime/queues.ts';
import { announced, files, send } from './files.ts';

/** What happens in place of a request of a function to DynamoDB or S3, or before it. */
export type Interruption = 'fails' | 'loses its answer' | 'meets a deletion';

interface Handlers {
  readonly scan: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly erase: (event: DynamoDBStreamEvent) => Promise<void>;
  readonly expire: (
    event: unknown,
    clock: Pick<Context, 'getRemainingTimeInMillis'>,
  ) => Promise<void>;
}

const table = 'documents';
const bucket = 'papers';
const failure: ServiceReply = { status: 500, body: '' };
const store = documentsStore(table);

/** From an announced paper to its end: the real functions, table, bucket, queue and scanner. */
export function station(region: Region) {
  const late = new Late();
  let cloud: Cloud;
  let world: World;
  let queue: Queue;
  let handlers: Handlers;
  let s3: S3;
  const client = new S3Client({ forcePathStyle: true });

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    cloud = await openCloud(late);
    s3 = new S3(cloud.context, { sqs: cloud.sqs, invoke: async () => ({ ok: true, value: null }) });
    late.open(s3);
    await createBucket(s3);
    await cloud.createTable(table, ['due', 'dueLot', 'dueAt']);
    queue = await openQueue(cloud, 'uploads');
    world = await openWorld({ providers: [], registry: { key: 'a2V5' }, scanner: { key: 'key' } });
    cloud.secrets.put('scanner', world.scanner);
    Object.assign(process.env, {
      // One attempt: what fails has failed, and nothing waits.
      AWS_MAX_ATTEMPTS: '1',
      DOCUMENTS_TABLE: table,
      PAPERS_BUCKET: bucket,
      QUEUE_URL: queue.url,
      SCANNER_SECRET: 'scanner',
    });
    const modules = { '#region': region };
    const [scan, erase, expire] = await Promise.all([
      loadHandler<Handlers['scan']>('documents/scan.worker', modules),
      loadHandler<Handlers['erase']>('documents/erase.trigger', modules),
      loadHandler<Handlers['expire']>('documents/expiry.job', modules),
    ]);
    handlers = { scan, erase, expire };
  });
  afterAll(async () => {
    client.destroy();
    await world.close();
    await cloud.close();
    await s3.stop();
    vi.useRealTimers();
  });

  /** Announces a paper as the API does. */
  async function announce(bytes = files.pdf(), otherwise: Partial<PaperInput> = {}) {
    const input = PaperInput.parse({ ...announced(bytes), ...otherwise });
    const learnerId = newId(LearnerId, 'lrn');
    const paperId = newId(PaperId, 'ppr');
    const handed = handIn(region, input, { learnerId, paperId, consent: 'granted', now: now() });
    if (handed.kind !== 'awaited') throw new Error(handed.detail);
    await keep(handed.paper);
    return LearnerPaper.parse(handed.paper);
  }

  function keep(paper: Paper) {
    const claim = { id: `${ownerIdOf(paper)}#${paper.paperId}`, fingerprint: '' };
    const answer = rememberAnswer(table, claim, { status: 201, body: {} });
    return store.announce(paper, boundsOf(region), answer);
  }

  /** Uploads by a signed form; the event of it is in the queue then. */
  async function upload(paper: Paper, bytes = files.pdf()) {
    const form = await uploads(bucket).formFor(paper, mostBytes(region));
    const status = await send({ ...form, until: form.until.toString() }, bytes);
    if (status !== 204) throw new Error(`S3 answered ${status}`);
    await tell(paper);
  }

  /** Has S3 tell of the newest upload, perhaps once more. */
  async function tell(whose: Whose) {
    const { Versions = [] } = await listed('quarantine', whose);
    const versionId = Versions[0]?.VersionId ?? 'gone';
    const object = { key: fileKey('quarantine', whose), versionId, size: 1, sequencer: '0' };
    await queue.send(whose.paperId, {
      Records: [{ eventName: 'ObjectCreated:Post', s3: { object } }],
    });
  }

  const listed = (prefix: keyof typeof prefixes, whose: Whose) =>
    client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: fileKey(prefix, whose) }));

  /** How many versions there are. */
  async function versions(prefix: keyof typeof prefixes, whose: Whose): Promise<number> {
    const { Versions = [], DeleteMarkers = [] } = await listed(prefix, whose);
    return Versions.length + DeleteMarkers.length;
  }

  function wait(seconds: number) {
    // The queue's clock follows the machine's, which stands still in these tests but for this.
    vi.setSystemTime(Date.now() + seconds * 1_000);
    cloud.clock.advance(0);
  }

  /** Delivers what the queue has now; the number of messages that come back later. */
  const deliver = async () => (await queue.deliver(handlers.scan, await queue.receive())).length;

  /** Delivers, and lets time pass so that what waits comes back, until the queue is empty. */
  async function deliverAll() {
    for (let turn = 0; turn < 20; turn += 1) {
      await deliver();
      const { available, inFlight } = queue.depth();
      if (available + inFlight === 0) return;
      wait(900);
    }
    throw new Error('the queue never runs empty');
  }

  /** Deletes a paper as the API and the table's stream do. */
  async function remove(paper: Paper) {
    const seen = await store.read(paper);
    await store.remove(paper);
    if (seen !== undefined) await streamOut(seen.paper);
  }

  /** The table's stream tells that a row went. */
  function streamOut(paper: Paper) {
    // The event's and the SDK's types of the same wire format differ only in how they write unions.
    const dynamodb = {
      OldImage: marshall(paperRow(paper, 1), { removeUndefinedValues: true }),
    } as NonNullable<DynamoDBStreamEvent['Records'][number]['dynamodb']>;
    return handlers.erase({ Records: [{ eventName: 'REMOVE', dynamodb }] });
  }

  /** Runs something in which the nth request to DynamoDB or S3 is interrupted; whether there were so many. */
  async function interrupted(
    nth: number,
    how: Interruption,
    paper: Paper,
    run: () => Promise<unknown>,
  ): Promise<boolean> {
    let count = 0;
    let met = false;
    const isNext = () => {
      if (met) return false;
      count += 1;
      met = count === nth;
      return met;
    };
    const meet = async (perform: () => Promise<unknown>) => {
      if (how === 'meets a deletion') {
        // The stream comes later, or came before the worker's next step.
        await store.remove(paper);
        return undefined;
      }
      if (how === 'loses its answer') await perform();
      return failure;
    };
    cloud.disturb(async (operation, input) => {
      if (!isNext()) return undefined;
      const reply = await meet(() => cloud.ask(operation, input));
      return reply && { reply };
    });
    late.disturb((perform) => (isNext() ? meet(perform) : Promise.resolve(undefined)));
    try {
      await run();
    } finally {
      cloud.disturb(undefined);
      late.disturb(undefined);
    }
    return met;
  }

  return {
    announce,
    keep,
    upload,
    tell,
    versions,
    wait,
    deliver,
    deliverAll,
    remove,
    streamOut,
    interrupted,
    store,
    decide: ({ learnerId }: LearnerPaper, decidedAt: string) =>
      retentionStore(table, region).keepForDecision(learnerId, decidedAt),
    row: async (whose: Whose) => (await store.read(whose))?.paper,
    depth: () => queue.depth(),
    expire: () => handlers.expire({}, { getRemainingTimeInMillis: () => 300_000 }),
    scanner: () => {
      const { disturb, mend } = neighboursAt(world.url);
      return {
        disturb: (fault: unknown) => disturb('scanner', fault),
        mend: () => mend('scanner'),
      };
    },
  };
}

type Disturb = (perform: () => Promise<unknown>) => Promise<ServiceReply | undefined>;

/** S3, which needs the cloud that it becomes a part of; with whatever the test puts in front of it. */
class Late implements AwsService {
  readonly target = 's3';
  #service: S3 | undefined;
  #disturb: Disturb | undefined;

  open(service: S3): void {
    this.#service = service;
  }

  disturb(disturb: Disturb | undefined): void {
    this.#disturb = disturb;
  }

  operationOf(head: Parameters<S3['operationOf']>[0]): string | undefined {
    return this.#service?.operationOf(head);
  }

  async answer(...asked: Parameters<S3['answer']>): Promise<ServiceReply> {
    if (this.#service === undefined) throw new Error('S3 is not open yet');
    const service = this.#service;
    return (await this.#disturb?.(() => service.answer(...asked))) ?? service.answer(...asked);
  }
}

async function createBucket(s3: S3): Promise<void> {
  const kind = s3.kinds.find(({ type }) => type === 'AWS::S3::Bucket');
  if (kind === undefined) throw new Error('the local S3 makes no buckets');
  const properties = { BucketName: bucket, VersioningConfiguration: { Status: 'Enabled' } };
  await kind.create({
    logicalId: 'Papers',
    physicalName: bucket,
    properties: kind.properties.parse(properties),
  });
}
