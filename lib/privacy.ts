import { Construct } from 'constructs';
import type { z } from 'zod';
import { dueIndex as closedIndex } from '../functions/eligibility/contract.ts';
import { listIndex } from '../functions/mentoring/contract.ts';
import { dueIndex as mailsIndex } from '../functions/notices/contract.ts';
import {
  deletionKeyPrefix,
  dueIndex,
  type privacyEnvironments,
} from '../functions/privacy/contract.ts';
import { measured } from './dashboard-metrics.ts';
import { allowWeighing, Keepers } from './keepers.ts';
import { LedgerBucket } from './ledger-bucket.ts';
import type { PaperBucket } from './paper-bucket.ts';
import type { PublicPool } from './pools.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

/** All that keeps something of somebody. */
export interface PrivacyProps {
  readonly publicPool: PublicPool;
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
  readonly notices: CapabilityTable;
  readonly documents: CapabilityTable;
  readonly papers: PaperBucket;
  readonly eligibility: CapabilityTable;
  readonly enrolment: CapabilityTable;
  readonly provisioning: CapabilityTable;
  readonly mentoring: CapabilityTable;
}

/** What the job is told beside what every function is that works deletions off. */
type DueAlone = Exclude<
  keyof z.input<typeof privacyEnvironments.due>,
  keyof z.input<typeof privacyEnvironments.deletion>
>;

/** People's data as a whole: what is kept of them, and its deletion with a receipt. */
export class Privacy extends Construct {
  readonly api: HandlerFunction;
  readonly ledger: LedgerBucket;
  readonly #table: CapabilityTable;
  readonly #props: PrivacyProps;
  readonly #keepers: Keepers;
  readonly #due: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: PrivacyProps) {
    super(scope, id);
    this.#props = props;
    this.#table = new CapabilityTable(this, 'Data', { stream: true });
    this.#table.addIndex(dueIndex.name, dueIndex);
    this.ledger = new LedgerBucket(this, 'Ledger');
    this.#keepers = new Keepers(this, 'Keepers', context, props);
    this.api = this.#addApi(context);
    this.#addDeletions(context);
    this.#due = this.#addDue(context);
  }

  /** The name by which the job is invoked that deletes again whom a backup has brought back (edge case 37). */
  get deletionFunction(): string {
    return this.#due.function.functionName;
  }

  get #environment() {
    const { publicPool, papers, ...tables } = this.#props;
    return {
      PRIVACY_TABLE: this.#table.name,
      IDENTITY_TABLE: tables.identity.name,
      AUDIT_TABLE: tables.audit.name,
      NOTICES_TABLE: tables.notices.name,
      DOCUMENTS_TABLE: tables.documents.name,
      PUBLIC_POOL_ID: publicPool.pool.userPoolId,
      PAPERS_BUCKET: papers.name,
      ...this.#keepers.environment,
    } satisfies z.input<typeof privacyEnvironments.api>;
  }

  #addApi(context: StackContext): HandlerFunction {
    const { identity, publicPool, papers, ...tables } = this.#props;
    const api = new HandlerFunction(this, 'Api', context, {
      entry: 'privacy/api',
      environment: this.#environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    this.#table.allow(api, 'GetItem', 'PutItem');
    // What a deletion begins with is in one transaction: nobody acts for whoever leaves.
    identity.allow(api, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem');
    tables.notices.allow(api, 'PutItem');
    // An export reads all that is kept.
    tables.audit.allow(api, 'Query');
    tables.documents.allow(api, 'Query');
    this.#keepers.allow(api);
    papers.allow(api, 'clean', 's3:GetObject');
    api.allow(['cognito-idp:AdminGetUser'], [publicPool.pool.userPoolArn]);
    return api;
  }

  #addDeletions(context: StackContext): void {
    const handler = this.#addWorker('Deletion', 'privacy/deletion.trigger', context, 120);
    const { keyPrefix, newRowsOnly } = { keyPrefix: deletionKeyPrefix, newRowsOnly: true } as const;
    const table = this.#table;
    new StreamTrigger(this, 'Asked', context, { table, handler, keyPrefix, newRowsOnly });
  }

  #addDue(context: StackContext): HandlerFunction {
    const { identity, eligibility, mentoring } = this.#props;
    const handler = this.#addWorker('Due', 'privacy/due.job', context, 600, {
      ELIGIBILITY_TABLE: eligibility.name,
      SERVING: context.serving.state,
    } satisfies Record<DueAlone, string>);
    this.#table.allowQueries(handler, dueIndex.name);
    // Whom a backup has brought back leaves once more, and children behind.
    identity.allow(handler, 'GetItem', 'BatchGetItem');
    // What was kept for long enough.
    eligibility.allow(handler, 'PutItem', 'DeleteItem');
    eligibility.allowQueries(handler, closedIndex);
    mentoring.allow(handler, 'DeleteItem');
    mentoring.allowQueries(handler, listIndex.name);
    new Schedule(this, 'DueEvery5Minutes', context, {
      handler,
      description: 'Goes on with deletions that wait, and forgets what was kept for long enough',
      expression: 'rate(5 minutes)',
    });
    const overdue = measured(context.region.id, 'DeletionsOverdue', 'Maximum');
    context.alarms.whenDeletionWaits(overdue);
    return handler;
  }

  /** A function that works deletions off: what keepers do not erase it erases itself. */
  #addWorker(
    id: string,
    entry: 'privacy/deletion.trigger' | 'privacy/due.job',
    context: StackContext,
    seconds: number,
    more: Readonly<Record<string, string>> = {},
  ): HandlerFunction {
    const { publicPool, papers, ...tables } = this.#props;
    const environment = {
      ...this.#environment,
      ...more,
      MENTORING_TABLE: tables.mentoring.name,
      LEDGER_BUCKET: this.ledger.name,
    } satisfies z.input<typeof privacyEnvironments.deletion>;
    const handler = new HandlerFunction(this, id, context, {
      entry,
      environment,
      seconds,
      memory: 1024,
    });
    this.#table.allow(handler, 'GetItem', 'PutItem', 'DeleteItem');
    const { identity, audit, notices, documents } = tables;
    identity.allow(handler, 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    audit.allow(handler, 'Query', 'UpdateItem');
    notices.allow(handler, 'PutItem', 'DeleteItem');
    notices.allowQueries(handler, mailsIndex);
    documents.allow(handler, 'Query', 'UpdateItem', 'DeleteItem');
    allowWeighing(handler, tables.mentoring);
    this.#keepers.allow(handler);
    papers.allowListing(handler);
    this.ledger.allowEntries(handler);
    handler.allow(
      ['AdminUserGlobalSignOut', 'AdminDeleteUser'].map((action) => `cognito-idp:${action}`),
      [publicPool.pool.userPoolArn],
    );
    return handler;
  }
}
