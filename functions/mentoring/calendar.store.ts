import { createHash, randomBytes } from 'node:crypto';
import { BatchGetCommand, DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { LearnerId } from '../identity/contract.ts';
import { Sub } from '../runtime/caller.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { appointmentKey, toAppointment } from './appointment.store.ts';
import { CalendarToken } from './calendar.contract.ts';
import type { Placed } from './calendar.rules.ts';
import { toMentorship } from './mentorship.store.ts';
import { mentorshipKey } from './rows.store.ts';
import { sessionKey, toSession } from './session.store.ts';
import type { Booking } from './words.contract.ts';

const CalendarRow = z.strictObject({
  pk: z.string().startsWith('CALENDAR#'),
  sk: z.literal('CALENDAR'),
  /** Of the secret; the secret itself nobody has but whoever made the address. */
  hash: z.string(),
  sub: Sub,
  learnerId: LearnerId.optional(),
});

/** Whose calendar: a login's own, or that of a child that it acts for. */
export type CalendarOwner = Pick<z.infer<typeof CalendarRow>, 'sub' | 'learnerId'>;

/** Most that DynamoDB reads in one request. */
const mostAtOnce = 100;
const attempts = 4;

/**
 * Addresses of calendars, and what they show. Each owner has one row, keyed by who they are: a new address takes the place
 * of the one before in the same write. `table` is the mentoring table's name.
 */
export function calendarStore(table: string) {
  /** The write that makes a token the owner's, and the one before nobody's. Capacity: 2 write units. */
  function keep(owner: CalendarOwner, token: CalendarToken): TransactItem {
    const row = { ...keyOf(nameOf(owner)), ...owner, hash: partsOf(token).hash };
    return { Put: { TableName: table, Item: row satisfies z.input<typeof CalendarRow> } };
  }

  /** Makes an owner's token nobody's. Capacity: 1 write unit. */
  async function revoke(owner: CalendarOwner): Promise<void> {
    await documents.send(new DeleteCommand({ TableName: table, Key: keyOf(nameOf(owner)) }));
  }

  /** Whose a token is; undefined where it is nobody's, or no longer. Capacity: 1 read unit. */
  async function ownerOf(token: CalendarToken): Promise<CalendarOwner | undefined> {
    const { name, hash } = partsOf(token);
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { sub, learnerId, hash: kept } = CalendarRow.parse(Item);
    return kept === hash ? { sub, learnerId } : undefined;
  }

  /**
   * What takes somebody's time: sessions, each with its mentorship, and appointments. Capacity: half a read unit for each
   * of them, in a request for 100.
   *
   * @throws {Busy} the table stayed throttled: none is left out silently
   */
  async function placedAs(bookings: readonly Booking[]): Promise<readonly Placed[]> {
    const keys = bookings.flatMap((one) =>
      'appointmentId' in one
        ? appointmentKey(one.appointmentId)
        : [mentorshipKey(one.mentorshipId), sessionKey(one.mentorshipId, one.sessionId)],
    );
    const each = [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
    const pages = Array.from({ length: Math.ceil(each.length / mostAtOnce) }, (_, page) =>
      readAll(each.slice(page * mostAtOnce, (page + 1) * mostAtOnce)),
    );
    return placedIn((await Promise.all(pages)).flat());
  }

  async function readAll(keys: readonly Record<string, string>[]) {
    const rows: Record<string, unknown>[] = [];
    let left: Record<string, unknown>[] = [...keys];
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: left } } }),
      );
      rows.push(...(Responses?.[table] ?? []));
      left = UnprocessedKeys?.[table]?.Keys ?? [];
      if (left.length === 0) return rows;
    }
    throw new Busy();
  }

  return { keep, revoke, ownerOf, placedAs };
}

/** A new token of an owner. */
export function newCalendarToken(owner: CalendarOwner): CalendarToken {
  return CalendarToken.parse(`${nameOf(owner)}.${randomBytes(32).toString('base64url')}`);
}

function placedIn(rows: readonly Record<string, unknown>[]): Placed[] {
  const ofMentorships = rows.filter(({ sk }) => sk === 'MENTORSHIP').map(toMentorship);
  const found = new Map(ofMentorships.map((one) => [one.mentorship.mentorshipId, one.mentorship]));
  return rows.flatMap((row): Placed[] => {
    if (row['sk'] === 'MENTORSHIP') return [];
    if (row['sk'] === 'APPOINTMENT') {
      return [{ kind: 'appointment', appointment: toAppointment(row).appointment }];
    }
    const { session } = toSession(row);
    const mentorship = found.get(session.mentorshipId);
    return mentorship === undefined ? [] : [{ kind: 'session', session, mentorship }];
  });
}

/** What an owner's calendar is called: it tells nobody who they are. */
function nameOf({ sub, learnerId }: CalendarOwner): string {
  return hashOf(JSON.stringify([sub, learnerId ?? null]));
}

function partsOf(token: CalendarToken): { readonly name: string; readonly hash: string } {
  const [name = '', secret = ''] = token.split('.');
  return { name, hash: hashOf(secret) };
}

/** 256 random bits need neither salt nor stretching: nobody can try them all. */
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');

const keyOf = (name: string) => ({ pk: `CALENDAR#${name}`, sk: 'CALENDAR' as const });
