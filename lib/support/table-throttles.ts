import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { CapabilityTable } from './capability-table.ts';

const period = Duration.minutes(5);

/** Reads and writes of a table that DynamoDB refused for coming too fast. */
export function tableThrottles(table: CapabilityTable): MathExpression {
  const id = table.capability.toLowerCase();
  return new MathExpression({
    expression: `FILL(${id}r, 0) + FILL(${id}w, 0)`,
    usingMetrics: { [`${id}r`]: events(table, 'Read'), [`${id}w`]: events(table, 'Write') },
    label: `table of ${table.capability}`,
    period,
  });
}

function events(table: CapabilityTable, kind: 'Read' | 'Write'): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName: `${kind}ThrottleEvents`,
    dimensionsMap: { TableName: table.name },
    statistic: 'Sum',
    period,
  });
}
