import type { MentorId } from '../identity/contract.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import { mentorKey } from './rows.store.ts';

/**
 * The writes that count a mentor's learners: the mentor's row holds how many there are and how many there may be
 * (edge case 32). `table` is the mentoring table's name.
 */
export function menteeStore(table: string) {
  /** One learner more; fails where the mentor has as many as they take, or is not selected. Capacity: 2 write units. */
  function take(mentorId: MentorId): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: mentorKey(mentorId),
        UpdateExpression: 'ADD mentees :one, version :one',
        ConditionExpression: '#state = :selected AND mentees < #capacity',
        ExpressionAttributeNames: { '#state': 'state', '#capacity': 'capacity' },
        ExpressionAttributeValues: { ':one': 1, ':selected': 'selected' },
      },
    };
  }

  /** One learner fewer. Capacity: 2 write units. */
  function free(mentorId: MentorId): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: mentorKey(mentorId),
        UpdateExpression: 'ADD mentees :less, version :one',
        ConditionExpression: 'mentees > :none',
        ExpressionAttributeValues: { ':less': -1, ':one': 1, ':none': 0 },
      },
    };
  }

  return { take, free };
}
