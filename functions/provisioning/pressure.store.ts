import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ProviderId } from '../../regions/schema.ts';
import { documents, put, type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Busy } from '../runtime/errors.ts';
import { closed } from './breaker.rules.ts';
import { allowance, Breaker } from './contract.ts';

/** A turn at a provider, or when there will be one; milliseconds since the epoch. */
export type Turn =
  | { readonly kind: 'turn'; readonly at: number }
  | { readonly kind: 'full'; readonly freeAt: number };

/** How a change of a breaker ended; `busy`: others changed it all the time. */
export type BreakerChange =
  | { readonly kind: 'changed'; readonly seen: Breaker; readonly breaker: Breaker }
  | { readonly kind: 'unchanged'; readonly breaker: Breaker }
  | { readonly kind: 'busy' };

const BreakerRow = Breaker.extend({ pk: z.string(), sk: z.literal('BREAKER') });
const Turns = z.object({ nextAt: z.number() });

/** Times that a turn is tried for while others take theirs. */
const attempts = 8;

/** What all workers share of a provider: its turns, and whether it is asked at all; `table` is the provisioning table's. */
export function pressureStore(table: string) {
  /** Providers at which others waited for their turns when last one was taken. */
  const busy = new Set<ProviderId>();
  /** Breakers that are being read. */
  const reading = new Map<ProviderId, Promise<Breaker>>();

  /**
   * Takes the next turn. Capacity: 1 write unit, 2 where others have begun to wait for theirs since the last time, or no
   * longer do.
   *
   * @param space - milliseconds from one turn to the next
   * @param now - milliseconds since the epoch
   * @param longest - milliseconds that one waits for a turn at most
   * @throws {Busy} others took turns all the time
   */
  async function takeTurn(
    providerId: ProviderId,
    {
      space,
      now,
      longest,
    }: { readonly space: number; readonly now: number; readonly longest: number },
  ): Promise<Turn> {
    const Key = { pk: `PROVIDER#${providerId}`, sk: 'TURNS' };
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const isBusy = busy.has(providerId);
      const taken = await change({
        Key,
        ...(isBusy ? behindOthers(space, now, now + longest) : asTheFirst(space, now)),
      });
      if (taken.done) return { kind: 'turn', at: taken.nextAt - space };
      const { nextAt = 0 } = taken;
      if (nextAt > now + longest) return { kind: 'full', freeAt: nextAt };
      if (nextAt > now - usable) busy.add(providerId);
      else busy.delete(providerId);
    }
    throw new Busy();
  }

  async function change(
    input: Omit<UpdateCommandInput, 'TableName'>,
  ): Promise<
    | { readonly done: true; readonly nextAt: number }
    | { readonly done: false; readonly nextAt: number | undefined }
  > {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          ReturnValues: 'UPDATED_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...input,
        }),
      );
      return { done: true, nextAt: Turns.parse(Attributes).nextAt };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const text = error.Item?.['nextAt']?.N;
      return { done: false, nextAt: text === undefined ? undefined : Number(text) };
    }
  }

  /**
   * Whether a provider is asked; strongly consistent. Capacity: 1 read unit, for all who ask while it is read: a batch of
   * messages begins with the same.
   */
  function readBreaker(providerId: ProviderId): Promise<Breaker> {
    const underWay = reading.get(providerId);
    if (underWay !== undefined) return underWay;
    const read = getBreaker(providerId).finally(() => reading.delete(providerId));
    reading.set(providerId, read);
    return read;
  }

  async function getBreaker(providerId: ProviderId): Promise<Breaker> {
    const Key = breakerKey(providerId);
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key, ConsistentRead: true }),
    );
    return Item === undefined ? closed : toBreaker(Item);
  }

  /** Keeps a breaker that was decided on the one with its version; false where another was. Capacity: 1 write unit. */
  async function keepBreaker(providerId: ProviderId, next: Breaker): Promise<boolean> {
    return (await put(breakerWrite(providerId, next))).done;
  }

  /**
   * Keeps what is decided on a breaker, anew where others have changed it meanwhile. Capacity: 1 read unit and 1 write
   * unit; 2 write units with what is written in the same transaction.
   *
   * @param decide - undefined: nothing changes
   * @param last - what goes with it
   */
  async function changeBreaker(
    providerId: ProviderId,
    decide: (seen: Breaker) => Breaker | undefined,
    last?: (next: Breaker) => readonly TransactItem[],
  ): Promise<BreakerChange> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const seen = await readBreaker(providerId);
      const next = decide(seen);
      if (next === undefined) return { kind: 'unchanged', breaker: seen };
      const written =
        last === undefined
          ? await keepBreaker(providerId, next)
          : (await transact([{ Put: breakerWrite(providerId, next) }, ...last(next)])).done;
      if (written) return { kind: 'changed', seen, breaker: next };
    }
    return { kind: 'busy' };
  }

  return { takeTurn, readBreaker, keepBreaker, changeBreaker };

  function breakerWrite(providerId: ProviderId, next: Breaker) {
    return {
      TableName: table,
      Item: { ...breakerKey(providerId), ...next, version: next.version + 1 },
      ConditionExpression: next.version === 0 ? 'attribute_not_exists(pk)' : 'version = :seen',
      ...(next.version > 0 && { ExpressionAttributeValues: { ':seen': next.version } }),
    };
  }
}

/**
 * Milliseconds for which a turn that nobody has taken is taken late: half of what it may be used late. So where requests come
 * one after the other, but no faster than they may, each takes its turn in one write.
 */
const usable = allowance.late / 2;

/** A turn after those that others have. */
function behindOthers(space: number, now: number, latest: number) {
  return {
    UpdateExpression: 'SET nextAt = nextAt + :space',
    ConditionExpression: 'nextAt > :past AND nextAt <= :latest',
    ExpressionAttributeValues: { ':space': space, ':past': now - usable, ':latest': latest },
  };
}

/** A turn now, where nobody waits for theirs. */
function asTheFirst(space: number, now: number) {
  return {
    UpdateExpression: 'SET nextAt = :next',
    ConditionExpression: 'attribute_not_exists(nextAt) OR nextAt <= :now',
    ExpressionAttributeValues: { ':next': now + space, ':now': now },
  };
}

/** The breaker of a row. @throws {ZodError} it is none */
export function toBreaker(row: Record<string, unknown>): Breaker {
  const { pk, sk, ...breaker } = BreakerRow.parse(row);
  return breaker;
}

export const breakerKey = (providerId: ProviderId) => ({
  pk: `PROVIDER#${providerId}`,
  sk: 'BREAKER' as const,
});
