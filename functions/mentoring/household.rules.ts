import { personOf } from '../eligibility/resemblance.rules.ts';
import type { CloseOne } from './mentor.contract.ts';

/** Someone, and who is close to them, by all that the platform knows them by. */
export interface Household {
  /** The learner that one is. */
  readonly learnerIds: readonly string[];
  /** The marks of logins: one's own, and those of one's guardians, of today and before. */
  readonly loginMarks: readonly string[];
  /** People by name and birth date: oneself as a learner, and whom one declares. */
  readonly people: readonly CloseOne[];
}

/**
 * The marks of a household: whoever shares one with somebody is that person, lives with them, or was declared to be too
 * close to them, and is never matched with them (edge case 33). Made of mentor and learner alike: a guardian's login is
 * on both sides of siblings, a declared name on the mentor's and the learner's own. Two of one name and birthday are taken
 * for one: a match less does no harm.
 *
 * @param hash - `markOf`, one way and always the same: names, days and logins of others are not kept in the clear
 * @returns in order, none twice, so that the same household has the same marks
 */
export function householdMarksOf(
  { learnerIds, loginMarks, people }: Household,
  hash: (text: string) => string,
): string[] {
  const known = [
    ...learnerIds.map((learnerId) => `learner ${learnerId}`),
    ...people.map((person) => `person ${personOf(person)}`),
  ];
  return [...new Set([...loginMarks, ...known.map(hash)])].sort();
}
