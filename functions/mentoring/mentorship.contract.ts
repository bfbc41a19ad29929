import * as z from 'zod';
import { AreaId, PolicyVersion } from '../../regions/schema.ts';
import { KeptWords, LearnerId, MentorId } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import {
  EitherSide,
  MentorshipId,
  RequestId,
  Side,
  Subject,
  Topic,
  Way,
} from './words.contract.ts';

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });
const LastDay = z.iso.date().meta({ examples: ['2026-04-26'] });

/** Where a mentorship stands. While it is paused its coming sessions are held: none takes place, none is used up. */
export const MentorshipState = z.enum(['offered', 'active', 'paused', 'ended']);
export type MentorshipState = z.infer<typeof MentorshipState>;

/** Why coming sessions are held (edge cases 2, 34 and 35). */
export const PausedBecause = z.enum([
  'asked',
  'check-expired',
  'safeguarding',
  'consent',
  'approval',
]);
export type PausedBecause = z.infer<typeof PausedBecause>;

export const EndedBecause = z.enum([
  // The budget is used up, or the span is over.
  'completed',
  'span-over',
  // Never began.
  'declined',
  'offer-lapsed',
  // Someone's decision; what remains can carry over (edge case 28).
  'mentor-left',
  'learner-left',
  'handed-over',
  'coordinator',
  'safeguarding',
]);
export type EndedBecause = z.infer<typeof EndedBecause>;

/** The answers of both sides to a match; it is held for them until `by`. */
export const Offer = z.strictObject({
  by: LastDay,
  learner: z.enum(['open', 'accepted']),
  mentor: z.enum(['open', 'accepted']),
});

/** Sessions: `granted` in all, `used` up, `left` to book; the others are booked. */
export const Budget = z.strictObject({
  granted: z.int().min(0),
  used: z.int().min(0),
  left: z.int().min(0),
});

/** The last that was asked for; both sides and coordinators read why. */
export const Extension = z.strictObject({
  state: z.enum(['asked', 'approved', 'refused']),
  askedAt: z.iso.datetime().meta({ examples: ['2026-04-20T08:15:30.120Z'] }),
  askedBy: Side,
  reason: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .meta({ examples: ['Two chapters are left before the examination.'] }),
});
export type Extension = z.infer<typeof Extension>;

export const Mentorship = z.strictObject({
  mentorshipId: MentorshipId,
  learnerId: LearnerId,
  mentorId: MentorId,
  areaId: AreaId,
  requestId: RequestId,
  subjects: z.array(Subject),
  topics: z.array(Topic),
  way: Way,
  state: MentorshipState,
  pausedBecause: PausedBecause.optional(),
  /** Why it was paused already when a report held it: that goes on when the report is dismissed. */
  pausedBefore: PausedBecause.optional(),
  /** Since when; sessions that begin from then on are held. */
  pausedAt: Moment.optional(),
  endedBecause: EndedBecause.optional(),
  offer: Offer.optional(),
  /** Who declined the match; only coordinators read why. */
  declined: z.strictObject({ by: Side, reason: KeptWords.optional() }).optional(),
  budget: Budget,
  /** The first and the last day of its span; absent until it begins. */
  from: z.iso
    .date()
    .meta({ examples: ['2026-03-02'] })
    .optional(),
  until: LastDay.optional(),
  endedAt: Moment.optional(),
  /** When the last session of the budget was used up: an extension can be asked for a while. */
  usedUpAt: Moment.optional(),
  extension: Extension.optional(),
  /** How often it was extended. */
  extensions: z.int().min(0),
  policyVersion: PolicyVersion,
  /** The mentorship that this one goes on from. */
  continues: MentorshipId.optional(),
  /** The mentorship that goes on from this one (edge case 28). */
  continuedBy: MentorshipId.optional(),
  createdAt: Moment,
});
export type Mentorship = z.infer<typeof Mentorship>;

const pausedForSides = PausedBecause.exclude(['safeguarding']);
const endedForSides = EndedBecause.exclude(['safeguarding']);

/**
 * A mentorship as its two sides see it. That a report holds or ended it neither is told (edge case 35), and who declined a
 * match, and why, only coordinators.
 */
