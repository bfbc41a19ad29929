import { serve } from '../runtime/http.ts';
import { applicantHandlers } from './applicant.api.ts';
import { environment } from './case.api.ts';
import { eligibility } from './contract.ts';
import { officerHandlers } from './officer.api.ts';

export const handler = serve(
  eligibility,
  { ...applicantHandlers, ...officerHandlers },
  environment.ELIGIBILITY_TABLE,
);
