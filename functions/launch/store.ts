import { createHash, randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { documents, put } from '../runtime/dynamodb.ts';
import { seal, sealedName, unseal } from '../runtime/sealed.ts';
import { Hint } from './contract.ts';

/** Minutes that a browser has from a launch to the platform's question who comes. */
const hintMinutes = 5;

/**
 * A launch that has begun. Who comes is sealed with the hint, which only the browser has: a row that time has not yet
 * removed tells nothing of anybody (docs/adr/0033-sealed-answers.md).
 */
const HintRow = z.strictObject({
  pk: z.string(),
  sk: z.literal('HINT'),
  providerId: ProviderId,
  sealed: z.instanceof(Uint8Array),
  expiresAt: z.int(),
});

/** What is good once; `table` is the launch table's name. */
export function launchStore(table: string) {
  /** Begins a launch; the hint that it can be taken by, once. Capacity: 1 write unit. */
  async function keepHint(
    providerId: ProviderId,
    hint: Hint,
    now: Moment,
  ): Promise<{ readonly loginHint: string; readonly until: Moment }> {
    const loginHint = randomBytes(32).toString('base64url');
    const until = now.add({ minutes: hintMinutes });
    const row = {
      ...hintKey(loginHint),
      providerId,
      sealed: seal(JSON.stringify(hint), loginHint),
      expiresAt: epochSeconds(until),
    } satisfies z.input<typeof HintRow>;
    await put({ TableName: table, Item: row });
    return { loginHint, until };
  }

  /**
   * What a hint stands for, given to the first who asks; undefined where there was one before, the time is over, or the
   * hint is for another tool, who does not use it up. Capacity: 1 write unit.
   */
  async function takeHint(
    loginHint: string,
    providerId: ProviderId,
    now: Moment,
  ): Promise<Hint | undefined> {
    try {
      const { Attributes } = await documents.send(
        new DeleteCommand({
          TableName: table,
          Key: hintKey(loginHint),
          ConditionExpression: 'providerId = :provider AND expiresAt > :now',
          ExpressionAttributeValues: { ':provider': providerId, ':now': epochSeconds(now) },
          ReturnValues: 'ALL_OLD',
        }),
      );
      return Hint.parse(JSON.parse(unseal(HintRow.parse(Attributes).sealed, loginHint)));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  /**
   * Notes that an assertion was used; false where it was before. Capacity: 1 write unit.
   *
   * @param until - after which it is refused for its age, in seconds since the epoch
   */
  async function useAssertion(clientId: string, jti: string, until: number): Promise<boolean> {
    const name = createHash('sha256')
      .update(JSON.stringify([clientId, jti]))
      .digest('base64url');
    const Item = { pk: `ASSERTION#${name}`, sk: 'ASSERTION', expiresAt: until };
    const written = await put({
      TableName: table,
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    return written.done;
  }

  return { keepHint, takeHint, useAssertion };
}

const hintKey = (loginHint: string) => ({
  pk: `HINT#${sealedName(loginHint)}`,
  sk: 'HINT' as const,
});
