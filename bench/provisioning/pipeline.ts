import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { learnerKeyPrefix } from '../../functions/enrolment/contract.ts';
import { EnrolmentId, Places } from '../../functions/enrolment/place.contract.ts';
import { toRow } from '../../functions/enrolment/rows.store.ts';
import { crewOf } from '../../functions/provisioning/contract.ts';
import { LearnerId, newId } from '../../functions/runtime/ids.ts';
import type { Bundles } from '../../lib/support/bundle.ts';
import { startQueueSource } from '../../local/event-sources/queue-source.ts';
import { startStreamSource } from '../../local/event-sources/stream-source.ts';
import { failure } from '../../local/lambda/invocation.ts';
import type { Pressure } from '../../regions/schema.ts';
import { type Aws, openAws, tables } from './aws.ts';
import { Instances, type Measured } from './instances.ts';

export interface PipelineParts {
  readonly bundles: Bundles;
  /** So many times as long as at AWS its requests take. */
  readonly slowMotion: number;
  /** Where the provider `id` is, and what opens its door. */
  readonly secret: { readonly baseUrl: string; readonly token: string };
  readonly id: string;
  readonly pressure: Pressure;
}

const Batch = z.object({ Records: z.array(z.unknown()) });
const BatchAnswer = z.object({ batchItemFailures: z.array(z.unknown()) });

/**
 * From a learner's row to the account at the provider: the functions as they are deployed, each in processes of its own,
 * called by the local region's event sources as the template says.
 */
export class Pipeline {
  readonly aws: Aws;
  readonly #parts: PipelineParts;
  readonly #dispatch: Instances;
  readonly #workers: Instances;
  readonly #closing: (() => unknown)[] = [];
  /** Messages that have been done with. */
  #settled = 0;
  #awaited: { readonly count: number; readonly done: () => void } | undefined;

  private constructor(aws: Aws, parts: PipelineParts, dispatch: Instances, workers: Instances) {
    this.aws = aws;
    this.#parts = parts;
    this.#dispatch = dispatch;
    this.#workers = workers;
  }

  static async open(parts: PipelineParts): Promise<Pipeline> {
    const { bundles, id, secret, slowMotion } = parts;
    const aws = await openAws(slowMotion, { providers: { [id]: secret } });
    const queueArn = await aws.makeQueue(`accounts-${id}.fifo`);
    const { account, base } = aws.context;
    const environment = {
      ...aws.environment,
      ENROLMENT_TABLE: tables.enrolment,
      PROVISIONING_TABLE: tables.provisioning,
      PROVIDERS_SECRET: 'providers',
      QUEUE_URL_PREFIX: `${base}/${account}/accounts-`,
    };
    const start = (
      entry: 'provisioning/dispatch.trigger' | 'provisioning/account.worker',
      count: number,
    ) => Instances.start(count, bundles.directoryOf(entry), environment);
    const [dispatch, workers] = await Promise.all([
      start('provisioning/dispatch.trigger', 1),
      start('provisioning/account.worker', crewOf(parts.pressure).workers),
    ]);
    const pipeline = new Pipeline(aws, parts, dispatch, workers);
    pipeline.#startSources(queueArn);
    return pipeline;
  }

  /** What `lib/provider-channel.ts` and `lib/support/stream-trigger.ts` say of the event sources. */
  #startSources(queueArn: string): void {
    const { context, dynamodb, sqs, streamArn } = this.aws;
    const { batch, workers } = crewOf(this.#parts.pressure);
    const stream = startStreamSource(
      {
        ...{ id: 'learners', name: 'Learners', streamArn, functionName: 'dispatch' },
        ...{ batchSize: 100, windowSeconds: 0, startingPosition: 'TRIM_HORIZON', bisect: true },
        filters: [
          JSON.stringify({ dynamodb: { Keys: { pk: { S: [{ prefix: learnerKeyPrefix }] } } } }),
        ],
        reportBatchItemFailures: false,
        maximumRetryAttempts: 10,
        maximumRecordAgeSeconds: undefined,
        onFailure: undefined,
      },
      { context, dynamodb, sqs, invoke: (_name, event) => invoked(this.#dispatch.invoke(event)) },
    );
    const queue = startQueueSource(
      {
        ...{ name: 'Mapping', queueArn, functionName: 'worker', windowSeconds: 0, filters: [] },
        batchSize: batch,
        maximumConcurrency: workers,
        reportBatchItemFailures: true,
      },
      {
        ...{ sqs, clock: context.clock, region: context.region },
        invoke: (_name, event) => invoked(this.#work(event)),
      },
    );
    this.#closing.push(
      () => stream.stop(),
      () => queue.stop(),
    );
  }

  async #work(event: unknown): Promise<unknown> {
    const value = await this.#workers.invoke(event);
    const { batchItemFailures } = BatchAnswer.parse(value);
    this.#settled += Batch.parse(event).Records.length - batchItemFailures.length;
    if (this.#awaited !== undefined && this.#settled >= this.#awaited.count) this.#awaited.done();
    return value;
  }

  /** Has so many learners choose the provider at once; milliseconds until all have their accounts and places. */
  async provide(count: number): Promise<number> {
    const rows = Array.from({ length: count }, () => chosen(this.#parts.id));
    const begun = performance.now();
    const done = new Promise<void>((resolve) => {
      this.#awaited = { count: this.#settled + count, done: resolve };
    });
    const requests = rows.map((row) => ({
      PutRequest: { Item: marshall(row, { removeUndefinedValues: true }) },
    }));
    for (let from = 0; from < requests.length; from += 25) {
      const input = { RequestItems: { [tables.enrolment]: requests.slice(from, from + 25) } };
      await this.aws.dynamodb.ask('DynamoDB_20120810', 'BatchWriteItem', input, z.unknown());
    }
    await done;
    return performance.now() - begun;
  }

  /** What the functions have taken so far. */
  async measure(): Promise<{ readonly dispatch: Measured; readonly workers: Measured }> {
    const [dispatch, workers] = await Promise.all([
      this.#dispatch.measure(),
      this.#workers.measure(),
    ]);
    return { dispatch, workers };
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    this.#dispatch.stop();
    this.#workers.stop();
    await this.aws.close();
  }
}

/** An approved learner who has just chosen a place at the provider. */
function chosen(providerId: string) {
  const at = new Date().toISOString();
  const enrolmentId = newId(EnrolmentId, 'enr');
  return toRow(
    Places.parse({
      ...{ learnerId: newId(LearnerId, 'lrn'), version: 1, waits: {}, switched: 0, endings: {} },
      approval: {
        ...{ applicationId: 'app_00000000000000000000000000', policyVersion: 'first-2025' },
        ...{ stage: 'high', areaId: 'river', state: 'holds' },
        ...{ validUntil: '2099-12-31', changedAt: at },
      },
      places: { subject: { enrolmentId, providerId, state: 'pending', chosenAt: at } },
      givenBack: {},
      sweepDue: '2099-01-01T00:00:00Z',
    }),
  );
}

async function invoked(work: Promise<unknown>) {
  try {
    return { ok: true, value: await work } as const;
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return failure('Error', String(error));
  }
}
