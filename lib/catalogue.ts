import { Construct } from 'constructs';
import type { z } from 'zod';
import type { catalogueEnvironments } from '../functions/catalogue/contract.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';

export interface CatalogueProps {
  readonly identity: CapabilityTable;
  readonly audit: CapabilityTable;
  readonly eligibility: CapabilityTable;
}

/** What there is to choose: providers, whom the region file names, and their lists of courses, which staff import. */
export class Catalogue extends Construct {
  readonly api: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: CatalogueProps) {
    super(scope, id);
    const table = new CapabilityTable(this, 'Data');
    const environment = {
      CATALOGUE_TABLE: table.name,
      IDENTITY_TABLE: props.identity.name,
      ELIGIBILITY_TABLE: props.eligibility.name,
      AUDIT_TABLE: props.audit.name,
    } satisfies z.input<typeof catalogueEnvironments.api>;
    this.api = new HandlerFunction(this, 'Api', context, {
      entry: 'catalogue/api',
      environment,
      // An import writes a hundred rows.
      seconds: apiSeconds,
      memory: 1024,
    });
    table.allow(this.api, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'BatchWriteItem');
    table.allow(this.api, 'UpdateItem', 'DeleteItem');
    props.identity.allow(this.api, 'GetItem', 'Query');
    props.eligibility.allow(this.api, 'GetItem');
    props.audit.allow(this.api, 'PutItem');
  }
}
