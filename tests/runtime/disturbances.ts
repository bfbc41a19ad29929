import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Disturbance } from './cloud.ts';

/** Numbers from 0 to below 1 that are the same at each run with the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const isRead = (operation: string) => /^(Get|BatchGet|Query)/.test(operation);

/** Holds up each read for up to so many milliseconds, so that what was read is old when it is acted on. */
export function delayedReads(random: () => number, longest: number): Disturbance {
  return async (operation) => {
    if (isRead(operation)) await sleep(random() * longest);
    return undefined;
  };
}

/** Holds up each transaction, so that what was read before it has changed when it is done. */
export function delayedTransactions(random: () => number, longest: number): Disturbance {
  return async (operation) => {
    if (operation === 'TransactWriteItems') await sleep(random() * longest);
    return undefined;
  };
}

/**
 * Has a share of writes fail as others in the same item make them fail at AWS, which here only happens when it is asked for.
 *
 * @param reason - why a transaction was cancelled
 */
export function conflicts(
  random: () => number,
  share: number,
  reason = 'TransactionConflict',
): Disturbance {
  return async (operation) => {
    if (random() >= share) return undefined;
    const message = 'Transaction is ongoing for the item';
    if (operation === 'TransactWriteItems') {
      const CancellationReasons = [{ Code: 'None' }, { Code: reason, Message: message }];
      return refused('TransactionCanceledException', { CancellationReasons });
    }
    if (operation === 'PutItem' || operation === 'UpdateItem')
      return refused('TransactionConflictException', { message });
    return undefined;
  };
}

/** A refusal in the form of DynamoDB's. */
export function refused(type: string, more: object = {}) {
  const __type = `com.amazonaws.dynamodb.v20120810#${type}`;
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { reply: { status: 400, headers, body: JSON.stringify({ __type, ...more }) } };
}

const Transaction = z.looseObject({
  TransactItems: z.array(
    z.looseObject({
      Update: z.looseObject({ Key: z.looseObject({ pk: z.object({ S: z.string() }) }) }).optional(),
    }),
  ),
});

/** Takes the condition off every update of a row whose key begins so: a store without its invariant. */
export function withoutCondition(keyPrefix: string): Disturbance {
  return async (operation, input) => {
    if (operation !== 'TransactWriteItems') return undefined;
    const { TransactItems, ...rest } = Transaction.parse(input);
    const items = TransactItems.map((item) =>
      item.Update?.Key.pk.S.startsWith(keyPrefix) ? { Update: unconditional(item.Update) } : item,
    );
    return { input: { ...rest, TransactItems: items } };
  };
}

function unconditional(update: Record<string, unknown>) {
  const { ConditionExpression, ...rest } = update;
  // DynamoDB refuses values that no expression uses.
  const { ':capacity': _, ...values } = z
    .record(z.string(), z.unknown())
    .parse(rest['ExpressionAttributeValues']);
  return { ...rest, ExpressionAttributeValues: values };
}

/** One disturbance after the other, until one of them answers or changes the request. */
export function all(...disturbances: readonly Disturbance[]): Disturbance {
  return async (operation, input) => {
    for (const disturb of disturbances) {
      const done = await disturb(operation, input);
      if (done !== undefined) return done;
    }
    return undefined;
  };
}
