import * as z from 'zod';
import { Language, TimeZone } from '../../regions/schema.ts';
import { ActingFor, Name, StaffId } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { appointmentRoutes } from './appointment.contract.ts';
import { OfferExceptions } from './mentor.contract.ts';
import { Start, Venue } from './session.contract.ts';
import { Topic, Way, WeeklyTimes } from './words.contract.ts';

/** What learners see of a consultant, and choose by. */
export const ConsultantEntry = z.strictObject({
  staffId: StaffId,
  name: Name,
  topics: z
    .array(Topic)
    .min(1)
    .max(7)
    .meta({ examples: [['admissions', 'college']] }),
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
  /** Where learners come to; needed where one of the ways is offline. */
  venue: Venue.optional(),
});
export type ConsultantEntry = z.infer<typeof ConsultantEntry>;

/** What a consultant offers (domain.md row 19). */
export const ConsultantInput = ConsultantEntry.omit({ staffId: true }).extend({
  /** In which the weekly times and the exceptions are meant. */
  timeZone: TimeZone,
  weekly: WeeklyTimes,
  exceptions: OfferExceptions.default([]),
  /** Whether learners find it, and can book. */
  open: z.boolean(),
});
export type ConsultantInput = z.infer<typeof ConsultantInput>;

export const Consultant = ConsultantInput.extend({
  staffId: StaffId,
  exceptions: OfferExceptions,
  /** Since when it is open, or closed. */
  since: z.iso.datetime().meta({ examples: ['2026-03-02T08:15:30.120Z'] }),
});
export type Consultant = z.infer<typeof Consultant>;

const consultants = { pool: 'staff', roles: ['consultant'] } as const;
const offer = { status: 200, body: Consultant, etag: true } as const;

/** Consultants: what they offer, and when. */
export const consultingRoutes = {
  readConsulting: {
    method: 'GET',
    path: '/consulting/me',
    access: consultants,
    summary: 'What you offer as a consultant',
    answers: offer,
    refusals: { 403: ['no-staff-record'], 404: ['no-consulting-offer'] },
  },
  writeConsulting: {
    method: 'PUT',
    path: '/consulting/me',
    access: consultants,
    summary: 'Say what you offer as a consultant, and when',
    description:
      'Appointments that are booked already stay booked. With `open` false learners find you no more. Send `If-Match` with the ETag of what you changed.',
    body: ConsultantInput,
    answers: offer,
    refusals: {
      403: ['no-staff-record'],
      412: ['stale'],
      422: ['no-consulting', 'unknown-language', 'venue-required'],
    },
  },
  listConsultants: {
    method: 'GET',
    path: '/consultants',
    access: { pool: 'public' },
    summary: 'Consultants whom you can meet',
    description:
      'With `topic`, a page can hold fewer than `limit`; go on as long as there is a cursor.',
    query: ActingFor.extend({
      topic: Topic.optional().meta({ description: 'Only those who help with it' }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ consultants: z.array(ConsultantEntry), cursor: Cursor.optional() }),
    },
    refusals: {
      404: ['no-profile'],
      422: ['service-not-offered', 'partner-not-live', 'partner-ended'],
    },
  },
  listConsultantTimes: {
    method: 'GET',
    path: '/consultants/{staffId}/open-times',
    access: { pool: 'public' },
    summary: 'When a consultant and you could meet',
    description:
      'The moments from which neither has anything else. At most 31 days from `from` on; without `until`, fourteen.',
    params: z.strictObject({
      staffId: StaffId.meta({ description: 'The consultant, as the list of them names them' }),
    }),
    query: ActingFor.extend({
      from: z.iso.date().meta({ description: 'The first day', examples: ['2026-03-02'] }),
      until: z.iso
        .date()
        .optional()
        .meta({ description: 'The last day', examples: ['2026-03-15'] }),
    }),
    answers: {
      status: 200,
      body: z.strictObject({ minutes: z.int(), starts: z.array(Start) }),
    },
    refusals: {
      404: ['no-profile', 'no-such-consultant'],
      422: ['service-not-offered', 'partner-not-live', 'partner-ended'],
    },
  },
  ...appointmentRoutes,
} as const satisfies Readonly<Record<string, Route>>;
