import { describe, expect, it } from 'vitest';
import { queueNeeds } from '../../../local/sqs/needs.ts';

const place = { region: 'eu-central-1', account: '123456789012' };
const arn = 'arn:aws:sqs:eu-central-1:123456789012:dead.fifo';

describe('what an operation on a queue needs', () => {
  it('is the action of that name on that queue, of a batch the action of its entries', () => {
    const QueueUrl = 'http://127.0.0.1/123456789012/dead.fifo';
    expect(queueNeeds(place, 'SendMessageBatch', { QueueUrl })).toEqual([
      { action: 'sqs:SendMessage', resource: arn },
    ]);
  });

  it('is what moving takes besides, for whoever has messages moved', () => {
    expect(queueNeeds(place, 'StartMessageMoveTask', { SourceArn: arn })).toEqual(
      ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(
        (action) => ({ action: `sqs:${action}`, resource: arn }),
      ),
    );
  });
});
