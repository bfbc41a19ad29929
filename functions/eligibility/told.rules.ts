import type { Message } from '../../regions/notices.ts';
import type { Region } from '../../regions/schema.ts';
import { appealUntil } from './applicant.rules.ts';
import type { Application } from './contract.ts';

/** What an applicant is told of where their application stands now; nothing where they were told before. */
export function told(region: Region, application: Application): Message | undefined {
  const { learnerId, groupId, state, waitingFor, request, validUntil, decision } = application;
  const to = { kind: 'learner', learnerId } as const;
  // An officer has just asked again for a paper that takes the place of an expired one.
  if (waitingFor === 'new-paper' && request?.askedAt === application.changedAt)
    return { kind: 'evidence-needed', to, facts: { until: request.until } };
  switch (state) {
    case 'waiting':
      return waitingFor === 'evidence' && request !== undefined
        ? { kind: 'evidence-needed', to, facts: { until: request.until } }
        : { kind: 'application-received', to, facts: { group: groupId } };
    case 'waitlisted':
      return { kind: 'waitlisted', to, facts: {} };
    case 'approved':
      return validUntil === undefined
        ? undefined
        : { kind: 'application-approved', to, facts: { until: validUntil } };
    case 'rejected': {
      const until = appealUntil(region, decision?.decidedAt ?? application.changedAt);
      return { kind: 'application-rejected', to, facts: { until: until.toString() } };
    }
    case 'ended':
      return { kind: 'approval-ended', to, facts: {} };
    case 'lapsed':
      return { kind: 'offer-lapsed', to, facts: {} };
    case 'suspended':
      return { kind: 'approval-suspended', to, facts: {} };
    case 'offered':
      return undefined;
  }
}
