import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { measured } from './dashboard-metrics.ts';
import type { ProviderChannel } from './provider-channel.ts';
import type { StackContext } from './support/context.ts';
import type { HandlerFunction } from './support/handler-function.ts';

type Channels = readonly ProviderChannel[];

const sqs = (...actions: readonly string[]) => actions.map((action) => `sqs:${action}`);

/** Lets a function look at the providers' queues and their dead letters, send to them, and redrive. */
export function allowOperating(handler: HandlerFunction, channels: Channels): void {
  const queues = channels.map(({ queue }) => queue.queueArn);
  handler.allow(sqs('SendMessage', 'GetQueueAttributes'), queues);
  const deadLetters = channels.map((channel) => channel.deadLetters.queueArn);
  const looking = ['GetQueueAttributes', 'ReceiveMessage', 'ChangeMessageVisibility'];
  // Whoever redrives may also take messages off the one queue and put them into the other.
  const moving = ['StartMessageMoveTask', 'ListMessageMoveTasks', 'DeleteMessage'];
  handler.allow(sqs(...looking, ...moving), deadLetters);
  handler.allowWide(
    ['cloudwatch:GetMetricData'],
    '*',
    'Metrics have no resources (Service Authorization Reference, "Actions for Amazon CloudWatch"); it reads how old messages are.',
  );
}

/** Alarms of the providers, beside those of their dead-letter queues. */
export function watchProviders({ alarms, region }: StackContext, channels: Channels): void {
  for (let first = 0; first < channels.length; first += together) {
    const some = channels.slice(first, first + together);
    alarms.whenProviders(`accounts wait for providers ${first + 1} to ${first + some.length}`, {
      heading: 'Accounts wait for a provider',
      metric: oldestOf(some),
      threshold: Duration.hours(1).toSeconds(),
    });
  }
  // Also whoever is parked, and so in no queue. All of a quarter of an hour: an opening hour's rush is worked off.
  alarms.whenProviders('many learners wait', {
    heading: 'Accounts wait for a provider',
    metric: measured(region.id, 'AccountsWaiting', 'Minimum'),
    threshold: 1_000,
    periods: 3,
  });
  // As the sweep finds it each minute: in every minute of a quarter of an hour.
  const found = { threshold: 1, periods: 3 } as const;
  alarms.whenProviders('providers rest', {
    ...found,
    heading: 'A provider rests',
    metric: measured(region.id, 'ProvidersResting', 'Minimum'),
  });
  alarms.whenProviders('providers fail', {
    ...found,
    heading: 'A provider fails',
    metric: measured(region.id, 'ProvidersFailing', 'Minimum'),
  });
}

/** Metrics of one alarm, at most (Amazon CloudWatch User Guide, "CloudWatch quotas"). */
const together = 10;

/** How old the oldest message of these providers' queues is. */
function oldestOf(channels: Channels): MathExpression {
  const period = Duration.minutes(5);
  const ages = channels.map(({ queue }) =>
    queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
  );
  const usingMetrics = Object.fromEntries(ages.map((age, position) => [`age${position}`, age]));
  const expression = `MAX([${Object.keys(usingMetrics).join(', ')}])`;
  return new MathExpression({ expression, usingMetrics, period });
}
