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
 * A region's numbers on three pages: what people did and how it answers, the providers, the tables. Made last, for they
 * show every function, table and provider that the stack has. An account's first three are free with fifty metrics each
 * (Amazon CloudWatch pricing), so what Lambda counts is the account's: each function's own is on a page of AWS's.
 */
export class Dashboard extends Construct {
  /** Where the first page is shown. */
  readonly url: string;

  constructor(scope: Construct, id: string, { region }: StackContext, props: DashboardProps) {
    super(scope, id);
    const name = `ladder-${region.id}`;
    const every = Stack.of(this).node.findAll();
    const functions = every.filter((found) => found instanceof HandlerFunction);
    const tables = every.filter((found) => found instanceof CapabilityTable);
    const channels = every.filter((found) => found instanceof ProviderChannel);
    const pageOf = (dashboard: string) =>
      `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#${dashboard}`;
    const places = {
      providers: pageOf(`dashboards/dashboard/${name}-providers`),
      tables: pageOf(`dashboards/dashboard/${name}-tables`),
      functions: pageOf('home:dashboards/Lambda'),
    };
    this.url = pageOf(`dashboards/dashboard/${name}`);
    this.#page('Page', name, [
      [heading(`What people did in ${region.id}`)],
      [
        graph('Sign-ups and sign-ins', metrics.signIns(props.pools)),
        graph('Applications that came into a state', metrics.applications(region.id)),
        graph('Places and waits', metrics.places(region.id)),
      ],
      [
        graph('Mentoring', metrics.mentoring(region.id)),
        graph('Deletions that wait for too long', metrics.deletions(region.id)),
        graph('Providers that need somebody', metrics.troubles(region.id)),
      ],
      [heading('How it answers')],
      [
        graph('Requests, and answers 4xx and 5xx', metrics.requests(props.apiId)),
        graph('Latency (ms): p50, p95', metrics.latency(props.apiId)),
        graph('The canary', metrics.canary(region.id, functions)),
      ],
      [
        graph('Functions of the account', metrics.functions()),
        graph('Time of all of them (ms)', metrics.time()),
        graph('Delay of streams (ms)', metrics.delays(functions)),
      ],
      [graph('Mails of the account', metrics.mails())],
      [
        heading(
          `More: [providers](${places.providers}), [tables](${places.tables}), [each function](${places.functions})`,
        ),
      ],
    ]);
    this.#page('Providers', `${name}-providers`, [
      [heading(`The providers of ${region.id}`)],
      [graph('Oldest message for a provider (seconds)', metrics.providerAges(channels))],
      [graph('Given up for a provider', metrics.providerFailures(channels))],
    ]);
    this.#page('Tables', `${name}-tables`, [
      [heading(`The tables of ${region.id}`)],
      [graph('Units of tables', metrics.units(tables))],
      [graph('Refused by tables for coming too fast', metrics.refusals(tables))],
    ]);
  }

  #page(id: string, dashboardName: string, widgets: IWidget[][]): void {
    const defaultInterval = Duration.days(1);
    new CloudWatchDashboard(this, id, { dashboardName, defaultInterval, widgets });
  }
}

function heading(text: string): IWidget {
  return new TextWidget({ markdown: `## ${text}`, width: 24, height: 1 });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, period: Duration.minutes(5) });
}
