import {
  ChangeMessageVisibilityCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Cloud } from '../runtime/cloud.ts';

/** A provider's queue with its dead-letter queue, as the template makes them but for one attempt in the place of twelve. */
export interface QueuePair {
  readonly url: string;
  send(group: string, body: unknown): Promise<void>;
  /** Sends what fails until it is given up. */
  giveUp(group: string, body: unknown): Promise<void>;
  depth(): Held;
  givenUp(): Held;
  /** Takes everything off both. */
  empty(): Promise<void>;
}

interface Held {
  readonly available: number;
  readonly inFlight: number;
}

/** Makes `<name>.fifo` and `<name>-dlq.fifo`. */
export async function openQueuePair(cloud: Cloud, name: string): Promise<QueuePair> {
  const arnOf = (queue: string) =>
    `arn:aws:sqs:${cloud.context.region}:${cloud.context.account}:${queue}`;
  const make = async (queue: string, more: object) => {
    const kind = cloud.sqs.kinds.find(({ type }) => type === 'AWS::SQS::Queue');
    if (kind === undefined) throw new Error('the local SQS makes no queues');
    const properties = { QueueName: queue, FifoQueue: true, ...more };
    const declared = { logicalId: 'Queue', physicalName: queue };
    return (await kind.create({ ...declared, properties: kind.properties.parse(properties) })).ref;
  };
  const [own, dead] = [`${name}.fifo`, `${name}-dlq.fifo`];
  const deadUrl = await make(dead, {});
  const redrive = { deadLetterTargetArn: arnOf(dead), maxReceiveCount: 1 };
  const url = await make(own, { RedrivePolicy: redrive });
  const client = new SQSClient({});
  let sent = 0;
  const send = async (MessageGroupId: string, body: unknown) => {
    sent += 1;
    await client.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageGroupId,
        MessageDeduplicationId: `message-${sent}`,
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  };
  const held = (queue: string): Held => {
    const { available, inFlight } = cloud.sqs.stats(arnOf(queue));
    return { available, inFlight };
  };
  return {
    url,
    send,
    giveUp: async (group, body) => {
      await send(group, body);
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
      for (const { ReceiptHandle } of Messages)
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: url,
            ReceiptHandle,
            VisibilityTimeout: 0,
          }),
        );
      // The reception that would be one too many.
      await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    },
    depth: () => held(own),
    givenUp: () => held(dead),
    empty: async () => {
      for (const QueueUrl of [url, deadUrl]) await client.send(new PurgeQueueCommand({ QueueUrl }));
    },
  };
}
