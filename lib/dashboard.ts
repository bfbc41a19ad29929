import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Aws, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { metrics } from './dashboard-metrics.ts';
import type { Pool } from './pools.ts';
import { ProviderChannel } from './provider-channel.ts';
import { CapabilityTable } from './support/capability-table.ts';
import type { StackContext } from './support/context.ts';
import { HandlerFunction } from './support/handler-function.ts';

export interface DashboardProps {
  readonly apiId: string;
  readonly pools: Readonly<Record<'public' | 'staff', Pool>>;
}

/**
 * One page of a region's numbers: what people did, how the API answers, what is refused, and what costs. Made last, for
 * it shows every function, table and provider that the stack has. One dashboard of an account's first three is free.
 */
export class Dashboard extends Construct {
  /** Where it is shown. */
  readonly url: string;

  constructor(scope: Construct, id: string, { region }: StackContext, props: DashboardProps) {
    super(scope, id);
    const name = `ladder-${region.id}`;
    const every = Stack.of(this).node.findAll();
    const functions = every.filter((found) => found instanceof HandlerFunction);
    const tables = every.filter((found) => found instanceof CapabilityTable);
    const channels = every.filter((found) => found instanceof ProviderChannel);
    new CloudWatchDashboard(this, 'Page', {
      dashboardName: name,
      defaultInterval: Duration.days(1),
      widgets: [
        [heading(`What people did in ${region.id}`)],
        [
          graph('Sign-ups and sign-ins', metrics.signIns(props.pools)),
          graph('Applications that came into a state', metrics.applications(region.id)),
          graph('Places and waits', metrics.places(region.id)),
        ],
        [
          graph('Oldest message for a provider (seconds)', metrics.providerAges(channels)),
          graph('Given up for a provider', metrics.providerFailures(channels)),
          graph('Mentoring', metrics.mentoring(region.id)),
        ],
        [
          graph('Deletions that wait for too long', metrics.deletions(region.id)),
          graph('Providers that need somebody', metrics.troubles(region.id)),
        ],
        [heading('How it answers')],
        [
          graph('Requests, and answers 4xx and 5xx', metrics.requests(props.apiId)),
          graph('Latency (ms): p50, p95, p99', metrics.latency(props.apiId)),
          graph('The canary', metrics.canary(region.id)),
        ],
        [
          graph('Errors of functions', metrics.errors(functions)),
          graph('Throttles of functions and tables', metrics.throttles(functions, tables)),
          graph('Delay of streams (ms)', metrics.delays(functions)),
        ],
        [heading('What costs')],
        [
          graph('Units of tables', metrics.units(tables)),
          graph('Functions (GB-seconds, by memory)', metrics.gigabyteSeconds(functions)),
          graph('Mails of the account', metrics.mails()),
        ],
      ],
    });
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${name}`;
  }
}

function heading(text: string): IWidget {
  return new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, period: Duration.minutes(5) });
}
