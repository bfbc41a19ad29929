import * as z from 'zod';
import { GroupId } from '../../regions/schema.ts';
import { ActingFor } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import { AppealInput, ApplicationId, OwnApplication } from './application.contract.ts';

const params = z.strictObject({
  applicationId: ApplicationId.meta({ description: 'The application, as a list of them names it' }),
});

const own = {
  access: { pool: 'public' },
  params,
  query: ActingFor,
  answers: { status: 200, body: OwnApplication, etag: true },
} as const;

/** What applicants do, for themselves or as guardians for a child. */
export const applicantRoutes = {
  apply: {
    method: 'POST',
    path: '/applications',
    access: { pool: 'public' },
    summary: 'Apply as a member of a group',
    description:
      'Decided at once where the welfare registry can confirm the group; otherwise it waits for an officer. From some weeks before its end an approval is renewed in the same way: the months of the new one count from the end of the old one.',
    query: ActingFor,
    body: z.strictObject({ groupId: GroupId }),
    answers: { status: 201, body: OwnApplication, etag: true },
    refusals: {
      409: ['application-waiting', 'application-waitlisted', 'place-offered', 'already-approved'],
      422: [
        'profile-required',
        'consent-required',
        'intake-closed',
        'partner-not-recruiting',
        'partner-ended',
        'no-such-group',
        'idempotency-key-reused',
      ],
    },
  },
  listMine: {
    method: 'GET',
    path: '/me/applications',
    access: { pool: 'public' },
    summary: 'Your applications, newest first',
    query: ActingFor,
    answers: { status: 200, body: z.strictObject({ applications: z.array(OwnApplication) }) },
    refusals: { 404: ['no-profile'] },
  },
  handIn: {
    ...own,
    method: 'POST',
    path: '/applications/{applicationId}/evidence',
    summary: 'Say that what was asked for is handed in',
    description:
      'The case goes back into the officers’ queue, at its old place. So does an approval whose paper has expired, once a new one is there: until an officer has looked at it, nothing is suspended any more.',
    refusals: {
      404: ['no-such-application'],
      409: ['nothing-asked'],
      412: ['stale'],
      422: ['papers-missing', 'idempotency-key-reused'],
    },
  },
  appeal: {
    ...own,
    method: 'POST',
    path: '/applications/{applicationId}/appeal',
    summary: 'Appeal a rejection, once',
    description:
      'Another officer than the first decides. The first decision stays with the application.',
    body: AppealInput,
    refusals: {
      404: ['no-such-application'],
      409: [
        'not-rejected',
        'already-appealed',
        'appeal-too-late',
        'application-waiting',
        'application-waitlisted',
        'place-offered',
        'already-approved',
      ],
      412: ['stale'],
      422: ['idempotency-key-reused'],
    },
  },
  withdraw: {
    ...own,
    method: 'POST',
    path: '/applications/{applicationId}/withdrawal',
    summary: 'Withdraw an application, or give an approval back',
    refusals: {
      404: ['no-such-application'],
      409: ['already-ended'],
      412: ['stale'],
      422: ['idempotency-key-reused'],
    },
  },
  takeOffer: {
    ...own,
    method: 'PUT',
    path: '/applications/{applicationId}/offer',
    summary: 'Take the place that is offered to you',
    description: 'Until the last day of the offer. Taking it twice changes nothing.',
    refusals: {
      404: ['no-such-application'],
      409: ['no-offer', 'offer-expired'],
      412: ['stale'],
      422: ['consent-required'],
    },
  },
  declineOffer: {
    ...own,
    method: 'DELETE',
    path: '/applications/{applicationId}/offer',
    summary: 'Decline the place that is offered to you',
    description: 'It is offered to the next who waits. Declining it twice changes nothing.',
    answers: { status: 204 },
    refusals: { 404: ['no-such-application'], 409: ['no-offer'], 412: ['stale'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
