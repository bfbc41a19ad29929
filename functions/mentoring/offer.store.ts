import type { MentorId } from '../identity/contract.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import type { Actor, AuditAction } from '../runtime/happening.ts';
import { type Message, sendNotice } from '../runtime/notice.ts';
import { auditEntry } from '../runtime/trail.ts';
import { conflictStore } from './conflict.store.ts';
import { heirStore } from './heir.store.ts';
import { holdStore } from './hold.store.ts';
import { menteeStore } from './mentee.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import { matched } from './offer.rules.ts';
import { tellBegun, tellNoMatch, tellOffered } from './offer-told.rules.ts';
import { pairStore, type Run } from './pair.store.ts';
import type { SeenRequest } from './request.rules.ts';
import { requestStore } from './request.store.ts';
import type { Pair } from './round.contract.ts';
import { mentorKey } from './rows.store.ts';

/** The names of the tables that matches are written to. */
export interface OfferTables {
  readonly mentoring: string;
  readonly notices: string;
  readonly audit: string;
}

/** How offering a match ended: what is not as it was read tells why not. */
export type Offered =
  | 'offered'
  | 'published-before'
  | 'request-changed'
  | 'mentor-full'
  | 'conflict';

/** How an answer ended: `barred` where a conflict is declared, or an open report is about the learner. */
export type Kept = 'kept' | 'changed' | 'barred';

/** A mentor as a decision rests on them: a change since is a failed condition. */
export interface MentorFence {
  readonly mentorId: MentorId;
  readonly version: number;
}

/** Writes of matches and their answers. */
export function offerStore(tables: OfferTables) {
  const { mentoring: table } = tables;
  const mentorships = mentorshipStore(table);
  const mentees = menteeStore(table);
  const requests = requestStore(table);
  const pairs = pairStore(table);
  const conflicts = conflictStore(table);
  const holds = holdStore(table);
  const heirs = heirStore(table);

  /**
   * Offers a match to both sides, and tells them. The mentor's room is a condition (edge case 32), and so is that nobody
   * has declared a conflict. One that continues another is named there. Capacity: 36 write units, and 10 in the indexes.
   *
   * @param due - when the offer is over
   */
  async function offer(
    seen: SeenRequest,
    mentorship: Mentorship,
    { run, pair }: { readonly run: Run; readonly pair: Pair },
    due: string | undefined,
  ): Promise<Offered> {
    const { mentorshipId, mentorId, learnerId, continues } = mentorship;
    const request = { ...seen.request, state: 'offered', mentorshipId } as const;
    const fates: readonly (readonly [Offered, TransactItem])[] = [
      ['published-before', pairs.publish(run, pair, mentorshipId)],
      ['request-changed', requests.change({ ...seen, request })],
      ['mentor-full', mentees.take(mentorId)],
      ['conflict', conflicts.isNone(mentorId, learnerId)],
    ];
    const written = await transact([
      ...fates.map(([, item]) => item),
      ...mentorships.create(mentorship, due),
      ...(continues === undefined ? [] : [heirs.succeed(continues, mentorshipId)]),
      ...told(tellOffered(mentorship)),
      recorded(mentorship, 'mentorship-offered', { kind: 'rules' }, mentorship.createdAt),
    ]);
    if (written.done) return 'offered';
    const [fate] = written.failed.flatMap((position) => fates[position]?.[0] ?? []);
    return fate ?? 'request-changed';
  }

  /** Keeps that one side has accepted. Capacity: 10 write units. */
  async function accept(
    next: SeenMentorship,
    due: string | undefined,
    mentor: MentorFence,
  ): Promise<Kept> {
    return unlessBarred(next.mentorship, [
      mentorships.change(next, due),
      isSelected(table, mentor),
    ]);
  }

  /**
   * Begins a mentorship that both sides have accepted, and tells them. Capacity: 22 write units, and 6 in the indexes.
   */
  async function begin(
    next: SeenMentorship,
    due: string | undefined,
    seen: SeenRequest,
    mentor: MentorFence,
    actor: Actor,
    at: string,
  ): Promise<Kept> {
    const { mentorship } = next;
    return unlessBarred(mentorship, [
      mentorships.change(next, due),
      requests.change(matched(seen, mentorship)),
      isSelected(table, mentor),
      ...told(tellBegun(mentorship)),
      recorded(mentorship, 'mentorship-begun', actor, at),
    ]);
  }

  /** Writes what must not be while a conflict is declared, or a report about the learner is open (edge case 35). */
  async function unlessBarred(
    { mentorId, learnerId }: Mentorship,
    items: readonly TransactItem[],
  ): Promise<Kept> {
    const bars = [conflicts.isNone(mentorId, learnerId), holds.isFree(learnerId)];
    const written = await transact([...bars, ...items]);
    if (written.done) return 'kept';
    // What has changed is read anew first: it may have ended meanwhile.
    return written.failed.every((position) => position < bars.length) ? 'barred' : 'changed';
  }

  /**
   * Ends a match that came to nothing: the mentor has room again, the request waits again, and both are told. False where
   * one of them has changed. Capacity: 20 write units, and 8 in the indexes.
   *
   * @param again - the request as it waits; undefined where there is none that this match was for
   */
  async function fail(
    next: SeenMentorship,
    again: SeenRequest | undefined,
    actor: Actor,
    at: string,
  ): Promise<boolean> {
    const { mentorship } = next;
    const action = mentorship.endedBecause === 'declined' ? 'match-declined' : 'match-lapsed';
    const written = await transact([
      mentorships.change(next, undefined),
      mentees.free(mentorship.mentorId),
      ...(again === undefined ? [] : [requests.change(again)]),
      ...told(tellNoMatch(mentorship)),
      recorded(mentorship, action, actor, at),
    ]);
    return written.done;
  }

  const told = (messages: readonly Message[]): TransactItem[] =>
    messages.map((message) => sendNotice(tables.notices, message));

  function recorded(
    { mentorshipId, learnerId, areaId, requestId, policyVersion }: Mentorship,
    action: AuditAction,
    actor: Actor,
    at: string,
  ): TransactItem {
    const subjects = [mentorshipId, requestId];
    const happening = { at, actor, action, learnerId, areaId, subjects, details: [policyVersion] };
    return auditEntry(tables.audit, happening);
  }

  return { offer, accept, begin, fail };
}

/** The check that a mentor is selected, and as they were read: marks and background check too. */
function isSelected(table: string, { mentorId, version }: MentorFence): TransactItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: mentorKey(mentorId),
      ConditionExpression: '#state = :selected AND version = :seen',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':selected': 'selected', ':seen': version },
    },
  };
}
