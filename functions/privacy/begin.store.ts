import type { Region } from '../../regions/schema.ts';
import { anew } from '../identity/attempt.store.ts';
import type { LearnerId } from '../identity/contract.ts';
import { leavingStore } from '../identity/leaving.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { newId } from '../runtime/ids.ts';
import { type Deletion, DeletionId, type Subject } from './contract.ts';
import { fromTheFirst } from './deletion.rules.ts';
import { endOfKeeping } from './retention.rules.ts';
import { deletionStore, markOf } from './store.ts';

/** How asking for a deletion ended. */
export type Begun =
  | {
      readonly kind: 'begun';
      readonly deletionId: DeletionId;
      /** Children whom it leaves with nobody, where that was judged elsewhere; not of one that was begun before. */
      readonly alone?: readonly LearnerId[];
    }
  | { readonly kind: 'children-depend' };

/** Who asks, and what is mailed to them; nobody of a copy that is restored. */
export interface Asking {
  readonly askedBy?: string | undefined;
  readonly restored?: true;
  readonly judgedAt?: Deletion['judgedAt'];
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
      const isJudged = asking.judgedAt !== undefined;
      const farewell = await leaving.farewell(subject, { at, now, isJudged });
      if (farewell.kind !== 'items') return { kind: farewell.kind };
      // All that they are in the writes by which they leave, which may be more than they were when they asked.
      const whole = { deletionId, subject: farewell.leaver };
      const deletion = { ...whole, ...asking, askedAt: at, done: [], version: 0 };
      const until = endOfKeeping(region, 'receipts', now);
      const items = [...farewell.items, ...along(deletionId)];
      const begun = await deletions.begin(deletion, until, now, items);
      const { alone } = farewell;
      return begun ? { kind: 'begun' as const, deletionId, alone } : undefined;
    });
  }

  /**
   * Begins the deletion of somebody whom a backup has brought back, from its first step: what its row says that was done, was
   * done to other rows (edge case 37). Nobody is told. Capacity: as `begin`.
   *
   * @param judgedAt - of an entry of a ledger: `judgedAtOf`
   */
  async function beginAgain(
    subject: Subject,
    judgedAt: string | undefined,
    now: Moment,
  ): Promise<Begun> {
    const before = await findOf(subject);
    if (before === undefined) return begin(subject, () => ({ restored: true, judgedAt }), now);
    const { deletionId } = before;
    return anew(async () => {
      const seen = await deletions.read(deletionId);
      if (seen === undefined) throw new RangeError('a deletion is found by somebody and not there');
      const at = now.toString({ smallestUnit: 'millisecond' });
      const isJudged = judgedAt !== undefined;
      const farewell = await leaving.farewell(subject, { at, now, isJudged });
      if (farewell.kind !== 'items') return { kind: farewell.kind };
      const { leaver, alone } = farewell;
      const until = endOfKeeping(region, 'receipts', now);
      const anewOf = fromTheFirst(seen, { subject: leaver, judgedAt });
      const items = [deletions.change(anewOf, until, now), ...farewell.items];
      const { done } = await transact(items);
      return done ? { kind: 'begun' as const, deletionId, alone } : undefined;
    });
  }

  return { begin, beginAgain, findOf };
}
