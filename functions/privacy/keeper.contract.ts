import * as z from 'zod';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { Sub } from '../runtime/caller.ts';
import { Subject, Waiting } from './deletion.contract.ts';

/**
 * What a keeper is asked for: a function that shows and erases what one capability keeps of somebody
 * (docs/adr/0050-a-capability-shows-and-erases-its-own.md). Only ids and moments go there.
 */
const Erasing = z.strictObject({
  ask: z.literal('erase'),
  /** All that they are: a report about any of it holds the erasure. */
  subject: Subject,
  /** As the deletion has it. */
  judgedAt: z.iso.datetime().optional(),
});

export const AskMentoring = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('show'),
    learnerId: LearnerId.optional(),
    mentorId: MentorId.optional(),
  }),
  Erasing.extend({
    /** Those that may follow their calendars. */
    logins: z.array(Sub),
  }),
]);
export type AskMentoring = z.infer<typeof AskMentoring>;

export const AskEligibility = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('show'), learnerId: LearnerId }),
  Erasing,
]);
export type AskEligibility = z.infer<typeof AskEligibility>;

export const AskEnrolment = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('show'),
    learnerId: LearnerId,
    parts: z.array(z.enum(['enrolment', 'provisioning'])),
  }),
  Erasing.extend({
    /** Whether it is the look after everything. */
    last: z.boolean(),
  }),
]);
export type AskEnrolment = z.infer<typeof AskEnrolment>;

/** How far a keeper has come with an erasure. */
export const Erased = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done') }),
  z.strictObject({ kind: z.literal('waits'), for: Waiting }),
]);
