import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import type { SeatList } from './change.contract.ts';
import { lotKey } from './rows.store.ts';
import type { seatPlan } from './seats.rules.ts';

type SeatMove = Extract<ReturnType<typeof seatPlan>, { kind: 'move' }>['move'];

/**
 * Moves counts between lots; false where another was quicker. Capacity: 4 write units in 1 request.
 *
 * @param move - with both lots' counts as they were seen, which are its conditions
 */
export async function moveSeats(table: string, list: SeatList, move: SeatMove): Promise<boolean> {
  const { from, to, count, usedFrom, usedTo } = move;
  const set = (lot: number, seen: number, used: number): TransactItem => ({
    Update: {
      TableName: table,
      Key: lotKey({ ...list, lot }),
      UpdateExpression: 'SET used = :used',
      ConditionExpression:
        seen === 0 ? 'attribute_not_exists(used) OR used = :seen' : 'used = :seen',
      ExpressionAttributeValues: { ':used': used, ':seen': seen },
    },
  });
  const moved = [set(from, usedFrom, usedFrom - count), set(to, usedTo, usedTo + count)];
  return (await transact(moved)).done;
}
