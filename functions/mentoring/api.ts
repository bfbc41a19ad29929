import { serve } from '../runtime/http.ts';
import { appointmentHandlers } from './appointment.api.ts';
import { appointmentMeetingHandlers } from './appointment-meeting.api.ts';
import { calendarHandlers } from './calendar.api.ts';
import { certificateHandlers } from './certificate.api.ts';
import { consultingHandlers } from './consulting.api.ts';
import { mentoring } from './contract.ts';
import { extensionHandlers } from './extension.api.ts';
import { handoverHandlers } from './handover.api.ts';
import { meetingHandlers } from './meeting.api.ts';
import { mentorHandlers } from './mentor.api.ts';
import { mentorshipHandlers } from './mentorship.api.ts';
import { nominationHandlers } from './nomination.api.ts';
import { noteHandlers } from './note.api.ts';
import { offerHandlers } from './offer.api.ts';
import { outcomeHandlers } from './outcome.api.ts';
import { pairingHandlers } from './pairing.api.ts';
import { environment } from './people.api.ts';
import { reportHandlers } from './report.api.ts';
import { reportDecisionHandlers } from './report-decision.api.ts';
import { requestHandlers } from './request.api.ts';
import { roundHandlers } from './round.api.ts';
import { sessionHandlers } from './session.api.ts';
import { stipendHandlers } from './stipend.api.ts';
import { vettingHandlers } from './vetting.api.ts';

export const handler = serve(
  mentoring,
  {
    ...requestHandlers,
    ...roundHandlers,
    ...pairingHandlers,
    ...offerHandlers,
    ...mentorHandlers,
    ...vettingHandlers,
    ...nominationHandlers,
    ...certificateHandlers,
    ...stipendHandlers,
    ...sessionHandlers,
    ...outcomeHandlers,
    ...meetingHandlers,
    ...calendarHandlers,
    ...mentorshipHandlers,
    ...handoverHandlers,
    ...extensionHandlers,
    ...noteHandlers,
    ...consultingHandlers,
    ...appointmentHandlers,
    ...appointmentMeetingHandlers,
    ...reportHandlers,
    ...reportDecisionHandlers,
  },
  environment.MENTORING_TABLE,
);
