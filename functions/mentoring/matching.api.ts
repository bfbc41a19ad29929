import { serve } from '../runtime/http.ts';
import { servedByMatching } from './contract.ts';
import { offerHandlers } from './offer.api.ts';
import { pairingHandlers } from './pairing.api.ts';
import { environment } from './people.api.ts';
import { requestHandlers } from './request.api.ts';
import { roundHandlers } from './round.api.ts';

export const handler = serve(
  servedByMatching,
  {
    ...requestHandlers,
    ...roundHandlers,
    ...pairingHandlers,
    ...offerHandlers,
  },
  environment.MENTORING_TABLE,
);
