import { serve } from '../runtime/http.ts';
import { certificateHandlers } from './certificate.api.ts';
import { servedByMentors } from './contract.ts';
import { mentorHandlers } from './mentor.api.ts';
import { nominationHandlers } from './nomination.api.ts';
import { environment } from './people.api.ts';
import { reportHandlers } from './report.api.ts';
import { reportDecisionHandlers } from './report-decision.api.ts';
import { stipendHandlers } from './stipend.api.ts';
import { vettingHandlers } from './vetting.api.ts';

export const handler = serve(
  servedByMentors,
  {
    ...mentorHandlers,
    ...vettingHandlers,
    ...nominationHandlers,
    ...certificateHandlers,
    ...stipendHandlers,
    ...reportHandlers,
    ...reportDecisionHandlers,
  },
  environment.MENTORING_TABLE,
);
