import { createHash } from 'node:crypto';
import type { LearnerId } from '../identity/contract.ts';
import { loginMark } from '../identity/guardian.store.ts';
import { identityStore } from '../identity/store.ts';
import type { Sub } from '../runtime/caller.ts';
import { householdMarksOf } from './household.rules.ts';

/** The one-way hash by which marks are kept: names and days of others stand nowhere in the clear. */
export const markOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url');

/** By what a login is known, and the learner that it is. */
export interface LoginMarks {
  readonly learnerId: LearnerId | undefined;
  readonly marks: readonly string[];
}

/** By what learners and those close to them are known; `table` is the identity table's name. */
export function householdStore(table: string) {
  const learners = identityStore(table);

  /** The marks of a learner: themself and all who act for them (edge case 33). Capacity: 2 read units in 2 requests. */
  async function marksOf(learnerId: LearnerId): Promise<string[]> {
    const [record, ties] = await Promise.all([
      learners.readRecord(learnerId),
      // A household does not end when a child comes of age; nor when the links are forgotten, which the record outlasts.
      learners.loginsOf(learnerId, 'former'),
    ]);
    const tied = (ties?.logins ?? []).map(({ sub }) => loginMark(sub));
    const loginMarks = [...tied, ...(record?.formerGuardians ?? [])];
    const people = record === undefined ? [] : [record.profile];
    return householdMarksOf({ learnerIds: [learnerId], loginMarks, people }, markOf);
  }

  /**
   * The marks of a login that offers to be a mentor: its own, which all have of whom it is the guardian, and those that
   * it has as a learner (edge case 33); and the learner that it is (row 18). Capacity: 3 read units in 3 requests.
   */
  async function marksOfLogin(sub: Sub): Promise<LoginMarks> {
    const learnerId = await learners.selfOf(sub);
    const theirs = learnerId === undefined ? [] : await marksOf(learnerId);
    return { learnerId, marks: [...new Set([loginMark(sub), ...theirs])].sort() };
  }

  return { marksOf, marksOfLogin };
}
