import { serve } from '../runtime/http.ts';
import { servedBySessions } from './contract.ts';
import { outcomeHandlers } from './outcome.api.ts';
import { ownMentorshipHandlers } from './own-mentorship.api.ts';
import { environment } from './people.api.ts';
import { sessionHandlers } from './session.api.ts';

export const handler = serve(
  servedBySessions,
  {
    ...ownMentorshipHandlers,
    ...sessionHandlers,
    ...outcomeHandlers,
  },
  environment.MENTORING_TABLE,
);
