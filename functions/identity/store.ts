import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { actingStore } from './acting.store.ts';
import type { ConsentId } from './consent.contract.ts';
import type { LearnerId, ProfileInput } from './contract.ts';
import {
  type Arrival,
  type Learner,
  type LearnerRecord,
  LoginRow,
  type Logins,
  learnerKey,
  loginKey,
  type SelfRow,
  toRecord,
  toRow,
} from './rows.store.ts';

export {
  type Learner,
  type LearnerRecord,
  type Links,
  type Logins,
  toRecord,
  toRow,
} from './rows.store.ts';

/** Reads and writes of who someone is; `table` is the identity table's name. */
export function identityStore(table: string) {
  const acting = actingStore(table);
  const { linksOf } = acting;

  /**
   * Who hears of what concerns a learner; undefined where there is none. Capacity: 1 read unit.
   *
   * @param guardians - `former` too: those whose access has just ended, who are told that it has
   */
  async function loginsOf(
    learnerId: LearnerId,
    guardians: 'acting' | 'former' = 'acting',
  ): Promise<Logins | undefined> {
    const { profile, rows } = await tiesOf(learnerId);
    if (profile === undefined) return undefined;
    const moment = epochSeconds(now());
    const logins = rows.filter(
      ({ until }) => guardians === 'former' || until === undefined || moment < until,
    );
    return {
      language: profile.language,
      name: profile.name,
      logins: logins.map(({ sub, relation, email }) => ({ sub, relation, email })),
    };
  }

  /** Whether a guardian acts for others beside a learner, so that they are told about whom. Capacity: 1 read unit. */
  async function actsForOthers(sub: Sub, learnerId: LearnerId): Promise<boolean> {
    return (await linksOf(sub)).wards.some((ward) => ward.learnerId !== learnerId);
  }

  /** The guardians' links of a learner, also those whose time is over. Capacity: 1 read unit. */
  async function guardiansOf(learnerId: LearnerId): Promise<readonly Sub[]> {
    const { rows } = await tiesOf(learnerId);
    const kept = rows.filter(
      ({ relation, expiresAt }) => relation !== 'self' && expiresAt === undefined,
    );
    return kept.map(({ sub }) => sub);
  }

  /** A learner's logins, and the profile, which sorts right behind them. */
  async function tiesOf(learnerId: LearnerId) {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': learnerKey(learnerId),
          ':first': 'LOGIN#',
          ':last': 'PROFILE',
        },
        ConsistentRead: true,
      }),
    );
    const row = Items.find(({ sk }) => sk === 'PROFILE');
    const rows = Items.filter((item) => item !== row).map((item) => LoginRow.parse(item));
    return { profile: row && toRecord(row).profile, rows };
  }

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

  /** The check, for a transaction that rests on it, that a learner is still as it was read. Capacity: 2 write units. */
  function unchanged({ profile, version }: Learner): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: { pk: learnerKey(profile.learnerId), sk: 'PROFILE' },
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: { ':seen': version },
      },
    };
  }

  /** Writes all or nothing; false where something has changed since it was read. */
  async function keep(items: readonly TransactItem[]): Promise<boolean> {
    return (await transact(items)).done;
  }

  return {
    ...acting,
    loginsOf,
    actsForOthers,
    guardiansOf,
    createLearner,
    becomeSelf,
    putLogin,
    putRecord,
    unchanged,
    keep,
  };
}
