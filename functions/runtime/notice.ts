import * as z from 'zod';
import { Message } from '../../regions/notices.ts';
import { epochSeconds, now } from './clock.ts';
import { putNew, type TransactItem } from './dynamodb.ts';
import { idSchema, newId } from './ids.ts';
import { noticeKeyPrefix } from './notices-table.ts';

export type { CalendarEvent, Message, NoticeKind, Recipient } from '../../regions/notices.ts';

export const NoticeId = idSchema<'NoticeId'>('ntc');
export type NoticeId = z.output<typeof NoticeId>;

/** A notice: what to tell, to whom, and the name that makes it one notice wherever it is seen. */
export interface Notice {
  readonly noticeId: NoticeId;
  readonly message: Message;
}

/** Partitions of the sparse index of what is due, so that no one of them takes every write. */
export const dueLots = 4;
/** Minutes after which a new notice that its stream did not bring is due all the same. */
const dueAfter = 5;
/** Days after which the row is gone: longer than a notice is tried. */
const keptDays = 30;

/** A notice in the notices table: begun by whoever sends it, ended by the notices capability. */
export const NoticeRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('NOTICE'),
  noticeId: NoticeId,
  state: z.enum(['sending', 'sent', 'undeliverable']),
  /** Gone when the notice is done, and with it the address of whoever has no login. */
  message: Message.optional(),
  /** When it was sent. */
  since: z.iso.datetime(),
  /** How often it was taken up to be mailed. */
  attempts: z.int().min(0),
  /** The readers who have the mail. */
  mailed: z.set(z.string()).optional(),
  /** The readers whom no mail reaches. */
  unreachable: z.set(z.string()).optional(),
  due: z.iso.datetime().optional(),
  dueLot: z.string().optional(),
  expiresAt: z.int(),
});

/**
 * The write that sends a notice, for the transaction that causes it: it is mailed if and only if that held.
 * Capacity: 2 write units, 2 more in the index of what is due.
 *
 * @param table - the notices table's name
 * @param message - a kind with exactly its facts (`regions/notices.ts`)
 * @throws {ZodError} a fact is not of its form: what a text cannot show shall not be committed
 */
export function sendNotice(table: string, message: Message): TransactItem {
  const noticeId = newId(NoticeId, 'ntc');
  const moment = now();
  const row = {
    ...noticeKey(noticeId),
    noticeId,
    state: 'sending',
    message: Message.parse(message),
    since: moment.toString({ smallestUnit: 'millisecond' }),
    attempts: 0,
    due: moment.add({ minutes: dueAfter }).toString({ smallestUnit: 'millisecond' }),
    dueLot: dueLotOf(noticeId),
    expiresAt: epochSeconds(moment.add({ hours: 24 * keptDays })),
  } satisfies z.input<typeof NoticeRow>;
  return putNew(table, row);
}

/** Where a notice lies in the notices table. */
export function noticeKey(noticeId: NoticeId) {
  return { pk: noticeKeyPrefix + noticeId, sk: 'NOTICE' } as const;
}

/** Ids are random, so their last character spreads evenly. */
function dueLotOf(noticeId: NoticeId): string {
  return String((noticeId.codePointAt(noticeId.length - 1) ?? 0) % dueLots);
}
