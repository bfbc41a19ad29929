import { createHash } from 'node:crypto';
import { BatchGetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { Sub } from '../runtime/caller.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import type { LearnerId } from './contract.ts';
import type { Relation } from './guardian.contract.ts';
import { Proof } from './proof.store.ts';
import { learnerKey, loginKey, type WardRow } from './rows.store.ts';
import { identityStore, type LearnerRecord, toRecord, toRow } from './store.ts';
import { staysHere } from './tie.store.ts';

/** A guardian of a child, as both of the link's rows keep it. */
export interface Guardianship {
  readonly sub: Sub;
  readonly email: string;
  readonly learnerId: LearnerId;
  readonly relation: Relation;
  readonly since: string;
  /** Seconds since the epoch at which the child comes of age. */
  readonly until: number;
}

/** Writes that tie guardians and children; `table` is the identity table's name. */
export function guardianStore(table: string) {
  const { putLogin } = identityStore(table);

  /**
   * The writes that make a login a guardian; fail where it is one already, or is being deleted. Capacity: 8 write units.
   */
  function addGuardian({ sub, learnerId, ...link }: Guardianship): TransactItem[] {
    const { relation, email, until } = link;
    const ward = { ...wardKey(sub, learnerId), learnerId, ...link };
    return [
      ...staysHere(table, sub),
      putNew(table, ward satisfies z.input<typeof WardRow>),
      putLogin(learnerId, { sub, relation, email, until }),
    ];
  }

  /** The write of a new child. Capacity: 2 write units, and 1 in the index. */
  function putChild(record: LearnerRecord, dueOn: string | undefined): TransactItem {
    return putNew(table, toRow(record, dueOn));
  }

  /** The writes that move the day on which a guardian's access ends. Capacity: 4 write units for each guardian. */
  function moveEnds(
    learnerId: LearnerId,
    guardians: readonly Sub[],
    until: number,
  ): TransactItem[] {
    return linkRows(learnerId, guardians).map((Key) => ({
      Update: {
        TableName: table,
        Key,
        UpdateExpression: 'SET #until = :until',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':until': until },
      },
    }));
  }

  /**
   * The writes that let guardians' links be forgotten: they count for nothing from now on, and DynamoDB deletes them.
   * Capacity: 4 write units for each guardian.
   *
   * @param seconds - now, since the epoch
   */
  function endLinks(
    learnerId: LearnerId,
    guardians: readonly Sub[],
    seconds: number,
  ): TransactItem[] {
    return linkRows(learnerId, guardians).map((Key) => ({
      Update: {
        TableName: table,
        Key,
        UpdateExpression: 'SET expiresAt = :now, #until = :now',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': seconds },
      },
    }));
  }

  /**
   * Learners, in the order asked for. Capacity: 1 read unit each, in 1 request for 100 of them.
   *
   * @throws {Busy} DynamoDB left some out, as it does when it is throttled
   */
  async function readLearners(ids: readonly LearnerId[]): Promise<readonly LearnerRecord[]> {
    const found: LearnerRecord[] = [];
    for (let from = 0; from < ids.length; from += 100) {
      const Keys = ids.slice(from, from + 100).map((id) => ({ pk: learnerKey(id), sk: 'PROFILE' }));
      const { Responses = {}, UnprocessedKeys = {} } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
      );
      if (Object.keys(UnprocessedKeys).length > 0) throw new Busy();
      found.push(...(Responses[table] ?? []).map(toRecord));
    }
    const byId = new Map(found.map((record) => [record.profile.learnerId, record]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** Who withdrew the consent that a learner lacks; undefined where nobody did. Capacity: 1 read unit. */
  async function withdrawnBy({ profile, updatedAt }: LearnerRecord) {
    const [proof] = await proofsOf(profile.learnerId, `${updatedAt}#withdrawn#`);
    return proof?.by;
  }

  /**
   * Whether a learner has ever spoken about their own consent, whatever they said: from then on they are out of their
   * guardians' hands (ADR 12). Capacity: 1 read unit.
   */
  async function hasSpoken(learnerId: LearnerId): Promise<boolean> {
    const proofs = await proofsOf(learnerId, '');
    return proofs.some(({ word }) => word === 'own-given' || word === 'own-withdrawn');
  }

  async function proofsOf(learnerId: LearnerId, from: string): Promise<readonly Proof[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :from)',
        ExpressionAttributeValues: { ':pk': learnerKey(learnerId), ':from': `CONSENT#${from}` },
        ConsistentRead: true,
      }),
    );
    return Items.map(({ pk, sk, ...proof }) => Proof.parse(proof));
  }

  return {
    withdrawnBy,
    hasSpoken,
    addGuardian,
    putChild,
    moveEnds,
    endLinks,
    readLearners,
  };
}

/** By what a login is known where it must not stand in the clear; one way and always the same. */
export const loginMark = (sub: Sub): string =>
  createHash('sha256').update(`login ${sub}`).digest('base64url');

/**
 * A learner whose guardians' links are forgotten, for the transaction that has them so (`endLinks`): their marks stay, for
 * a household does not end when a child comes of age (edge case 33).
 */
export function withFormer(record: LearnerRecord, guardians: readonly Sub[]): LearnerRecord {
  const marks = [...(record.formerGuardians ?? []), ...guardians.map(loginMark)];
  return { ...record, formerGuardians: [...new Set(marks)].sort() };
}

const wardKey = (sub: Sub, learnerId: LearnerId) => ({
  pk: loginKey(sub),
  sk: `WARD#${learnerId}`,
});

function linkRows(learnerId: LearnerId, guardians: readonly Sub[]) {
  return guardians.flatMap((sub) => [
    wardKey(sub, learnerId),
    { pk: learnerKey(learnerId), sk: `LOGIN#${sub}` },
  ]);
}
