import * as z from 'zod';
import { Outcome } from '../../regions/schema.ts';
import { LearnerId, MentorId } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import {
  EitherSide,
  MentorshipId,
  QuarterHour,
  SessionId,
  Way,
  Weekday,
} from './words.contract.ts';

export { Outcome, outcomes } from '../../regions/schema.ts';

/** `booked` until somebody tells how it ended, or calls it off. */
export const SessionState = z.enum(['booked', 'ended', 'cancelled']);
export type SessionState = z.infer<typeof SessionState>;

/** Who said how a session ended; time: nobody did, so it used up nothing and is not paid. */
export const ToldBy = z.enum(['learner', 'mentor', 'coordinator', 'time']);
export type ToldBy = z.infer<typeof ToldBy>;

/** The learner says that a session ended otherwise than the mentor told; a coordinator decides. */
export const Dispute = z.strictObject({
  state: z.enum(['open', 'decided']),
  says: Outcome,
  at: z.iso.datetime().meta({ examples: ['2026-03-03T08:15:30.120Z'] }),
});

/** Where two people meet offline. */
export const Venue = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ examples: ['Riverside library, room 2'] });

export const Session = z.strictObject({
  sessionId: SessionId,
  mentorshipId: MentorshipId,
  learnerId: LearnerId,
  mentorId: MentorId,
  start: z.iso.datetime().meta({ examples: ['2026-03-02T07:00:00Z'] }),
  minutes: z.int().min(15),
  way: Way,
  venue: Venue.optional(),
  state: SessionState,
  /** How it ended; absent too where nobody told in time, and where it was called off in time. */
  outcome: Outcome.optional(),
  toldBy: ToldBy.optional(),
  toldAt: z.iso
    .datetime()
    .optional()
    .meta({ examples: ['2026-03-02T07:35:10.120Z'] }),
  dispute: Dispute.optional(),
  /** The name of its calendar entry, the same for good (RFC 5545, 3.8.4.7). */
  uid: z.string().min(1),
  /** Rises when it is moved or called off (RFC 5546, 2.1.4; edge case 30). */
  sequence: z.int().min(0),
});
export type Session = z.infer<typeof Session>;

