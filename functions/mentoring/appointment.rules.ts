import { Temporal } from 'temporal-polyfill';
import { dayIn, timestamp } from '../../regions/calendar.ts';
import type { CalendarEvent, Message } from '../../regions/notices.ts';
import type { MentoringPolicy, Region } from '../../regions/schema.ts';
import type { Application } from '../eligibility/application.contract.ts';
import type { LearnerId } from '../identity/contract.ts';
import {
  type Appointment,
  type AppointmentInput,
  type AppointmentOutcomeInput,
  notEntitled,
} from './appointment.contract.ts';
import { isFree } from './availability.rules.ts';
import type { Consultant } from './consulting.contract.ts';
import { consultingOn } from './consulting.rules.ts';
import type { Stretch } from './day.rules.ts';
import { closesAfter, type OpenTime, opensBefore } from './meeting.rules.ts';
import { endOf, type Refused } from './mentorship.rules.ts';
import { entitlement, type RequestRefused } from './request.rules.ts';
import type { AppointmentId } from './words.contract.ts';

/** An appointment that counts among those that a learner has, until its time is over. */
export interface Coming {
  readonly appointmentId: AppointmentId;
  readonly until: string;
}

/** Who books, and what is known of them and of whom they want to meet. */
export interface Booker {
  readonly learnerId: LearnerId;
  /** The applications that count for them (`countingFor`). */
  readonly applications: readonly Application[];
  readonly coming: readonly Coming[];
  readonly consultant: Consultant;
  readonly newId: AppointmentId;
}

/** An appointment that is to be, and those that the learner has with it. */
export interface Booked {
  readonly appointment: Appointment;
  readonly coming: readonly Coming[];
}

/**
 * Books an appointment: with an approval that holds on its day, in an area with consulting, when the consultant is free,
 * and no more to come than the policy says.
 */
export function bookAppointment(
  region: Region,
  wish: AppointmentInput,
  { learnerId, applications, coming, consultant, newId }: Booker,
  now: Temporal.Instant,
): Booked | Refused {
  const entitled = entitlement(region, applications, now, 'consulting');
  if (entitled.kind === 'refused') return refusedEntitlement(entitled);
  const { approval, policy } = entitled;
  const { consulting } = policy;
  if (consulting === undefined) return notOffered();
  const start = Temporal.Instant.from(wish.start);
  if (dayIn(region, start).toString() > approval.validUntil) {
    return rule(
      'approval-expired',
      `Your approval ends on ${approval.validUntil}, before that day.`,
    );
  }
  const refused = refusedBy(consultant, wish, start, consulting.minutes, now);
  if (refused !== undefined) return refused;
  const others = coming.filter(({ until }) => isAhead(until, now));
  if (others.length >= consulting.open) return tooMany(consulting.open);
  const { minutes } = consulting;
  const until = start.add({ minutes });
  const appointment: Appointment = {
    ...wish,
    appointmentId: newId,
    consultant: consultant.name,
    learnerId,
    areaId: approval.areaId,
    minutes,
    ...(wish.way === 'offline' && consultant.venue ? { venue: consultant.venue } : {}),
    state: 'booked',
    late: false,
    policyVersion: policy.version,
    bookedAt: timestamp(now),
  };
  return { appointment, coming: [...others, { appointmentId: newId, until: timestamp(until) }] };
}

/** An appointment that was called off, and those that the learner has then. */
export type Cancelled = Booked | Refused | 'cancelled-already';

/**
 * Calls an appointment off; its time is free again. Of a learner who is later than the policy's notice it counts on until
 * then, so that nobody holds times by booking and calling off.
 */
export function cancelAppointment(
  region: Region,
  appointment: Appointment,
  coming: readonly Coming[],
  by: 'learner' | 'consultant',
  now: Temporal.Instant,
): Cancelled {
  const { state, start, appointmentId } = appointment;
  if (state === 'cancelled') return 'cancelled-already';
  if (state === 'ended' || !isAhead(start, now)) return over();
  const hours = consultingOf(region, appointment, now)?.cancelHours ?? 0;
  const notice = Temporal.Instant.from(start).subtract({ hours });
  const late = by === 'learner' && Temporal.Instant.compare(now, notice) > 0;
  return {
    appointment: { ...appointment, state: 'cancelled', cancelledBy: by, late },
    coming: coming.filter((one) => late || one.appointmentId !== appointmentId),
  };
}

