import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import {
  type MetricName,
  metricDimension,
  metricNamespace,
} from '../functions/runtime/metric-names.ts';
import type { Pool } from './pools.ts';
import type { ProviderChannel } from './provider-channel.ts';
import type { CapabilityTable } from './support/capability-table.ts';
import type { HandlerFunction } from './support/handler-function.ts';

const period = Duration.minutes(5);

interface Counted {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions?: Record<string, string>;
  readonly label: string;
  /** A sum unless said otherwise. */
  readonly statistic?: string;
}

/** What AWS counts by itself. */
function counted({ namespace, name, dimensions, label, statistic = 'Sum' }: Counted): Metric {
  return new Metric({
    namespace: `AWS/${namespace}`,
    metricName: name,
    ...(dimensions === undefined ? {} : { dimensionsMap: dimensions }),
    statistic,
    period,
    label,
  });
}

/**
 * What functions measure (`functions/runtime/metric-names.ts`).
 *
 * @param label - how it is called in a graph; else by its name
 */
export function measured(
  regionId: string,
  metricName: MetricName,
  statistic = 'Sum',
  label?: string,
): Metric {
  return new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { [metricDimension]: regionId },
    statistic,
    period,
    // An alarm on a metric with a label would be one on an expression.
    ...(label === undefined ? {} : { label }),
  });
}

type Functions = readonly HandlerFunction[];
type Tables = readonly CapabilityTable[];
type Channels = readonly ProviderChannel[];

/** The metrics of each graph. */
export const metrics = {
  signIns: (pools: Readonly<Record<'public' | 'staff', Pool>>) =>
    Object.entries(pools).flatMap(([who, { pool, client }]) =>
      ['SignUpSuccesses', 'SignInSuccesses']
        .filter((name) => who === 'public' || name !== 'SignUpSuccesses')
        .map((name) =>
          counted({
            namespace: 'Cognito',
            name,
            dimensions: { UserPool: pool.userPoolId, UserPoolClient: client.userPoolClientId },
            label: `${who}: ${name}`,
          }),
        ),
    ),
  applications: (regionId: string) =>
    applicationMetrics.map((name) =>
      measured(regionId, name, 'Sum', name.replace('Applications', '').toLowerCase()),
    ),
  places: (regionId: string) =>
    (['PlacesTaken', 'PlacesEnded', 'WaitsBegun'] as const).map((name) => measured(regionId, name)),
  mentoring: (regionId: string) =>
    (['MentorsAskedFor', 'MentorshipsBegun', 'SessionsTold'] as const).map((name) =>
      measured(regionId, name),
    ),
  canary: (regionId: string, functions: Functions) => [
    measured(regionId, 'CanaryFailures'),
    ...functions
      .filter(({ entry }) => entry === 'operation/canary.job')
      .map((one) =>
        one.function.metricDuration({ label: 'milliseconds', statistic: 'Maximum', period }),
      ),
  ],
  /** What becomes of accounts by itself, and what waits for somebody. */
  troubles: (regionId: string) => [
    ...(['TasksOpened', 'ReconciliationRepairs'] as const).map((name) => measured(regionId, name)),
    ...(
      [
        'ProvidersResting',
        'ProvidersFailing',
        'AccountsWaiting',
        'OrphansFound',
        'VouchersLow',
      ] as const
    ).map((name) => measured(regionId, name, 'Maximum')),
  ],
  deletions: (regionId: string) => [measured(regionId, 'DeletionsOverdue', 'Maximum')],
  providerAges: (channels: Channels) =>
    channels.map(({ queue, node }) =>
      queue.metricApproximateAgeOfOldestMessage({ label: node.id, statistic: 'Maximum', period }),
    ),
  providerFailures: (channels: Channels) =>
    channels.map(({ deadLetters, node }) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({
        label: node.id,
        statistic: 'Maximum',
        period,
      }),
    ),
  requests: (ApiId: string) =>
    ['Count', '4xx', '5xx'].map((name) =>
      counted({ namespace: 'ApiGateway', name, dimensions: { ApiId }, label: name }),
    ),
  latency: (ApiId: string) =>
    ['p50', 'p95'].map((statistic) =>
      counted({
        namespace: 'ApiGateway',
        name: 'Latency',
        dimensions: { ApiId },
        statistic,
        label: statistic,
      }),
    ),
  /** Of all functions of the account together. */
  functions: () =>
    ['Invocations', 'Errors', 'Throttles'].map((name) =>
      counted({ namespace: 'Lambda', name, label: name.toLowerCase() }),
    ),
  time: () => [counted({ namespace: 'Lambda', name: 'Duration', label: 'milliseconds' })],
  delays: (functions: Functions) =>
    functions
      .filter(({ entry }) => entry.endsWith('.trigger'))
      .map((one) =>
        one.function.metric('IteratorAge', { label: one.entry, statistic: 'Maximum', period }),
      ),
  units: (tables: Tables) => ofTables(tables, (kind) => `Consumed${kind}CapacityUnits`),
  refusals: (tables: Tables) => ofTables(tables, (kind) => `${kind}ThrottleEvents`),
  mails: () => [
    counted({ namespace: 'SES', name: 'Send', label: 'sent' }),
    counted({ namespace: 'SES', name: 'Bounce', label: 'returned' }),
  ],
};

const applicationMetrics = [
  'ApplicationsWaiting',
  'ApplicationsWaitlisted',
  'ApplicationsOffered',
  'ApplicationsApproved',
  'ApplicationsSuspended',
  'ApplicationsRejected',
  'ApplicationsLapsed',
  'ApplicationsEnded',
] as const satisfies readonly MetricName[];

/** Of each table a metric for its reads and one for its writes. */
function ofTables(tables: Tables, nameOf: (kind: 'Read' | 'Write') => string): Metric[] {
  return tables.flatMap((table) =>
    (['Read', 'Write'] as const).map((kind) =>
      counted({
        namespace: 'DynamoDB',
        name: nameOf(kind),
        dimensions: { TableName: table.name },
        label: `${table.capability}: ${kind.toLowerCase()}`,
      }),
    ),
  );
}
