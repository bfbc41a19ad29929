import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { MetricFilter } from 'aws-cdk-lib/aws-logs';
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from 'aws-cdk-lib/aws-ses';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { z } from 'zod';
import {
  dueIndex,
  noticeKeyPrefix,
  type noticesEnvironments,
} from '../functions/notices/contract.ts';
import type { PublicPool } from './pools.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import type { HandlerEntry } from './support/entries.ts';
import { HandlerFunction } from './support/handler-function.ts';
import { Schedule } from './support/schedule.ts';
import { StreamTrigger } from './support/stream-trigger.ts';

type Environment = z.input<typeof noticesEnvironments.mail>;

/** Who reads a mail, and where they are written to. */
interface Readers {
  readonly pool: PublicPool['pool'];
  readonly identity: CapabilityTable;
}

/**
 * Mail: what capabilities put into the notices table goes out through Amazon SES (docs/adr/0010-notices.md). The table
 * comes before all who send; what mails asks identity who reads.
 */
export class Notices extends Construct {
  readonly table: CapabilityTable;
  readonly #context: StackContext;

  constructor(scope: Construct, id: string, context: StackContext) {
    super(scope, id);
    this.#context = context;
    this.table = new CapabilityTable(this, 'Data', { stream: true });
    this.table.addIndex(dueIndex, { partition: 'dueLot', sort: 'due' });
  }

  /** The functions that mail. */
  addMail({ pool }: PublicPool, identity: CapabilityTable): void {
    const environment = {
      NOTICES_TABLE: this.table.name,
      IDENTITY_TABLE: identity.name,
      PUBLIC_POOL_ID: pool.userPoolId,
      MAIL_FROM: sender(this.#context),
      CONFIGURATION_SET: this.#addConfigurationSet(),
    } satisfies Environment;
    this.#addTrigger(environment, { pool, identity });
    this.#addResend(environment, { pool, identity });
  }

  #addTrigger(environment: Environment, readers: Readers): void {
    const handler = this.#addSender('Mail', 'notices/mail.trigger', environment, readers);
    const { table } = this;
    const rows = { keyPrefix: noticeKeyPrefix, newRowsOnly: true } as const;
    new StreamTrigger(this, 'Sent', this.#context, { table, handler, ...rows });
  }

  #addResend(environment: Environment, readers: Readers): void {
    const resend = this.#addSender('Resend', 'notices/resend.job', environment, readers);
    this.table.allowQueries(resend, dueIndex);
    new Schedule(this, 'Every5Minutes', this.#context, {
      handler: resend,
      description: 'Mails again what did not come to its end',
      expression: 'rate(5 minutes)',
    });
  }

  /** A function that takes up notices, looks up readers and mails them. */
  #addSender(
    id: string,
    entry: HandlerEntry,
    environment: Environment,
    { pool, identity }: Readers,
  ): HandlerFunction {
    // A full batch, one mail after the other, at the pace of SES.
    const props = { entry, environment, seconds: 120 };
    const handler = new HandlerFunction(this, id, this.#context, props);
    this.table.allow(handler, 'GetItem', 'UpdateItem');
    identity.allow(handler, 'GetItem', 'Query');
    handler.allow(['cognito-idp:AdminGetUser'], [pool.userPoolArn]);
    this.#allowMail(handler, environment.CONFIGURATION_SET);
    this.#watch(handler);
    return handler;
  }

  #allowMail(handler: HandlerFunction, configurationSet: string): void {
    const { mail } = this.#context.region.deployment;
    const arn = (resource: string) =>
      `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
    // SES does not say by which of them it judges a mail with an attachment; the CDK's own grant has both.
    const actions = ['ses:SendEmail', 'ses:SendRawEmail'];
    handler.allow(actions, [arn(`configuration-set/${configurationSet}`)]);
    if (mail.via === 'ses') handler.allow(actions, [arn(`identity/${mail.domain}`)]);
    else {
      handler.allowWide(
        actions,
        arn('identity/*'),
        "A trial's account is in the sandbox of Amazon SES, which asks for permission on each verified recipient as well.",
      );
    }
  }

  /** TLS or no mail at all; what bounces or is complained about is counted, without an address. */
  #addConfigurationSet(): string {
    const set = new CfnConfigurationSet(this, 'Sending', {
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
    const dimension = { name: 'ladder', value: this.#context.region.id };
    new CfnConfigurationSetEventDestination(this, 'Returned', {
      configurationSetName: set.ref,
      eventDestination: {
        enabled: true,
        matchingEventTypes: ['BOUNCE', 'COMPLAINT', 'REJECT'],
        cloudWatchDestination: {
          dimensionConfigurations: [
            {
              dimensionName: dimension.name,
              dimensionValueSource: 'messageTag',
              defaultDimensionValue: dimension.value,
            },
          ],
        },
      },
    });
    for (const metricName of ['Bounce', 'Complaint', 'Reject']) {
      const metric = new Metric({
        namespace: 'AWS/SES',
        metricName,
        dimensionsMap: { [dimension.name]: dimension.value },
        period: Duration.minutes(5),
        statistic: 'Sum',
      });
      this.#context.alarms.whenMailFails(`mail: ${metricName.toLowerCase()}`, metric);
    }
    return set.ref;
  }

  /** What SES refuses for ever is told by the log, in one fixed text. */
  #watch({ entry, logs, node }: HandlerFunction): void {
    const filter = new MetricFilter(this, `${node.id}Undeliverable`, {
      logGroup: logs,
      filterPattern: { logPatternString: '{ $.message = "notice undeliverable" }' },
      metricNamespace: 'Ladder',
      metricName: `${this.#context.region.id} ${entry} undeliverable`,
      metricValue: '1',
    });
    const metric = filter.metric({ period: Duration.minutes(5), statistic: 'Sum' });
    this.#context.alarms.whenMailFails(`${entry} cannot deliver`, metric);
  }
}

/**
 * The address that notices come from. A trial has no domain at SES: it sends from the first administrator's own
 * address, which that person verifies with SES in two clicks.
 */
function sender({ region }: StackContext): string {
  const { mail, firstAdministrator } = region.deployment;
  return mail.via === 'ses' ? mail.from : firstAdministrator;
}
