import * as z from 'zod';
import { LearnerId, MentorId, Name, Words } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { Mentor, MentorState } from './mentor.contract.ts';

/** What an applicant gains by something, in points of the policy. */
export const ScoreReason = z.strictObject({
  reason: z.enum(['nominated', 'formerMember', 'subject', 'topic', 'weeklyHour']),
  /** How often it counts: subjects, topics, whole hours a week. */
  count: z.int().min(1),
  points: z.int().min(1),
});
export type ScoreReason = z.infer<typeof ScoreReason>;

export const Score = z.strictObject({ score: z.int().min(0), reasons: z.array(ScoreReason) });
export type Score = z.infer<typeof Score>;

/** A mentor as coordinators see them. */
export const MentorFile = Mentor.extend({
  name: Name,
  /** By which applicants are compared (rows 16 and 18); the policy's points on the day it is read. */
  ...Score.shape,
  /** Of a mentor who is or was a learner too: one person, two roles (row 18). For the whole region's coordinators. */
  learnerId: LearnerId.optional(),
});
export type MentorFile = z.infer<typeof MentorFile>;

const LastDay = z.iso.date().meta({
  description: 'The last day of the background check',
  examples: ['2027-02-28'],
});

export const DecisionInput = z.strictObject({
  outcome: z.enum(['selected', 'rejected']),
  reason: Words.meta({ examples: ['Nominated, and available on three afternoons.'] }),
  checkUntil: LastDay.optional(),
});
export type DecisionInput = z.infer<typeof DecisionInput>;

const staff = { access: { pool: 'staff', roles: ['coordinator', 'administrator'] } } as const;
const ofOne = {
  ...staff,
  params: z.strictObject({
    mentorId: MentorId.meta({ description: 'The mentor, as a list of them names them' }),
  }),
  answers: { status: 200, body: MentorFile, etag: true },
} as const;

/** What coordinators do about mentors. */
export const vettingRoutes = {
  listMentors: {
    ...staff,
    method: 'GET',
    path: '/mentors',
    summary: 'Mentors in a state, those who have been in it longest first',
    description:
      'Mentors belong to the whole region. Whoever serves one area sees the selected ones who meet online or come to that area; a page can hold fewer than `limit` before the last one then: go on as long as there is a cursor. Each look is recorded.',
    query: z.strictObject({
      state: MentorState.meta({ description: 'Only those in this state' }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ mentors: z.array(MentorFile), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record', 'whole-region-only'] },
  },
  readMentorFile: {
    ...ofOne,
    method: 'GET',
    path: '/mentors/{mentorId}',
    summary: 'One mentor',
    description: 'Each look is recorded.',
    refusals: { 403: ['no-staff-record'], 404: ['no-such-mentor'] },
  },
  decideOnMentor: {
    ...ofOne,
    method: 'POST',
    path: '/mentors/{mentorId}/decision',
    summary: 'Select or reject an applicant',
    description:
      'Selecting needs clean and valid papers of all kinds that the policy names. Where a background check is one of them, say with `checkUntil` until when it holds, at most as long as its paper. The applicant is mailed, and reads the reason.',
    body: DecisionInput,
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-mentor'],
      409: ['already-decided'],
      412: ['stale'],
      422: ['papers-missing', 'check-needed', 'check-beyond-paper', 'idempotency-key-reused'],
    },
  },
  renewCheck: {
    ...ofOne,
    method: 'POST',
    path: '/mentors/{mentorId}/check',
    summary: 'Note a new background check',
    description:
      'Needs its clean and valid paper. Sessions that were held because the check had ended go on within minutes (edge case 34).',
    body: z.strictObject({ until: LastDay }),
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-mentor'],
      409: ['not-selected'],
      412: ['stale'],
      422: ['papers-missing', 'check-needed', 'check-beyond-paper', 'idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
