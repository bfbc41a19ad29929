import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AccountMessage } from './contract.ts';

const sqs = new SQSClient({});

/** The providers' queues. `urlPrefix` and a provider's id make the URL of its queue. */
export function accountQueues(urlPrefix: string) {
  /**
   * Sends one message; the learner is its group, so that one learner's messages stay in order and hold up
   * nobody else's. The same version sent twice within five minutes arrives once, unless for another reason.
   *
   * @param because - what else than the learner's row has changed, such as `again-7`
   */
  async function send(message: AccountMessage, because?: string): Promise<void> {
    const { learnerId, providerId, version } = message;
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: `${urlPrefix}${providerId}.fifo`,
        MessageGroupId: learnerId,
        MessageDeduplicationId: [
          learnerId,
          version,
          ...(because === undefined ? [] : [because]),
        ].join('-'),
        MessageBody: JSON.stringify(message),
      }),
    );
  }
  return { send };
}
