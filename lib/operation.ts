import { Construct } from 'constructs';
import type { z } from 'zod';
import type { MigratedTable, operationEnvironments } from '../functions/operation/contract.ts';
import { measured } from './dashboard-metrics.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { HandlerFunction } from './support/handler-function.ts';
import { Schedule } from './support/schedule.ts';

export interface OperationProps {
  /** Whose rows migrations change. */
  readonly migrated: Readonly<Record<MigratedTable, CapabilityTable>>;
  /** Where the API answers. */
  readonly apiUrl: string;
}

/** What keeps a region going: migrations of data, which whoever deploys runs, and the canary, which asks from outside. */
export class Operation extends Construct {
  readonly #table: CapabilityTable;
  readonly #migration: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: OperationProps) {
    super(scope, id);
    this.#table = new CapabilityTable(this, 'Data');
    this.#migration = this.#addMigration(context, props.migrated);
    this.#addCanary(context, props.apiUrl);
  }

  /** The name by which the migration job is invoked. */
  get migrationFunction(): string {
    return this.#migration.function.functionName;
  }

  /** Nothing runs it by the clock: a stack whose update is rolled back has changed no row. */
  #addMigration(context: StackContext, migrated: OperationProps['migrated']): HandlerFunction {
    const environment = {
      OPERATION_TABLE: this.#table.name,
      IDENTITY_TABLE: migrated.identity.name,
      ELIGIBILITY_TABLE: migrated.eligibility.name,
      PROVISIONING_TABLE: migrated.provisioning.name,
      MENTORING_TABLE: migrated.mentoring.name,
    } satisfies z.input<typeof operationEnvironments.migration>;
    const handler = new HandlerFunction(this, 'Migration', context, {
      entry: 'operation/migration.job',
      environment,
      // Whoever waits for it hears how far it is about twice a minute.
      seconds: 50,
      memory: 1024,
    });
    this.#table.allow(handler, 'Query', 'GetItem', 'UpdateItem');
    for (const table of Object.values(migrated)) {
      table.allowScans(handler);
      // A row that needs only others beside it is checked in the transaction that puts those.
      table.allow(handler, 'GetItem', 'UpdateItem', 'PutItem', 'ConditionCheckItem');
    }
    return handler;
  }

  #addCanary(context: StackContext, apiUrl: string): void {
    const handler = new HandlerFunction(this, 'Canary', context, {
      entry: 'operation/canary.job',
      environment: { API_URL: apiUrl } satisfies z.input<typeof operationEnvironments.canary>,
      seconds: 30,
    });
    new Schedule(this, 'CanaryEvery5Minutes', context, {
      handler,
      description: 'Asks the API from outside what a region that works answers',
      expression: 'rate(5 minutes)',
    });
    context.alarms.whenCanaryFails(measured(context.region.id, 'CanaryFailures'));
  }
}
