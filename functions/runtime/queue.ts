import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { z } from 'zod';
import { describeError, log } from './logger.ts';

/** Not now: the message comes back after a while. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  /** What the other side asked for, in seconds; absent: the usual back-off. */
  readonly afterSeconds: number | undefined;

  constructor(reason: string, afterSeconds?: number) {
    super(reason);
    this.afterSeconds = afterSeconds;
  }
}

const sqs = new SQSClient({});

/** Seconds of the first back-off; it doubles with each attempt, up to the longest. */
const firstBackoff = 15;
const longestBackoff = 900;
/** SQS hides a message for at most 12 hours from its reception, of which a function may have used 15 minutes. */
const longestHiding = 43_200 - 900;

/**
 * The Lambda handler of a FIFO queue. Groups are handled side by side, messages of a group in order; after
 * a failure the rest of its group waits with it, and no other group does. What fails is hidden for its
 * back-off by changing its visibility, and reported so that only it comes back.
 *
 * @param urlPrefix - URL of the queues up to their common prefix, by which a record's queue is found
 * @param afterwards - once for all messages, however they ended: nothing of theirs hangs on it
 */
export function consumeQueue<Schema extends z.ZodType>(
  message: Schema,
  urlPrefix: string,
  handle: (message: z.output<Schema>) => Promise<void>,
  afterwards: () => Promise<void> = async () => {},
) {
  const handleGroup = async (records: readonly SQSRecord[]): Promise<readonly SQSRecord[]> => {
    for (const [position, record] of records.entries()) {
      try {
        await handle(message.parse(JSON.parse(record.body)));
      } catch (error) {
        const waiting = records.slice(position);
        await hide(waiting, backoffSeconds(record, error), urlPrefix);
        logFailure(record, error);
        return waiting;
      }
    }
    return [];
  };
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const groups = Map.groupBy(
      event.Records,
      (record) => record.attributes.MessageGroupId ?? record.messageId,
    );
    const failed = await Promise.all([...groups.values()].map(handleGroup));
    try {
      await afterwards();
    } catch (error) {
      // Messages that were handled would come again.
      log.error('not done afterwards', describeError(error));
    }
    return {
      batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  };
}

/**
 * Doubling with jitter, so that those who failed together do not come back together; longer where the other
 * side asked for it, never shorter: a provider that says "one second" to everyone would use up all attempts.
 */
function backoffSeconds(record: SQSRecord, error: unknown): number {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const ceiling = Math.min(firstBackoff * 2 ** (attempt - 1), longestBackoff);
  const backoff = ceiling / 2 + (Math.random() * ceiling) / 2;
  const asked = error instanceof RetryLater ? (error.afterSeconds ?? 0) : 0;
  return Math.min(Math.ceil(Math.max(backoff, asked)), longestHiding);
}

async function hide(
  records: readonly SQSRecord[],
  seconds: number,
  urlPrefix: string,
): Promise<void> {
  const account = urlPrefix.slice(0, urlPrefix.lastIndexOf('/') + 1);
  const hiding = records.map((record) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: account + record.eventSourceARN.split(':').at(-1),
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      }),
    ),
  );
  for (const outcome of await Promise.allSettled(hiding)) {
    // A message that cannot be hidden comes back after the queue's own visibility time-out instead.
    if (outcome.status === 'rejected') log.warn('back-off not set', describeError(outcome.reason));
  }
}

function logFailure(record: SQSRecord, error: unknown): void {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const fields = { messageId: record.messageId, attempt };
  if (error instanceof RetryLater) log.warn('comes back later', { ...fields, code: error.message });
  else log.error('message failed', { ...fields, ...describeError(error) });
}
