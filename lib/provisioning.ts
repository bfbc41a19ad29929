import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import { learnerKeyPrefix, pendingIndex } from '../functions/enrolment/contract.ts';
import {
  accountsIndex,
  type provisioningEnvironments,
  tasksIndex,
} from '../functions/provisioning/contract.ts';
import { ProviderChannel, queueNamePrefix, secretNamePrefix } from './provider-channel.ts';
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

  constructor(scope: Construct, id: string, context: StackContext, props: ProvisioningProps) {
    super(scope, id);
    const { enrolment } = props;
    const prefix = `https://sqs.${Aws.REGION}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${queueNamePrefix(context)}`;
    const queues = { QUEUE_URL_PREFIX: prefix } satisfies Queues;
    this.table = new CapabilityTable(this, 'Data');
    for (const index of [accountsIndex, tasksIndex]) this.table.addIndex(index.name, index);
    const worker = this.#addWorker(context, enrolment, queues);
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
    worker.allow(['secretsmanager:GetSecretValue'], this.#secretArns);
    this.api = this.#addApi(context, props, queues);
    this.#addDispatch(context, enrolment, queues).allow(['sqs:SendMessage'], queueArns);
    this.#addSweep(context, enrolment, queues).allow(['sqs:SendMessage'], queueArns);
  }

  get #secretArns(): readonly string[] {
    return this.#channels.flatMap(({ secret }) => secret?.secretArn ?? []);
  }

  #addApi(context: StackContext, props: ProvisioningProps, queues: Queues): HandlerFunction {
    const environment = {
      ...queues,
      ENROLMENT_TABLE: props.enrolment.name,
      PROVISIONING_TABLE: this.table.name,
      IDENTITY_TABLE: props.identity.name,
      AUDIT_TABLE: props.audit.name,
      SECRET_PREFIX: secretNamePrefix(context),
    } satisfies z.input<typeof provisioningEnvironments.api>;
    const api = new HandlerFunction(this, 'Api', context, {
      entry: 'provisioning/api',
      environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    this.table.allow(api, 'GetItem', 'PutItem');
    for (const { name } of [accountsIndex, tasksIndex]) this.table.allowQueries(api, name);
    return api;
  }

  #addWorker(context: StackContext, enrolment: CapabilityTable, queues: Queues): HandlerFunction {
    const { table } = this;
    const environment = {
      ...queues,
      ENROLMENT_TABLE: enrolment.name,
      PROVISIONING_TABLE: table.name,
      SECRET_PREFIX: secretNamePrefix(context),
    } satisfies z.input<typeof provisioningEnvironments.account>;
    // Ten messages side by side, each at most a look-up and a creation at a provider that takes its time.
    const props = { entry: 'provisioning/account.worker', environment, seconds: 60 } as const;
    const worker = new HandlerFunction(this, 'Account', context, props);
    for (const used of [table, enrolment]) used.allow(worker, 'GetItem', 'PutItem');
    table.allow(worker, 'UpdateItem');
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

  #addSweep(context: StackContext, enrolment: CapabilityTable, queues: Queues): HandlerFunction {
    const environment = {
      ...queues,
      ENROLMENT_TABLE: enrolment.name,
      PROVISIONING_TABLE: this.table.name,
    } satisfies z.input<typeof provisioningEnvironments.sweep>;
    const props = { entry: 'provisioning/sweep.job', environment, seconds: 240 } as const;
    const sweep = new HandlerFunction(this, 'Sweep', context, props);
    enrolment.allowQueries(sweep, pendingIndex);
    enrolment.allow(sweep, 'PutItem');
    this.table.allow(sweep, 'GetItem');
    new Schedule(this, 'Every5Minutes', {
      handler: sweep,
      description: 'Asks again for accounts that stay pending',
      expression: 'rate(5 minutes)',
    });
    return sweep;
  }
}

type Queues = z.input<typeof provisioningEnvironments.dispatch>;
