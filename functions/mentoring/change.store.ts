import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { AnsweredBefore } from '../runtime/idempotency.ts';
import { dayStore } from './day.store.ts';
import { givenBackLate, withoutPassed } from './handover.rules.ts';
import { heirStore } from './heir.store.ts';
import {
  type Change,
  mentorshipDue,
  type Refused,
  type SessionChange,
  type Terms,
} from './mentorship.rules.ts';
import { mentorshipStore, partitionOf, type SeenMentorship } from './mentorship.store.ts';
import { sessionDue, timeOf } from './session.rules.ts';
import { sessionStore } from './session.store.ts';

/**
 * How keeping a change ended. `stale`: the mentorship or a session is no longer what it was decided on. `learner-taken`,
 * `mentor-taken`: that side has something else at the time. `refused`: one of the other writes was; else what the guard
 * says that was.
 */
export type Kept = 'kept' | 'stale' | 'learner-taken' | 'mentor-taken' | 'refused' | Refused;

/** A write whose condition says what a rule cannot know, such as that a mentor has room. */
export interface Guard {
  readonly item: TransactItem;
  readonly otherwise: Refused;
}

/** What else a change writes: the answer to a POST, and what goes with the decision. */
export interface Along {
  readonly remembered?: TransactItem | undefined;
  readonly guards?: readonly Guard[];
  readonly others?: readonly TransactItem[];
}

/** Writes of decisions about mentorships and their sessions; `table` is the mentoring table's name. */
export function changeStore(table: string) {
  const mentorships = mentorshipStore(table);
  const sessions = sessionStore(table);
  const days = dayStore(table);
  const heirs = heirStore(table);

  /**
   * Keeps a change: the mentorship, its sessions, the time of both sides and all that goes with it, or nothing. The
   * mentorship's version is the fence of its budget: whatever counts sessions is decided on the row that is replaced. What
   * is given back after its end goes to whoever goes on from it (edge case 28). Capacity: 2 write units for the mentorship, each session and each day of each side, and as many in the indexes.
   *
   * @param seen - the mentorship that was decided on
   * @throws {AnsweredBefore} the answer was remembered already
   * @throws {Busy} others keep changing the same rows
   */
  async function keep(
    terms: Terms,
    seen: SeenMentorship,
    change: Change,
    { remembered, guards = [], others = [] }: Along = {},
  ): Promise<Kept> {
    const { learnerId, mentorId } = seen.mentorship;
    const late = await passedOn(seen, change);
    const all: (readonly [Exclude<Kept, 'kept'> | 'remembered', TransactItem])[] = [
      ...(remembered === undefined ? [] : [['remembered', remembered] as const]),
      // Stale first: what was decided on old rows is decided anew, and may then be no conflict.
      ...itemsOf(terms, seen, late.change).map((item) => ['stale', item] as const),
      ...late.grants.map((item) => ['stale', item] as const),
      ...timesOf(learnerId, change.sessions).map((item) => ['learner-taken', item] as const),
      ...timesOf(mentorId, change.sessions).map((item) => ['mentor-taken', item] as const),
      ...guards.map(({ item, otherwise }) => [otherwise, item] as const),
      ...others.map((item) => ['refused', item] as const),
    ];
    const written = await transact(all.map(([, item]) => item));
    if (written.done) return 'kept';
    const [first = 'stale'] = written.failed.flatMap((at) => all[at]?.[0] ?? []);
    if (first === 'remembered') throw new AnsweredBefore();
    return first;
  }

  /** A change without the sessions that it gives back after the end, and the write that gives them to whoever goes on. */
  async function passedOn({ mentorship }: SeenMentorship, change: Change) {
    const count = givenBackLate(mentorship, change);
    const heir = count === 0 ? undefined : await heirs.heirOf(mentorship);
    if (heir === undefined) return { change, grants: [] };
    const next = withoutPassed(change.next, count);
    return { change: { ...change, next }, grants: [heirs.grant(heir, count)] };
  }

  function itemsOf(terms: Terms, seen: SeenMentorship, change: Change): TransactItem[] {
    const { next } = change;
    const due = mentorshipDue(terms, next);
    return [
      mentorships.change({ mentorship: next, version: seen.version }, due),
      ...change.sessions.map(({ before, after }) => {
        const moved = before?.session.start !== after.start;
        const version = before?.version ?? 0;
        const reminded = moved ? undefined : before?.reminded;
        const row = { session: after, version, reminded };
        return sessions.put(row, next.areaId, sessionDue(terms, after));
      }),
    ];
  }

  function timesOf(
    who: Parameters<typeof partitionOf>[0],
    changes: readonly SessionChange[],
  ): TransactItem[] {
    const moved = changes.filter(
      ({ before, after }) =>
        before?.session.start !== after.start ||
        (before.session.state === 'cancelled') !== (after.state === 'cancelled'),
    );
    const taken = moved.flatMap(({ after }) => timeOf(after));
    const freed = moved.flatMap(({ before }) => timeOf(before?.session));
    return taken.length + freed.length === 0 ? [] : days.change(partitionOf(who), taken, freed);
  }

  return { keep };
}
