import * as z from 'zod';
import { AreaId, Outcome, PolicyVersion } from '../../regions/schema.ts';
import { ActingFor, KeptWords, LearnerId, Name, StaffId, Words } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { Meeting } from './calendar.contract.ts';
import { SessionState, Start, Venue } from './session.contract.ts';
import { AppointmentId, Topic, Way } from './words.contract.ts';

/** How an appointment ended. */
export const AppointmentOutcome = Outcome.extract([
  'completed',
  'learner-no-show',
  'technical-failure',
]);
export type AppointmentOutcome = z.infer<typeof AppointmentOutcome>;

const Question = Words.meta({ examples: ['Which universities look at my school record?'] });

export const AppointmentInput = z.strictObject({
  staffId: StaffId,
  start: Start,
  way: Way,
  topic: Topic,
  question: Question,
});
export type AppointmentInput = z.infer<typeof AppointmentInput>;

/** An appointment as both see it; the names are those of the day on which it was booked, or of today. */
export const Appointment = z.strictObject({
  appointmentId: AppointmentId,
  staffId: StaffId,
  /** What the consultant is called. */
  consultant: Name,
  learnerId: LearnerId,
  areaId: AreaId,
  start: Start,
  minutes: z.int().min(15),
  way: Way,
  venue: Venue.optional(),
  topic: Topic,
  question: KeptWords,
  state: SessionState,
  cancelledBy: z.enum(['learner', 'consultant']).optional(),
  /** Called off by the learner later than the policy's notice. */
  late: z.boolean(),
  outcome: AppointmentOutcome.optional(),
  /** What came of it, for both. */
  summary: KeptWords.optional(),
  policyVersion: PolicyVersion,
  bookedAt: z.iso.datetime().meta({ examples: ['2026-03-01T08:15:30.120Z'] }),
});
export type Appointment = z.infer<typeof Appointment>;

/** An appointment as consultants see it; without a name the learner is there no more. */
export const AppointmentCase = Appointment.extend({ learner: Name.optional() });
export type AppointmentCase = z.infer<typeof AppointmentCase>;

export const AppointmentOutcomeInput = z.strictObject({
  outcome: AppointmentOutcome,
  summary: Words.optional().meta({ examples: ['We looked at three universities.'] }),
});
export type AppointmentOutcomeInput = z.infer<typeof AppointmentOutcomeInput>;

const consultants = { pool: 'staff', roles: ['consultant'] } as const;
const params = z.strictObject({
  appointmentId: AppointmentId.meta({ description: 'The appointment, as the list names it' }),
});
const since = z.iso
  .date()
  .optional()
  .meta({ description: 'The first day; without it, today', examples: ['2026-03-02'] });
const pageOf = <Item extends z.ZodType>(appointment: Item) =>
  z.strictObject({ appointments: z.array(appointment), cursor: Cursor.optional() });

/** Nobody meets a consultant without an approval that holds. */
export const notEntitled = ['not-eligible', 'approval-expired', 'approval-suspended'] as const;

const meeting = {
  method: 'GET',
  summary: 'How to come to an appointment',
  description:
    'A link opens ten minutes before it begins, and is good until half an hour after its end. Needs an approval that holds.',
  params,
  answers: { status: 200, body: Meeting },
} as const;
const closed = ['meeting-not-open', 'appointment-over'] as const;

/** Appointments of learners with consultants. */
export const appointmentRoutes = {
  bookAppointment: {
    method: 'POST',
    path: '/appointments',
    access: { pool: 'public' },
    summary: 'Book an appointment with a consultant',
    description:
      'Needs an approval that holds, in an area with consulting. The policy says how many to come you may have at a time.',
    query: ActingFor,
    body: AppointmentInput,
    answers: { status: 201, body: Appointment },
    refusals: {
      404: ['no-profile', 'no-such-consultant'],
      409: ['consultant-taken', 'learner-taken', 'too-many-appointments'],
      422: [
        ...notEntitled,
        'service-not-offered',
        'partner-not-live',
        'partner-ended',
        'mentoring-not-begun',
        'start-passed',
        'way-not-offered',
        'topic-not-offered',
        'consultant-not-free',
        'idempotency-key-reused',
      ],
    },
  },
  listMyAppointments: {
    method: 'GET',
    path: '/me/appointments',
    access: { pool: 'public' },
    summary: 'Your appointments from a day on, the first first',
    query: ActingFor.extend({ since, ...paging }),
    answers: { status: 200, body: pageOf(Appointment) },
    refusals: { 404: ['no-profile'] },
  },
  readMyMeeting: {
    ...meeting,
    path: '/me/appointments/{appointmentId}/meeting',
    access: { pool: 'public' },
    query: ActingFor,
    refusals: {
      404: ['no-profile', 'no-such-appointment'],
      409: closed,
      422: ['no-meetings', ...notEntitled],
    },
  },
  cancelMyAppointment: {
    method: 'DELETE',
    path: '/me/appointments/{appointmentId}',
    access: { pool: 'public' },
    summary: 'Call an appointment off; calling off what is called off is fine',
    description:
      'Called off later than the policy says, it counts among those that you have until its time is over.',
    params,
    query: ActingFor,
    answers: { status: 204 },
    refusals: { 404: ['no-profile', 'no-such-appointment'], 409: ['appointment-over'] },
  },
  listAppointments: {
    method: 'GET',
    path: '/consulting/me/appointments',
    access: consultants,
    summary: 'Appointments with you from a day on, the first first',
    description: 'The look is recorded.',
    query: z.strictObject({ since, ...paging }),
    answers: { status: 200, body: pageOf(AppointmentCase) },
    refusals: { 403: ['no-staff-record'] },
  },
  readAppointmentMeeting: {
    ...meeting,
    path: '/consulting/me/appointments/{appointmentId}/meeting',
    access: consultants,
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-appointment'],
      409: closed,
      422: ['no-meetings', ...notEntitled],
    },
  },
  cancelAppointment: {
    method: 'DELETE',
    path: '/consulting/me/appointments/{appointmentId}',
    access: consultants,
    summary: 'Call an appointment with you off; calling off what is called off is fine',
    params,
    answers: { status: 204 },
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-appointment'],
      409: ['appointment-over'],
    },
  },
  tellAppointment: {
    method: 'PUT',
    path: '/consulting/me/appointments/{appointmentId}/outcome',
    access: consultants,
    summary: 'Tell how an appointment ended, and what came of it',
    description:
      'From its beginning on, for as many days as the policy says. The learner reads it.',
    params,
    body: AppointmentOutcomeInput,
    answers: { status: 200, body: Appointment },
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-appointment'],
      409: ['appointment-not-begun', 'appointment-over', 'appointment-too-late'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
