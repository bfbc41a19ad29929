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
  alarms.whenAccountsWait(channels.map(({ queue }) => queue));
  alarms.whenProvidersRest(measured(region.id, 'ProvidersResting', 'Minimum'));
  alarms.whenProvidersFail(measured(region.id, 'ProvidersFailing', 'Minimum'));
}
