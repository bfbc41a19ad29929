import { serve } from '../runtime/http.ts';
import { servedByMentorships } from './contract.ts';
import { extensionHandlers } from './extension.api.ts';
import { handoverHandlers } from './handover.api.ts';
import { mentorshipHandlers } from './mentorship.api.ts';
import { mentorshipCaseHandlers } from './mentorship-case.api.ts';
import { noteHandlers } from './note.api.ts';
import { environment } from './people.api.ts';

export const handler = serve(
  servedByMentorships,
  {
    ...mentorshipHandlers,
    ...handoverHandlers,
    ...extensionHandlers,
    ...mentorshipCaseHandlers,
    ...noteHandlers,
  },
  environment.MENTORING_TABLE,
);
