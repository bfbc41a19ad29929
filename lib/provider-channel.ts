import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { crewAt, longestAttempts } from '../functions/provisioning/contract.ts';
import type { Provider } from '../regions/schema.ts';
import { Keys } from './keys.ts';
import { acknowledgeLast, acknowledgeRedriven } from './support/acknowledge.ts';
import type { StackContext } from './support/context.ts';
import type { HandlerFunction } from './support/handler-function.ts';

/** The beginning of the names of a region's provider queues; a provider's id and `.fifo` follow. */
export function queueNamePrefix({ region }: StackContext): string {
  return `ladder-${region.id}-`;
}

export interface ProviderChannelProps {
  readonly provider: Provider;
  /** Who makes the accounts of every provider. */
  readonly worker: HandlerFunction;
}

/**
 * What stands between us and one content provider: a FIFO queue whose groups are learners, its dead-letter
 * queue, and the worker's mapping. One for each provider, so that a slow one holds up no other.
 */
export class ProviderChannel extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, context: StackContext, props: ProviderChannelProps) {
    super(scope, id);
    const { provider, worker } = props;
    const name = `${queueNamePrefix(context)}${provider.id}`;
    this.deadLetters = this.#addQueue('DeadLetters', `${name}-dlq.fifo`, {});
    acknowledgeLast(this.deadLetters);
    this.queue = this.#addQueue('Queue', `${name}.fifo`, {
      // Six times the function's time-out, as AWS asks: no message comes back while it is being worked on.
      visibilityTimeout: Duration.seconds(6 * worker.seconds),
      // With the worker's back-off twelve attempts take about an hour; the sweep asks again after that.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: longestAttempts },
    });
    const { batch, workers } = crewAt(provider);
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: this.queue.queueArn,
      functionName: worker.function.functionName,
      batchSize: batch,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // Few at once: gentle to a provider, and no provider can take all of Lambda's concurrency.
      scalingConfig: { maximumConcurrency: workers },
    });
    acknowledgeRedriven(mapping);
    context.alarms.whenFilled(
      `given up for ${provider.id}`,
      this.deadLetters,
      'Messages for a provider were given up',
    );
  }

  #addQueue(id: string, queueName: string, more: QueueProps): Queue {
    return new Queue(this, id, {
      queueName,
      fifo: true,
      // High throughput: order and deduplication within a learner only.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      ...Keys.of(this).ofQueues,
      retentionPeriod: Duration.days(14),
      ...more,
    });
  }
}
