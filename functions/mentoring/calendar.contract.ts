import * as z from 'zod';
import { ActingFor } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import { sessionParams, strangers, Venue } from './session.contract.ts';
import { EitherSide } from './words.contract.ts';

/** How to come to a session: by a link that is the caller's own, or to a place. */
export const Meeting = z.discriminatedUnion('way', [
  z.strictObject({
    way: z.literal('online'),
    url: z.url().meta({
      description: 'Yours alone, and good for this session only: never pass it on',
      examples: ['https://meet.seoul.example/9f86d081884c7d659a2feaa0c55ad015'],
    }),
  }),
  z.strictObject({ way: z.literal('offline'), venue: Venue }),
]);
export type Meeting = z.infer<typeof Meeting>;

/** Names a calendar, and then the secret that opens it; each is 256 bits. */
export const CalendarToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/, 'the token of a calendar’s address')
  .meta({
    description: 'What the address of the calendar ends with',
    examples: [
      'mZ0c3n2nq1kqk0Zb8o0P1nqj9uT6r5sW4x3y2z1a0B0.kQ8v7u6t5s4r3q2p1o0nZmYlXkWjViUhTgSfReQdPcO',
    ],
  })
  .brand<'CalendarToken'>();
export type CalendarToken = z.infer<typeof CalendarToken>;

/** Calendars and meetings. */
export const calendarRoutes = {
  readMeeting: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}/meeting',
    access: { pool: 'public' },
    summary: 'How to come to a session',
    description:
      'A link opens ten minutes before the session begins, and is good until half an hour after its end.',
    params: sessionParams,
    query: EitherSide,
    answers: { status: 200, body: Meeting },
    refusals: {
      404: [...strangers, 'no-such-session'],
      409: [
        'meeting-not-open',
        'session-over',
        'session-held',
        'mentor-suspended',
        'consent-withdrawn',
        'approval-missing',
        'mentor-check-expired',
      ],
      422: ['no-meetings'],
    },
  },
  makeCalendar: {
    method: 'POST',
    path: '/me/calendar',
    access: { pool: 'public' },
    summary: 'Get an address by which calendars follow your sessions',
    description:
      'Shown this once. Whoever has it sees when and where you have sessions, and nothing else; another call makes the one before useless. With `learnerId` it is the calendar of a child that you act for; without, yours, as a learner and as a mentor.',
    query: ActingFor,
    answers: {
      status: 201,
      body: z.strictObject({
        url: z.url().meta({
          examples: ['https://api.seoul.example/me/calendar.ics?token=mZ0c3n2nq1kq.kQ8v7u6t5s4r'],
        }),
      }),
    },
    refusals: { 404: ['no-profile'], 422: ['idempotency-key-reused'] },
  },
  revokeCalendar: {
    method: 'DELETE',
    path: '/me/calendar',
    access: { pool: 'public' },
    summary: 'Make the address of your calendar useless; where there is none, all is well',
    query: ActingFor,
    answers: { status: 204 },
  },
  readCalendar: {
    method: 'GET',
    path: '/me/calendar.ics',
    access: { pool: 'none' },
    summary: 'The sessions of whoever made this address, as iCalendar',
    description: 'From 60 days ago to 400 days ahead (RFC 5545).',
    query: z.strictObject({ token: CalendarToken }),
    answers: {
      status: 200,
      body: z.string().meta({ examples: ['BEGIN:VCALENDAR'] }),
      mediaType: 'text/calendar',
      uncached: true,
    },
    refusals: { 404: ['no-such-calendar'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
