import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import { learnerKeyPrefix, pendingIndex } from '../functions/enrolment/contract.ts';
import {
  accountsIndex,
  type provisioningEnvironments,
} from '../functions/provisioning/contract.ts';
import { kindTraits } from '../regions/schema.ts';
import { measured } from './dashboard-metrics.ts';
import { allowOperating, watchProviders } from './operating.ts';
import { ProviderChannel, queueNamePrefix } from './provider-channel.ts';
import { addProvidersSecret, providersSecretName } from './provider-secret.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';
import { requireTls } from './support/tls-only.ts';

export interface ProvisioningProps {
  readonly enrolment: CapabilityTable;
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
}

/**
 * Accounts at the providers: changes of enrolment's rows become messages, a worker acts on the rows that they
 * name, and a sweep sends anew for whatever stays pending.
 */
export class Provisioning extends Construct {
  readonly table: CapabilityTable;
  readonly api: HandlerFunction;
  readonly #channels: readonly ProviderChannel[];
  readonly #operator: HandlerFunction;
  /** What opens the providers: their one secret, or none where no kind needs any. */
  readonly secretArns: readonly string[];

  constructor(scope: Construct, id: string, context: StackContext, props: ProvisioningProps) {
    super(scope, id);
    const { enrolment } = props;
    const prefix = `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${queueNamePrefix(context)}`;
    const queues = { QUEUE_URL_PREFIX: prefix } satisfies Queues;
    this.table = new CapabilityTable(this, 'Data');
    this.table.addIndex(accountsIndex.name, accountsIndex);
    const worker = this.#addWorker(context, enrolment, queues);
    const secret = addProvidersSecret(this, context);
    this.secretArns = secret === undefined ? [] : [secret.secretArn];
    this.#channels = context.region.providers.map(
      (provider) => new ProviderChannel(this, provider.id, context, { provider, worker }),
    );
    requireTls(
      this,
      this.#channels.flatMap(({ queue, deadLetters }) => [queue, deadLetters]),
    );
    const queueArns = this.#channels.map(({ queue }) => queue.queueArn);
    worker.allow(
      ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'].map(
        (action) => `sqs:${action}`,
      ),
      queueArns,
    );
    // Its queues are patient for an hour.
    context.alarms.whenFailing(worker.entry, worker.function, 'minutes');
    this.#allowSecret(worker);
    const operated = { context, props, queues };
    this.api = this.#addOperated('Api', 'provisioning/api', operated);
    props.identity.allow(this.api, 'GetItem');
    this.#operator = this.#addOperated('Operator', 'provisioning/operator.job', operated);
    const has = (trait: 'lists' | 'tellsEvents') =>
      context.region.providers.some(({ kind }) => kindTraits[kind][trait]);
    // Providers that tell us how things ended sign what they tell.
    if (has('tellsEvents')) this.#allowSecret(this.api);
    context.alarms.whenTasksOpen(measured(context.region.id, 'TasksOpened'));
    const reconcile = this.#addReconciliation(context, enrolment);
    if (has('lists')) this.#allowSecret(reconcile);
    this.#addDispatch(context, enrolment, queues).allow(['sqs:SendMessage'], queueArns);
    this.#addSweep(context, enrolment, queues).allow(['sqs:SendMessage'], queueArns);
  }

  #allowSecret(reader: HandlerFunction): void {
    if (this.secretArns.length > 0)
      reader.allow(['secretsmanager:GetSecretValue'], this.secretArns);
  }

  /** The name by which an operator's shell invokes what it asks for. */
  get operatorFunction(): string {
    return this.#operator.function.functionName;
  }

  /** What does what operators ask for, by a route or by the job that a shell invokes. */
  #addOperated(
    id: string,
    entry: 'provisioning/api' | 'provisioning/operator.job',
    { context, props, queues }: Operated,
  ): HandlerFunction {
    const environment = {
      ...queues,
      ENROLMENT_TABLE: props.enrolment.name,
      PROVISIONING_TABLE: this.table.name,
      IDENTITY_TABLE: props.identity.name,
      AUDIT_TABLE: props.audit.name,
      PROVIDERS_SECRET: providersSecretName(context),
    } satisfies z.input<typeof provisioningEnvironments.api>;
    const seconds = apiSeconds;
    const api = new HandlerFunction(this, id, context, {
      entry,
      environment,
      seconds,
      memory: 1024,
    });
    allowOperating(api, this.#channels);
    this.table.allow(
      api,
      'BatchGetItem',
      'GetItem',
      'PutItem',
      'UpdateItem',
      // A task goes with what it was about.
      'DeleteItem',
      'Query',
      'ConditionCheckItem',
    );
    // A rejection that is told fails the learner's places in the same transaction.
    props.enrolment.allow(api, 'GetItem', 'PutItem');
    props.audit.allow(api, 'PutItem');
    this.table.allowQueries(api, accountsIndex.name);
    return api;
  }

  #addWorker(context: StackContext, enrolment: CapabilityTable, queues: Queues): HandlerFunction {
    const { table } = this;
    const environment = {
      ...queues,
      ENROLMENT_TABLE: enrolment.name,
      PROVISIONING_TABLE: table.name,
      PROVIDERS_SECRET: providersSecretName(context),
    } satisfies z.input<typeof provisioningEnvironments.account>;
    // Twice what a batch takes whose requests are all answered at the last moment (`crewOf`): some take two or three.
    const props = { entry: 'provisioning/account.worker', environment, seconds: 60 } as const;
    const worker = new HandlerFunction(this, 'Account', context, props);
    for (const used of [table, enrolment]) used.allow(worker, 'GetItem', 'PutItem');
    // Codes are given and taken back in transactions.
    table.allow(worker, 'UpdateItem', 'Query', 'DeleteItem');
    return worker;
  }

  #addDispatch(context: StackContext, enrolment: CapabilityTable, queues: Queues): HandlerFunction {
    const props = {
      entry: 'provisioning/dispatch.trigger',
      environment: queues,
      seconds: 60,
    } as const;
    const handler = new HandlerFunction(this, 'Dispatch', context, props);
    const keyPrefix = learnerKeyPrefix;
    new StreamTrigger(this, 'Learners', context, { table: enrolment, handler, keyPrefix });
    return handler;
  }

  #addReconciliation(context: StackContext, enrolment: CapabilityTable): HandlerFunction {
    const { table } = this;
    const environment = {
      ENROLMENT_TABLE: enrolment.name,
      PROVISIONING_TABLE: table.name,
      PROVIDERS_SECRET: providersSecretName(context),
    } satisfies z.input<typeof provisioningEnvironments.reconcile>;
    // All that a provider lists is in memory while it is compared.
    const props = {
      entry: 'provisioning/reconcile.job',
      environment,
      seconds: 240,
      memory: 1024,
    } as const;
    const reconcile = new HandlerFunction(this, 'Reconcile', context, props);
    // With a comparison that has ended, the orphans of the one before go.
    table.allow(reconcile, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query');
    table.allowQueries(reconcile, accountsIndex.name);
    enrolment.allow(reconcile, 'BatchGetItem', 'GetItem', 'PutItem');
    enrolment.allowQueries(reconcile, pendingIndex);
    context.alarms.whenOrphansFound(measured(context.region.id, 'OrphansFound', 'Maximum'));
    new Schedule(this, 'ReconcileEveryMinute', context, {
      handler: reconcile,
      description: 'Compares our accounts with those of providers, at night and when asked',
      expression: 'rate(1 minute)',
    });
    return reconcile;
  }

  #addSweep(context: StackContext, enrolment: CapabilityTable, queues: Queues): HandlerFunction {
    const environment = {
      ...queues,
      ENROLMENT_TABLE: enrolment.name,
      PROVISIONING_TABLE: this.table.name,
    } satisfies z.input<typeof provisioningEnvironments.sweep>;
    // Less than a run and a quarter: it begins nothing after 55 seconds, and the next goes on.
    const props = { entry: 'provisioning/sweep.job', environment, seconds: 75 } as const;
    const sweep = new HandlerFunction(this, 'Sweep', context, props);
    enrolment.allowQueries(sweep, pendingIndex);
    enrolment.allow(sweep, 'GetItem', 'PutItem');
    this.table.allow(
      sweep,
      'BatchGetItem',
      'GetItem',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'Query',
    );
    this.table.allowQueries(sweep, accountsIndex.name);
    context.alarms.whenPoolsLow(measured(context.region.id, 'VouchersLow', 'Maximum'));
    watchProviders(context, this.#channels);
    new Schedule(this, 'SweepEveryMinute', context, {
      handler: sweep,
      description: 'Asks again for accounts that stay pending',
      expression: 'rate(1 minute)',
    });
    return sweep;
  }
}

interface Operated {
  readonly context: StackContext;
  readonly props: ProvisioningProps;
  readonly queues: Queues;
}

type Queues = z.input<typeof provisioningEnvironments.dispatch>;
