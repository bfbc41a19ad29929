import * as z from 'zod';
import { AreaId, Language, Stage } from '../../regions/schema.ts';
import { Name, Words } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { MentorshipOfSides, MentorshipOfStaff } from './mentorship.contract.ts';
import { EitherSide, MentorshipId } from './words.contract.ts';

export const AnswerInput = z.strictObject({
  answer: z.enum(['accept', 'decline']),
  reason: Words.optional().meta({ description: 'Why you decline; only coordinators read it' }),
});
export type AnswerInput = z.infer<typeof AnswerInput>;

/** All that one side of a mentorship learns of the other; of a mentor there is no stage. */
export const Counterpart = z.strictObject({
  name: Name,
  language: Language,
  stage: Stage.optional(),
});
export type Counterpart = z.infer<typeof Counterpart>;

/** A mentorship as either side sees it. */
export const MentorshipView = MentorshipOfSides.extend({
  /** Absent where they are there no more, of a match that never began, and for a mentor after the end or suspended. */
  with: Counterpart.optional(),
});
export type MentorshipView = z.infer<typeof MentorshipView>;

/** A mentorship as coordinators see it, with both its sides. */
export const MentorshipCase = MentorshipOfStaff.extend({
  learner: Counterpart.optional(),
  mentor: Counterpart.optional(),
});
export type MentorshipCase = z.infer<typeof MentorshipCase>;

const params = z.strictObject({
  mentorshipId: MentorshipId.meta({ description: 'The mentorship, as lists name it' }),
});
const either = { access: { pool: 'public' }, query: EitherSide } as const;
const coordinators = { pool: 'staff', roles: ['coordinator', 'administrator'] } as const;
const notMine = ['no-profile', 'not-a-mentor', 'no-such-mentorship'] as const;

/** The route by which a match is answered. */
export const offerRoutes = {
  answerOffer: {
    ...either,
    method: 'PUT',
    path: '/mentorships/{mentorshipId}/answer',
    summary: 'Accept or decline a match',
    description:
      'Accepted by both sides the mentorship begins on the same day. Declined, the request takes part in the next round, and is never matched with the same mentor again.',
    params,
    body: AnswerInput,
    answers: { status: 200, body: MentorshipView },
    refusals: {
      404: notMine,
      409: ['offer-answered', 'match-lapsed'],
      422: [
        'mentor-not-available',
        'same-household',
        'match-not-possible',
        'consent-required',
        'not-eligible',
        'approval-expired',
        'approval-suspended',
        'service-not-offered',
        'partner-not-live',
        'partner-ended',
        'mentoring-not-begun',
      ],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;

/** Routes by which both sides find their mentorships and matches. */
export const ownMentorshipRoutes = {
  listMyMentorships: {
    ...either,
    method: 'GET',
    path: '/me/mentorships',
    summary: 'Your mentorships and matches, the newest first',
    answers: { status: 200, body: z.strictObject({ mentorships: z.array(MentorshipView) }) },
    refusals: { 404: ['no-profile', 'not-a-mentor'] },
  },
  readMyMentorship: {
    ...either,
    method: 'GET',
    path: '/me/mentorships/{mentorshipId}',
    summary: 'One of your mentorships or matches',
    params,
    answers: { status: 200, body: MentorshipView },
    refusals: { 404: notMine },
  },
} as const satisfies Readonly<Record<string, Route>>;

/** Routes by which coordinators find mentorships. */
export const mentorshipCaseRoutes = {
  listMentorships: {
    method: 'GET',
    path: '/mentorships',
    access: coordinators,
    summary: 'Mentorships of an area that have not ended, the oldest first',
    description: 'Those that are offered too. The look is recorded.',
    query: z.strictObject({
      areaId: AreaId.optional().meta({
        description: 'Only those of this area; needed by whoever serves the whole region',
      }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ mentorships: z.array(MentorshipCase), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-area'], 422: ['area-required'] },
  },
  readMentorship: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}',
    access: coordinators,
    summary: 'One mentorship of your area',
    description: 'The look is recorded.',
    params,
    answers: { status: 200, body: MentorshipCase },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-mentorship'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
