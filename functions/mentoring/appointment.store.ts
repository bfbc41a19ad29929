import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { LearnerId, StaffId } from '../identity/contract.ts';
import { decodeCursor, encodeCursor } from '../runtime/cursor.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { Appointment } from './appointment.contract.ts';
import type { Coming } from './appointment.rules.ts';
import { staffPartition } from './consulting.store.ts';
import { dueAt, learnerKey } from './rows.store.ts';
import { AppointmentId } from './words.contract.ts';

const AppointmentRow = Appointment.extend({
  pk: z.string(),
  sk: z.literal('APPOINTMENT'),
  version: z.int().min(1),
  dueLot: z.string(),
  dueAt: z.string(),
});

/** In the partition of a learner or a consultant: the appointments that they have or had, by their start. */
const PointerRow = z.strictObject({
  pk: z.string(),
  sk: z.string().startsWith('APPOINTMENT#'),
  appointmentId: AppointmentId,
});

/** How many a learner has to come. */
const ComingRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('COMING'),
  coming: z.array(z.strictObject({ appointmentId: AppointmentId, until: z.iso.datetime() })),
  version: z.int().min(1),
});

/** An appointment as it was read. */
export interface SeenAppointment {
  readonly appointment: Appointment;
  readonly version: number;
  /** When it has to be looked at next. */
  readonly due: string;
}

/** What a learner has to come, as it was read; version 0 where there was none. */
export interface SeenComing {
  readonly coming: readonly Coming[];
  readonly version: number;
}

/** Attempts to read a page before a caller is told to come back. */
const attempts = 5;

/** Reads and writes of appointments; `table` is the mentoring table's name. */
export function appointmentStore(table: string) {
  const get = async (Key: { readonly pk: string; readonly sk: string }) =>
    (await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;

  /** An appointment. Capacity: 1 read unit for 4 KB. */
  async function read(appointmentId: AppointmentId): Promise<SeenAppointment | undefined> {
    const item = await get(appointmentKey(appointmentId));
    return item === undefined ? undefined : toAppointment(item);
  }

  /** What a learner has to come. Capacity: 1 read unit. */
  async function readComing(learnerId: LearnerId): Promise<SeenComing> {
    const item = await get(comingKey(learnerId));
    return item === undefined ? { coming: [], version: 0 } : ComingRow.parse(item);
  }

  /**
   * The writes of a new appointment. Capacity: 8 write units, and 4 in the index of what is due.
   *
   * @param due - when it has to be looked at next (`appointmentDue`)
   */
  function create(appointment: Appointment, due: string): TransactItem[] {
    const { appointmentId } = appointment;
    return [
      putNew(table, toRow({ appointment, version: 1 }, due)),
      ...pointerKeys(appointment).map((key) =>
        putNew(table, { ...key, appointmentId } satisfies z.input<typeof PointerRow>),
      ),
    ];
  }

  /**
   * The write of a changed appointment; fails where it has changed since it was read. Capacity: 4 write units.
   *
   * @param due - as of `create`
   */
  function change(
    { appointment, version }: Omit<SeenAppointment, 'due'>,
    due: string,
  ): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ appointment, version: version + 1 }, due),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version },
      },
    };
  }

  /**
   * The write of what a learner has to come; fails where that has changed since it was read, so that nobody books more
   * than the policy says by booking twice at once. Capacity: 2 write units.
   */
  function putComing(learnerId: LearnerId, coming: readonly Coming[], seen: SeenComing) {
    const version = seen.version + 1;
    const row = { ...comingKey(learnerId), coming: [...coming], version };
    if (seen.version === 0) return putNew(table, row satisfies z.input<typeof ComingRow>);
    return {
      Put: {
        TableName: table,
        Item: row satisfies z.input<typeof ComingRow>,
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': seen.version },
      },
    };
  }

  /** The writes that delete an appointment; they fail where it has changed since it was read. Capacity: 8 write units. */
  function remove({ appointment, version }: SeenAppointment): TransactItem[] {
    const asSeen = {
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': version },
    };
    return [
      { Delete: { TableName: table, Key: appointmentKey(appointment.appointmentId), ...asSeen } },
      ...pointerKeys(appointment).map((Key) => ({ Delete: { TableName: table, Key } })),
    ];
  }

  /**
   * The appointments of somebody from a moment on, the first first. Capacity: 1 read unit, and 1 for each, in 2 requests.
   *
   * @throws {Unreadable} 400 `malformed`: the cursor is not one of this list
   * @throws {Busy} the table is throttled: none is left out silently
   */
  async function listOf(
    owner: string,
    from: string,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :last',
        ExpressionAttributeValues: {
          ':pk': owner,
          ':from': `APPOINTMENT#${from}`,
          ':last': 'APPOINTMENT#~',
        },
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: decodeCursor(cursor, endOfPage(owner)),
      }),
    );
    const found = await readAll(Items.map((item) => PointerRow.parse(item).appointmentId));
    const inOrder = found.sort((a, b) => a.start.localeCompare(b.start));
    return { appointments: inOrder, cursor: encodeCursor(LastEvaluatedKey) };
  }

  async function readAll(ids: readonly AppointmentId[]): Promise<Appointment[]> {
    const found: Appointment[] = [];
    let Keys: Record<string, unknown>[] = ids.map(appointmentKey);
    for (let attempt = 0; attempt < attempts && Keys.length > 0; attempt += 1) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[table] ?? []).map((item) => toAppointment(item).appointment));
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    if (Keys.length > 0) throw new Busy();
    return found;
  }

  return { read, readComing, create, change, putComing, remove, listOf };
}

/** An appointment, from the table or the index of what is due. */
export function toAppointment(item: Record<string, unknown>): SeenAppointment {
  const { pk, sk, version, dueLot, dueAt: due, ...appointment } = AppointmentRow.parse(item);
  return { appointment, version, due };
}

function toRow({ appointment, version }: Omit<SeenAppointment, 'due'>, due: string) {
  const { appointmentId } = appointment;
  return {
    ...appointmentKey(appointmentId),
    ...appointment,
    version,
    ...dueAt(appointmentId, due),
  };
}

export const appointmentKey = (appointmentId: AppointmentId) => ({
  pk: `APPOINTMENT#${appointmentId}`,
  sk: 'APPOINTMENT' as const,
});

const comingKey = (learnerId: LearnerId) => ({ pk: learnerKey(learnerId), sk: 'COMING' as const });

const pointerKeys = (one: {
  readonly appointmentId: AppointmentId;
  readonly learnerId: LearnerId;
  readonly staffId: StaffId;
  readonly start: string;
}) =>
  [learnerKey(one.learnerId), staffPartition(one.staffId)].map((pk) => ({
    pk,
    sk: `APPOINTMENT#${one.start}#${one.appointmentId}`,
  }));

/** The keys that a page of somebody's appointments can end with (edge case 50). */
const endOfPage = (owner: string) =>
  z.strictObject({ pk: z.literal(owner), sk: z.string().startsWith('APPOINTMENT#') });
