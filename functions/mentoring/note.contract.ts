import * as z from 'zod';
import { KeptWords, Words } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { EitherSide, MentorshipId, SessionId, Side } from './words.contract.ts';

export const NoteId = idSchema<'NoteId'>('nte');
export type NoteId = z.infer<typeof NoteId>;

const moment = z.iso.datetime().meta({ examples: ['2026-03-09T08:15:30.120Z'] });

/** One step of a learning plan. */
const PlanStep = z.strictObject({
  what: Words.max(300).meta({ examples: ['Chapter 3: fractions'] }),
  by: z.iso
    .date()
    .optional()
    .meta({ examples: ['2026-04-06'] }),
  done: z.boolean(),
});

/** What both want to reach, and how. */
export const PlanInput = z.strictObject({
  goals: Words.meta({ examples: ['To pass the examination in mathematics in June.'] }),
  steps: z.array(PlanStep).max(30),
});
export type PlanInput = z.infer<typeof PlanInput>;

export const Plan = z.strictObject({
  goals: KeptWords,
  steps: z.array(PlanStep.extend({ what: KeptWords })).max(30),
  writtenBy: Side,
  writtenAt: moment,
});
export type Plan = z.infer<typeof Plan>;

/** For whom the parts of a note are; the mentor who wrote it reads all of them. */
export const noteParts = ['forLearner', 'forMentor', 'forCoordinator'] as const;
export type NotePart = (typeof noteParts)[number];

export const NoteInput = z
  .strictObject({
    sessionId: SessionId.optional().meta({ description: 'About which session; without it, all' }),
    forLearner: Words.optional().meta({ description: 'For the learner and their guardians' }),
    forMentor: Words.optional().meta({ description: 'For yourself' }),
    forCoordinator: Words.optional().meta({ description: 'For coordinators only' }),
  })
  .refine((note) => noteParts.some((part) => note[part] !== undefined), {
    error: 'at least one of "forLearner", "forMentor" and "forCoordinator"',
    path: ['forLearner'],
  })
  .meta({ examples: [{ forLearner: 'Well done. Next week: decimal fractions.' }] });
export type NoteInput = z.infer<typeof NoteInput>;

/** A note, with the parts that its reader may see. */
export const Note = z.strictObject({
  noteId: NoteId,
  sessionId: SessionId.optional(),
  at: moment,
  forLearner: KeptWords.optional(),
  forMentor: KeptWords.optional(),
  forCoordinator: KeptWords.optional(),
});
export type Note = z.infer<typeof Note>;

export const FeedbackInput = z.strictObject({
  score: z
    .int()
    .min(1)
    .max(5)
    .meta({ description: 'From 1, not at all content, to 5', examples: [5] }),
  words: Words.optional(),
});
export type FeedbackInput = z.infer<typeof FeedbackInput>;

export const Feedback = FeedbackInput.extend({ words: KeptWords.optional(), writtenAt: moment });
export type Feedback = z.infer<typeof Feedback>;

const notes = { notes: z.array(Note), cursor: Cursor.optional() };

/** What coordinators read of a mentorship beside its sessions. */
export const MentorshipFile = z.strictObject({
  plan: Plan.optional(),
  feedback: z.strictObject({ learner: Feedback.optional(), mentor: Feedback.optional() }),
  ...notes,
});
export type MentorshipFile = z.infer<typeof MentorshipFile>;

const params = z.strictObject({
  mentorshipId: MentorshipId.meta({ description: 'The mentorship, as your list of them names it' }),
});
const either = { access: { pool: 'public' }, params, query: EitherSide } as const;
const strangers = ['no-profile', 'not-a-mentor', 'no-such-mentorship'] as const;
const plan = { status: 200, body: Plan, etag: true } as const;
const feedback = { status: 200, body: Feedback } as const;

/**
 * Plans, notes and feedback. A mentor's access ends with the mentorship; whoever it is handed over to begins a plan of
 * their own, and reads none of the notes (edge case 28). The learner keeps plan and notes until they are deleted.
 */
export const noteRoutes = {
  readPlan: {
    ...either,
    method: 'GET',
    path: '/mentorships/{mentorshipId}/plan',
    summary: 'The learning plan',
    answers: plan,
    refusals: { 404: [...strangers, 'no-plan'], 409: ['mentor-suspended'] },
  },
  writePlan: {
    ...either,
    method: 'PUT',
    path: '/mentorships/{mentorshipId}/plan',
    summary: 'Write the learning plan of a mentorship that is active, as either side',
    description:
      'Send the ETag of the plan that you changed as `If-Match`, the first time none: of two who write at once, one does.',
    body: PlanInput,
    answers: plan,
    refusals: { 404: strangers, 409: ['notes-closed', 'mentor-suspended'], 412: ['stale'] },
  },
  writeNote: {
    method: 'POST',
    path: '/mentorships/{mentorshipId}/notes',
    access: { pool: 'public' },
    summary: 'Write a note about a session or in general, as the mentor',
    description: 'Notes are not changed: write another. Each part has its own readers.',
    params,
    body: NoteInput,
    answers: { status: 201, body: Note },
    refusals: {
      404: ['not-a-mentor', 'no-such-mentorship', 'no-such-session'],
      409: ['notes-closed', 'mentor-suspended'],
      422: ['idempotency-key-reused'],
    },
  },
  listNotes: {
    ...either,
    method: 'GET',
    path: '/mentorships/{mentorshipId}/notes',
    summary: 'Notes, the newest first, with the parts that are for you',
    description:
      'Notes without a part for you are left out: a page can hold fewer than `limit`; go on as long as there is a cursor.',
    query: EitherSide.extend(paging),
    answers: { status: 200, body: z.strictObject(notes) },
    refusals: { 404: strangers, 409: ['mentor-suspended'] },
  },
  readFeedback: {
    ...either,
    method: 'GET',
    path: '/mentorships/{mentorshipId}/feedback',
    summary: 'The feedback that you gave',
    answers: feedback,
    refusals: { 404: [...strangers, 'no-feedback'] },
  },
  writeFeedback: {
    ...either,
    method: 'PUT',
    path: '/mentorships/{mentorshipId}/feedback',
    summary: 'Say how the mentorship is, or was',
    description:
      'Coordinators read it, the other side does not. While the mentorship is not paused it can be changed until some days after the end, as the policy says.',
    body: FeedbackInput,
    answers: feedback,
    refusals: { 404: strangers, 409: ['feedback-closed', 'mentor-suspended'] },
  },
  readMentorshipFile: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}/file',
    access: { pool: 'staff', roles: ['coordinator', 'administrator'] },
    summary: 'Plan, feedback and notes of a mentorship of your area',
    description:
      'The newest notes first, with the parts that are for the learner and for coordinators. Each look is recorded.',
    params,
    query: z.strictObject(paging),
    answers: { status: 200, body: MentorshipFile },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-mentorship'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
