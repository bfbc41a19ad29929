import * as z from 'zod';
import { AreaId } from '../../regions/schema.ts';
import { KeptWords, LearnerId, MentorId, StaffId, Words } from '../identity/contract.ts';
import { Sub } from '../runtime/caller.ts';
import { idSchema } from '../runtime/ids.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import { type Route, roles } from '../runtime/route.ts';
import { EitherSide, MentorshipId, SessionId } from './words.contract.ts';

export const ReportId = idSchema<'ReportId'>('rpt');
export type ReportId = z.infer<typeof ReportId>;

/** Whom a report is about. Whoever reports a member of staff may not know the id: then the words say who. */
export const Accused = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mentor'), mentorId: MentorId }),
  z.strictObject({ kind: z.literal('learner'), learnerId: LearnerId }),
  z.strictObject({ kind: z.literal('staff'), staffId: StaffId.optional() }),
]);
export type Accused = z.infer<typeof Accused>;

/**
 * Who reports: a guardian reports as the learner for whom they act. `login`: somebody who is neither learner nor mentor, or
 * a guardian who acts for nobody any more, or for several and names none.
 */
export const Reporter = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('learner'), learnerId: LearnerId }),
  z.strictObject({ kind: z.literal('mentor'), mentorId: MentorId }),
  z.strictObject({ kind: z.literal('staff'), staffId: StaffId }),
  z.strictObject({ kind: z.literal('login'), sub: Sub }),
]);
export type Reporter = z.infer<typeof Reporter>;

/** Open until a lead has decided, and then for good. */
export const ReportState = z.enum(['open', 'upheld', 'dismissed']);
export type ReportState = z.infer<typeof ReportState>;

const moment = z.iso.datetime().meta({ examples: ['2026-04-20T08:15:30.120Z'] });

export const ReportInput = z.strictObject({
  about: Accused.meta({
    examples: [{ kind: 'mentor', mentorId: 'mnt_3k9d7p2mx5t8w0qz6r4hvc1jbn' }],
  }),
  words: Words.meta({ examples: ['He asks for pictures, and to meet without anyone knowing.'] }),
  mentorshipId: MentorshipId.optional().meta({ description: 'In which mentorship it happened' }),
  sessionId: SessionId.optional().meta({ description: 'In which of its sessions' }),
});
export type ReportInput = z.infer<typeof ReportInput>;

/** What a list shows: what was written is read one by one, and each look is recorded. */
export const ReportEntry = z.strictObject({
  reportId: ReportId,
  about: Accused,
  reporter: Reporter,
  mentorshipId: MentorshipId.optional(),
  sessionId: SessionId.optional(),
  /** Whose leads read it, beside those of the whole region; absent: nobody else. */
  areaId: AreaId.optional(),
  state: ReportState,
  createdAt: moment,
  decidedAt: moment.optional(),
});
export type ReportEntry = z.infer<typeof ReportEntry>;

export const Report = ReportEntry.extend({
  words: KeptWords,
  decidedBy: StaffId.optional(),
  reason: KeptWords.optional(),
});
export type Report = z.infer<typeof Report>;

export const VerdictInput = z.strictObject({
  outcome: z.enum(['upheld', 'dismissed']),
  reason: Words.meta({ examples: ['The messages were shown; the university was told.'] }),
});
export type VerdictInput = z.infer<typeof VerdictInput>;

/** All that whoever reports is told: nobody can find out by it what became of the report. */
const receipt = { status: 201, body: z.strictObject({ reportId: ReportId }) } as const;
const leads = { pool: 'staff', roles: ['safeguarding-lead'] } as const;
const params = z.strictObject({
  reportId: ReportId.meta({ description: 'The report, as the list of them names it' }),
});

/**
 * Safeguarding reports (edge case 35). A report suspends at once, so it takes a login, which anyone can make: without one
 * whoever holds a list of ids could suspend every mentor, and nobody could be asked what happened.
 */
export const reportRoutes = {
  makeReport: {
    method: 'POST',
    path: '/reports',
    access: { pool: 'public' },
    summary: 'Report that somebody is in danger, or was done harm',
    description:
      'For everybody who can sign in, learner or mentor or neither. A mentor who is reported meets no learners until a safeguarding lead has decided, and mentorships of a learner who is reported pause. Nobody but those leads reads the report, never whoever it is about; keep the id that you get.',
    query: EitherSide,
    body: ReportInput,
    answers: receipt,
    refusals: {
      404: ['no-such-person', 'no-such-mentorship'],
      422: ['idempotency-key-reused'],
    },
  },
  makeStaffReport: {
    method: 'POST',
    path: '/staff-reports',
    access: { pool: 'staff', roles },
    summary: 'Report as a member of staff that somebody is in danger, or was done harm',
    description: 'As `POST /reports`, for staff in any role.',
    body: ReportInput,
    answers: receipt,
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-person', 'no-such-mentorship'],
      422: ['idempotency-key-reused'],
    },
  },
  listReports: {
    method: 'GET',
    path: '/reports',
    access: leads,
    summary: 'Reports in a state, the oldest first',
    description: 'Of your area, or of the whole region. The look is recorded.',
    query: z.strictObject({
      state: ReportState.default('open').meta({ description: 'Only those in this state' }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ reports: z.array(ReportEntry), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record'] },
  },
  readReport: {
    method: 'GET',
    path: '/reports/{reportId}',
    access: leads,
    summary: 'One report',
    description: 'Each look is recorded.',
    params,
    answers: { status: 200, body: Report },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-report'] },
  },
  decideReport: {
    method: 'POST',
    path: '/reports/{reportId}/decision',
    access: leads,
    summary: 'Uphold or dismiss a report',
    description:
      'Upheld: a mentor stays suspended for good, and the mentorships of whoever it is about end. Dismissed: they go on within minutes, unless another report is open. Staff are not suspended by this: have an administrator of the staff pool disable the login.',
    params,
    body: VerdictInput,
    answers: { status: 200, body: Report },
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-report'],
      409: ['already-decided'],
      422: ['idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
