import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { LearnerId, MentorId, StaffId } from '../identity/contract.ts';
import { documents, type TransactItem } from '../runtime/dynamodb.ts';
import { MentorState } from './mentor.contract.ts';
import { ReportId } from './report.contract.ts';
import {
  type Hold,
  holdsDeletion,
  isOver,
  isUnsettled,
  noHold,
  type PersonId,
} from './report.rules.ts';
import { dueAt } from './rows.store.ts';
import { MentorshipId } from './words.contract.ts';

export const HoldRow = z.strictObject({
  pk: z.string().startsWith('HOLD#'),
  sk: z.literal('HOLD'),
  personId: z.union([LearnerId, MentorId, StaffId]),
  concerned: z.array(ReportId),
  accused: z.array(ReportId),
  mentorWas: MentorState.optional(),
  untold: z.array(MentorshipId),
  settling: z.enum(['resume', 'end']).optional(),
  /** Another with each change. No number: the row goes when nothing is held, and would count anew. */
  fence: z.uuid(),
  dueLot: z.string().optional(),
  dueAt: z.string().optional(),
});

/** A hold as it was read; without a fence there is no row. */
export interface SeenHold {
  readonly hold: Hold;
  readonly fence: string | undefined;
}

/**
 * What open reports hold of somebody (edge case 35). Whatever deletes something about a learner, a mentor or a member of
 * staff asks `isHeld` first. `table` is the mentoring table's name.
 */
export function holdStore(table: string) {
  /** Somebody's hold, also where there is none. Capacity: 1 read unit for 4 KB. */
  async function read(personId: PersonId): Promise<SeenHold> {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: holdKey(personId), ConsistentRead: true }),
    );
    return Item === undefined ? { hold: noHold(personId), fence: undefined } : toHold(Item);
  }

  /** Whether nothing about somebody may be deleted now (edge case 35). Capacity: 1 read unit for 4 KB. */
  async function isHeld(personId: PersonId): Promise<boolean> {
    return holdsDeletion((await read(personId)).hold);
  }

  /**
   * The write of a changed hold; fails where it has changed since it was read. One that holds nothing any more goes.
   * Capacity: 2 write units for 1 KB, and as many in the index of what is due.
   *
   * @param seen - as it was read
   * @param at - the moment, from which on it is due where something is left to be done
   */
  function change(next: Hold, { fence }: Pick<SeenHold, 'fence'>, at: string): TransactItem {
    const asSeen =
      fence === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'fence = :seen',
            ExpressionAttributeValues: { ':seen': fence },
          };
    if (isOver(next)) {
      return { Delete: { TableName: table, Key: holdKey(next.personId), ...asSeen } };
    }
    return { Put: { TableName: table, Item: toRow(next, at), ...asSeen } };
  }

  /** The check that a hold is still as it was read, for what rests on it. Capacity: 2 write units. */
  function isStill({ hold, fence }: SeenHold): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: holdKey(hold.personId),
        ConditionExpression: 'fence = :seen',
        ExpressionAttributeValues: { ':seen': fence },
      },
    };
  }

  /**
   * The check that no open report is about somebody, for what must not begin or go on while one is. Capacity: 2 write
   * units.
   */
  function isFree(personId: PersonId): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: holdKey(personId),
        ConditionExpression: 'attribute_not_exists(pk) OR size(accused) = :none',
        ExpressionAttributeValues: { ':none': 0 },
      },
    };
  }

  /**
   * The check that nothing about somebody is held, for the transaction that deletes it: a report that comes at the same
   * moment makes it fail. Capacity: 2 write units.
   */
  function isUnheld(personId: PersonId): TransactItem {
    return {
      ConditionCheck: {
        TableName: table,
        Key: holdKey(personId),
        ConditionExpression: 'attribute_not_exists(pk) OR size(concerned) = :none',
        ExpressionAttributeValues: { ':none': 0 },
      },
    };
  }

  return { read, isHeld, change, isStill, isFree, isUnheld };
}

/** A hold's row, from the table or the index of what is due. */
export function toHold(item: Record<string, unknown>): SeenHold {
  const { pk, sk, fence, dueLot, dueAt, ...hold } = HoldRow.parse(item);
  return { hold, fence };
}

function toRow(hold: Hold, at: string) {
  const { personId } = hold;
  const row = {
    ...holdKey(personId),
    ...hold,
    concerned: [...hold.concerned],
    accused: [...hold.accused],
    untold: [...hold.untold],
    fence: randomUUID(),
    ...dueAt(personId, isUnsettled(hold) ? at : undefined),
  };
  return row satisfies z.input<typeof HoldRow>;
}

const holdKey = (personId: PersonId) => ({ pk: `HOLD#${personId}`, sk: 'HOLD' as const });
