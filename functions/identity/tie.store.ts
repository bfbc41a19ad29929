import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Sub } from '../runtime/caller.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import type { ConsentId } from './consent.contract.ts';
import type { LearnerId } from './contract.ts';
import { learnerKey, loginKey } from './rows.store.ts';

/** By which requests for consent a learner was tied to guardians' addresses: found by the learner. */
export const askedPrefix = 'ASKED#';

/** The write that ties a request to its learner, who could not be asked for it otherwise. Capacity: 2 write units. */
export function tieRequest(
  table: string,
  learnerId: LearnerId,
  consentId: ConsentId,
): TransactItem {
  const key = { pk: learnerKey(learnerId), sk: askedPrefix + consentId };
  return { Put: { TableName: table, Item: { ...key, consentId } } };
}

/**
 * The writes that what makes something of a login rests on: it is not being deleted, and whoever begins that at the same moment
 * looks anew at what it is (`tiesAre`). A row beside `SELF`, for that one says by being there that the login is somebody.
 * Capacity: 4 write units.
 */
export function staysHere(table: string, sub: Sub): TransactItem[] {
  return [
    {
      ConditionCheck: {
        TableName: table,
        Key: { pk: loginKey(sub), sk: 'SELF' },
        ConditionExpression: 'attribute_not_exists(leaving)',
      },
    },
    { Put: { TableName: table, Item: { ...tiesKey(sub), fence: randomUUID() } } },
  ];
}

/** The fence of what a login is; read before that. Capacity: 1 read unit. */
export async function tiesOf(table: string, sub: Sub): Promise<string | undefined> {
  const key = { TableName: table, Key: tiesKey(sub), ConsistentRead: true };
  const { Item } = await documents.send(new GetCommand(key));
  return Item === undefined ? undefined : z.string().parse(Item['fence']);
}

/** The write of a deletion that begins; fails where the login has become something since it was read. Capacity: 2 write units. */
export function tiesAre(table: string, sub: Sub, fence: string | undefined): TransactItem {
  const asRead =
    fence === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'fence = :read', ExpressionAttributeValues: { ':read': fence } };
  return { Delete: { TableName: table, Key: tiesKey(sub), ...asRead } };
}

const tiesKey = (sub: Sub) => ({ pk: loginKey(sub), sk: 'TIES' });
