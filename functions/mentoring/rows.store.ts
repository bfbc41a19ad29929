import * as z from 'zod';
import { LearnerId, type MentorId, StaffId } from '../identity/contract.ts';
import { Sub } from '../runtime/caller.ts';
import { Mentor } from './mentor.contract.ts';
import { Mentorship } from './mentorship.contract.ts';
import type { MentorshipId } from './words.contract.ts';

/** Both of a sparse index, or none. */
const Listed = { list: z.string().optional(), listedAt: z.string().optional() };
const Due = { dueLot: z.string().optional(), dueAt: z.string().optional() };

export const MentorRow = Mentor.extend({
  pk: z.string(),
  sk: z.literal('MENTOR'),
  sub: Sub,
  /** The learner that the same login is, or was (row 18). */
  learnerId: LearnerId.optional(),
  /** By what the mentor and those close to them are known, hashed (edge case 33): see `household.rules.ts`. */
  marks: z.array(z.string()),
  /** Those of the marks that the mentor declared. */
  declared: z.array(z.string()),
  decidedBy: StaffId.optional(),
  /** Whether the end of the background check was reminded of, and whether mentorships are held since it ended. */
  checkReminded: z.boolean(),
  checkHeld: z.boolean(),
  version: z.int().min(1),
  ...Listed,
  ...Due,
});

export const MentorshipRow = Mentorship.extend({
  pk: z.string(),
  sk: z.literal('MENTORSHIP'),
  version: z.int().min(1),
  ...Listed,
  ...Due,
});

/** In the partition of a learner or a mentor: the mentorships that they have or had. */
export const MembershipRow = z.strictObject({
  pk: z.string(),
  sk: z.string().startsWith('MENTORSHIP#'),
  mentorshipId: Mentorship.shape.mentorshipId,
});

export const learnerKey = (learnerId: LearnerId) => `LEARNER#${learnerId}`;
export const mentorKey = (mentorId: MentorId) => ({
  pk: `MENTOR#${mentorId}`,
  sk: 'MENTOR' as const,
});
export const mentorshipKey = (mentorshipId: MentorshipId) => ({
  pk: `MENTORSHIP#${mentorshipId}`,
  sk: 'MENTORSHIP' as const,
});

/** Partitions of the index of what is due, so that no one of them takes every write. */
export const dueLots = 4;

/** Where a row stands in the index of what is due; nowhere without a moment. Ids are random, so they spread evenly. */
export function dueAt(id: string, moment: string | undefined) {
  if (moment === undefined) return {};
  return { dueLot: String((id.codePointAt(id.length - 1) ?? 0) % dueLots), dueAt: moment };
}
