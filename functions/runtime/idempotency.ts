import { createHash } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { epochSeconds, now } from './clock.ts';
import { documents, putNew, type TransactItem } from './dynamodb.ts';
import { Ruled, Unreadable } from './errors.ts';
import { seal, sealedName, unseal } from './sealed.ts';

/** Hours that an answer is remembered: longer than any client keeps trying. */
const rememberedHours = 24;

/** One caller's intent to do something once (`Idempotency-Key` on POST). */
export interface Claim {
  /** Caller and key, so that callers cannot meet: nowhere kept, for it opens what is remembered. */
  readonly id: string;
  /** Route and body, hashed: the same key for something else is a mistake worth telling. */
  readonly fingerprint: string;
}

export interface Remembered {
  readonly status: number;
  readonly body: unknown;
  readonly version?: number | undefined;
}

/** What is kept of an answer. */
const Answer = z.strictObject({
  fingerprint: z.string(),
  status: z.int(),
  /** JSON knows no `undefined`, which an answer without a body has. */
  body: z.unknown().optional(),
  version: z.int().optional(),
});

/**
 * An answer may name somebody who is deleted while it is remembered, and whose it is nobody could look up. So it is sealed
 * with caller and key: only whoever sends that key again can have it read.
 */
const Row = z.strictObject({
  pk: z.string(),
  sk: z.literal('ANSWER'),
  sealed: z.instanceof(Uint8Array),
  expiresAt: z.int(),
});

/** The same of the release before this one, which a retry across a deployment finds; gone a day after it. */
const OpenRow = Answer.extend({ pk: z.string(), sk: z.literal('ANSWER'), expiresAt: z.int() });

/** Another request with the same claim was answered while this one was at work; the runtime repeats that answer. */
export class AnsweredBefore extends Error {
  override readonly name = 'AnsweredBefore';
}

/**
 * The claim of a POST.
 *
 * @throws {Unreadable} 400 `idempotency-key-required`: absent, or not 8 to 128 printable characters
 */
export function readClaim(event: APIGatewayProxyEventV2, caller: string): Claim {
  const key = event.headers['idempotency-key'] ?? '';
  if (!/^[\x21-\x7e]{8,128}$/.test(key)) {
    throw new Unreadable(
      400,
      'idempotency-key-required',
      'Send "Idempotency-Key: <8 to 128 printable characters>", a new one for each intent, the same one for each retry.',
      [
        {
          field: 'header.idempotency-key',
          expected: '8 to 128 printable characters without spaces',
        },
      ],
    );
  }
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([event.rawPath, event.body ?? '']))
    .digest('base64url');
  return { id: `${caller}#${key}`, fingerprint };
}

/** The write that goes into the same transaction as what it remembers. Capacity: 2 write units for 1 KB. */
export function rememberAnswer(table: string, claim: Claim, answer: Remembered): TransactItem {
  const kept: z.input<typeof Answer> = { ...answer, fingerprint: claim.fingerprint };
  const item = {
    ...rowKey(claim),
    sealed: seal(JSON.stringify(kept), claim.id),
    expiresAt: epochSeconds(now().add({ hours: rememberedHours })),
  } satisfies z.input<typeof Row>;
  return putNew(table, item);
}

/**
 * What this claim was answered before. Capacity: 1 read unit for 4 KB, and 1 for what the release before this one kept.
 *
 * @throws {Ruled} `idempotency-key-reused`: the key was used for another route or body
 */
export async function findAnswer(table: string, claim: Claim): Promise<Remembered | undefined> {
  const [sealed, open] = await Promise.all([
    readRow(table, rowKey(claim)),
    readRow(table, openKey(claim)),
  ]);
  const found = sealed === undefined ? readOpen(open) : readSealed(sealed, claim);
  if (found === undefined) return undefined;
  const { fingerprint, body, ...answer } = found;
  if (fingerprint === claim.fingerprint) return { ...answer, body };
  throw new Ruled({
    code: 'idempotency-key-reused',
    detail: 'This Idempotency-Key was used for another request. Make a new one for each intent.',
  });
}

async function readRow(table: string, Key: { readonly pk: string; readonly sk: 'ANSWER' }) {
  const { Item } = await documents.send(
    new GetCommand({ TableName: table, Key, ConsistentRead: true }),
  );
  return Item;
}

const readSealed = (item: Record<string, unknown>, claim: Claim) =>
  Answer.parse(JSON.parse(unseal(Row.parse(item).sealed, claim.id)));

function readOpen(item: Record<string, unknown> | undefined) {
  if (item === undefined) return undefined;
  const { pk, sk, expiresAt, ...answer } = OpenRow.parse(item);
  return answer;
}

const rowKey = ({ id }: Claim) => ({ pk: `CLAIM#${sealedName(id)}`, sk: 'ANSWER' as const });
const openKey = ({ id }: Claim) => ({ pk: `CLAIM#${id}`, sk: 'ANSWER' as const });
