import { ConsentId } from '../identity/consent.contract.ts';
import { LearnerId, learnerKeyPrefix } from '../identity/contract.ts';
import type { Migration } from './migration.rules.ts';

/**
 * Requests for consent of which a learner came, or that a learner made, are found by the learner since accounts can be
 * deleted (edge case 36): a row beside the learner names each. Requests of release 0.1.0 lack it, and a deletion would
 * leave them behind with the guardians' names.
 */
export const requestsByLearner: Migration = {
  id: '0001-requests-by-learner',
  table: 'identity',
  keyPrefix: 'CONSENT#',
  sortKey: 'CONSENT',
  attributes: ['consentId', 'learnerId'],
  correct: (fields) => {
    const learnerId = LearnerId.optional().parse(fields['learnerId']);
    if (learnerId === undefined) return undefined;
    const consentId = ConsentId.parse(fields['consentId']);
    const tie = { pk: learnerKeyPrefix + learnerId, sk: `ASKED#${consentId}`, consentId };
    return { beside: [tie] };
  },
};
