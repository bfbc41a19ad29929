import * as z from 'zod';
import { AreaId, PartnerId } from '../../regions/schema.ts';
import { AuditTable } from '../runtime/happening.ts';
import { StaffId } from '../runtime/ids.ts';
import { NoticesTable } from '../runtime/notices-table.ts';
import { contract, roles } from '../runtime/route.ts';
import { conflictRoutes } from './conflict.contract.ts';
import { consentRoutes } from './consent.contract.ts';
import { guardianRoutes } from './guardian.contract.ts';
import { ActingFor, Profile, ProfileInput } from './learner.contract.ts';
import { mentorRoutes } from './mentor.contract.ts';

export { StaffId } from '../runtime/ids.ts';

export {
  ActingFor,
  type ConsentState,
  KeptWords,
  LearnerConsent,
  LearnerId,
  Name,
  Profile,
  ProfileInput,
  Words,
} from './learner.contract.ts';

export { MentorId, MentorInput, MentorPerson } from './mentor.contract.ts';

export const StaffInput = z.strictObject({
  email: z
    .email()
    .max(254)
    .meta({ examples: ['officer@riverside.example'] }),
  role: z.enum(roles),
  areaId: AreaId.optional(),
  partnerId: PartnerId.optional(),
});
export type StaffInput = z.infer<typeof StaffInput>;

export const Staff = z.strictObject({
  staffId: StaffId,
  role: z.enum(roles),
  /** The area that an officer, coordinator or safeguarding lead works for. */
  areaId: AreaId.optional(),
  /** The partner, with all its areas, that they work for. Neither of the two: the whole region. */
  partnerId: PartnerId.optional(),
  state: z.enum(['inviting', 'invited']),
});
export type Staff = z.infer<typeof Staff>;

/** Environment of every function that reads who someone is. */
export const IdentityTable = z.object({ IDENTITY_TABLE: z.string().min(1) });

/** What each function of this capability is deployed with. */
export const identityEnvironments = {
  api: IdentityTable.extend({ ...NoticesTable.shape, ...AuditTable.shape }),
  consent: IdentityTable.extend(NoticesTable.shape),
  invitation: IdentityTable.extend({ STAFF_POOL_ID: z.string().min(1) }),
  abandoned: z.object({ PUBLIC_POOL_ID: z.string().min(1) }),
};

/** How keys of staff rows begin: the stream hands only these to the invitation trigger. */
export const staffKeyPrefix = 'STAFF#';

/** How keys of learners' rows begin: whoever follows the stream finds profiles there, with `sk` `PROFILE`. */
export const learnerKeyPrefix = 'LEARNER#';

/** The sparse index of what a day brings: answers that are overdue, birthdays that change who may act. */
export const dueIndex = { name: 'due', partition: 'dueLot', sort: 'dueOn' } as const;

const staffParams = z.strictObject({
  staffId: StaffId.meta({ description: 'Who, as the answer to the invitation named them' }),
});

export const identity = contract({
  name: 'identity',
  summary: 'Who someone is: learners and staff',
  routes: {
    ...guardianRoutes,
    ...consentRoutes,
    ...conflictRoutes,
    ...mentorRoutes,
    readMe: {
      method: 'GET',
      path: '/me',
      access: { pool: 'public' },
      summary: 'Your profile, or that of a child that you are the guardian of',
      query: ActingFor,
      answers: { status: 200, body: Profile, etag: true },
      refusals: { 404: ['no-profile'] },
    },
    writeMe: {
      method: 'PUT',
      path: '/me',
      access: { pool: 'public' },
      summary: 'Write your profile; the first time makes you a learner',
      query: ActingFor,
      description:
        'Below the consent age a guardian consents first: `POST /me/consents`. Send `If-Match` with the ETag of the profile that you changed, so that nobody overwrites another.',
      body: ProfileInput,
      answers: { status: 200, body: Profile, etag: true },
      refusals: {
        404: ['no-such-child'],
        409: ['account-leaving'],
        412: ['stale'],
        422: [
          'address-unverified',
          'consent-required',
          'below-minimum-age',
          'birth-date-differs',
          'birth-date-in-future',
          'birth-date-too-early',
          'unknown-area',
          'unknown-language',
        ],
      },
    },
    inviteStaff: {
      method: 'POST',
      path: '/staff',
      access: { pool: 'staff', roles: ['administrator'] },
      summary: 'Invite a member of staff',
      description:
        'The invitation goes out by mail at once; the answer does not wait for it. Name an area, or a partner for all its areas, to tie them to those.',
      body: StaffInput,
      answers: { status: 202, body: Staff },
      refusals: {
        409: ['already-staff'],
        422: [
          'unknown-area',
          'unknown-partner',
          'area-or-partner',
          'role-without-area',
          'idempotency-key-reused',
        ],
      },
    },
    inviteAgain: {
      method: 'POST',
      path: '/staff/{staffId}/invitation',
      access: { pool: 'staff', roles: ['administrator'] },
      summary: 'Send an invitation again',
      description:
        'For whoever has not used it in time. Someone who signs in already gets no mail.',
      params: staffParams,
      answers: { status: 202, body: Staff },
      refusals: { 404: ['no-such-staff'], 422: ['idempotency-key-reused'] },
    },
    readStaff: {
      method: 'GET',
      path: '/staff/{staffId}',
      access: { pool: 'staff', roles: ['administrator'] },
      summary: 'A member of staff',
      params: staffParams,
      answers: { status: 200, body: Staff },
      refusals: { 404: ['no-such-staff'] },
    },
  },
});
