import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { z } from 'zod';
import {
  applicationKeyPrefix,
  dueIndex,
  type eligibilityEnvironments,
  type RegistryAccess,
  waitingIndex,
} from '../functions/eligibility/contract.ts';
import { learnerKeyPrefix } from '../functions/identity/contract.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { operatorSecret } from './support/operator-secret.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

export interface EligibilityProps {
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
  readonly notices: CapabilityTable;
  readonly documents: CapabilityTable;
}

/**
 * Who may join: applications, their decisions, and the secret that opens the welfare registry; the places of a
 * quota that the table's own stream frees for those who wait, what a learner's profile and the calendar change.
 */
export class Eligibility extends Construct {
  readonly table: CapabilityTable;
  readonly api: HandlerFunction;
  readonly #audit: CapabilityTable;
  readonly #notices: CapabilityTable;

  constructor(
    scope: Construct,
    id: string,
    context: StackContext,
    { identity, audit, notices, documents }: EligibilityProps,
  ) {
    super(scope, id);
    this.#audit = audit;
    this.#notices = notices;
    this.table = new CapabilityTable(this, 'Data', { stream: true });
    this.table.addIndex(waitingIndex, { partition: 'waitingArea', sort: 'submittedAt' });
    this.table.addIndex(dueIndex, { partition: 'dueLot', sort: 'dueOn' });
    const registry = registrySecret(this, context);
    const environment = {
      ...this.#environment,
      IDENTITY_TABLE: identity.name,
      DOCUMENTS_TABLE: documents.name,
      REGISTRY_SECRET: registrySecretName(context),
    } satisfies z.input<typeof eligibilityEnvironments.api>;
    this.api = new HandlerFunction(this, 'Api', context, {
      entry: 'eligibility/api',
      environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    this.table.allow(this.api, 'BatchGetItem');
    this.#allowChanges(this.api);
    this.table.allowQueries(this.api, waitingIndex);
    // A login's links and a learner's logins are a query each; an approval holds on the profile that was read.
    identity.allow(this.api, 'GetItem', 'Query', 'ConditionCheckItem');
    documents.allow(this.api, 'Query');
    this.api.allow(['secretsmanager:GetSecretValue'], [registry.secretArn]);
    this.#addOffers(context, documents);
    this.#addLearners(context, identity);
    this.#addDue(context);
  }

  /** A change writes applications, counters, notices and the trail; an entry of a waiting list is deleted. */
  #allowChanges(handler: HandlerFunction): void {
    this.table.allow(handler, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    this.#audit.allow(handler, 'PutItem');
    this.#notices.allow(handler, 'PutItem');
  }

  get #environment() {
    return {
      ELIGIBILITY_TABLE: this.table.name,
      AUDIT_TABLE: this.#audit.name,
      NOTICES_TABLE: this.#notices.name,
    } satisfies z.input<typeof eligibilityEnvironments.due>;
  }

  #addOffers(context: StackContext, documents: CapabilityTable): void {
    const handler = new HandlerFunction(this, 'Offer', context, {
      entry: 'eligibility/offer.trigger',
      environment: {
        ...this.#environment,
        DOCUMENTS_TABLE: documents.name,
      } satisfies z.input<typeof eligibilityEnvironments.offer>,
      seconds: 60,
    });
    this.#allowChanges(handler);
    // A decision says how long its papers are kept.
    documents.allow(handler, 'GetItem', 'Query', 'PutItem');
    const keyPrefix = applicationKeyPrefix;
    new StreamTrigger(this, 'Applications', context, { table: this.table, handler, keyPrefix });
  }

  #addLearners(context: StackContext, identity: CapabilityTable): void {
    const handler = new HandlerFunction(this, 'Learner', context, {
      entry: 'eligibility/learner.trigger',
      environment: this.#environment satisfies z.input<typeof eligibilityEnvironments.learner>,
      seconds: 60,
    });
    this.#allowChanges(handler);
    const keyPrefix = learnerKeyPrefix;
    new StreamTrigger(this, 'Learners', context, { table: identity, handler, keyPrefix });
  }

  #addDue(context: StackContext): void {
    const handler = new HandlerFunction(this, 'Due', context, {
      entry: 'eligibility/due.job',
      environment: this.#environment,
      seconds: 900,
    });
    this.#allowChanges(handler);
    this.table.allowQueries(handler, dueIndex);
    this.table.allowQueries(handler, waitingIndex);
    new Schedule(this, 'DueHourly', context, {
      handler,
      description: 'Ends, reminds and offers what its day has come for, and levels quotas',
      expression: 'rate(1 hour)',
    });
  }
}

function registrySecretName({ region }: StackContext): string {
  return `ladder/${region.id}/registry`;
}

function registrySecret(scope: Construct, context: StackContext): Secret {
  return operatorSecret(scope, 'Registry', {
    name: registrySecretName(context),
    description: 'Address of the welfare registry, and the key that signs: {"url","key"}',
    known: { url: 'https://registry.invalid' } satisfies Omit<
      z.input<typeof RegistryAccess>,
      'key'
    >,
    generated: 'key',
  });
}
