import type { LearnerId } from '../identity/contract.ts';
import { pause, putNew, type TransactItem, transact, transactOnce } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { AnsweredBefore } from '../runtime/idempotency.ts';
import { sendNotice } from '../runtime/notice.ts';
import type { Change, Queued, Seat, SeatList, Taking, Told } from './change.contract.ts';
import { moveSeats, readSeatsAtOnce } from './lot.store.ts';
import type { Places } from './place.contract.ts';
import { seated } from './place.rules.ts';
import { endedItem, entryItem, entryKey, lotKey, queueKey, seatsKey } from './rows.store.ts';
import { givenTo, type LotClaim, type SeatsSeen, seatPlan } from './seats.rules.ts';
import { enrolmentStore, ifUnchanged } from './store.ts';

/** How keeping a change ended; `stale`: the row is no longer what it was decided on; `full`: no seat is free. */
export type Kept = 'kept' | 'stale' | 'full';

/** How one write of it ended; `held`: others are at the lot; `moved`: a count that is given back is in another lot by now. */
type Written = 'kept' | 'stale' | 'lot-full' | 'held' | 'moved';

/** The names of the tables that a change writes to. */
export interface Tables {
  readonly enrolment: string;
  readonly notices: string;
}

/** Reads of the counters for one seat: a cut can ask for a move each, and who comes last is told to come back. */
const rounds = 20;
/** Transactions for one seat that others' cancel. */
const cancelled = 8;
/** Of how many a free seat is drawn: many more than there are, so that each is as likely. */
const draws = 2 ** 32;
/** The longest pause between two reads of counters that others write, by `pause`: of all together 1.5 seconds at most. */
const longestPause = 3;
/** Times that a decision is made anew because the learner's row changed meanwhile. */
const attempts = 5;

/** Writes of decisions with their seats, lists, history and notices, in the tables of these names. */
export function changeStore(tables: Tables) {
  const table = tables.enrolment;
  const reads = enrolmentStore(table);

  /**
   * Keeps a change: the row, its seats and all that goes with it, or nothing (domain.md row 4). A seat is taken
   * from any of those that are free; where others are just at its lot, from any of those that are free by then, for
   * they may have been the last. "full" is said of a moment in which every lot was. Capacity: 2 write units for each row and
   * 2 for the learner's entry in the sweep's index (half of each where the learner's is the only row), 4 for each notice; and
   * where a seat is taken 1 read unit for 40 lots, and 2 for each of several that are full.
   *
   * @param items - what else the same transaction writes: the answer to a POST
   * @throws {AnsweredBefore} one of `items` was there already
   * @throws {Busy} others keep changing the same counters
   */
  async function keep(change: Change, items: readonly TransactItem[] = []): Promise<Kept> {
    const { take } = change;
    if (take === undefined) return keepFreeing(change, undefined, items).then(neverFull);
    let held = 0;
    for (let round = 0; round < rounds && held < cancelled; round += 1) {
      const seen = await reads.readSeats(take);
      const plan = seatPlan(take, seen, Math.floor(Math.random() * draws));
      if (plan.kind === 'full') {
        if (await isFullAtOnce(take, seen)) return 'full';
        await pause(Math.min(round + 1, longestPause));
        continue;
      }
      if (plan.kind === 'move') {
        await moveSeats(table, take, plan.move);
        continue;
      }
      for (const claim of plan.claims) {
        const next = seated(change, take, claim.lot);
        const kept = await keepFreeing({ ...change, next }, { ...take, ...claim }, items);
        if (kept === 'held') {
          held += 1;
          await pause(held);
          break;
        }
        if (kept !== 'lot-full') return kept;
      }
    }
    throw new Busy();
  }

  /** Whether a query of the counters that says "full" says so of one moment; a single lot has no other. */
  async function isFullAtOnce(take: Taking, { used }: SeatsSeen): Promise<boolean> {
    const lots = Math.max(take.capacities.length, used.length);
    if (lots === 1) return true;
    const seen = await readSeatsAtOnce(table, take, lots);
    return seen !== undefined && seatPlan(take, seen, 0).kind === 'full';
  }

  /** Writes a change; where a seat's count was moved to another lot since it was taken, gives it back there. */
  async function keepFreeing(
    change: Change,
    claim: (Taking & LotClaim) | undefined,
    items: readonly TransactItem[],
  ): Promise<Exclude<Written, 'moved'>> {
    const written = await write(change, claim, items);
    if (written !== 'moved') return written;
    const freed: Seat[] = [];
    for (const seats of Map.groupBy(change.freed, seatsKey).values()) {
      const [list] = seats;
      if (list === undefined) continue;
      const { used } = await reads.readSeats(list);
      const lots = givenTo(
        seats.map(({ lot }) => lot),
        used,
      );
      if (lots === undefined) return 'stale';
      freed.push(...lots.map((lot) => ({ ...list, lot })));
    }
    const again = await write({ ...change, freed }, claim, items);
    return again === 'moved' ? 'stale' : again;
  }

  async function write(
    change: Change,
    claim: (Taking & LotClaim) | undefined,
    items: readonly TransactItem[],
  ): Promise<Written> {
    // A lot that nobody has taken from has no row yet, so its condition could not refuse the first.
    if (claim !== undefined && claim.capacity < 1) return 'lot-full';
    const { next } = change;
    const freed = Map.groupBy(change.freed, (seat) => JSON.stringify(lotKey(seat)));
    const releases = [...freed.values()].map((seats) => release(table, seats));
    const takes = claim === undefined ? [] : [takeFrom(table, claim)];
    const others = [
      ...listItems(table, change),
      ...change.ended.map((ended) => putNew(table, endedItem(next.learnerId, ended))),
      ...change.told.map((told) => noticeTo(tables.notices, next.learnerId, told)),
    ];
    const all = [...items, { Put: ifUnchanged(table, next) }, ...takes, ...releases, ...others];
    if (all.length === 1) return reads.keepPlaces(next);
    // Who wants a seat takes another; who only gives back waits for the very lot that it came from.
    const written = await (claim === undefined ? transact(all) : transactOnce(all));
    if (written === 'held') return 'held';
    if (written.done) return 'kept';
    if (written.failed.some((position) => position < items.length)) throw new AnsweredBefore();
    const failed = (from: number, count: number) =>
      written.failed.some((position) => position >= from && position < from + count);
    const afterRow = items.length + 1;
    if (failed(items.length, 1)) return 'stale';
    if (failed(afterRow, takes.length)) return 'lot-full';
    return failed(afterRow + takes.length, releases.length) ? 'moved' : 'stale';
  }

  /**
   * Decides on the row as it is and keeps the decision, anew where the row changed meanwhile.
   *
   * @param decide - gives a change, or undefined where there is nothing to do
   * @throws {Busy} the row keeps changing
   */
  async function decide(
    learnerId: LearnerId,
    decideOn: (seen: Places) => Change | undefined,
  ): Promise<Exclude<Kept, 'stale'> | 'nothing'> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const change = decideOn(await reads.readPlaces(learnerId));
      if (change === undefined) return 'nothing';
      const kept = await keep(change);
      if (kept !== 'stale') return kept;
    }
    throw new Busy();
  }

  return { keep, decide };
}

