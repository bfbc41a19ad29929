import { now } from './clock.ts';
import { writeLine } from './logger.ts';
import { type MetricName, metricDimension, metricNamespace, metrics } from './metric-names.ts';
import { region } from './region.ts';

/**
 * Writes measured numbers as one line of the log, from which CloudWatch takes the metrics, one of each name for the whole
 * region: no request, and nothing that waits. What is done again after a failure is counted again. Writes nothing when
 * there is nothing to tell, such as of trouble when there is none: an hour without a number is not paid for.
 *
 * @param values - by the metric's name, in its unit
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function measure(values: Readonly<Partial<Record<MetricName, number>>>): void {
  const measured = Object.entries(metrics).flatMap(([name, { unit, when }]) => {
    // The names are those of the registry, which `Object.entries` does not say.
    const value = values[name as MetricName];
    return value === undefined || (value === 0 && when === 'trouble')
      ? []
      : [{ name, unit, value }];
  });
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
