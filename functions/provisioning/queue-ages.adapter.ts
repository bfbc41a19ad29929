import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { ProviderId } from '../../regions/schema.ts';
import type { Moment } from '../runtime/clock.ts';

const cloudWatch = new CloudWatchClient({});

/** How far back a measured age counts: SQS measures each minute, and tells some minutes later. */
const recent = { minutes: 15 } as const;

/**
 * For how many seconds the oldest message of each provider's queue has waited, as SQS measured it last: one request for all
 * of them.
 *
 * @param namePrefix - of the queues' names; a provider's id and `.fifo` follow
 */
export async function oldestSecondsOf(
  namePrefix: string,
  providers: readonly ProviderId[],
  now: Moment,
): Promise<ReadonlyMap<ProviderId, number>> {
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.subtract(recent).epochMilliseconds),
      EndTime: new Date(now.epochMilliseconds),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: providers.map((providerId, position) => ({
        Id: `age${position}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: `${namePrefix}${providerId}.fifo` }],
          },
          Period: 60,
          Stat: 'Maximum',
        },
      })),
    }),
  );
  const latest = new Map(MetricDataResults.map(({ Id, Values = [] }) => [Id, Values[0]]));
  return new Map(
    providers.flatMap((providerId, position) => {
      const age = latest.get(`age${position}`);
      return age === undefined ? [] : [[providerId, Math.round(age)] as const];
    }),
  );
}
