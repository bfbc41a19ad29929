import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import {
  joinedQuarters,
  momentOf,
  type Quarter,
  quartersFrom,
  type Stretch,
  type Taken,
  utcDay,
} from './day.rules.ts';
import { Booking } from './words.contract.ts';

/** Days after which a day's row is gone: longer than calendars and statements look back. */
const keptDays = 400;

/** A UTC day of someone, with an attribute for each quarter hour that is taken, such as `t0930`. */
const DayRow = z.object({ pk: z.string(), sk: z.string(), expiresAt: z.int() }).catchall(Booking);

/**
 * Who has which quarter hour taken, day by day (edge case 31: days and hours of UTC, in which each moment is once).
 * An owner is the partition key of a learner, a mentor or a member of staff. Nobody is in two places: a quarter hour is an
 * attribute, so booking it twice is a condition that fails. `table` is the mentoring table's name.
 */
export function dayStore(table: string) {
  /**
   * The writes that take and give back time of one owner, one for each day: all of an owner's in one call, as a
   * transaction takes a row once. Taking fails where another booking has a quarter hour; giving back never touches
   * another's. Capacity: 2 write units for each day.
   */
  function change(
    owner: string,
    taken: readonly Stretch[],
    freed: readonly Stretch[] = [],
  ): TransactItem[] {
    const days = new Map<string, DayChange>();
    for (const [kind, stretches] of Object.entries({ taken, freed })) {
      for (const { start, minutes, booking } of stretches) {
        for (const { day, name } of quartersFrom(start, minutes)) {
          const changes = days.get(day) ?? { taken: new Map(), freed: new Map() };
          days.set(day, changes);
          (kind === 'taken' ? changes.taken : changes.freed).set(name, booking);
        }
      }
    }
    return [...days].map(([day, changes]) => updateOf(table, owner, day, changes));
  }

  /** The writes that take time of an owner: see `change`. */
  function reserve(owner: string, start: Moment, minutes: number, booking: Booking) {
    return change(owner, [{ start, minutes, booking }]);
  }

  /** The writes that give it back: see `change`. */
  function release(owner: string, start: Moment, minutes: number, booking: Booking) {
    return change(owner, [], [{ start, minutes, booking }]);
  }

  /**
   * What takes an owner's time between two moments, in order, at most 400 days back. Capacity: 1 read unit for 4 KB, which is
   * some 15 days of a mentor with five learners.
   */
  async function takenBetween(owner: string, from: Moment, until: Moment): Promise<Taken[]> {
    const quarters: (Quarter & { booking: Booking })[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const page = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
          ExpressionAttributeValues: {
            ':pk': owner,
            ':from': `DAY#${utcDay(from)}`,
            ':until': `DAY#${utcDay(until)}`,
          },
          ConsistentRead: true,
          ExclusiveStartKey: after,
        }),
      );
      quarters.push(...(page.Items ?? []).flatMap(quartersOf));
      after = page.LastEvaluatedKey;
    } while (after !== undefined);
    const ms = (moment: Moment) => moment.epochMilliseconds;
    return joinedQuarters(quarters).filter(
      (taken) => ms(taken.until) > ms(from) && ms(taken.from) < ms(until),
    );
  }

  return { change, reserve, release, takenBetween };
}

/** By the names of quarter hours. */
interface DayChange {
  readonly taken: Map<string, Booking>;
  readonly freed: Map<string, Booking>;
}

function updateOf(table: string, owner: string, day: string, changes: DayChange): TransactItem {
  const names: Record<string, string> = { '#expiresAt': 'expiresAt' };
  const sets = ['#expiresAt = :expiresAt'];
  const removes: string[] = [];
  const conditions: string[] = [];
  const midnight = momentOf({ day, name: 't0000' });
  const values: Record<string, unknown> = {
    ':expiresAt': epochSeconds(midnight.add({ hours: 24 * keptDays })),
  };
  for (const [name, booking] of [...changes.taken, ...changes.freed]) {
    names[`#${name}`] = name;
    values[`:${name}`] = booking;
  }
  for (const name of changes.taken.keys()) {
    sets.push(`#${name} = :${name}`);
    // A booking that moves by less than its length keeps a part of its time.
    conditions.push(
      changes.freed.has(name) ? `#${name} = :${name}` : `attribute_not_exists(#${name})`,
    );
  }
  for (const name of changes.freed.keys()) {
    if (changes.taken.has(name)) continue;
    removes.push(`#${name}`);
    conditions.push(`(attribute_not_exists(#${name}) OR #${name} = :${name})`);
  }
  return {
    Update: {
      TableName: table,
      Key: { pk: owner, sk: `DAY#${day}` },
      UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    },
  };
}

function quartersOf(item: Record<string, unknown>): (Quarter & { booking: Booking })[] {
  const { pk, sk, expiresAt, ...quarters } = DayRow.parse(item);
  const day = sk.slice('DAY#'.length);
  return Object.entries(quarters).map(([name, booking]) => ({ day, name, booking }));
}
