import { type NativeAttributeValue, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Outcome, Region } from '../../regions/schema.ts';
import type { MentorId } from '../identity/contract.ts';
import { documents, putNew, type TransactItem } from '../runtime/dynamodb.ts';
import { mentorKey } from './rows.store.ts';
import { HeldSession, Stipend } from './stipend.contract.ts';
import {
  correctionOf,
  heldOf,
  monthOf,
  type OfMentorship,
  stipendOf,
  type Worked,
} from './stipend.rules.ts';

const StipendRow = Stipend.extend({ pk: z.string().startsWith('STIPEND#'), sk: z.string() });
const HeldRow = HeldSession.extend({ pk: z.string(), sk: z.string().startsWith('HELD#') });

/** The ledger of what mentors have done and earn; `table` is the mentoring table's name. */
export function stipendStore(table: string, region: Pick<Region, 'id' | 'mentoring' | 'timeZone'>) {
  /**
   * What the outcome of a session enters, for the transaction that tells it: what the session earns, and, of a completed
   * one, what the certificate counts. Where it ended otherwise before, what was entered is corrected. An entry is never
   * changed, and a session has one of each kind in a month: the write fails where it has. Capacity: 2 write units for each.
   *
   * @param was - the outcome that was told before
   * @param today - the region's day
   */
  function entries(
    mentorship: OfMentorship,
    session: Worked,
    { was, is }: { readonly was: Outcome | undefined; readonly is: Outcome },
    today: string,
  ): TransactItem[] {
    const earned = (outcome: Outcome) => stipendOf(region, mentorship, session, outcome, today);
    const stipend = correctionOf(was && earned(was), earned(is), today);
    return [
      ...(stipend === undefined ? [] : [stipendEntry(stipend)]),
      ...heldEntries(mentorship, session, was, is),
    ];
  }

  function stipendEntry(stipend: Stipend): TransactItem {
    const { kind, mentorId, sessionId, enteredOn } = stipend;
    const key = { pk: ledgerOf(monthOf(enteredOn)), sk: `${mentorId}#${sessionId}#${kind}` };
    return putNew(table, { ...key, ...stipend } satisfies z.input<typeof StipendRow>);
  }

  function heldEntries(
    mentorship: OfMentorship,
    session: Worked,
    was: Outcome | undefined,
    is: Outcome,
  ): TransactItem[] {
    const held = heldOf(region, mentorship, session);
    const Key = { pk: mentorKey(mentorship.mentorId).pk, sk: `HELD#${held.day}#${held.sessionId}` };
    if (was !== 'completed' && is === 'completed') {
      return [putNew(table, { ...Key, ...held } satisfies z.input<typeof HeldRow>)];
    }
    if (was !== 'completed' || is === 'completed') return [];
    return [{ Delete: { TableName: table, Key } }];
  }

  /** All rows of a partition that begin so, in the order of their keys. */
  async function all(pk: string, prefix: string): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    let from: Record<string, NativeAttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      found.push(...Items);
      from = LastEvaluatedKey;
    } while (from !== undefined);
    return found;
  }

  /**
   * A month's entries, those of a mentor side by side. Capacity: 1 read unit for about 20, in a request for about
   * 5,000.
   *
   * @param mentorId - only theirs
   */
  async function listStipends(month: string, mentorId?: MentorId): Promise<readonly Stipend[]> {
    const items = await all(ledgerOf(month), mentorId === undefined ? 'mnt_' : `${mentorId}#`);
    return items.map((item) => {
      const { pk, sk, ...stipend } = StipendRow.parse(item);
      return stipend;
    });
  }

  /** The sessions that a mentor has completed, by their days. Capacity: 1 read unit for about 20. */
  async function listHeld(mentorId: MentorId): Promise<readonly HeldSession[]> {
    const items = await all(mentorKey(mentorId).pk, 'HELD#');
    return items.map((item) => {
      const { pk, sk, ...held } = HeldRow.parse(item);
      return held;
    });
  }

  return { entries, listStipends, listHeld };
}

const ledgerOf = (month: string) => `STIPEND#${month}`;
