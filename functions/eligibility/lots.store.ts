import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { AreaId } from '../../regions/schema.ts';
import { documents, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { isFull, lotsToTry, type Move, movesFor, nextMove } from './lots.rules.ts';

const LotRow = z.strictObject({ pk: z.string(), sk: z.string(), used: z.int().min(0) });

/** Of how many a free place is drawn: many more than there are, so that each is as likely. */
const draws = 2 ** 32;

/** Times that the lots are read anew because others moved counts meanwhile. */
const attempts = 10;

/** The counters of an area's quota; `table` is the eligibility table's name. */
export function lotsStore(table: string) {
  /** Places taken from each lot of an area. Capacity: 1 read unit for 40 lots. */
  async function readLots(areaId: AreaId): Promise<readonly number[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': lotKey(areaId, 0).pk },
        ConsistentRead: true,
      }),
    );
    const used: number[] = [];
    for (const item of Items) {
      const row = LotRow.parse(item);
      used[Number(row.sk.slice('LOT#'.length))] = row.used;
    }
    return used;
  }

  /**
   * The lots in which a place may be taken, in the order to try them; none when the area is full. After a cut
   * of the quota it first moves counts into lots with room (edge case 13; `movesFor` says why). Capacity: 1 read
   * unit for 40 lots; 4 write units for each move, which follows a cut only.
   *
   * @throws {Busy} others moved counts all the time: whether the area is full is not known
   */
  async function lotsWithRoom(
    areaId: AreaId,
    capacities: readonly number[],
  ): Promise<readonly number[]> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const used = await readLots(areaId);
      const [first] = movesFor(capacities, used);
      if (first === undefined) {
        if (isFull(capacities, used)) return [];
        return lotsToTry(capacities, used, Math.floor(Math.random() * draws));
      }
      await move(areaId, first);
    }
    throw new Busy();
  }

  /**
   * Moves what a cut has left in lots beyond their capacity, and levels the lots (`nextMove`), by so many moves at
   * most: the next run goes on from what it finds. Capacity: 1 read unit for 40 lots, and for each move 1 more and
   * 4 write units.
   *
   * @returns how many were made; where somebody was quicker, it looks anew
   */
  async function level(
    areaId: AreaId,
    capacities: readonly number[],
    most: number,
  ): Promise<number> {
    let made = 0;
    for (let tried = 0; tried < most; tried += 1) {
      const next = nextMove(capacities, await readLots(areaId));
      if (next === undefined) return made;
      if (await move(areaId, next)) made += 1;
    }
    return made;
  }

  /** Whether it moved; where either lot is not as it was seen, nothing does. */
  async function move(
    areaId: AreaId,
    { from, to, count, usedFrom, usedTo }: Move,
  ): Promise<boolean> {
    const moved = await transact([
      add(areaId, from, -count, 'used = :seen', { ':seen': usedFrom }),
      usedTo === 0
        ? add(areaId, to, count, 'attribute_not_exists(used) OR used = :seen', { ':seen': 0 })
        : add(areaId, to, count, 'used = :seen', { ':seen': usedTo }),
    ]);
    return moved.done;
  }

  /** Takes a place: the bound of the lot is the condition (edge case 12). Capacity: 2 write units. */
  function take(areaId: AreaId, lot: number, capacities: readonly number[]): TransactItem {
    const capacity = capacities[lot] ?? 0;
    // A lot that nobody has taken from has no row yet: where it has no room at all, nothing may pass.
    const condition =
      capacity < 1 ? 'used < :capacity' : 'attribute_not_exists(used) OR used < :capacity';
    return add(areaId, lot, 1, condition, { ':capacity': capacity });
  }

  /**
   * Counts somebody in an area that nothing bounds, so that a quota that begins to later knows of them (edge case 12).
   * Capacity: 2 write units.
   */
  function count(areaId: AreaId, lot: number): TransactItem {
    return add(areaId, lot, 1);
  }

  /** Gives a place back. Capacity: 2 write units. */
  function release(areaId: AreaId, lot: number): TransactItem {
    return add(areaId, lot, -1, 'used > :none', { ':none': 0 });
  }

  /** The lot to give a place back to: its own, or after a move of counts another that holds some. */
  async function lotToRelease(areaId: AreaId, own: number): Promise<number> {
    const used = await readLots(areaId);
    if ((used[own] ?? 0) > 0) return own;
    const other = used.findIndex((count) => count > 0);
    return other === -1 ? own : other;
  }

  function add(
    areaId: AreaId,
    lot: number,
    count: number,
    condition?: string,
    values: Readonly<Record<string, number>> = {},
  ): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: lotKey(areaId, lot),
        UpdateExpression: 'ADD used :count',
        ...(condition !== undefined && { ConditionExpression: condition }),
        ExpressionAttributeValues: { ':count': count, ...values },
      },
    };
  }

  return { readLots, lotsWithRoom, level, take, count, release, lotToRelease };
}

const lotKey = (areaId: AreaId, lot: number) => ({ pk: `QUOTA#${areaId}`, sk: `LOT#${lot}` });
