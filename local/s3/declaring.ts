import type { LocalContext } from '../context.ts';
import type { Sqs } from '../sqs/service.ts';
import { atomically } from '../state.ts';
import type { Bucket } from './bucket.ts';
import { S3Error } from './errors.ts';
import { testMessage } from './events.ts';
import type { Outbox } from './outbox.ts';

/** Makes sure that the queues a bucket tells of its events can take them. @throws ServiceError */
export function requireQueues({ notifications }: Bucket, sqs: Sqs): void {
  for (const { kind, target } of notifications) {
    if (kind === 'queue') requireStandardQueue(sqs, target);
  }
}

/** Sends each queue of a bucket the message by which S3 introduces itself, once. */
export function introduce(bucket: Bucket, outbox: Outbox, { state, clock }: LocalContext): void {
  atomically(state, () => {
    for (const { kind, target } of bucket.notifications) {
      if (kind !== 'queue' || !outbox.introduce(bucket.name, target)) continue;
      outbox.add(kind, target, testMessage(bucket, Math.floor(clock.now())));
    }
  });
}

function requireStandardQueue(sqs: Sqs, arn: string): void {
  sqs.stats(arn);
  if (!arn.endsWith('.fifo')) return;
  const message = `${arn}: S3 does not send its events to FIFO queues.`;
  throw new S3Error('InvalidArgument', message);
}
