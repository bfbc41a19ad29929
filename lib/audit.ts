import { Construct } from 'constructs';
import type { z } from 'zod';
import { type auditEnvironments, staffIndex } from '../functions/audit/contract.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';

/** Who saw and decided what: a table that functions only add to, and the route by which administrators read it. */
export class Audit extends Construct {
  readonly table: CapabilityTable;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new CapabilityTable(this, 'Data');
    this.table.addIndex(staffIndex, { partition: 'staffId', sort: 'at' });
  }

  /** The route; apart from the table, for identity records in it, and the route asks identity who is staff. */
  addApi(context: StackContext, identity: CapabilityTable): HandlerFunction {
    const environment = {
      AUDIT_TABLE: this.table.name,
      IDENTITY_TABLE: identity.name,
    } satisfies z.input<typeof auditEnvironments.api>;
    const api = new HandlerFunction(this, 'Api', context, {
      entry: 'audit/api',
      environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    this.table.allow(api, 'Query', 'PutItem');
    this.table.allowQueries(api, staffIndex);
    identity.allow(api, 'GetItem');
    return api;
  }
}
