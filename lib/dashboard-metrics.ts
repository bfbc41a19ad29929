import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
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
import { tableThrottles } from './support/table-throttles.ts';

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
  canary: (regionId: string) => [
    measured(regionId, 'CanaryFailures'),
    measured(regionId, 'CanaryDuration', 'Maximum'),
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
    ['p50', 'p95', 'p99'].map((statistic) =>
      counted({
        namespace: 'ApiGateway',
        name: 'Latency',
        dimensions: { ApiId },
        statistic,
        label: statistic,
      }),
    ),
  errors: (functions: Functions) =>
    functions.map((one) =>
      one.function.metricErrors({ label: one.entry, statistic: 'Sum', period }),
    ),
  throttles: (functions: Functions, tables: Tables) => [
    ...functions.map((one) =>
      one.function.metricThrottles({ label: one.entry, statistic: 'Sum', period }),
    ),
    ...tables.map((table) => tableThrottles(table)),
  ],
  delays: (functions: Functions) =>
    functions
      .filter(({ entry }) => entry.endsWith('.trigger'))
      .map((one) =>
        one.function.metric('IteratorAge', { label: one.entry, statistic: 'Maximum', period }),
      ),
  units: (tables: Tables): IMetric[] =>
    tables.flatMap((table) =>
      (['Read', 'Write'] as const).map((kind) =>
        counted({
          namespace: 'DynamoDB',
          name: `Consumed${kind}CapacityUnits`,
          dimensions: { TableName: table.name },
          label: `${table.capability}: ${kind.toLowerCase()}`,
        }),
      ),
    ),
  gigabyteSeconds: (functions: Functions): IMetric[] =>
    [...Map.groupBy(functions, ({ memory }) => memory)].map(([memory, alike]) =>
      gigabyteSeconds(memory, alike),
    ),
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

/** What Lambda bills: the seconds of functions that have the same memory, times that memory. */
function gigabyteSeconds(memory: number, functions: Functions): MathExpression {
  const durations = functions.map((one, position): [string, Metric] => [
    `m${memory}n${position}`,
    one.function.metricDuration({ statistic: 'Sum', period, label: one.entry }),
  ]);
  const sum = durations.map(([id]) => `FILL(${id}, 0)`).join(' + ');
  return new MathExpression({
    // Milliseconds and megabytes.
    expression: `(${sum}) / 1000 * ${memory} / 1024`,
    usingMetrics: Object.fromEntries(durations),
    label: `${memory} MB`,
    period,
  });
}
