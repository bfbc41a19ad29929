import { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { Message } from '../../regions/notices.ts';
import type { Region } from '../../regions/schema.ts';
import type { Appointment } from './appointment.contract.ts';
import { rulesOf } from './appointment.rules.ts';
import { endOf } from './mentorship.rules.ts';

/** Hours before its beginning when an appointment is reminded of. */
const reminderHours = [24, 1] as const;

/** When an appointment has to be looked at next: reminded of, or, after that, deleted. */
export function appointmentDue(
  region: Region,
  appointment: Appointment,
  now: Temporal.Instant,
): Temporal.Instant {
  const reminders = appointment.state === 'booked' ? reminderHours : [];
  const start = Temporal.Instant.from(appointment.start);
  const next = reminders
    .map((hours) => start.subtract({ hours }))
    .find((moment) => Temporal.Instant.compare(moment, now) > 0);
  return next ?? forgetAppointmentAt(region, appointment, now);
}

/** What the learner is reminded of when an appointment is due before it begins. */
export function appointmentReminder(
  { state, learnerId, start }: Appointment,
  now: Temporal.Instant,
): Message[] {
  const isAhead = Temporal.Instant.compare(Temporal.Instant.from(start), now) > 0;
  if (state !== 'booked' || !isAhead) return [];
  return [{ kind: 'appointment-reminder', to: { kind: 'learner', learnerId }, facts: { start } }];
}

/** Whether the time has come to delete an appointment. */
export function isAppointmentForgettable(
  region: Region,
  appointment: Appointment,
  now: Temporal.Instant,
): boolean {
  return Temporal.Instant.compare(forgetAppointmentAt(region, appointment, now), now) <= 0;
}

/** When an appointment is to be deleted, as notes of a mentorship are: the policy's days after its day. */
function forgetAppointmentAt(
  region: Region,
  appointment: Appointment,
  now: Temporal.Instant,
): Temporal.Instant {
  const days = rulesOf(region, appointment, now)?.deadlines.notes ?? 0;
  return endOf(region, dayIn(region, Temporal.Instant.from(appointment.start)), days);
}
