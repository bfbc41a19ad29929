import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resourcesOf, seoul, templateOf } from './template.ts';

/** What an alarm goes by; one that is made of several metrics has them in `Metrics`. */
const Watched = z.object({
  AlarmName: z.string(),
  MetricName: z.string().optional(),
  Statistic: z.enum(['Minimum', 'Maximum', 'Sum']).optional(),
  Period: z.int().optional(),
  Metrics: z
    .array(
      z.object({
        Expression: z.string().optional(),
        MetricStat: z.object({ Period: z.int(), Stat: z.literal('Maximum') }).optional(),
      }),
    )
    .default([]),
  EvaluationPeriods: z.int(),
  Threshold: z.number(),
  ComparisonOperator: z.literal('GreaterThanOrEqualToThreshold'),
  TreatMissingData: z.literal('notBreaching'),
});

/** What is measured in each minute of the hour; undefined: nothing is. */
type Minutes = readonly (number | undefined)[];

const alarms = [...resourcesOf(templateOf(seoul), 'AWS::CloudWatch::Alarm').values()];
function named(name: string) {
  const found = alarms.find(({ Properties }) =>
    String(Properties['AlarmName']).startsWith(`ladder-seoul: ${name}`),
  );
  return Watched.parse(found?.Properties);
}

/** Whether CloudWatch would sound it: all of its periods in a row reach the threshold. */
function fires(alarm: z.infer<typeof Watched>, minutes: Minutes): boolean {
  const [first] = alarm.Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  const { Period = first?.Period ?? 0, Statistic = first?.Stat ?? 'Maximum' } = alarm;
  const length = Period / 60;
  const periods = Array.from({ length: minutes.length / length }, (_, position) =>
    minutes.slice(position * length, (position + 1) * length).filter((one) => one !== undefined),
  );
  const breaching = periods.map(
    (seen) => seen.length > 0 && of[Statistic](seen) >= alarm.Threshold,
  );
  return breaching.some((_, position) => {
    const inARow = breaching.slice(position, position + alarm.EvaluationPeriods);
    return inARow.length === alarm.EvaluationPeriods && inARow.every(Boolean);
  });
}

const of = {
  Minimum: (seen: readonly number[]) => Math.min(...seen),
  Maximum: (seen: readonly number[]) => Math.max(...seen),
  Sum: (seen: readonly number[]) => seen.reduce((sum, one) => sum + one, 0),
} as const;

/** An hour in which these minutes measure so much, from the tenth on, and the others something else. */
function hour(minutes: Minutes, others?: number): Minutes {
  const quiet = Array.from({ length: 60 }, () => others);
  return [...quiet.slice(0, 10), ...minutes, ...quiet.slice(10 + minutes.length)];
}
const times = (count: number, minutes: Minutes): Minutes =>
  Array.from({ length: count }, () => minutes).flat();

describe('given what is measured of providers, minute by minute, then the alarms say so', () => {
  it.each<[string, string, Minutes, boolean]>([
    ['providers rest', 'for a quarter of an hour', hour(times(15, [1]), 0), true],
    ['providers rest', 'several, in turn', hour(times(5, [1, 2, 1]), 0), true],
    ['providers rest', 'for ten minutes', hour(times(10, [1]), 0), false],
    [
      'providers rest',
      'in each minute of five but one',
      hour(times(12, [1, 1, 0, 1, 1]), 0),
      false,
    ],
    ['providers rest', 'never', hour([], 0), false],
    ['providers fail', 'for a quarter of an hour', hour(times(15, [1]), 0), true],
    ['providers fail', 'in one minute of five', hour(times(10, [1, 0, 0, 0, 0]), 0), false],
    ['a pool of vouchers runs low', 'in one minute', hour([1]), true],
    ['a pool of vouchers runs low', 'never', hour([]), false],
    ['accounts to look at', 'one came', hour([1]), true],
    ['accounts to look at', 'none came', hour([]), false],
    ['orphans at a provider', 'one, as it was compared', hour([1]), true],
    ['orphans at a provider', 'none, as it was compared', hour([0]), false],
    ['accounts wait for providers', 'the oldest for an hour', hour([3_600], 12), true],
    ['accounts wait for providers', 'the oldest for less', hour([3_599], 12), false],
    [
      'many learners wait',
      'a thousand, as long as a quarter of an hour',
      hour(times(15, [1_000])),
      true,
    ],
    ['many learners wait', 'a thousand, for ten minutes', hour(times(10, [1_000]), 3), false],
    ['many learners wait', 'fewer', hour(times(50, [999])), false],
    ['given up for', 'one message', hour([1], 0), true],
    ['given up for', 'none', hour([], 0), false],
  ])('%s: %s', (name, _, minutes, expected) => {
    expect(fires(named(name), minutes)).toBe(expected);
  });

  it.each([
    ['providers rest', 'functions/provisioning/sweep.job.ts'],
    ['providers fail', 'functions/provisioning/sweep.job.ts'],
    ['many learners wait', 'functions/provisioning/waiting.job.ts'],
    ['a pool of vouchers runs low', 'functions/provisioning/pools.job.ts'],
    ['accounts to look at', 'functions/provisioning/steps.worker.ts'],
    ['orphans at a provider', 'functions/provisioning/reconcile.job.ts'],
  ])('%s: by what a function measures', (name, file) => {
    expect(readFileSync(file, 'utf8')).toContain(`${named(name).MetricName}: `);
  });
});
