import { MentorId } from '../identity/contract.ts';
import type { Migration } from './migration.rules.ts';

/**
 * Certificates are found by their mentor since accounts can be deleted (edge case 36): a row beside the mentor names each.
 * Those of release 0.1.0 lack it, and a deletion would leave them behind with the mentor's name.
 */
export const certificatesByMentor: Migration = {
  id: '0003-certificates-by-mentor',
  table: 'mentoring',
  keyPrefix: 'CERTIFICATE#',
  sortKey: 'CERTIFICATE',
  attributes: ['mentorId'],
  correct: ({ mentorId }, { pk }) => ({
    beside: [{ pk: `MENTOR#${MentorId.parse(mentorId)}`, sk: pk }],
  }),
};
