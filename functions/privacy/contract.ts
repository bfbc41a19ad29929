import * as z from 'zod';
import { AuditTable } from '../audit/contract.ts';
import { DocumentsTable } from '../documents/contract.ts';
import { EligibilityTable } from '../eligibility/contract.ts';
import { EnrolmentTable } from '../enrolment/contract.ts';
import { ActingFor, IdentityTable, LearnerId, MentorId } from '../identity/contract.ts';
import { MentoringTable } from '../mentoring/contract.ts';
import { ProvisioningTable } from '../provisioning/contract.ts';
import { Sub } from '../runtime/caller.ts';
import { NoticesTable } from '../runtime/notices-table.ts';
import { contract } from '../runtime/route.ts';
import { Asked, DeletionId, Receipt } from './deletion.contract.ts';
import { DataExport, Part } from './export.contract.ts';

export * from './deletion.contract.ts';
export { DataExport, DataParts, Part } from './export.contract.ts';

export const PrivacyTable = z.object({ PRIVACY_TABLE: z.string().min(1) });

/** The names of the tables of which privacy shows and erases itself what is kept of somebody, and of the keepers of the others. */
const Kept = PrivacyTable.extend({
  ...IdentityTable.shape,
  ...AuditTable.shape,
  ...NoticesTable.shape,
  ...DocumentsTable.shape,
  PUBLIC_POOL_ID: z.string().min(1),
  PAPERS_BUCKET: z.string().min(1),
  MENTORING_KEEPER: z.string().min(1),
  ELIGIBILITY_KEEPER: z.string().min(1),
  ENROLMENT_KEEPER: z.string().min(1),
});

/** What works deletions off; reports that hold one are mentoring's. */
const Working = Kept.extend({ ...MentoringTable.shape, LEDGER_BUCKET: z.string().min(1) });

/** What works them off by a schedule, which it leaves be while the region is closed; it also forgets what is old. */
const Scheduled = Working.extend({
  ...EligibilityTable.shape,
  SERVING: z.enum(['yes', 'no']),
});

/** What each function of this capability is deployed with: the last three are keepers. */
export const privacyEnvironments = {
  api: Kept,
  deletion: Working,
  due: Scheduled,
  mentoring: MentoringTable.extend(NoticesTable.shape),
  eligibility: EligibilityTable.extend({
    ...IdentityTable.shape,
    ...AuditTable.shape,
    ...NoticesTable.shape,
    ...MentoringTable.shape,
  }),
  enrolment: EnrolmentTable.extend({
    ...ProvisioningTable.shape,
    ...NoticesTable.shape,
    ...MentoringTable.shape,
  }),
};

/** How keys of deletions begin: the stream hands only these on. */
export const deletionKeyPrefix = 'DELETION#';

/** The sparse index of deletions that are not at their end, by when they are looked at. */
export const dueIndex = { name: 'due', partition: 'dueLot', sort: 'dueAt' } as const;

/**
 * The event by which a restored copy is told of a deletion that its rows do not know yet (edge case 37): an object of the
 * ledger as it is. Or the one by which a host releases a learner who has moved (ADR 31): an id and `release`.
 *
 * With a moment it is an entry that is applied again, and what the ledger's region had judged before it made the entry is
 * not judged again (ADR 34): reports that it had decided, and children of whom it knew that they have somebody else.
 */
export const Again = z
  .strictObject({
    learnerId: LearnerId.optional(),
    mentorId: MentorId.optional(),
    sub: Sub.optional(),
    /** Only the learner goes, and their login where it is nothing else. */
    release: z.literal(true).optional(),
    /** That of the region that the ledger is of. */
    deletionId: DeletionId.optional(),
    askedAt: z.iso.datetime().optional(),
    /** When it was entered into the ledger; entries of earlier releases say only when it was asked for. */
    enteredAt: z.iso.datetime().optional(),
  })
  .refine((who) => who.learnerId ?? who.mentorId ?? who.sub, 'a learner, a mentor or a login')
  .refine(
    ({ release, learnerId, mentorId }) =>
      release === undefined || (learnerId !== undefined && mentorId === undefined),
    'a release is of a learner',
  )
  .transform(({ deletionId, askedAt, enteredAt = askedAt, ...who }) => ({ ...who, enteredAt }));
export type Again = z.infer<typeof Again>;

/** The event of a schedule: a job does whatever is due, not what an event says. */
export const Tick = z.looseObject({
  source: z.literal('aws.events'),
  'detail-type': z.literal('Scheduled Event'),
});

export const privacy = contract({
  name: 'privacy',
  summary: 'Your data: all of it to take away, and its deletion with a receipt',
  routes: {
    deleteMe: {
      method: 'DELETE',
      path: '/me',
      access: { pool: 'public' },
      summary: 'Delete your account, or that of a child that you are the guardian of',
      description:
        'Without `learnerId` your login and all that it is: learner, guardian, mentor. With it, the child. It begins at once and cannot be taken back; what it still has to wait for, and when each step was done, `GET /deletions/{deletionId}` tells whoever has the id. Asking again answers the same.',
      query: ActingFor,
      answers: { status: 202, body: Asked },
      refusals: {
        404: ['no-such-child'],
        409: ['children-depend', 'consent-is-own'],
      },
    },
    readReceipt: {
      method: 'GET',
      path: '/deletions/{deletionId}',
      access: { pool: 'none' },
      summary: 'How far a deletion is, and its receipt',
      description: 'It names nobody, and stays for years; the id is known only to whoever asked.',
      params: z.strictObject({
        deletionId: DeletionId.meta({ description: 'As the answer to `DELETE /me` has it' }),
      }),
      answers: { status: 200, body: Receipt },
      refusals: { 404: ['no-such-deletion'] },
    },
    readMyData: {
      method: 'GET',
      path: '/me/data',
      access: { pool: 'public' },
      summary: 'All that is kept about you, or about a child that you are the guardian of',
      description:
        'As one document. Where it is larger than an answer can be, take it part by part with `part`. Files of papers are addresses that can be read for a minute.',
      query: ActingFor.extend({
        part: Part.optional().meta({ description: 'Only what one capability keeps' }),
      }),
      answers: { status: 200, body: DataExport },
      refusals: { 404: ['no-profile'], 409: ['data-too-large'] },
    },
  },
});
