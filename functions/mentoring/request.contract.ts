import * as z from 'zod';
import { AreaId, Language, PolicyVersion } from '../../regions/schema.ts';
import { ActingFor, KeptWords, LearnerId, Words } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { MentorshipId, RequestId, Subject, Topic, Way, WeeklyTimes } from './words.contract.ts';

/**
 * Where a request stands. `open` ones take part in rounds; an `offered` one waits for answers to its match; a `matched`
 * one has its mentorship.
 */
export const RequestState = z.enum(['open', 'offered', 'matched', 'withdrawn']);
export type RequestState = z.infer<typeof RequestState>;

const Wishes = {
  subjects: z
    .array(Subject)
    .max(10)
    .meta({ examples: [['mathematics']] }),
  topics: z
    .array(Topic)
    .max(7)
    .meta({ examples: [['study-plan']] }),
  /** In which sessions can be held, the one that the learner would rather speak first. */
  languages: z
    .array(Language)
    .min(1)
    .max(10)
    .meta({ examples: [['ko']] }),
  /** The one that the learner prefers first. */
  ways: z
    .array(Way)
    .min(1)
    .max(2)
    .meta({ examples: [['online', 'offline']] }),
  /** By the region's clock. */
  weekly: WeeklyTimes.meta({ examples: [[{ day: 'tuesday', from: '16:00', until: '18:30' }]] }),
  meetIn: AreaId.optional().meta({
    description: 'The area to meet in offline; without it, the one that the approval is for',
  }),
};

/** What a learner asks a mentor for (domain.md rows 14, 15 and 17). */
export const RequestInput = z.strictObject({
  goals: Words.meta({ examples: ['Fractions by summer, and somebody to ask about high schools.'] }),
  ...Wishes,
});
export type RequestInput = z.infer<typeof RequestInput>;

/** A learner's request for a mentor. */
export const MentorRequest = RequestInput.extend({
  goals: KeptWords,
  requestId: RequestId,
  learnerId: LearnerId,
  /** The area of the approval: its coordinators decide, and its offer of services holds. */
  areaId: AreaId,
  state: RequestState,
  /** Since when it waits; one that comes back from a match keeps its place. */
  since: z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] }),
  /** The mentorship that it was offered, or became. */
  mentorshipId: MentorshipId.optional(),
  policyVersion: PolicyVersion,
});
export type MentorRequest = z.infer<typeof MentorRequest>;

const mine = { access: { pool: 'public' }, query: ActingFor } as const;
const kept = { status: 200, body: MentorRequest, etag: true } as const;

/** Routes of learners' requests for a mentor. */
export const requestRoutes = {
  readRequest: {
    ...mine,
    method: 'GET',
    path: '/me/mentor-request',
    summary: 'Your request for a mentor',
    answers: kept,
    refusals: { 404: ['no-profile', 'no-mentor-request'] },
  },
  writeRequest: {
    ...mine,
    method: 'PUT',
    path: '/me/mentor-request',
    summary: 'Ask for a mentor, or change what you ask for',
    description:
      'Needs an approval that holds, in an area with mentoring. Takes part in every round of matching until there is a match; changing it keeps its place.',
    body: RequestInput,
    answers: kept,
    refusals: {
      404: ['no-profile'],
      409: ['match-offered', 'mentorship-running'],
      412: ['stale'],
      422: [
        'not-eligible',
        'approval-expired',
        'approval-suspended',
        'service-not-offered',
        'partner-not-live',
        'partner-ended',
        'mentoring-not-begun',
        'unknown-area',
        'unknown-language',
      ],
    },
  },
  withdrawRequest: {
    ...mine,
    method: 'DELETE',
    path: '/me/mentor-request',
    summary: 'Ask for no mentor any more',
    answers: { status: 204 },
    refusals: { 404: ['no-profile'], 409: ['match-offered', 'mentorship-running'] },
  },
  listRequests: {
    method: 'GET',
    path: '/mentor-requests',
    access: { pool: 'staff', roles: ['coordinator', 'administrator'] },
    summary: 'Requests of an area that wait for a mentor, the oldest first',
    description: 'The look is recorded.',
    query: z.strictObject({
      areaId: AreaId.optional().meta({
        description: 'Only those of this area; needed by whoever serves the whole region',
      }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ requests: z.array(MentorRequest), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-area'], 422: ['area-required'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
