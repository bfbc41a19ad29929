import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { sideBySide } from './job.ts';
import { describeError, log } from './logger.ts';

/** A row before and after a change; `before` is absent for a new row, `after` for a deleted one. */
export interface Change {
  readonly before: Record<string, unknown> | undefined;
  readonly after: Record<string, unknown> | undefined;
}

/**
 * The Lambda handler of a table's stream: hands each change on, in order. What it throws fails the batch,
 * which Lambda then bisects down to the bad record; handlers must bear to see a change again.
 *
 * @param abreast - partitions whose changes are handed on side by side, each one's in order; of all in order where it is 1
 */
export function consumeStream(handle: (change: Change) => Promise<void>, abreast = 1) {
  const handOn = async ({ dynamodb }: DynamoDBRecord) => {
    try {
      await handle({ before: image(dynamodb?.OldImage), after: image(dynamodb?.NewImage) });
    } catch (error) {
      log.error('change failed', describeError(error));
      throw new ChangeFailed();
    }
  };
  return async ({ Records }: DynamoDBStreamEvent): Promise<void> => {
    const partitions = Map.groupBy(Records, ({ dynamodb }) =>
      abreast === 1 ? 'all' : dynamodb?.Keys?.['pk']?.S,
    );
    await sideBySide(partitions.values(), abreast, async (records) => {
      for (const record of records) await handOn(record);
      return records.length;
    });
  };
}

/** A change could not be handled. Lambda logs what a handler throws, so this says nothing of what it was about. */
export class ChangeFailed extends Error {
  override readonly name = 'ChangeFailed';
}

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];

function image(attributes: Image): Record<string, unknown> | undefined {
  // The event's and the SDK's types of the same wire format differ only in how they write unions.
  return attributes === undefined
    ? undefined
    : unmarshall(attributes as Record<string, AttributeValue>);
}
