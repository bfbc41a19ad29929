import type { Name } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import { NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { findAppointment } from './appointment.api.ts';
import type { Appointment, appointmentRoutes } from './appointment.contract.ts';
import { roomOfAppointment } from './appointment.rules.ts';
import { refusalOf } from './deciding.api.ts';
import { meetingAddress, type Visit } from './meeting.adapter.ts';
import { readMeetingSecret } from './meeting.api.ts';
import { actingFor, learners, staff } from './people.api.ts';
import { applicationsOf } from './request.api.ts';

type Routes = typeof appointmentRoutes;

async function readMine({ caller, params, query }: Call<Routes['readMyMeeting']>) {
  const id = await actingFor(caller, query.learnerId);
  const { appointment } = await findAppointment(
    params.appointmentId,
    ({ learnerId }) => learnerId === id,
  );
  return meetingOf(appointment, async () => {
    const record = await learners.readRecord(id);
    return { id, name: nameOr(record?.profile.name), moderator: false };
  });
}

async function readOfConsultant({ caller, params }: Call<Routes['readAppointmentMeeting']>) {
  const { staffId: id } = await staff.memberOf(caller);
  const { appointment } = await findAppointment(
    params.appointmentId,
    ({ staffId }) => staffId === id,
  );
  return meetingOf(appointment, async () => ({
    id,
    name: appointment.consultant,
    moderator: true,
  }));
}

async function meetingOf(appointment: Appointment, whoComes: () => Promise<Visit['who']>) {
  if (appointment.venue !== undefined) {
    return { body: { way: 'offline' as const, venue: appointment.venue } };
  }
  const open = roomOfAppointment(
    region,
    appointment,
    await applicationsOf(appointment.learnerId),
    now(),
  );
  const { meetings } = region.deployment;
  if (meetings === undefined) throw noMeetings();
  if ('because' in open) throw refusalOf(open);
  const [secret, who] = await Promise.all([readMeetingSecret(), whoComes()]);
  const visit = { sessionId: appointment.appointmentId, who, ...open };
  return { body: { way: 'online' as const, url: meetingAddress(meetings, secret, visit) } };
}

/** @throws {NotFound} `no-profile`: deleted since the login was read */
function nameOr(name: Name | undefined): Name {
  if (name !== undefined) return name;
  throw new NotFound({ code: 'no-profile', detail: 'You are there no more.' });
}

function noMeetings(): Ruled {
  return new Ruled({
    code: 'no-meetings',
    detail: 'This region has no rooms online. Book an appointment offline.',
  });
}

/** How people come to appointments. */
export const appointmentMeetingHandlers = {
  readMyMeeting: readMine,
  readAppointmentMeeting: readOfConsultant,
};
