import { queueArn } from '../sqs/server.ts';
import type { OpenS3 } from './open-s3.ts';

/** The bucket and the queue that every start on the same data has. */
export async function bucketWithQueue(region: OpenS3): Promise<void> {
  await region.queue('uploads');
  await region.bucket('papers', {
    NotificationConfiguration: {
      QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: queueArn('uploads') }],
    },
  });
}

/** The keys of the objects that a queue was told of, in order; the first message tells of none. */
export function toldOf(region: OpenS3): string[] {
  const keys: string[] = [];
  for (;;) {
    const messages = region.sqs.receive('uploads', 10);
    if (messages.length === 0) return keys;
    for (const { body } of messages) {
      const { Records = [] } = JSON.parse(body);
      for (const { s3 } of Records) keys.push(s3.object.key);
    }
  }
}
