import { serve } from '../runtime/http.ts';
import { appointmentHandlers } from './appointment.api.ts';
import { appointmentMeetingHandlers } from './appointment-meeting.api.ts';
import { calendarHandlers } from './calendar.api.ts';
import { consultingHandlers } from './consulting.api.ts';
import { servedByAppointments } from './contract.ts';
import { meetingHandlers } from './meeting.api.ts';
import { environment } from './people.api.ts';

export const handler = serve(
  servedByAppointments,
  {
    ...consultingHandlers,
    ...appointmentHandlers,
    ...appointmentMeetingHandlers,
    ...meetingHandlers,
    ...calendarHandlers,
  },
  environment.MENTORING_TABLE,
);
