import * as z from 'zod';
import { AreaId, GroupId, IncomeBandId } from '../../regions/schema.ts';
import { Profile, Words } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { Application, ApplicationId, RequestInput, WaitingFor } from './application.contract.ts';

/** Which cases of the queue an officer wants to see. */
export const QueueFilter = z.strictObject({
  waitingFor: WaitingFor.optional().meta({
    description:
      'Only those that wait for this; approvals whose learners have to hand in a new paper (`new-paper`) are listed by this only',
  }),
  groupId: GroupId.optional().meta({ description: 'Only those of this group' }),
  claimed: z.enum(['mine', 'free', 'any']).default('any').meta({
    description: 'Only those that you have claimed, or that nobody has',
  }),
});
export type QueueFilter = z.infer<typeof QueueFilter>;

const Reason = Words.meta({
  examples: ['The certificate of 20 February was shown at the counter.'],
});

const ofOneCase = {
  access: { pool: 'staff', roles: ['officer', 'administrator'] },
  params: z.strictObject({
    applicationId: ApplicationId.meta({
      description: 'The application, as a list of them names it',
    }),
  }),
  answers: { status: 200, body: Application, etag: true },
} as const;

const notThere = { 403: ['no-staff-record'], 404: ['no-such-application'] } as const;
/** What is refused to whoever has not claimed the case. */
const unclaimed = ['already-decided', 'claim-first', 'claimed-by-another'] as const;

/** What officers do with the cases of their area. */
export const officerRoutes = {
  listWaiting: {
    method: 'GET',
    path: '/applications',
    access: ofOneCase.access,
    summary: 'Applications that wait for an officer, oldest first',
    description:
      'A page can hold fewer than `limit` before the last one: go on as long as there is a cursor.',
    query: z.strictObject({
      areaId: AreaId.optional().meta({
        description: 'Only those of this area; needed by whoever serves several',
      }),
      ...QueueFilter.shape,
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ applications: z.array(Application), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-area'], 422: ['area-required'] },
  },
  readApplication: {
    ...ofOneCase,
    method: 'GET',
    path: '/applications/{applicationId}',
    summary: 'One application',
    refusals: notThere,
  },
  readApplicant: {
    ...ofOneCase,
    method: 'GET',
    path: '/applications/{applicationId}/applicant',
    summary: 'Who applied, to compare with the papers',
    answers: { status: 200, body: Profile },
    refusals: notThere,
  },
  claim: {
    ...ofOneCase,
    method: 'PUT',
    path: '/applications/{applicationId}/claim',
    summary: 'Take a case on your desk',
    description:
      'Only you can decide it until the claim runs out. Claiming it again begins the time anew.',
    refusals: {
      403: ['no-staff-record', 'same-officer'],
      404: ['no-such-application'],
      409: ['already-decided', 'claimed-by-another'],
      412: ['stale'],
    },
  },
  release: {
    ...ofOneCase,
    method: 'DELETE',
    path: '/applications/{applicationId}/claim',
    summary: 'Put a case back',
    answers: { status: 204 },
    refusals: { ...notThere, 409: ['already-decided', 'claimed-by-another'], 412: ['stale'] },
  },
  requestMore: {
    ...ofOneCase,
    method: 'POST',
    path: '/applications/{applicationId}/requests',
    summary: 'Ask the applicant for papers',
    description:
      'The applicant is mailed, sees your words with the application, and has the days of the policy to hand in.',
    body: RequestInput,
    refusals: {
      ...notThere,
      409: unclaimed,
      412: ['stale'],
      422: ['no-such-evidence', 'idempotency-key-reused'],
    },
  },
  tellApart: {
    ...ofOneCase,
    method: 'POST',
    path: '/applications/{applicationId}/resemblance',
    summary: 'Say that those who look like one person are different people',
    description:
      'The application goes on as if nobody had resembled it. Reject it with a decision where it is the same person twice.',
    body: z.strictObject({ verdict: z.literal('different-people'), reason: Reason }),
    refusals: {
      ...notThere,
      409: [...unclaimed, 'no-resemblance'],
      412: ['stale'],
      422: ['idempotency-key-reused'],
    },
  },
  decide: {
    ...ofOneCase,
    method: 'POST',
    path: '/applications/{applicationId}/decision',
    summary: 'Decide a case that you have claimed',
    description:
      'An approval becomes a place on the waiting list where the quota of the area is used up. An appeal is decided by another officer than the first. Of an approval whose paper has expired, `approved` confirms the new one and lets it go on to its old end; `rejected` ends it.',
    body: z.strictObject({
      outcome: z.enum(['approved', 'rejected']),
      reason: Reason,
      incomeBand: IncomeBandId.optional().meta({
        description: 'The income band of the household, where the papers show it',
      }),
    }),
    refusals: {
      403: ['no-staff-record', 'same-officer'],
      404: ['no-such-application'],
      409: [...unclaimed, 'evidence-awaited', 'resemblance-first'],
      412: ['stale'],
      422: ['rules-refuse', 'consent-required', 'papers-missing', 'idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
