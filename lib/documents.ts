import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import {
  type documentsEnvironments,
  dueIndex,
  ownerKeyPrefixes,
  type ScannerAccess,
} from '../functions/documents/contract.ts';
import { Keys } from './keys.ts';
import { PaperBucket } from './paper-bucket.ts';
import { acknowledgeLast, acknowledgeRedriven } from './support/acknowledge.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { operatorSecret } from './support/operator-secret.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

export interface DocumentsProps {
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
}

/** Seconds for a batch of uploads side by side, each of which its scanner may take thirty for. */
const scanSeconds = 60;

/**
 * Papers that people hand in: their rows, a private bucket whose uploads a worker judges, the secret that opens the
 * scanner, and what deletes files with their rows.
 */
export class Documents extends Construct {
  readonly table: CapabilityTable;
  readonly api: HandlerFunction;
  readonly #context: StackContext;
  readonly #bucket: PaperBucket;

  constructor(scope: Construct, id: string, context: StackContext, props: DocumentsProps) {
    super(scope, id);
    this.#context = context;
    this.table = new CapabilityTable(this, 'Data', { stream: true });
    this.table.addIndex(dueIndex.name, dueIndex);
    const uploads = this.#addQueue();
    this.#bucket = new PaperBucket(this, 'Papers', context, uploads);
    this.api = this.#addApi(props);
    this.#addScan(uploads);
    this.#addErase();
    this.#addExpiry();
  }

  /** Where the papers' files lie, for whoever may do something with them. */
  get files(): PaperBucket {
    return this.#bucket;
  }

  /** The bucket of the papers' files. */
  get bucketName(): string {
    return this.#bucket.name;
  }

  /** Uploads that wait to be judged. Their order does not matter, and S3 knows no FIFO queues. */
  #addQueue(): Queue {
    const common = { ...Keys.of(this).ofQueues, enforceSSL: true };
    const retentionPeriod = Duration.days(14);
    const deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod });
    acknowledgeLast(deadLetters);
    this.#context.alarms.whenFilled(
      'given up by documents/scan.worker',
      deadLetters,
      'Papers could not be judged',
    );
    return new Queue(this, 'Uploads', {
      ...common,
      retentionPeriod,
      // Six times the worker's time-out, as AWS asks: no message comes back while it is being worked on.
      visibilityTimeout: Duration.seconds(6 * scanSeconds),
      // With the worker's back-off twenty attempts take about three hours.
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 20 },
    });
  }

  #addApi({ identity, audit }: DocumentsProps): HandlerFunction {
    const environment = {
      DOCUMENTS_TABLE: this.table.name,
      PAPERS_BUCKET: this.#bucket.name,
      IDENTITY_TABLE: identity.name,
      AUDIT_TABLE: audit.name,
    } satisfies z.input<typeof documentsEnvironments.api>;
    const api = new HandlerFunction(this, 'Api', this.#context, {
      entry: 'documents/api',
      environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    this.table.allow(api, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    identity.allow(api, 'GetItem', 'Query');
    audit.allow(api, 'PutItem');
    // Whoever has a signed form or address acts by the rights of this function.
    this.#bucket.allow(api, 'quarantine', 's3:PutObject');
    this.#bucket.allow(api, 'clean', 's3:GetObject');
    return api;
  }

  #addScan(uploads: Queue): void {
    const secret = scannerSecret(this, this.#context);
    const environment = {
      DOCUMENTS_TABLE: this.table.name,
      PAPERS_BUCKET: this.#bucket.name,
      QUEUE_URL: uploads.queueUrl,
      SCANNER_SECRET: scannerSecretName(this.#context),
    } satisfies z.input<typeof documentsEnvironments.scan>;
    const worker = new HandlerFunction(this, 'Scan', this.#context, {
      entry: 'documents/scan.worker',
      environment,
      seconds: scanSeconds,
      // A batch is held in memory whole: four times what the schema takes for one paper, and what surrounds it.
      memory: 1024,
    });
    this.table.allow(worker, 'GetItem', 'PutItem', 'UpdateItem');
    this.#bucket.allow(worker, 'quarantine', 's3:GetObjectVersion');
    this.#bucket.allow(worker, 'clean', 's3:PutObject');
    this.#bucket.allowTelling(worker);
    this.#bucket.allowErasing(worker);
    worker.allow(['secretsmanager:GetSecretValue'], [secret.secretArn]);
    // Its queue is patient for hours.
    this.#context.alarms.whenFailing(worker.entry, worker.function, 'minutes');
    const actions = [
      'ReceiveMessage',
      'DeleteMessage',
      'ChangeMessageVisibility',
      'GetQueueAttributes',
    ];
    worker.allow(
      actions.map((action) => `sqs:${action}`),
      [uploads.queueArn],
    );
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: uploads.queueArn,
      functionName: worker.function.functionName,
      batchSize: 4,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // Gentle to the scanner; on an opening day papers wait a little longer.
      scalingConfig: { maximumConcurrency: 10 },
    });
    acknowledgeRedriven(mapping);
  }

  #addErase(): void {
    const environment = { PAPERS_BUCKET: this.#bucket.name } satisfies z.input<
      typeof documentsEnvironments.erase
    >;
    const handler = new HandlerFunction(this, 'Erase', this.#context, {
      entry: 'documents/erase.trigger',
      environment,
      seconds: 60,
    });
    this.#bucket.allowErasing(handler);
    const keyPrefix = Object.values(ownerKeyPrefixes);
    new StreamTrigger(this, 'Rows', this.#context, { table: this.table, handler, keyPrefix });
  }

  #addExpiry(): void {
    const environment = { DOCUMENTS_TABLE: this.table.name } satisfies z.input<
      typeof documentsEnvironments.expiry
    >;
    const handler = new HandlerFunction(this, 'Expiry', this.#context, {
      entry: 'documents/expiry.job',
      environment,
      seconds: 300,
    });
    this.table.allowQueries(handler, dueIndex.name);
    this.table.allow(handler, 'DeleteItem', 'UpdateItem');
    new Schedule(this, 'ExpiryHourly', this.#context, {
      handler,
      description: 'Forgets papers whose time is over',
      expression: 'rate(1 hour)',
    });
  }
}

function scannerSecretName({ region }: StackContext): string {
  return `ladder/${region.id}/scanner`;
}

function scannerSecret(scope: Construct, context: StackContext): Secret {
  return operatorSecret(scope, 'Scanner', {
    name: scannerSecretName(context),
    description: 'Address and key of the scanner of uploads: {"url","key"}',
    known: { url: 'https://scanner.invalid' } satisfies Omit<z.input<typeof ScannerAccess>, 'key'>,
    generated: 'key',
  });
}
