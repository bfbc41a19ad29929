import { LearnerId } from '../identity/contract.ts';
import type { Migration } from './migration.rules.ts';

const keyPrefix = 'REQUEST#';

/**
 * Every request for a mentor that a learner ever made is found by the learner since accounts can be deleted (edge case 36):
 * a row beside the learner names each. Requests of release 0.1.0 lack it; where another has taken the place of one, only the
 * row that says whose it was is left, and a deletion would leave that behind.
 */
export const mentorRequestsByLearner: Migration = {
  id: '0002-mentor-requests-by-learner',
  table: 'mentoring',
  keyPrefix,
  sortKey: 'WHOSE',
  attributes: ['learnerId'],
  correct: ({ learnerId }, { pk }) => {
    const requestId = pk.slice(keyPrefix.length);
    const sk = `ASKED#${requestId}`;
    return { beside: [{ pk: `LEARNER#${LearnerId.parse(learnerId)}`, sk, requestId }] };
  },
};
