import * as z from 'zod';
import { Language } from '../../regions/schema.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import { Sub } from '../runtime/caller.ts';
import { idSchema } from '../runtime/ids.ts';

/** A deletion, and the address of its receipt: 128 random bits, so that only who was told has it. */
export const DeletionId = idSchema<'DeletionId'>('del');
export type DeletionId = z.infer<typeof DeletionId>;

/**
 * The steps of a deletion, in their order (edge case 36): nothing new begins; what goes on is ended, and waited for; what is
 * kept is erased, who it was last of all; then the login goes, and the receipt is complete.
 */
export const steps = [
  /** No login acts for them any more. In the transaction that takes the request. */
  'leaving',
  /** Requests, mentorships, sessions and appointments; plans, notes and feedback. */
  'mentoring',
  /**
   * The ledger by which a restored copy deletes again (edge case 37): as soon as no report has held it, for what comes next may
   * wait for days.
   */
  'ledger',
  /** Places and waits; accounts at the providers, each until it is gone. */
  'enrolment',
  /** Applications, their place in a quota or a waiting list. */
  'eligibility',
  /** Papers and their files. */
  'documents',
  /** What was still to be mailed. */
  'notices',
  /** The trail of who saw and decided what: its last day is set. */
  'audit',
  /** Names, birth dates, addresses, links. */
  'identity',
  /** The login itself. */
  'login',
  /** The receipt is mailed, and the address forgotten. */
  'receipt',
] as const;
export const StepName = z.enum(steps);
export type StepName = z.infer<typeof StepName>;

/** Why a deletion waits; it goes on by itself. */
export const Waiting = z.enum([
  /** An open safeguarding report concerns them (edge case 35); nobody is told so: see `Receipt`. */
  'report',
  /** A provider has not ended an account yet. */
  'providers',
  /** Mails about it are on their way. */
  'mails',
  /** Files of papers are being deleted. */
  'files',
]);
export type Waiting = z.infer<typeof Waiting>;

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });

const DoneStep = z.strictObject({ step: StepName, at: Moment });

/** What is being deleted: one person, by all that they are here. */
export const Subject = z.strictObject({
  learnerId: LearnerId.optional(),
  mentorId: MentorId.optional(),
  sub: Sub.optional(),
});
export type Subject = z.infer<typeof Subject>;

/** A deletion, as it is kept. */
export const Deletion = z.strictObject({
  deletionId: DeletionId,
  /** Absent once nothing is left to be looked at again: the receipt names nobody. */
  subject: Subject.optional(),
  /** By what the login is known that asked (`loginMark`): only it is told of it again. */
  askedBy: z.string().optional(),
  /** Of a copy that was restored: nobody asked anew, and nothing is waited for while nothing else is at work. */
  restored: z.literal(true).optional(),
  /** Of a restored copy: reports from before this moment were decided where it comes from, and hold nothing (`Again`). */
  judgedAt: Moment.optional(),
  /** Of a learner who has moved to another copy: only the learner goes, and their login where it is nothing else. */
  release: z.literal(true).optional(),
  /** Children without a login whom it has left with nobody, where that was judged elsewhere; forgotten in the last look. */
  alone: z.array(LearnerId).readonly().optional(),
  /** Where the receipt goes; gone with the mail. */
  mail: z.strictObject({ email: z.email(), language: Language, link: z.url() }).optional(),
  askedAt: Moment,
  /** In the order in which they were done. */
  done: z.array(DoneStep),
  waitsFor: Waiting.optional(),
  /** Since when it waits for that. */
  waitsSince: Moment.optional(),
  doneAt: Moment.optional(),
  /** When all is looked at once more, for messages that come late. */
  sweptAt: Moment.optional(),
  version: z.int().min(0),
});
export type Deletion = z.infer<typeof Deletion>;

/** What whoever has the id reads: how far it is, with times, and of whom not a word. */
export const Receipt = z.strictObject({
  deletionId: DeletionId,
  state: z.enum(['running', 'done']),
  askedAt: Moment,
  doneAt: Moment.optional(),
  steps: z.array(
    z.strictObject({
      step: StepName,
      state: z.enum(['done', 'waiting', 'to-do']),
      /** When it was done. */
      at: Moment.optional(),
    }),
  ),
  /** What it waits for, where that is no secret. */
  waitsFor: Waiting.exclude(['report']).optional(),
});
export type Receipt = z.infer<typeof Receipt>;

/** A deletion that was asked for. */
export const Asked = z.strictObject({ deletionId: DeletionId });