/** A session as both sides and coordinators see it. */
export const SessionView = Session.omit({ uid: true, sequence: true }).extend({
  /** Its mentorship is paused: it does not take place unless that goes on in time. */
  held: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/** A moment on the grid of quarter hours. */
export const Start = z.iso
  .datetime({ precision: 0, error: 'a moment such as "2026-03-02T07:00:00Z"' })
  .regex(/:(?:00|15|30|45):00Z$/, 'a moment on the quarter hour, such as "2026-03-02T07:00:00Z"')
  .meta({ examples: ['2026-03-02T07:00:00Z'] });

/** How and where: without a way, the one that the mentorship has. */
const meeting = { way: Way.optional(), venue: Venue.optional() };

/** "Each Tuesday and Thursday at 16:00, eight sessions, from 2 March on", by the region's clock. */
export const SeriesWish = z.strictObject({
  days: z.array(Weekday).min(1).max(7),
  at: QuarterHour,
  count: z
    .int()
    .min(1)
    .max(16)
    .meta({ examples: [8] }),
  from: z.iso.date().meta({ examples: ['2026-03-02'] }),
});
export type SeriesWish = z.infer<typeof SeriesWish>;

export const BookingWish = z
  .strictObject({ start: Start.optional(), series: SeriesWish.optional(), ...meeting })
  .refine(({ start, series }) => (start === undefined) !== (series === undefined), {
    error: '"start" for one session, or "series" for several',
    path: ['start'],
  })
  .meta({ examples: [{ start: '2026-03-02T07:00:00Z' }] });
export type BookingWish = z.infer<typeof BookingWish>;

export const params = z.strictObject({
  mentorshipId: MentorshipId.meta({ description: 'The mentorship, as lists name it' }),
});
export const sessionParams = params.extend({
  sessionId: SessionId.meta({ description: 'The session, as the list of the mentorship names it' }),
});

/** Codes of a caller who is on neither side. */
export const strangers = ['no-profile', 'not-a-mentor', 'no-such-mentorship'] as const;

const ruled = [
  'start-passed',
  'outside-span',
  'mentor-not-free',
  'learner-not-free',
  'venue-required',
] as const;
const taken = [
  'mentor-suspended',
  'mentor-taken',
  'learner-taken',
  'not-active',
  'mentor-not-active',
  'mentor-check-expired',
  'consent-withdrawn',
  'approval-missing',
] as const;

/** Sessions: booking, moving, calling off. */
export const sessionRoutes = {
  listOpenTimes: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}/open-times',
    access: { pool: 'public' },
    summary: 'When both sides could meet',
    description:
      'The moments from which both are free by their weekly times, and neither has anything else. At most 31 days from `from` on; without `until`, fourteen.',
    params,
    query: EitherSide.extend({
      from: z.iso.date().meta({
        description: 'The first day, in the region',
        examples: ['2026-03-02'],
      }),
      until: z.iso
        .date()
        .optional()
        .meta({ description: 'The last day, in the region', examples: ['2026-03-15'] }),
    }),
    answers: {
      status: 200,
      body: z.strictObject({ minutes: z.int(), starts: z.array(Start) }),
    },
    refusals: { 404: strangers },
  },
  listSessions: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}/sessions',
    access: { pool: 'public' },
    summary: 'The sessions of a mentorship, the first to begin first',
    description: 'A mentor finds after the end only those whose outcome is still to be told.',
    params,
    query: EitherSide,
    answers: { status: 200, body: z.strictObject({ sessions: z.array(SessionView) }) },
    refusals: { 404: strangers, 409: ['mentor-suspended'] },
  },
  readSession: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}',
    access: { pool: 'public' },
    summary: 'A session',
    params: sessionParams,
    query: EitherSide,
    answers: { status: 200, body: SessionView, etag: true },
    refusals: { 404: [...strangers, 'no-such-session'], 409: ['mentor-suspended'] },
  },
  bookSessions: {
    method: 'POST',
    path: '/mentorships/{mentorshipId}/sessions',
    access: { pool: 'public' },
    summary: 'Book a session, or a series of them',
    description:
      'All of a series or none. Whoever books is taken to be free; the other side has to be by their stated times. A session is over by the midnight that ends the last day of the mentorship.',
    params,
    query: EitherSide,
    body: BookingWish,
    answers: { status: 201, body: z.strictObject({ sessions: z.array(SessionView) }) },
    refusals: {
      404: strangers,
      409: taken,
      422: [...ruled, 'no-session-left', 'too-many-booked', 'idempotency-key-reused'],
    },
  },
  moveSession: {
    method: 'PUT',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}',
    access: { pool: 'public' },
    summary: 'Move a session',
    description:
      'Send the ETag of the session as `If-Match`: of two who move it at once, one does. It stays the same entry in calendars.',
    params: sessionParams,
    query: EitherSide,
    body: z.strictObject({ start: Start, ...meeting }),
    answers: { status: 200, body: SessionView, etag: true },
    refusals: {
      404: [...strangers, 'no-such-session'],
      409: [...taken, 'session-over'],
      412: ['stale'],
      422: [...ruled, 'too-late-to-move'],
    },
  },
  cancelSession: {
    method: 'DELETE',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}',
    access: { pool: 'public' },
    summary: 'Call a session off; calling off what is called off is fine',
    description:
      'A learner who calls off later than the policy says may lose the session: the policy says that too.',
    params: sessionParams,
    query: EitherSide,
    answers: { status: 204 },
    refusals: { 404: [...strangers, 'no-such-session'], 409: ['mentor-suspended', 'session-over'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
