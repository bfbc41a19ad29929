import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import type { Moment } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { appointmentStore, type SeenAppointment, toAppointment } from './appointment.store.ts';
import {
  appointmentDue,
  appointmentReminder,
  isAppointmentForgettable,
} from './appointment-due.rules.ts';
import { mentoringEnvironments } from './contract.ts';
import { termsOf } from './mentorship.rules.ts';
import { mentorshipStore, toMentorship } from './mentorship.store.ts';
import { isForgettable } from './note.rules.ts';
import { noteStore } from './note.store.ts';
import type { PersonId } from './report.rules.ts';
import { weighedHoldStore } from './weighed-hold.store.ts';

const { MENTORING_TABLE: table, NOTICES_TABLE } = readEnvironment(mentoringEnvironments.due);
const mentorships = mentorshipStore(table);
const notes = noteStore(table);
const holds = weighedHoldStore(table);
const appointments = appointmentStore(table);

/** Hours until what is held by a report is looked at again. */
const heldHours = 24;

/**
 * Deletes plan, notes and feedback of a mentorship whose time is over, in pages; while a report concerns either side
 * nothing is deleted (edge case 35). The mentorship stays due until nothing is left, so that a run which dies in between
 * is gone on with by the next. No date is written on the rows for DynamoDB to delete them by: it knows of no hold.
 * Capacity: 5 read units for 4 KB, and 2 write units for each row.
 *
 * @param row - a mentorship that has ended, as the index of what is due has it, which lags: its row decides
 * @returns whether all is deleted
 */
export async function forgetMentorship(row: Record<string, unknown>, now: Moment) {
  const { mentorshipId } = toMentorship(row).mentorship;
  return anew(async () => {
    const seen = await mentorships.read(mentorshipId);
    if (seen === undefined) return false;
    const { mentorship } = seen;
    if (!isForgettable(termsOf(region, mentorship, now), mentorship)) return false;
    const unheld = await unheldOf(mentorship.learnerId, mentorship.mentorId);
    for (;;) {
      const deletion = await notes.deletionOf(mentorshipId);
      const rest = deletion.length === 0 ? [mentorships.change(seen, undefined)] : deletion;
      const written = await transact([...rest, ...unheld]);
      if (!written.done && written.failed.some((at) => at >= rest.length)) {
        const later = timestamp(now.add({ hours: heldHours }));
        const postponed = await transact([mentorships.change(seen, later)]);
        return postponed.done ? false : undefined;
      }
      // Somebody else has changed the mentorship: its row decides anew.
      if (!written.done) return undefined;
      if (deletion.length === 0) return true;
    }
  });
}

/**
 * What a moment brings to an appointment: before it a reminder, sent by the write that says when it is due next, so it is
 * sent once; in the end its deletion, as `forgetMentorship` deletes. Capacity: 1 read unit, and 6 write units for a
 * reminder, or 2 read units and 12 write units for the deletion.
 *
 * @param row - an appointment as the index of what is due has it, which lags: its row decides
 */
export async function lookAtAppointment(row: Record<string, unknown>, now: Moment): Promise<void> {
  const { appointmentId } = toAppointment(row).appointment;
  await anew(async () => {
    const seen = await appointments.read(appointmentId);
    if (seen === undefined || seen.due > timestamp(now)) return true;
    if (isAppointmentForgettable(region, seen.appointment, now)) return forget(seen, now);
    const due = timestamp(appointmentDue(region, seen.appointment, now));
    const reminder = appointmentReminder(seen.appointment, now);
    const written = await transact([
      appointments.change(seen, due),
      ...reminder.map((message) => sendNotice(NOTICES_TABLE, message)),
    ]);
    return written.done || undefined;
  });
}

/** Undefined where the appointment has changed since it was read. */
async function forget(seen: SeenAppointment, now: Moment): Promise<true | undefined> {
  const unheld = await unheldOf(seen.appointment.learnerId, seen.appointment.staffId);
  const written = await transact([...unheld, ...appointments.remove(seen)]);
  if (written.done) return true;
  if (!written.failed.some((at) => at < unheld.length)) return undefined;
  const later = timestamp(now.add({ hours: heldHours }));
  const postponed = await transact([appointments.change(seen, later)]);
  return postponed.done || undefined;
}

/** The checks that no report holds either side. Capacity: as `weigh`, for two. */
async function unheldOf(...sides: readonly PersonId[]) {
  const weighed = await Promise.all(sides.map((side) => holds.weigh(side, undefined)));
  return weighed.map(({ rest }) => rest);
}
