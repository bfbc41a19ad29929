import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import type { LearnerId } from './contract.ts';
import {
  type Learner,
  type LearnerRecord,
  type Links,
  LoginRow,
  type Logins,
  learnerKey,
  loginKey,
  SelfRow,
  toRecord,
  WardRow,
} from './rows.store.ts';

export {
  type Learner,
  type LearnerRecord,
  type Links,
  toRecord,
} from './rows.store.ts';

/** Who somebody is, whom they may act for, and who hears of a learner; `table` is the identity table's name. */
export function actingStore(table: string) {
  /** What a login is and whom it may act for; a link ends with the child's majority. Capacity: 1 read unit. */
  async function linksOf(sub: Sub): Promise<Links> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': loginKey(sub) },
        ConsistentRead: true,
      }),
    );
    const self = Items.find(({ sk }) => sk === 'SELF');
    const found = Items.filter(({ sk }) => String(sk).startsWith('WARD#'));
    const wards = found.map((ward) => WardRow.parse(ward));
    const moment = epochSeconds(now());
    return {
      self: self === undefined ? undefined : SelfRow.parse(self),
      wards: wards.filter(({ until }) => moment < until),
      former: wards.filter(({ until, expiresAt }) => until <= moment && expiresAt === undefined),
    };
  }

  /** The learner that a login is. Capacity: 1 read unit. */
  async function selfOf(sub: Sub): Promise<LearnerId | undefined> {
    return (await linksOf(sub)).self?.learnerId;
  }

  /**
   * The learner that a login may act for: oneself, or a child that it is the guardian of. A guardian of one child
   * who is no learner need not say which. Capacity: 1 read unit.
   *
   * @param wanted - whom the request names; another than the login may act for is as if it were not there
   */
  async function learnerIdOf(sub: Sub, wanted?: LearnerId): Promise<LearnerId | undefined> {
    const { self, wards } = await linksOf(sub);
    const mine = [self, ...wards].flatMap((link) => link?.learnerId ?? []);
    if (wanted !== undefined) return mine.find((learnerId) => learnerId === wanted);
    return self?.learnerId ?? (mine.length === 1 ? mine[0] : undefined);
  }

  /** As `learnerIdOf`, with the profile. Capacity: 2 read units in 2 requests. */
  async function learnerOf(sub: Sub, wanted?: LearnerId): Promise<Learner | undefined> {
    const learnerId = await learnerIdOf(sub, wanted);
    const record = learnerId === undefined ? undefined : await readRecord(learnerId);
    return record && { profile: record.profile, version: record.version };
  }

  /** A learner. Capacity: 1 read unit. */
  async function readRecord(learnerId: LearnerId): Promise<LearnerRecord | undefined> {
    const key = { pk: learnerKey(learnerId), sk: 'PROFILE' };
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item === undefined ? undefined : toRecord(Item);
  }

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

  return {
    linksOf,
    selfOf,
    learnerIdOf,
    learnerOf,
    readRecord,
    loginsOf,
    actsForOthers,
    guardiansOf,
    unchanged,
  };
}