function neverFull(kept: Exclude<Written, 'moved'>): Kept {
  if (kept === 'lot-full' || kept === 'held')
    throw new RangeError('a change that takes no seat met a full lot');
  return kept;
}

/** The lot's bound is the condition of the write. */
const takeFrom = (table: string, { capacity, ...seat }: Seat & LotClaim): TransactItem => ({
  Update: {
    TableName: table,
    Key: lotKey(seat),
    UpdateExpression: 'ADD used :one',
    ConditionExpression: 'attribute_not_exists(used) OR used < :capacity',
    ExpressionAttributeValues: { ':one': 1, ':capacity': capacity },
  },
});

/** Seats of one lot go back together: a transaction writes an item once. */
function release(table: string, seats: readonly Seat[]): TransactItem {
  const [seat] = seats;
  if (seat === undefined) throw new RangeError('a release is of one seat at least');
  return {
    Update: {
      TableName: table,
      Key: lotKey(seat),
      UpdateExpression: 'ADD used :less',
      ConditionExpression: 'used >= :count',
      ExpressionAttributeValues: { ':less': -seats.length, ':count': seats.length },
    },
  };
}

/** The entries of waiting lists that come and go, and the lists' lengths. */
function listItems(table: string, { joins, leaves }: Change): TransactItem[] {
  const lengths = new Map<string, { readonly list: SeatList; change: number }>();
  const count = (entry: Queued, by: number) => {
    const counted = lengths.get(seatsKey(entry)) ?? { list: entry, change: 0 };
    lengths.set(seatsKey(entry), { ...counted, change: counted.change + by });
  };
  for (const entry of joins) count(entry, 1);
  for (const entry of leaves) count(entry, -1);
  return [
    ...joins.map((entry) => putNew(table, entryItem(entry))),
    ...leaves.map((entry) => ({
      Delete: {
        TableName: table,
        Key: entryKey(entry),
        ConditionExpression: 'attribute_exists(pk)',
      },
    })),
    ...[...lengths.values()].map(({ list, change }) => ({
      Update: {
        TableName: table,
        Key: queueKey(list),
        UpdateExpression: 'ADD waiting :change',
        ...(change < 0 ? { ConditionExpression: 'waiting >= :least' } : {}),
        ExpressionAttributeValues: {
          ':change': change,
          ...(change < 0 ? { ':least': -change } : {}),
        },
      },
    })),
  ];
}

function noticeTo(table: string, learnerId: LearnerId, told: Told): TransactItem {
  return sendNotice(table, { ...told, to: { kind: 'learner', learnerId } });
}
