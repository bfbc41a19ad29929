import { type TransactItem, transact } from '../../functions/runtime/dynamodb.ts';
import { Busy } from '../../functions/runtime/errors.ts';

/**
 * The first design that comes to mind, as a control: all seats in one counter, which everybody's transaction adds to. It
 * tries again as often and as patiently as Ladder does, by the same code.
 *
 * @param table - with the text keys `pk` and `sk`
 */
export function oneCounter(table: string, seats: number) {
  return async function take(learner: string): Promise<'placed' | 'full' | 'failed'> {
    try {
      const written = await transact([count(table, seats), keep(table, learner)]);
      return written.done ? 'placed' : 'full';
    } catch (error) {
      if (error instanceof Busy) return 'failed';
      throw error;
    }
  };
}

const count = (TableName: string, seats: number): TransactItem => ({
  Update: {
    TableName,
    Key: { pk: 'SEATS', sk: 'COUNTER' },
    UpdateExpression: 'ADD used :one',
    ConditionExpression: 'attribute_not_exists(used) OR used < :seats',
    ExpressionAttributeValues: { ':one': 1, ':seats': seats },
  },
});

const keep = (TableName: string, learner: string): TransactItem => ({
  Put: {
    TableName,
    Item: { pk: 'LEARNER', sk: learner },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
