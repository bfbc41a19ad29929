import { dayIn, timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { namesStore } from '../identity/names.store.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { AuditAction } from '../runtime/happening.ts';
import type { Call } from '../runtime/http.ts';
import { AnsweredBefore, rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { append, auditEntry } from '../runtime/trail.ts';
import type { Appointment, appointmentRoutes } from './appointment.contract.ts';
import {
  appointmentNotice,
  bookAppointment,
  cancelAppointment,
  tellAppointment,
  timeOfAppointment,
} from './appointment.rules.ts';
import { appointmentStore, type SeenAppointment } from './appointment.store.ts';
import { appointmentDue } from './appointment-due.rules.ts';
import { noSuchConsultant } from './consulting.api.ts';
import { consultingStore, staffPartition } from './consulting.store.ts';
import { days, refusalOf, table, told } from './deciding.api.ts';
import { endOf } from './mentorship.rules.ts';
import { actingFor, environment, type Member, staff } from './people.api.ts';
import { applicationsOf } from './request.api.ts';
import { learnerKey } from './rows.store.ts';
import { AppointmentId } from './words.contract.ts';

type Routes = typeof appointmentRoutes;

const appointments = appointmentStore(table);
const consultants = consultingStore(table);
const names = namesStore(environment.IDENTITY_TABLE);

async function book({ caller, query, body, claim }: Call<Routes['bookAppointment']>) {
  const learnerId = await actingFor(caller, query.learnerId);
  const applications = await applicationsOf(learnerId);
  const id = newId(AppointmentId, 'apt');
  return anew(async () => {
    const [offered, seen] = await Promise.all([
      consultants.read(body.staffId),
      appointments.readComing(learnerId),
    ]);
    if (offered === undefined || !offered.consultant.open) throw noSuchConsultant();
    const { consultant } = offered;
    const booker = { learnerId, applications, coming: seen.coming, consultant, newId: id };
    const booked = bookAppointment(region, body, booker, now());
    if ('because' in booked) throw refusalOf(booked);
    const { appointment, coming } = booked;
    const answer = { body: appointment };
    const kept = await keepBooked(appointment, [
      rememberAnswer(table, claim, { status: 201, ...answer }),
      ...appointments.create(appointment, dueOf(appointment)),
      appointments.putComing(learnerId, coming, seen),
      consultants.isStill(offered),
    ]);
    return kept ? answer : undefined;
  });
}

/** Takes the time of both and writes all that goes along, the remembered answer first; false where it has changed. */
async function keepBooked(appointment: Appointment, along: readonly TransactItem[]) {
  const { learnerId, staffId } = appointment;
  const time = [timeOfAppointment(appointment)];
  const ofLearner = days.change(learnerKey(learnerId), time);
  const ofStaff = days.change(staffPartition(staffId), time);
  const notices = told([appointmentNotice(region, appointment, 'appointment-booked')]);
  const written = await transact([...along, ...ofLearner, ...ofStaff, ...notices]);
  if (written.done) return true;
  const [first = 0] = written.failed;
  if (first === 0) throw new AnsweredBefore();
  // What was decided on old rows is decided anew, and may then be no conflict.
  if (first < along.length) return false;
  throw taken(first < along.length + ofLearner.length ? 'learner' : 'consultant');
}

async function listMine({ caller, query }: Call<Routes['listMyAppointments']>) {
  const learnerId = await actingFor(caller, query.learnerId);
  return { body: await appointments.listOf(learnerKey(learnerId), dayFrom(query.since), query) };
}

async function listOfConsultant({ caller, query }: Call<Routes['listAppointments']>) {
  const member = await staff.memberOf(caller);
  const owner = staffPartition(member.staffId);
  const page = await appointments.listOf(owner, dayFrom(query.since), query);
  const ids = page.appointments.map(({ appointmentId }) => appointmentId);
  // Before anything is shown: a look that cannot be recorded is not taken.
  await append(environment.AUDIT_TABLE, did(member, 'appointments-read', ids));
  const people = await names.namesOf(
    page.appointments.map(({ learnerId }) => learnerId),
    [],
  );
  const shown = page.appointments.map((one) => {
    const learner = people.learners.get(one.learnerId)?.name;
    return { ...one, ...(learner && { learner }) };
  });
  return { body: { ...page, appointments: shown } };
}

async function cancelMine({ caller, params, query }: Call<Routes['cancelMyAppointment']>) {
  const learnerId = await actingFor(caller, query.learnerId);
  const isMine = (one: Appointment) => one.learnerId === learnerId;
  return cancel(params.appointmentId, 'learner', isMine, () => []);
}

async function cancelAsConsultant({ caller, params }: Call<Routes['cancelAppointment']>) {
  const member = await staff.memberOf(caller);
  const isMine = (one: Appointment) => one.staffId === member.staffId;
  return cancel(params.appointmentId, 'consultant', isMine, (one) => [
    recorded(member, 'appointment-cancelled', one),
  ]);
}

async function cancel(
  id: AppointmentId,
  by: 'learner' | 'consultant',
  isMine: (one: Appointment) => boolean,
  along: (one: Appointment) => readonly TransactItem[],
) {
  return anew(async () => {
    const seen = await findAppointment(id, isMine);
    const { learnerId, staffId } = seen.appointment;
    const before = await appointments.readComing(learnerId);
    const next = cancelAppointment(region, seen.appointment, before.coming, by, now());
    if (next === 'cancelled-already') return { body: undefined };
    if ('because' in next) throw refusalOf(next);
    const { appointment, coming } = next;
    const time = [timeOfAppointment(appointment)];
    const written = await transact([
      appointments.change({ ...seen, appointment }, dueOf(appointment)),
      appointments.putComing(learnerId, coming, before),
      ...days.change(learnerKey(learnerId), [], time),
      ...days.change(staffPartition(staffId), [], time),
      ...told([appointmentNotice(region, appointment, 'appointment-cancelled')]),
      ...along(appointment),
    ]);
    return written.done ? { body: undefined } : undefined;
  });
}

async function tell({ caller, params, body }: Call<Routes['tellAppointment']>) {
  const member = await staff.memberOf(caller);
  return anew(async () => {
    const seen = await findAppointment(
      params.appointmentId,
      ({ staffId }) => staffId === member.staffId,
    );
    const appointment = tellAppointment(region, seen.appointment, body, now());
    if ('because' in appointment) throw refusalOf(appointment);
    const written = await transact([
      appointments.change({ ...seen, appointment }, dueOf(appointment)),
      recorded(member, 'appointment-told', appointment),
    ]);
    return written.done ? { body: appointment } : undefined;
  });
}

/**
 * An appointment of the caller's.
 *
 * @throws {NotFound} `no-such-appointment`, also of one that is someone else's
 */
export async function findAppointment(
  id: AppointmentId,
  isMine: (one: Appointment) => boolean,
): Promise<SeenAppointment> {
  const seen = await appointments.read(id);
  if (seen !== undefined && isMine(seen.appointment)) return seen;
  throw new NotFound({ code: 'no-such-appointment', detail: 'You have no such appointment.' });
}

const dueOf = (appointment: Appointment) => timestamp(appointmentDue(region, appointment, now()));

/** Where a list begins: with the midnight before a day, or today's. */
function dayFrom(since: string | undefined): string {
  return endOf(region, since ?? dayIn(region, now()), -1).toString();
}

const did = ({ staffId }: Member, action: AuditAction, subjects: AppointmentId[]) => ({
  at: timestamp(now()),
  actor: { kind: 'staff' as const, staffId },
  action,
  subjects,
  details: [],
});

function recorded(member: Member, action: AuditAction, one: Appointment): TransactItem {
  const { learnerId, areaId, appointmentId } = one;
  const entry = { ...did(member, action, [appointmentId]), learnerId, areaId };
  return auditEntry(environment.AUDIT_TABLE, entry);
}

function taken(who: 'learner' | 'consultant'): Conflict {
  return new Conflict({
    code: `${who}-taken`,
    detail: `The ${who} has something else at this time. GET …/open-times lists when both can meet.`,
  });
}

/** How appointments are booked, called off and told of. */
export const appointmentHandlers = {
  bookAppointment: book,
  listMyAppointments: listMine,
  cancelMyAppointment: cancelMine,
  listAppointments: listOfConsultant,
  cancelAppointment: cancelAsConsultant,
  tellAppointment: tell,
};
