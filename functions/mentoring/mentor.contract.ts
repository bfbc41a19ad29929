import * as z from 'zod';
import { AreaId, Language } from '../../regions/schema.ts';
import { KeptWords, MentorId, Name } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import { Subject, Topic, Way, WeeklyTimes } from './words.contract.ts';

/**
 * Where a mentor stands. Whether the background check still holds is no state: its last day says so at any moment
 * (edge case 34).
 */
export const MentorState = z.enum(['applied', 'selected', 'rejected', 'suspended', 'left']);
export type MentorState = z.infer<typeof MentorState>;

export const University = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ examples: ['Riverside University'] });

/** What a mentor offers. */
export const MentorOffer = z.strictObject({
  university: University.optional(),
  subjects: z
    .array(Subject)
    .max(10)
    .meta({ examples: [['mathematics', 'english']] }),
  topics: z
    .array(Topic)
    .max(7)
    .meta({ examples: [['study-plan', 'career']] }),
  /** In which sessions can be held, the best first. */
  languages: z
    .array(Language)
    .min(1)
    .max(10)
    .meta({ examples: [['ko', 'en']] }),
  ways: z
    .array(Way)
    .min(1)
    .max(2)
    .meta({ examples: [['online']] }),
  /** The areas that the mentor comes to for sessions offline. */
  areas: z
    .array(AreaId)
    .max(50)
    .meta({ examples: [[]] }),
  /** How many learners at a time; the policy's number is the most. */
  capacity: z.int().min(1).max(50),
  /** In the mentor's own time zone. */
  weekly: WeeklyTimes,
});
export type MentorOffer = z.infer<typeof MentorOffer>;

/** A date and time on the quarter hour, by the clock on the mentor's wall. */
const LocalTime = z.iso
  .datetime({ local: true, precision: -1 })
  .regex(/:(?:00|15|30|45)$/, 'a local date and time on the quarter hour, "2026-03-08T16:00"')
  .meta({ examples: ['2026-03-08T16:00'] });

/** A dated deviation from the weekly times: away, or free beside them. */
export const OfferException = z
  .strictObject({
    kind: z.enum(['away', 'extra']),
    from: LocalTime,
    until: z
      .string()
      .pipe(LocalTime)
      .meta({ examples: ['2026-03-08T18:00'] }),
  })
  .refine(({ from, until }) => from < until, {
    error: '"until" later than "from"',
    path: ['until'],
  });
export type OfferException = z.infer<typeof OfferException>;

export const OfferExceptions = z.array(OfferException).max(60);

/** Someone whose mentor they must not be: they are of one household, or too close. Kept as a mark only. */
export const CloseOne = z.strictObject({
  name: Name,
  birthDate: z.iso.date().meta({ examples: ['2011-05-14'] }),
});
export type CloseOne = z.infer<typeof CloseOne>;

/** What a mentor sends: the offer, and who lives with them. */
export const OfferInput = MentorOffer.extend({
  household: z.array(CloseOne).max(20).optional().meta({
    description:
      'Of whom you must not become the mentor, such as your household. Nobody reads them: a mark is kept that tells whether a learner is one of them. Left out, it stays as it was.',
  }),
});
export type OfferInput = z.infer<typeof OfferInput>;

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:29.870Z'] });

/** What was decided about an application to be a mentor. */
export const MentorDecision = z.strictObject({
  outcome: z.enum(['selected', 'rejected']),
  reason: KeptWords,
  decidedAt: Moment,
});
export type MentorDecision = z.infer<typeof MentorDecision>;

/** A mentor as mentor and coordinators see it. */
export const Mentor = MentorOffer.extend({
  mentorId: MentorId,
  state: MentorState,
  since: Moment,
  /** How many learners they have, offers that are not answered included. */
  mentees: z.int().min(0),
  /** The last day of the background check; absent: none was shown. */
  checkUntil: z.iso
    .date()
    .meta({ examples: ['2027-02-28'] })
    .optional(),
  nominated: z.boolean(),
  formerMember: z.boolean(),
  exceptions: OfferExceptions,
  /** The latest; absent until there is one, and again of whoever applies anew. */
  decision: MentorDecision.optional(),
});
export type Mentor = z.infer<typeof Mentor>;

const own = { access: { pool: 'public' } } as const;
const answers = { status: 200, body: Mentor, etag: true } as const;

/** What mentors do with their offer. */
export const mentorRoutes = {
  writeOffer: {
    ...own,
    method: 'PUT',
    path: '/me/mentor/offer',
    summary: 'Say what you offer as a mentor; the first time applies',
    description:
      'Say who you are with `PUT /me/mentor` first. A coordinator decides on your application. Later changes count from the next round of matching on; fewer learners than you have take effect as they leave. Whoever left or was rejected applies anew by it. Send `If-Match` with the ETag of what you changed.',
    body: OfferInput,
    answers,
    refusals: {
      404: ['not-a-mentor'],
      412: ['stale'],
      422: ['no-mentoring', 'offer-empty', 'unknown-area', 'areas-needed', 'capacity-too-high'],
    },
  },
  readMyOffer: {
    ...own,
    method: 'GET',
    path: '/me/mentor/application',
    summary: 'How you stand as a mentor, and what you offer',
    answers,
    refusals: { 404: ['not-a-mentor', 'not-applied'] },
  },
  writeExceptions: {
    ...own,
    method: 'PUT',
    path: '/me/mentor/exceptions',
    summary: 'Say on which dates you are away, or free beside your weekly times',
    description:
      'By the clock of your own time zone; those that are over are left out. Sessions that are booked already stay booked: move them or call them off.',
    body: z.strictObject({ exceptions: OfferExceptions }),
    answers,
    refusals: { 404: ['not-a-mentor', 'not-applied'], 412: ['stale'] },
  },
  leave: {
    ...own,
    method: 'DELETE',
    path: '/me/mentor/offer',
    summary: 'Be a mentor no longer',
    description:
      'As long as you have learners, a coordinator hands them over first. Leaving twice changes nothing.',
    answers: { status: 204 },
    refusals: { 404: ['not-a-mentor'], 409: ['mentorships-running', 'mentor-suspended'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
