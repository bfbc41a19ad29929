import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { documents } from '../runtime/dynamodb.ts';
import type { LearnerId } from './contract.ts';
import {
  type Learner,
  type LearnerRecord,
  type Links,
  learnerKey,
  loginKey,
  SelfRow,
  toRecord,
  WardRow,
} from './rows.store.ts';

/** For whom a login may act, which is all that others ask before they answer; `table` is the identity table's name. */
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

  return { linksOf, selfOf, learnerIdOf, learnerOf, readRecord };
}
