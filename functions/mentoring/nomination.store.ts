import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { documents, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { AnsweredBefore } from '../runtime/idempotency.ts';
import { markOf } from './household.store.ts';
import { type Nominated, NominationId } from './nomination.contract.ts';

const NominationRow = z.strictObject({
  pk: z.string().startsWith('NOMINATION#'),
  sk: z.literal('NOMINATION'),
  university: z.string(),
  /** Which request made it: its retry finds its own work done. */
  nominationId: NominationId,
  expiresAt: z.int(),
});

/** Days after which a nomination counts no more. */
const keptDays = 180;
/** Addresses in a transaction: with each goes a notice, and DynamoDB takes 100 writes. */
const atOnce = 40;
/** Attempts before a caller is told to come back. */
const attempts = 5;

/** Addresses that a university nominates. */
export interface Nomination {
  readonly university: string;
  readonly emails: readonly string[];
  readonly nominationId: NominationId;
  readonly now: Moment;
  /** The write that tells an address. */
  readonly notice: (email: string) => TransactItem;
  /** What goes with the last of them: first the write that remembers the answer. */
  readonly last: (answer: Nominated) => readonly TransactItem[];
}

/** Who is nominated, by the mark of their address; `table` is the mentoring table's name. */
export function nominationStore(table: string) {
  /** The university that nominated an address. Capacity: 1 read unit. */
  async function universityOf(email: string, now: Moment): Promise<string | undefined> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: keyOf(email), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : standing(Item, now)?.university;
  }

  /**
   * The nominations of addresses that count, by their keys. Capacity: 1 read unit for each.
   *
   * @throws {Busy} the table is throttled: none is left out silently
   */
  async function readAll(emails: readonly string[], now: Moment) {
    const found = new Map<string, string>();
    let Keys: Record<string, unknown>[] = emails.map(keyOf);
    for (let attempt = 0; attempt < attempts && Keys.length > 0; attempt += 1) {
      const { Responses, UnprocessedKeys } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      for (const item of Responses?.[table] ?? []) {
        const row = standing(item, now);
        if (row !== undefined) found.set(row.pk, row.nominationId);
      }
      Keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    if (Keys.length > 0) throw new Busy();
    return found;
  }

  /** The write of a nomination; fails where there is one that counts. */
  function write(
    email: string,
    university: string,
    nominationId: NominationId,
    now: Moment,
  ): TransactItem {
    const expiresAt = epochSeconds(now.add({ hours: 24 * keptDays }));
    const row = { ...keyOf(email), university, nominationId, expiresAt };
    return {
      Put: {
        TableName: table,
        Item: row satisfies z.input<typeof NominationRow>,
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': epochSeconds(now) },
      },
    };
  }

  /**
   * Nominates addresses, each together with its notice, once: who is nominated already is left as they are. In
   * several transactions, so after a crash the retry does what is missing and counts what it finds of its own.
   * Capacity: 1 read unit and 4 write units for each, and 2 in the index of notices.
   *
   * @param emails - at most 100, none twice
   * @returns undefined where another nominated one of them just then
   * @throws {AnsweredBefore} a request with the same claim was quicker
   */
  async function nominate(nomination: Nomination): Promise<Nominated | undefined> {
    const { university, emails, nominationId, now, notice, last } = nomination;
    const found = await readAll(emails, now);
    const open = emails.filter((email) => !found.has(keyOf(email).pk));
    const before = [...found.values()].filter((one) => one !== nominationId).length;
    const writes = (some: readonly string[]) =>
      some.flatMap((email) => [write(email, university, nominationId, now), notice(email)]);
    const inLast = open.length % atOnce;
    for (let first = 0; first < open.length - inLast; first += atOnce) {
      const written = await transact(writes(open.slice(first, first + atOnce)));
      if (!written.done) return undefined;
    }
    const answer = { nominated: emails.length - before, before };
    const ending = writes(open.slice(open.length - inLast));
    const written = await transact([...last(answer), ...ending]);
    if (!written.done && written.failed.includes(0)) throw new AnsweredBefore();
    return written.done ? answer : undefined;
  }

  return { universityOf, nominate };
}

/** A nomination that counts: DynamoDB forgets rows up to days after their time. */
function standing(item: Record<string, unknown>, now: Moment) {
  const row = NominationRow.parse(item);
  return epochSeconds(now) < row.expiresAt ? row : undefined;
}

/** Mail servers may tell upper from lower case, and none that universities run does. */
const keyOf = (email: string) => ({
  pk: `NOMINATION#${markOf(email.toLowerCase())}`,
  sk: 'NOMINATION' as const,
});
