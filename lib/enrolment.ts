import { Construct } from 'constructs';
import type { z } from 'zod';
import { applicationKeyPrefix } from '../functions/eligibility/contract.ts';
import {
  dueIndex,
  type enrolmentEnvironments,
  lookIndex,
  pendingIndex,
  seatsKeyPrefix,
} from '../functions/enrolment/contract.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

export interface EnrolmentProps {
  readonly identity: CapabilityTable;
  readonly eligibility: CapabilityTable;
  readonly notices: CapabilityTable;
}

/**
 * Places: one provider in each, the approvals that eligibility's stream brings, the seats that the table's own
 * stream frees for those who wait, and what the calendar ends.
 */
export class Enrolment extends Construct {
  readonly table: CapabilityTable;
  readonly api: HandlerFunction;
  readonly #notices: CapabilityTable;

  constructor(scope: Construct, id: string, context: StackContext, props: EnrolmentProps) {
    super(scope, id);
    this.#notices = props.notices;
    this.table = new CapabilityTable(this, 'Data', { stream: true });
    this.table.addIndex(pendingIndex, { partition: 'pendingLot', sort: 'sweepDue' });
    this.table.addIndex(lookIndex, { partition: 'lookLot', sort: 'lookAt', over: 'keys' });
    // Rows of 0.1.0 are in this one; the release after 0.2.0 has it no more.
    this.table.addIndex(dueIndex, { partition: 'dueLot', sort: 'dueAt' });
    const environment = {
      ...this.#environment,
      IDENTITY_TABLE: props.identity.name,
      ELIGIBILITY_TABLE: props.eligibility.name,
    } satisfies z.input<typeof enrolmentEnvironments.api>;
    this.api = new HandlerFunction(this, 'Api', context, {
      entry: 'enrolment/api',
      environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    this.#allowChanges(this.api);
    props.identity.allow(this.api, 'Query');
    props.eligibility.allow(this.api, 'GetItem');
    this.#addApprovals(context, props.eligibility);
    this.#addPromotions(context);
    this.#addDue(context, props.eligibility);
    this.#addRebalance(context);
  }

  /** A change writes the learner's row, counters, history and notices; an entry of a waiting list is deleted. */
  #allowChanges(handler: HandlerFunction): void {
    this.table.allow(handler, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem');
    this.#notices.allow(handler, 'PutItem');
  }

  get #environment() {
    return {
      ENROLMENT_TABLE: this.table.name,
      NOTICES_TABLE: this.#notices.name,
    } satisfies z.input<typeof enrolmentEnvironments.approval>;
  }

  #addApprovals(context: StackContext, eligibility: CapabilityTable): void {
    const handler = new HandlerFunction(this, 'Approval', context, {
      entry: 'enrolment/approval.trigger',
      environment: this.#environment,
      seconds: 60,
    });
    // The stream brings the application; what it changes is decided on the learner's row.
    this.#allowChanges(handler);
    new StreamTrigger(this, 'Applications', context, {
      table: eligibility,
      handler,
      keyPrefix: applicationKeyPrefix,
    });
  }

  #addPromotions(context: StackContext): void {
    const handler = new HandlerFunction(this, 'Seats', context, {
      entry: 'enrolment/seats.trigger',
      environment: this.#environment satisfies z.input<typeof enrolmentEnvironments.seats>,
      seconds: 60,
    });
    this.#allowChanges(handler);
    new StreamTrigger(this, 'Counters', context, {
      table: this.table,
      handler,
      keyPrefix: seatsKeyPrefix,
    });
  }

  #addDue(context: StackContext, eligibility: CapabilityTable): void {
    const environment = {
      ...this.#environment,
      ELIGIBILITY_TABLE: eligibility.name,
    } satisfies z.input<typeof enrolmentEnvironments.due>;
    const handler = new HandlerFunction(this, 'Due', context, {
      entry: 'enrolment/due.job',
      environment,
      seconds: 240,
    });
    this.#allowChanges(handler);
    this.table.allowQueries(handler, lookIndex);
    this.table.allowQueries(handler, dueIndex);
    eligibility.allow(handler, 'GetItem');
    new Schedule(this, 'DueEvery5Minutes', context, {
      handler,
      description: 'Ends places and offers whose last day has passed',
      expression: 'rate(5 minutes)',
    });
  }

  #addRebalance(context: StackContext): void {
    const environment = {
      ENROLMENT_TABLE: this.table.name,
    } satisfies z.input<typeof enrolmentEnvironments.rebalance>;
    const handler = new HandlerFunction(this, 'Rebalance', context, {
      entry: 'enrolment/rebalance.job',
      environment,
      seconds: 240,
    });
    this.table.allow(handler, 'Query', 'UpdateItem');
    new Schedule(this, 'RebalanceHourly', context, {
      handler,
      description: 'Moves counts of seats out of lots that a cut has closed, and levels the others',
      expression: 'rate(1 hour)',
    });
  }
}
