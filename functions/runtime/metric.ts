import { now } from './clock.ts';
import { writeLine } from './logger.ts';
import { type MetricName, measuredIn, metricDimension, metricNamespace } from './metric-names.ts';
import { region } from './region.ts';

/**
 * Writes measured numbers as one line of the log, from which CloudWatch takes the metrics, one of each name for the whole
 * region: no request, and nothing that waits. What is done again after a failure is counted again. Writes nothing when
 * there is nothing to tell.
 *
 * @param values - by the metric's name, in its unit
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function measure(values: Readonly<Partial<Record<MetricName, number>>>): void {
  const units: Readonly<Record<string, string>> = measuredIn;
  const measured = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, unit: units[name] ?? 'Count', value }],
  );
  if (measured.length === 0) return;
  writeLine({
    _aws: {
      Timestamp: now().epochMilliseconds,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [[metricDimension]],
          Metrics: measured.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    [metricDimension]: region.id,
    ...Object.fromEntries(measured.map(({ name, value }) => [name, value])),
  });
}
