import type { Region } from '../../regions/schema.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { namesStore } from '../identity/names.store.ts';
import { conflictStore } from './conflict.store.ts';
import { mentorStore, type SeenMentor } from './mentor.store.ts';
import { pairStore } from './pair.store.ts';
import type { Known, SelectedMentor } from './proposal.rules.ts';
import { requestStore } from './request.store.ts';
import type { RoundId } from './words.contract.ts';

/** A mentor as the matching is told of them, and as a decision about them rests on. */
export interface MatchedMentor {
  readonly seen: SeenMentor;
  readonly selected: SelectedMentor;
}

/** Reads of all that a match is made of. */
export function matchStore(tables: { readonly mentoring: string; readonly identity: string }) {
  const mentors = mentorStore(tables.mentoring);
  const requests = requestStore(tables.mentoring);
  const pairs = pairStore(tables.mentoring);
  const conflicts = conflictStore(tables.mentoring);
  const names = namesStore(tables.identity);

  /**
   * All that a round looks at. Capacity: half a read unit for 4 KB of requests and mentors, and 1 for each mentor's time
   * zone. The lists lag by moments: what is proposed is checked against the rows when it is published.
   */
  async function readAll({ areas }: Region, roundId: RoundId): Promise<Known> {
    const [selected, declared, locks, ...waiting] = await Promise.all([
      mentors.listSelected(),
      conflicts.listAll(),
      pairs.listLocks(roundId),
      ...areas.map(({ id }) => requests.readWaiting(id)),
    ]);
    const ids = selected.map(({ mentor }) => mentor.mentorId);
    const people = (await names.namesOf([], ids)).mentors;
    const told = selected.flatMap((seen) => {
      const timeZone = people.get(seen.mentor.mentorId)?.timeZone;
      return timeZone === undefined ? [] : [toldOf(seen, timeZone, declared)];
    });
    return { requests: waiting.flat(), mentors: told, locks };
  }

  /**
   * A mentor who is selected; undefined of any other. Capacity: 3 read units in 2 requests.
   *
   * @param declared - the conflicts that were declared
   */
  async function readMentor(
    mentorId: MentorId,
    declared: ReadonlyMap<MentorId, readonly LearnerId[]>,
  ): Promise<MatchedMentor | undefined> {
    const [seen, people] = await Promise.all([
      mentors.read(mentorId),
      names.namesOf([], [mentorId]),
    ]);
    const timeZone = people.mentors.get(mentorId)?.timeZone;
    if (seen?.mentor.state !== 'selected' || timeZone === undefined) return undefined;
    return { seen, selected: toldOf(seen, timeZone, declared) };
  }

  return { readAll, readMentor };
}

function toldOf(
  { mentor, kept }: SeenMentor,
  timeZone: string,
  declared: ReadonlyMap<MentorId, readonly LearnerId[]>,
): SelectedMentor {
  const conflicts = declared.get(mentor.mentorId) ?? [];
  return { mentor, marks: kept.marks, timeZone, conflicts };
}
