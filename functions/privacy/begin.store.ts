import type { Region } from '../../regions/schema.ts';
import { anew } from '../identity/attempt.store.ts';
import { leavingStore } from '../identity/leaving.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { newId } from '../runtime/ids.ts';
import { type Deletion, DeletionId, type Subject } from './contract.ts';
import { aloneWith, fromTheFirst } from './deletion.rules.ts';
import { endOfKeeping } from './retention.rules.ts';
import { deletionStore, markOf } from './store.ts';

/** How asking for a deletion ended. */
export type Begun =
  | {
      readonly kind: 'begun';
      readonly deletionId: DeletionId;
    }
  | { readonly kind: 'children-depend' };

/** Who asks, and what is mailed to them; nobody of a copy that is restored. */
export interface Asking {
  readonly askedBy?: string | undefined;
  readonly restored?: true;
  readonly judgedAt?: Deletion['judgedAt'];
  readonly release?: Deletion['release'];
  readonly mail?: Deletion['mail'];
  /** What is written along, given the deletion that is made. */
  readonly along?: (deletionId: DeletionId) => readonly TransactItem[];
}

/** The beginnings of deletions, in the tables of these names. */
export function beginStore(
  tables: { readonly privacy: string; readonly identity: string },
  region: Region,
) {
  const deletions = deletionStore(tables.privacy);
  const leaving = leavingStore(tables.identity, region);

  /** The deletion of somebody, begun before: by any that they are. Capacity: 1 to 3 read units. */
  async function findOf({ learnerId, mentorId, sub }: Subject) {
    const login = sub === undefined ? [] : [markOf(sub)];
    const ids = [...[learnerId, mentorId].filter((id) => id !== undefined), ...login];
    const found = await Promise.all(ids.map(deletions.findOf));
    return found.find((one) => one !== undefined);
  }

  /**
   * Begins the deletion of somebody, once: the row, and all by which they leave, are one transaction. Asking again answers
   * the same. Capacity: see `farewell` and `begin`.
   */
  async function begin(
    subject: Subject,
    mailed: (deletionId: DeletionId) => Asking,
    now: Moment,
  ): Promise<Begun> {
    return anew(async () => {
      const before = await findOf(subject);
      if (before !== undefined) return { kind: 'begun' as const, deletionId: before.deletionId };
      const at = now.toString({ smallestUnit: 'millisecond' });
      const deletionId = newId(DeletionId, 'del');
      const { along = () => [], ...asking } = mailed(deletionId);
      const parting = { at, now, isJudged: asking.judgedAt !== undefined };
      const farewell = await (asking.release ? leaving.release : leaving.farewell)(
        subject,
        parting,
      );
      if (farewell.kind !== 'items') return { kind: farewell.kind };
      // All that they are in the writes by which they leave, which may be more than they were when they asked.
      const whole = { deletionId, subject: farewell.leaver };
      const alone = aloneWith(farewell.alone);
      const deletion = { ...whole, ...asking, ...alone, askedAt: at, done: [], version: 0 };
      const until = endOfKeeping(region, 'receipts', now);
      const items = [...farewell.items, ...along(deletionId)];
      const begun = await deletions.begin(deletion, until, now, items);
      return begun ? { kind: 'begun' as const, deletionId } : undefined;
    });
  }

  /**
   * Begins the deletion of somebody whom a backup has brought back, from its first step: what its row says that was done, was
   * done to other rows (edge case 37). Nobody is told. Of somebody who has asked for deletion themself, a host that releases
   * them goes on with that. Capacity: as `begin`.
   *
   * @param how - `judgedAt` of an entry of a ledger: `judgedAtOf`; `release`: only the learner goes
   */
  async function beginAgain(
    subject: Subject,
    how: Pick<Asking, 'judgedAt' | 'release'>,
    now: Moment,
  ): Promise<Begun> {
    const before = await findOf(subject);
    if (before === undefined) return begin(subject, () => ({ restored: true, ...how }), now);
    const { deletionId } = before;
    const { judgedAt } = how;
    return anew(async () => {
      const seen = await deletions.read(deletionId);
      if (seen === undefined) throw new RangeError('a deletion is found by somebody and not there');
      const isAsked = seen.release === undefined;
      if (how.release && isAsked && judgedAt === undefined) return { kind: 'begun', deletionId };
      const release = isAsked ? undefined : how.release;
      const at = now.toString({ smallestUnit: 'millisecond' });
      const parting = { at, now, isJudged: judgedAt !== undefined };
      // What its rows do not tell any more: a run may have died between the links and the login.
      const who = { ...seen.subject, ...given(subject) };
      const farewell = await (release ? leaving.release : leaving.farewell)(who, parting);
      if (farewell.kind !== 'items') return { kind: farewell.kind };
      const { leaver, alone } = farewell;
      const until = endOfKeeping(region, 'receipts', now);
      const anewOf = fromTheFirst(seen, { subject: leaver, judgedAt, release, alone });
      const items = [deletions.change(anewOf, until, now), ...farewell.items];
      const { done } = await transact(items);
      return done ? { kind: 'begun' as const, deletionId } : undefined;
    });
  }

  return { begin, beginAgain, findOf };
}

/** What is known of somebody, without what is not. */
const given = ({ learnerId, mentorId, sub }: Subject): Subject => ({
  ...(learnerId === undefined ? {} : { learnerId }),
  ...(mentorId === undefined ? {} : { mentorId }),
  ...(sub === undefined ? {} : { sub }),
});
