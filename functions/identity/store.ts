import type * as z from 'zod';
import type { Sub } from '../runtime/caller.ts';
import { putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { actingStore } from './acting.store.ts';
import type { ConsentId } from './consent.contract.ts';
import type { LearnerId, ProfileInput } from './contract.ts';
import {
  type Arrival,
  type LearnerRecord,
  type LoginRow,
  learnerKey,
  loginKey,
  type SelfRow,
  toRow,
} from './rows.store.ts';

export { type LearnerRecord, type Links, toRecord, toRow } from './rows.store.ts';

/** As `actingStore`, with the writes of who someone is: what only identity itself does. */
export function identityStore(table: string) {
  /**
   * Makes a login a learner; false where it is one already, or has asked for consent meanwhile. Capacity: 6 write
   * units in 1 request, and 1 in the index.
   */
  async function createLearner(
    sub: Sub,
    email: string,
    learnerId: LearnerId,
    profile: ProfileInput,
    at: string,
    { consent = { state: 'not-needed' }, own, asked, dueOn, items = [] }: Arrival = {},
  ): Promise<boolean> {
    const record = {
      profile: { learnerId, ...profile, consent },
      version: 1,
      createdAt: at,
      updatedAt: at,
      ownLogin: true,
      guardians: 0,
      own,
    };
    const written = await transact([
      putNew(table, toRow(record, dueOn)),
      becomeSelf(sub, email, learnerId, asked),
      putLogin(learnerId, { sub, relation: 'self', email }),
      ...items,
    ]);
    return written.done;
  }

  /** The write that makes a login the learner; fails where it is one, or asked otherwise than was seen. */
  function becomeSelf(sub: Sub, email: string, learnerId: LearnerId, asked?: ConsentId) {
    const Item = { pk: loginKey(sub), sk: 'SELF' as const, learnerId, email };
    const row = Item satisfies z.input<typeof SelfRow>;
    if (asked === undefined) return putNew(table, row);
    return {
      Put: {
        TableName: table,
        Item: row,
        ConditionExpression:
          'attribute_not_exists(learnerId) AND attribute_not_exists(leaving) AND consentId = :asked',
        ExpressionAttributeValues: { ':asked': asked },
      },
    } satisfies TransactItem;
  }

  /** The write that lets a learner's notices reach a login. */
  function putLogin(learnerId: LearnerId, login: Omit<z.input<typeof LoginRow>, 'pk' | 'sk'>) {
    const key = { pk: learnerKey(learnerId), sk: `LOGIN#${login.sub}` };
    return { Put: { TableName: table, Item: { ...key, ...login } } } satisfies TransactItem;
  }

  /**
   * The write of a changed learner; fails where it has changed since it was read. Capacity: 2 write units, and 1
   * in the index where its day changes.
   */
  function putRecord(next: LearnerRecord, dueOn: string | undefined): TransactItem {
    return {
      Put: {
        TableName: table,
        Item: toRow({ ...next, version: next.version + 1 }, dueOn),
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': next.version },
      },
    };
  }

  /** Writes all or nothing; false where something has changed since it was read. */
  async function keep(items: readonly TransactItem[]): Promise<boolean> {
    return (await transact(items)).done;
  }

  return {
    ...actingStore(table),
    createLearner,
    becomeSelf,
    putLogin,
    putRecord,
    keep,
  };
}
