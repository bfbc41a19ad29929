import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { roundKeyPrefix } from './contract.ts';
import { type List, readPage } from './list.store.ts';
import { type Proposal, Round } from './round.contract.ts';
import type { LastRound } from './round.rules.ts';
import { RoundId } from './words.contract.ts';

const RoundRow = Round.extend({
  pk: z.string(),
  sk: z.literal('ROUND'),
  list: z.string(),
  listedAt: z.iso.datetime(),
});

/** The latest round: one at a time is open in the region. */
const LastRow = z.strictObject({
  pk: z.literal('ROUNDS'),
  sk: z.literal('LAST'),
  roundId: RoundId,
  wantedAt: z.iso.datetime(),
  open: z.boolean(),
});

/** Reads and writes of rounds; `table` is the mentoring table's name. */
export function roundStore(table: string) {
  const get = async (Key: { readonly pk: string; readonly sk: string }) =>
    (await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;

  /** A round. Capacity: 1 read unit for 4 KB. */
  async function read(roundId: RoundId): Promise<Round | undefined> {
    const item = await get(roundKey(roundId));
    return item === undefined ? undefined : toRound(item);
  }

  /** The latest round; undefined where there was none. Capacity: 1 read unit. */
  async function readLast(): Promise<LastRound | undefined> {
    const item = await get(lastKey);
    if (item === undefined) return undefined;
    const { pk, sk, ...last } = LastRow.parse(item);
    return last;
  }

  /**
   * The writes of a new round, in the place of the latest: they fail where that is not as it was seen. One that is open
   * lapses. The stream hands the row to the trigger that proposes. Capacity: 6 write units, 2 more in the index.
   */
  function begin(round: Round, last: LastRound | undefined): TransactItem[] {
    const { roundId, wantedAt } = round;
    const pointer = { ...lastKey, roundId, wantedAt, open: true } satisfies z.input<typeof LastRow>;
    const seen =
      last === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'roundId = :seen AND #open = :open',
            ExpressionAttributeNames: { '#open': 'open' },
            ExpressionAttributeValues: { ':seen': last.roundId, ':open': last.open },
          };
    return [
      { Put: { TableName: table, Item: pointer, ...seen } },
      putNew(table, toRow(round)),
      ...(last?.open ? [end(last.roundId, 'lapsed', wantedAt)] : []),
    ];
  }

  /**
   * The write that has a round run again; fails where it is not as it was read. Capacity: 2 write units, 2 more in the
   * index.
   */
  function again(seen: Round, next: Round): TransactItem {
    return change(next, seen.state, seen.attempt);
  }

  /**
   * Keeps what a round proposes; false where it is not the run that was wanted any more. Capacity: 2 write units for 1 KB.
   */
  async function keepProposal(seen: Round, proposal: Proposal, proposedAt: string) {
    const next: Round = { ...seen, state: 'proposed', proposal, proposedAt };
    return (await transact([change(next, 'wanted', seen.attempt)])).done;
  }

  function change(next: Round, state: Round['state'], attempt: number): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow(next),
        ConditionExpression: '#state = :state AND attempt = :attempt',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': state, ':attempt': attempt },
      },
    };
  }

  /**
   * Closes a round of which no pair is left; one that is closed, has lapsed, or was run again, stays so. Capacity: 4 write
   * units.
   */
  async function close({ roundId, attempt }: Round, at: string): Promise<void> {
    await transact([
      end(roundId, 'published', at, attempt),
      {
        Update: {
          TableName: table,
          Key: lastKey,
          UpdateExpression: 'SET #open = :closed',
          ConditionExpression: 'roundId = :roundId',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':closed': false, ':roundId': roundId },
        },
      },
    ]);
  }

  /** @param attempt - of which run every pair is published; undefined where the round lapses, whatever its run */
  function end(
    roundId: RoundId,
    state: 'published' | 'lapsed',
    endedAt: string,
    attempt?: number,
  ): TransactItem {
    const from =
      attempt === undefined
        ? '#state IN (:proposed, :wanted)'
        : '#state = :proposed AND attempt = :attempt';
    return {
      Update: {
        TableName: table,
        Key: roundKey(roundId),
        UpdateExpression: 'SET #state = :state, endedAt = :endedAt',
        ConditionExpression: from,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ...{ ':state': state, ':endedAt': endedAt, ':proposed': 'proposed' },
          ...(attempt === undefined ? { ':wanted': 'wanted' } : { ':attempt': attempt }),
        },
      },
    };
  }

  /**
   * Rounds, the newest first. Capacity: half a read unit for 4 KB.
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list
   */
  async function list(limit: number, cursor: string | undefined) {
    const page = await readPage(table, rounds, { limit, cursor, newestFirst: true });
    return { rounds: page.items.map(toRound), cursor: page.cursor };
  }

  return { read, readLast, begin, again, keepProposal, close, list };
}

/** A round that a change of its row wants to be run; undefined of any other change. */
export function readWanted(item: Record<string, unknown> | undefined): Round | undefined {
  if (item?.['sk'] !== 'ROUND' || item['state'] !== 'wanted') return undefined;
  return toRound(item);
}

function toRound(item: Record<string, unknown>): Round {
  const { pk, sk, list, listedAt, ...round } = RoundRow.parse(item);
  return round;
}

function toRow(round: Round) {
  const row = { ...roundKey(round.roundId), ...round, list: rounds.name, listedAt: round.wantedAt };
  return row satisfies z.input<typeof RoundRow>;
}

const rounds: List = { name: 'ROUNDS', pk: roundKeyPrefix, sk: RoundRow.shape.sk };
const lastKey = { pk: 'ROUNDS', sk: 'LAST' } as const;
export const roundKey = (roundId: RoundId) => ({
  pk: roundKeyPrefix + roundId,
  sk: 'ROUND' as const,
});
