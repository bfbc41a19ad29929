import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { ProviderId } from '../../regions/schema.ts';

const sqs = new SQSClient({});

/** Messages that SQS hands out, or takes back, at once. */
const page = 10;
/** Seconds for which a look hides what it has seen, should nobody put it back. */
const hidden = 20;

/** What a provider's queues hold; SQS counts approximately. */
export interface Depths {
  /** Waiting, hidden for their back-off, and being worked on. */
  readonly depth: number;
  readonly deadLetters: number;
}

/** A message of a dead-letter queue. */
export interface DeadLetter {
  readonly body: string;
  /** When it came there, in milliseconds since the epoch. */
  readonly since: number;
}

/** The providers' queues as an operator sees them; `urlPrefix` and a provider's id make the URL of its queue. */
export function operatorQueues(urlPrefix: string) {
  const queueOf = (providerId: ProviderId) => `${urlPrefix}${providerId}.fifo`;
  const deadLettersOf = (providerId: ProviderId) => `${urlPrefix}${providerId}-dlq.fifo`;

  /** How much there is. Two requests: SQS counts one queue at a time. */
  async function depthsOf(providerId: ProviderId): Promise<Depths> {
    const [depth, deadLetters] = await Promise.all(
      [queueOf(providerId), deadLettersOf(providerId)].map(countOf),
    );
    return { depth: depth ?? 0, deadLetters: deadLetters ?? 0 };
  }

  /**
   * Looks at messages of the dead-letter queue, in their order, and puts them back: they are hidden while it looks, and
   * whoever redrives in that moment leaves them there.
   *
   * @param most - about how many
   */
  async function look(providerId: ProviderId, most: number): Promise<readonly DeadLetter[]> {
    const QueueUrl = deadLettersOf(providerId);
    const seen: Message[] = [];
    try {
      while (seen.length < most) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: page,
            VisibilityTimeout: hidden,
            // All servers are asked, so that nothing to receive means that nothing is there.
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        );
        if (Messages.length === 0) break;
        seen.push(...Messages);
      }
    } finally {
      await putBack(QueueUrl, seen);
    }
    return seen.map(({ Body = '', Attributes }) => ({
      body: Body,
      since: Number(Attributes?.SentTimestamp),
    }));
  }

  /**
   * Moves the dead-letter queue's messages to where they came from; one move that is under way is as good.
   *
   * @returns about how many it moves; undefined: not known
   */
  async function redrive(providerId: ProviderId): Promise<number | undefined> {
    const SourceArn = await arnOf(deadLettersOf(providerId));
    try {
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    } catch (error) {
      // SQS has no error of its own for it.
      if ((await latestMove(SourceArn))?.Status !== 'RUNNING') throw error;
    }
    return (await latestMove(SourceArn))?.ApproximateNumberOfMessagesToMove;
  }

  return { depthsOf, look, redrive };
}

async function countOf(QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } = Attributes;
  return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
}

async function arnOf(QueueUrl: string): Promise<string | undefined> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn;
}

async function latestMove(SourceArn: string | undefined) {
  const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
  return Results?.[0];
}

async function putBack(QueueUrl: string, seen: readonly Message[]): Promise<void> {
  for (let from = 0; from < seen.length; from += page) {
    const Entries = seen
      .slice(from, from + page)
      .map(({ ReceiptHandle }, entry) => ({ Id: `${entry}`, ReceiptHandle, VisibilityTimeout: 0 }));
    // What is not put back comes back by itself.
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
