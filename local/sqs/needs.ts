import { z } from 'zod';
import type { LocalContext } from '../context.ts';
import type { Need } from '../service.ts';

const Named = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
});

/**
 * What an operation on a queue needs; a batch needs the action of its entries.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
export function queueNeeds(
  { region, account }: Pick<LocalContext, 'region' | 'account'>,
  operation: string,
  input: unknown,
): readonly Need[] {
  const { QueueUrl, QueueName, SourceArn } = Named.safeParse(input).data ?? {};
  const name = QueueName ?? QueueUrl?.slice(QueueUrl.lastIndexOf('/') + 1) ?? '*';
  const resource = SourceArn ?? `arn:aws:sqs:${region}:${account}:${name}`;
  // Whoever has messages moved needs what moving each of them would need, as far as the request tells.
  const besides =
    operation === 'StartMessageMoveTask'
      ? ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']
      : [];
  const actions = [operation.replace(/Batch$/, ''), ...besides];
  return actions.map((action) => ({ action: `sqs:${action}`, resource }));
}
