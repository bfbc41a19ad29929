import { createHash, randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Sub } from '../runtime/caller.ts';
import { epochSeconds, now } from '../runtime/clock.ts';
import { documents, putNew, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { invitationsPerDay, Token } from './guardian.contract.ts';
import { LinkRow, loginKey } from './rows.store.ts';

/** A new secret for a link, with the hash that is stored in its place. */
export function newToken(): { readonly token: Token; readonly hash: string } {
  const token = Token.parse(randomBytes(32).toString('base64url'));
  return { token, hash: hashOf(token) };
}

/** 256 random bits need neither salt nor stretching: nobody can try them all. */
export function hashOf(token: Token): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** What a link is good for, without its key. */
export type Purpose = LinkRow extends infer Row
  ? Row extends LinkRow
    ? Omit<Row, 'pk' | 'sk' | 'usedBy'>
    : never
  : never;

/**
 * Links that were mailed. They need no signature: the secret is random, only its hash is kept, and what it is good
 * for stands in the row that the hash finds.
 */
export function tokenStore(table: string) {
  /** The write that makes a link good for something. Capacity: 2 write units. */
  function makeLink(hash: string, purpose: Purpose): TransactItem {
    return putNew(table, { ...linkKey(hash), ...purpose } satisfies LinkRow);
  }

  /**
   * Keeps a link with the mail that carries it, as long as the login has mails left on that day. Capacity: 8 write
   * units in 1 request and what `along` costs.
   *
   * @param by - the login that causes the mail, and the region's day
   * @param answer - the write that remembers what the request is answered
   * @param along - the mail, and what else is written with it
   */
  async function sendLink(
    hash: string,
    purpose: Purpose,
    by: { readonly sub: Sub; readonly day: string },
    answer: TransactItem,
    along: readonly TransactItem[],
  ): Promise<'sent' | 'answered-before' | 'too-many'> {
    const written = await transact([answer, countMail(by), makeLink(hash, purpose), ...along]);
    if (written.done) return 'sent';
    return written.failed.includes(0) ? 'answered-before' : 'too-many';
  }

  /** The write that counts a login's mails of a day; fails where there are no more. */
  function countMail({ sub, day }: { readonly sub: Sub; readonly day: string }): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: { pk: loginKey(sub), sk: `MAILS#${day}` },
        UpdateExpression: 'SET expiresAt = :later ADD mails :one',
        ConditionExpression: 'attribute_not_exists(pk) OR mails < :most',
        ExpressionAttributeValues: {
          ':later': epochSeconds(now().add({ hours: 72 })),
          ':one': 1,
          ':most': invitationsPerDay,
        },
      },
    };
  }

  /** What a link is good for; undefined where there is none or its time is over. Capacity: 1 read unit. */
  async function readLink(token: Token): Promise<LinkRow | undefined> {
    return findLink(hashOf(token));
  }

  /** As `readLink`, by the hash that a proof keeps. Capacity: 1 read unit. */
  async function findLink(hash: string): Promise<LinkRow | undefined> {
    const key = { TableName: table, Key: linkKey(hash), ConsistentRead: true };
    const { Item } = await documents.send(new GetCommand(key));
    if (Item === undefined) return undefined;
    const row = LinkRow.parse(Item);
    return epochSeconds(now()) < row.expiresAt ? row : undefined;
  }

  /** The write that uses a link up: fails where another login was quicker. Capacity: 2 write units. */
  function useLink(token: Token, sub: Sub): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: linkKey(hashOf(token)),
        UpdateExpression: 'SET usedBy = :sub',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(usedBy)',
        ExpressionAttributeValues: { ':sub': sub },
      },
    };
  }

  return { makeLink, sendLink, readLink, findLink, useLink };
}

const linkKey = (hash: string) => ({ pk: `LINK#${hash}`, sk: 'LINK' as const });