/** An appointment whose consultant tells how it ended; until the policy's days are over it can be told otherwise. */
export function tellAppointment(
  region: Region,
  appointment: Appointment,
  { outcome, summary }: AppointmentOutcomeInput,
  now: Temporal.Instant,
): Appointment | Refused {
  const { state, start, minutes, summary: _, ...rest } = appointment;
  if (state === 'cancelled') return over();
  if (isAhead(start, now)) {
    const detail = `It begins at ${start}. Tell how it ended afterwards.`;
    return { because: 'state', code: 'appointment-not-begun', detail };
  }
  const days = rulesOf(region, appointment, now)?.deadlines.outcome ?? 0;
  const ended = dayIn(region, Temporal.Instant.from(start).add({ minutes }));
  if (Temporal.Instant.compare(endOf(region, ended, days), now) <= 0) {
    const detail = `How an appointment ended can be told for ${days} days.`;
    return { because: 'state', code: 'appointment-too-late', detail };
  }
  return { ...rest, start, minutes, state: 'ended', outcome, ...(summary && { summary }) };
}

/**
 * When the room of an appointment is open; refused where it is not now, or the learner's approval does not hold any more
 * (edge case 2). That an area gives the service up is no reason: what was booked there is held.
 */
export function roomOfAppointment(
  region: Region,
  { state, start, minutes }: Appointment,
  applications: readonly Application[],
  now: Temporal.Instant,
): OpenTime | Refused {
  const entitled = entitlement(region, applications, now, 'consulting');
  if (entitled.kind === 'refused' && notEntitled.some((code) => code === entitled.code)) {
    return refusedEntitlement(entitled);
  }
  const from = Temporal.Instant.from(start).subtract(opensBefore);
  const until = Temporal.Instant.from(start).add({ minutes }).add(closesAfter);
  if (state === 'cancelled' || Temporal.Instant.compare(now, until) >= 0) return over();
  if (Temporal.Instant.compare(now, from) >= 0) return { from, until };
  const detail = `The room opens at ${from} and closes at ${until}.`;
  return { because: 'state', code: 'meeting-not-open', detail };
}

/** The time that an appointment takes on both sides. */
export function timeOfAppointment({ appointmentId, start, minutes }: Appointment): Stretch {
  return { start: Temporal.Instant.from(start), minutes, booking: { appointmentId } };
}

/** What the learner is told of an appointment, with its entry for their calendar. */
export function appointmentNotice(
  region: Pick<Region, 'id'>,
  appointment: Appointment,
  kind: 'appointment-booked' | 'appointment-cancelled',
): Message {
  const { learnerId, start } = appointment;
  const events = [eventOfAppointment(region, appointment)];
  return { kind, to: { kind: 'learner', learnerId }, facts: { start }, events };
}

/** An appointment as calendars have it: none is moved, so it changes once, when it is called off. */
export function eventOfAppointment(
  { id }: Pick<Region, 'id'>,
  { appointmentId, start, minutes, venue, state }: Appointment,
): CalendarEvent {
  const cancelled = state === 'cancelled';
  const uid = `${appointmentId}@${id}`;
  return { uid, sequence: cancelled ? 1 : 0, start, minutes, venue, cancelled };
}

function refusedBy(
  consultant: Consultant,
  { way, topic }: AppointmentInput,
  start: Temporal.Instant,
  minutes: number,
  now: Temporal.Instant,
): Refused | undefined {
  if (Temporal.Instant.compare(start, now) <= 0) {
    return rule('start-passed', 'This moment has passed. Choose one to come.');
  }
  if (!consultant.ways.includes(way)) {
    return rule('way-not-offered', `They offer: ${consultant.ways.join(', ')}.`);
  }
  if (!consultant.topics.includes(topic)) {
    return rule('topic-not-offered', `They help with: ${consultant.topics.join(', ')}.`);
  }
  if (isFree(consultant, start, minutes)) return undefined;
  const detail = `At ${start} they are not free by their times. GET …/open-times lists when you can meet.`;
  return rule('consultant-not-free', detail);
}

/** The rules that an appointment was booked under (edge case 9), or today's where the region file has given them up. */
export function rulesOf(
  region: Region,
  { policyVersion }: Pick<Appointment, 'policyVersion'>,
  now: Temporal.Instant,
): MentoringPolicy | undefined {
  const kept = region.mentoring?.find(({ version }) => version === policyVersion);
  return kept ?? consultingOn(region, now);
}

const consultingOf = (...asked: Parameters<typeof rulesOf>) => rulesOf(...asked)?.consulting;

const isAhead = (moment: string, now: Temporal.Instant) =>
  Temporal.Instant.compare(Temporal.Instant.from(moment), now) > 0;

const refusedEntitlement = (refused: RequestRefused): Refused => ({
  ...refused,
  because: refused.by === 'rule' ? 'rule' : 'state',
});

function tooMany(most: number): Refused {
  const detail = `You have ${most} appointments to come, and no more at a time. Call one off, or wait.`;
  return { because: 'state', code: 'too-many-appointments', detail };
}

function over(): Refused {
  const detail = 'This appointment has begun, has ended, or was called off.';
  return { because: 'state', code: 'appointment-over', detail };
}

function notOffered(): Refused {
  return rule('service-not-offered', 'Your area has no consulting. GET /config tells what it has.');
}

function rule(code: string, detail: string): Refused {
  return { because: 'rule', code, detail };
}
