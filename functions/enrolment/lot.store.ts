import { TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import { documents, passes, type TransactItem, transact } from '../runtime/dynamodb.ts';
import type { SeatList } from './change.contract.ts';
import { LotRow, lotKey, QueueRow, queueKey } from './rows.store.ts';
import type { SeatsSeen, seatPlan } from './seats.rules.ts';

type SeatMove = Extract<ReturnType<typeof seatPlan>, { kind: 'move' }>['move'];

/** Rows that DynamoDB reads as of one moment. */
const rowsOfOneMoment = 100;

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

/**
 * What the counters say in one moment, which a query of several does not: a seat that goes back to a lot that was
 * read already, while the one in the next is taken, would never be seen. Undefined where others write them just
 * then. Beyond 99 lots there is a moment for each 99. Capacity: 2 read units for each lot and 2 more.
 */
export async function readSeatsAtOnce(
  table: string,
  list: SeatList,
  lots: number,
): Promise<SeatsSeen | undefined> {
  const keys = [
    queueKey(list),
    ...Array.from({ length: lots }, (_, lot) => lotKey({ ...list, lot })),
  ];
  const rows: (Record<string, unknown> | undefined)[] = [];
  for (let first = 0; first < keys.length; first += rowsOfOneMoment) {
    const some = await readAtOnce(table, keys.slice(first, first + rowsOfOneMoment));
    if (some === undefined) return undefined;
    rows.push(...some);
  }
  const [queue, ...counters] = rows;
  return {
    used: counters.map((row) => (row === undefined ? 0 : LotRow.parse(row).used)),
    waiting: queue === undefined ? 0 : QueueRow.parse(queue).waiting,
  };
}

async function readAtOnce(table: string, keys: readonly Record<string, unknown>[]) {
  const TransactItems = keys.map((Key) => ({ Get: { TableName: table, Key } }));
  try {
    const { Responses = [] } = await documents.send(new TransactGetCommand({ TransactItems }));
    return Responses.map(({ Item }) => Item);
  } catch (error) {
    if (passes(error)) return undefined;
    throw error;
  }
}