export const MentorshipOfSides = Mentorship.omit({ declined: true, pausedBefore: true }).extend({
  pausedBecause: pausedForSides.optional(),
  endedBecause: endedForSides.optional(),
});
export type MentorshipOfSides = z.infer<typeof MentorshipOfSides>;

/** A mentorship as coordinators see it. `rules`: neither they nor a side can let it go on, and they are not told why. */
export const MentorshipOfStaff = Mentorship.omit({ pausedBefore: true }).extend({
  pausedBecause: z.enum([...pausedForSides.options, 'rules']).optional(),
  endedBecause: z.enum([...endedForSides.options, 'rules']).optional(),
});
export type MentorshipOfStaff = z.infer<typeof MentorshipOfStaff>;

const params = z.strictObject({
  mentorshipId: MentorshipId.meta({ description: 'The mentorship, as lists name it' }),
});
const either = { access: { pool: 'public' }, params, query: EitherSide } as const;
const coordinators = {
  access: { pool: 'staff', roles: ['coordinator', 'administrator'] },
  params,
} as const;
const toSides = { status: 200, body: MentorshipOfSides } as const;
const answers = { status: 200, body: MentorshipOfStaff } as const;
const strangers = ['no-profile', 'not-a-mentor', 'no-such-mentorship'] as const;
const elsewhere = { 403: ['no-staff-record'], 404: ['no-such-mentorship'] } as const;
const reused = ['idempotency-key-reused'] as const;

/** Routes about a mentorship as a whole. */
export const mentorshipRoutes = {
  askForExtension: {
    ...either,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/extension',
    summary: 'Ask for more sessions',
    description:
      'Until the last day, also while it is paused, and as often as the policy says. A coordinator decides.',
    body: Extension.pick({ reason: true }),
    answers: toSides,
    refusals: {
      404: strangers,
      409: ['mentor-suspended', 'not-active', 'extension-asked'],
      422: ['no-extension-left', 'extension-too-late', ...reused],
    },
  },
  decideExtension: {
    ...coordinators,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/extension/decision',
    summary: 'Decide about more sessions',
    body: z.strictObject({ outcome: Extension.shape.state.exclude(['asked']) }),
    answers,
    refusals: { ...elsewhere, 409: ['no-extension-asked'], 422: reused },
  },
  leaveMentorship: {
    ...either,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/leave',
    summary: 'End a mentorship of yours',
    description:
      'Coming sessions are called off. Where the mentor leaves, the learner waits for another with the sessions that remain.',
    answers: toSides,
    refusals: { 404: strangers, 409: ['mentor-suspended', 'not-active'], 422: reused },
  },
  endMentorship: {
    ...coordinators,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/end',
    summary: 'End a mentorship',
    body: z.strictObject({
      /** Whether the learner waits for another mentor, with the sessions that remain. */
      waits: z.boolean(),
    }),
    answers,
    refusals: { ...elsewhere, 409: ['not-active'], 422: reused },
  },
  handOverMentorship: {
    ...coordinators,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/handover',
    summary: 'Hand a mentorship over to another mentor, with the sessions that remain',
    description:
      'Ends this one, and offers the one that goes on from it to both sides; that one is answered. Notes of the first mentor do not pass.',
    body: z.strictObject({ mentorId: MentorId }),
    answers: { status: 201, body: MentorshipOfStaff },
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-mentorship', 'no-such-mentor'],
      409: ['not-active', 'mentor-full'],
      422: ['same-mentor', 'mentor-not-available', 'nothing-remains', 'same-household', ...reused],
    },
  },
  pauseMentorship: {
    ...coordinators,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/pause',
    summary: 'Hold a mentorship: no session takes place, none is used up',
    answers,
    refusals: { ...elsewhere, 409: ['not-active'], 422: reused },
  },
  resumeMentorship: {
    ...coordinators,
    method: 'POST',
    path: '/mentorships/{mentorshipId}/resume',
    summary: 'Let a mentorship go on',
    description:
      'The last day moves by the days that it was held, and sessions whose time has passed are given back. One that the rules hold goes on by itself: where consent, approval or the background check is not in order now, it stays paused for that, as the answer says.',
    answers,
    refusals: { ...elsewhere, 409: ['not-paused', 'held-by-rules'], 422: reused },
  },
} as const satisfies Readonly<Record<string, Route>>;
