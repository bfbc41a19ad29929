import * as z from 'zod';
import { AreaId } from '../../regions/schema.ts';
import { idSchema, LearnerId, StaffId } from './ids.ts';

export const EntryId = idSchema<'EntryId'>('aud');
export type EntryId = z.infer<typeof EntryId>;

/** What is recorded: looks at personal data by staff, and what anyone decided about someone. */
export const AuditAction = z.enum([
  // Looks.
  'queue-read',
  'application-read',
  'applicant-read',
  'paper-read',
  'audit-read',
  'consent-read',
  // What an officer did.
  'case-claimed',
  'case-released',
  'evidence-requested',
  'told-apart',
  'approved',
  'rejected',
  // What an applicant did.
  'applied',
  'handed-in',
  'appealed',
  'withdrawn',
  // What time or rules did.
  'waitlisted',
  'offered',
  'offer-taken',
  'offer-declined',
  'lapsed',
  'grace-begun',
  'reminded',
  'suspended',
  'resumed',
  'sent-to-review',
  'moved',
  'ended',
  // The catalogue.
  'courses-replaced',
  'reconciliation-asked',
  // Codes of providers.
  'vouchers-imported',
  // Providers.
  'provider-paused',
  'provider-resumed',
  'provider-redriven',
  // Guardians.
  'consent-resolved',
  'guardian-joined',
  'login-offered',
  // Mentors.
  'mentors-read',
  'mentor-read',
  'mentors-nominated',
  'mentor-selected',
  'mentor-rejected',
  'check-renewed',
  'stipends-read',
  // Safeguarding.
  'report-read',
  'report-decided',
  // Mentorships.
  'extension-decided',
  'handed-over',
  'mentorship-paused',
  'mentorship-resumed',
  'mentorship-ended',
  'outcome-decided',
  'attendance-read',
  'disputes-read',
  'mentorship-file-read',
  // Consulting.
  'appointments-read',
  'appointment-cancelled',
  'appointment-told',
  // Matching of mentors and learners.
  'mentor-requests-read',
  'mentor-pairs-read',
  'mentorships-read',
  'mentorship-read',
  'round-started',
  'round-run-again',
  'round-published',
  'pair-locked',
  'pair-unlocked',
  'pair-vetoed',
  'veto-lifted',
  'conflict-declared',
  'conflict-lifted',
  'mentorship-offered',
  'mentorship-begun',
  'match-declined',
  'match-lapsed',
  // Accounts at providers.
  'account-settled-by-hand',
  // What learners find at a tool.
  'contents-chosen',
  'content-removed',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** Who acted: staff by id, a login that acts for the learner, the region's rules, its registry, or time. */
export const Actor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('staff'), staffId: StaffId }),
  z.strictObject({ kind: z.literal('learner') }),
  /** Someone who is becoming a guardian, or whose access has ended. */
  z.strictObject({ kind: z.literal('guardian') }),
  z.strictObject({ kind: z.literal('mentor') }),
  z.strictObject({ kind: z.literal('rules') }),
  z.strictObject({ kind: z.literal('registry') }),
  z.strictObject({ kind: z.literal('time') }),
  /** Somebody who may run functions of the region's AWS account, which knows who it was (CloudTrail). */
  z.strictObject({ kind: z.literal('operator') }),
]);
export type Actor = z.infer<typeof Actor>;

/** A code, a number or an id; never a name or words that someone wrote. */
const Detail = z
  .string()
  .regex(/^[a-z0-9_-]{1,60}$/, 'a code or an id')
  .meta({ examples: ['spring-2026'] });

/** Something that is to be recorded. */
export const Happening = z.strictObject({
  at: z.iso.datetime().meta({ examples: ['2026-03-02T01:15:29.870Z'] }),
  actor: Actor,
  action: AuditAction,
  /** About whom; absent of a look at a whole list. */
  learnerId: LearnerId.optional(),
  areaId: AreaId.optional(),
  /** About what: ids of applications, papers and the like. */
  subjects: z
    .array(Detail)
    .max(100)
    .meta({ examples: [['app_7w2q4z8ktm0c6x9dr3pnv5hbj1']] }),
  /** What a decision was made under, why something waits: codes, such as a policy's version. */
  details: z.array(Detail).max(20),
});
export type Happening = z.infer<typeof Happening>;

/** Environment of every function that records what it does. */
export const AuditTable = z.object({ AUDIT_TABLE: z.string().min(1) });
