import { Construct } from 'constructs';
import type { z } from 'zod';
import {
  dueIndex,
  type identityEnvironments,
  staffKeyPrefix,
} from '../functions/identity/contract.ts';
import type { PublicPool, StaffPool } from './pools.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { apiSeconds, HandlerFunction } from './support/handler-function.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

export interface IdentityProps {
  readonly publicPool: PublicPool;
  readonly staffPool: StaffPool;
  /** Where officers' looks and resolutions are recorded. */
  readonly audit: CapabilityTable;
  readonly notices: CapabilityTable;
}

/**
 * Who someone is: the table of learners, their guardians and consents, and staff; its routes, the trigger that
 * invites staff, the job that does what a birthday or an answer that never came brings, and the one that deletes
 * sign-ups that nobody confirmed.
 */
export class Identity extends Construct {
  readonly table: CapabilityTable;
  readonly api: HandlerFunction;

  constructor(scope: Construct, id: string, context: StackContext, props: IdentityProps) {
    super(scope, id);
    this.table = new CapabilityTable(this, 'Data', { stream: true });
    const { name, partition, sort } = dueIndex;
    this.table.addIndex(name, { partition, sort });
    const environment = {
      IDENTITY_TABLE: this.table.name,
      AUDIT_TABLE: props.audit.name,
      NOTICES_TABLE: props.notices.name,
    } satisfies z.input<typeof identityEnvironments.api>;
    this.api = new HandlerFunction(this, 'Api', context, {
      entry: 'identity/api',
      environment,
      seconds: apiSeconds,
      memory: 1024,
    });
    const rows = ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'] as const;
    this.table.allow(this.api, ...rows, 'ConditionCheckItem');
    this.table.allowQueries(this.api, name);
    props.audit.allow(this.api, 'PutItem');
    props.notices.allow(this.api, 'PutItem');
    this.#addInvitations(context, props.staffPool);
    this.#addConsent(context, props.notices);
    this.#addAbandoned(context, props.publicPool);
  }

  #addConsent(context: StackContext, notices: CapabilityTable): void {
    const environment = {
      IDENTITY_TABLE: this.table.name,
      NOTICES_TABLE: notices.name,
    } satisfies z.input<typeof identityEnvironments.consent>;
    const handler = new HandlerFunction(this, 'Consent', context, {
      entry: 'identity/consent.job',
      environment,
      seconds: 600,
    });
    this.table.allow(handler, 'GetItem', 'Query', 'PutItem', 'UpdateItem');
    this.table.allowQueries(handler, dueIndex.name);
    notices.allow(handler, 'PutItem');
    new Schedule(this, 'EveryHour', context, {
      handler,
      description: 'Ends requests for consent in time, and asks those who came of age',
      expression: 'rate(1 hour)',
    });
  }

  #addAbandoned(context: StackContext, { pool }: PublicPool): void {
    const environment = {
      PUBLIC_POOL_ID: pool.userPoolId,
    } satisfies z.input<typeof identityEnvironments.abandoned>;
    const handler = new HandlerFunction(this, 'Abandoned', context, {
      entry: 'identity/abandoned.job',
      environment,
      seconds: 900,
    });
    const actions = ['ListUsers', 'AdminGetUser', 'AdminDeleteUser'];
    handler.allow(
      actions.map((action) => `cognito-idp:${action}`),
      [pool.userPoolArn],
    );
    new Schedule(this, 'AbandonedHourly', context, {
      handler,
      description: 'Deletes sign-ups that nobody confirmed in time',
      expression: 'rate(1 hour)',
    });
  }

  #addInvitations(context: StackContext, { pool }: StaffPool): void {
    const environment = {
      IDENTITY_TABLE: this.table.name,
      STAFF_POOL_ID: pool.userPoolId,
    } satisfies z.input<typeof identityEnvironments.invitation>;
    const handler = new HandlerFunction(this, 'Invitation', context, {
      entry: 'identity/invitation.trigger',
      environment,
      seconds: 60,
    });
    // The stream brings the row, perhaps again; the trigger looks whether it is done, and notes that it is.
    this.table.allow(handler, 'GetItem', 'PutItem', 'UpdateItem');
    const actions = [
      'AdminCreateUser',
      'AdminGetUser',
      'AdminListGroupsForUser',
      'AdminAddUserToGroup',
      'AdminRemoveUserFromGroup',
    ];
    handler.allow(
      actions.map((action) => `cognito-idp:${action}`),
      [pool.userPoolArn],
    );
    const { table } = this;
    new StreamTrigger(this, 'Staff', context, { table, handler, keyPrefix: staffKeyPrefix });
  }
}
