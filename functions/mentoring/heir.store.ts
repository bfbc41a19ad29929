import type { TransactItem } from '../runtime/dynamodb.ts';
import { type Heir, waitingWith } from './handover.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore } from './mentorship.store.ts';
import { requestStore } from './request.store.ts';
import { mentorshipKey } from './rows.store.ts';
import type { MentorshipId } from './words.contract.ts';

/**
 * What becomes of sessions that are given back when their mentorship has ended (edge case 28). `table` is the mentoring
 * table's name.
 */
export function heirStore(table: string) {
  const mentorships = mentorshipStore(table);
  const requests = requestStore(table);

  /**
   * Who goes on from a mentorship that has ended; undefined where nobody does. Capacity: 1 read unit for each mentorship
   * that followed it, and 1 for the request.
   */
  async function heirOf(ended: Mentorship): Promise<Heir | undefined> {
    const passed = [ended.mentorshipId];
    let next = ended.continuedBy;
    while (next !== undefined && !passed.includes(next)) {
      const seen = await mentorships.read(next);
      if (seen === undefined) break;
      if (seen.mentorship.state !== 'ended') return { kind: 'mentorship', mentorshipId: next };
      passed.push(next);
      next = seen.mentorship.continuedBy;
    }
    const seen = await requests.read(ended.learnerId);
    const continues = seen?.kept.carries?.continues;
    if (seen === undefined || continues === undefined || !passed.includes(continues)) {
      return undefined;
    }
    return { kind: 'request', seen };
  }

  /** The write that gives an heir sessions more; fails where it is none any more. Capacity: 4 write units. */
  function grant(heir: Heir, count: number): TransactItem {
    if (heir.kind === 'request') return requests.change(waitingWith(heir.seen, count));
    return {
      Update: {
        TableName: table,
        Key: mentorshipKey(heir.mentorshipId),
        UpdateExpression:
          'SET budget.granted = budget.granted + :count, budget.#left = budget.#left + :count ADD version :one',
        ConditionExpression: 'attribute_exists(pk) AND #state <> :ended',
        ExpressionAttributeNames: { '#left': 'left', '#state': 'state' },
        ExpressionAttributeValues: { ':count': count, ':one': 1, ':ended': 'ended' },
      },
    };
  }

  /** The write that names the mentorship that goes on from one that has ended. Capacity: 2 write units. */
  function succeed(ended: MentorshipId, by: MentorshipId): TransactItem {
    return {
      Update: {
        TableName: table,
        Key: mentorshipKey(ended),
        UpdateExpression: 'SET continuedBy = :by ADD version :one',
        ConditionExpression: '#state = :ended',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':by': by, ':one': 1, ':ended': 'ended' },
      },
    };
  }

  return { heirOf, grant, succeed };
}
