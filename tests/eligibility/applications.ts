import { Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { LearnerId } from '../../functions/identity/contract.ts';
import type { Claim } from '../../functions/runtime/idempotency.ts';
import { newId } from '../../functions/runtime/ids.ts';

let count = 0;

/** An application of someone new that waits for an officer, with parts of it otherwise. */
export function application(otherwise: object = {}): Application {
  return Application.parse({
    applicationId: newId(ApplicationId, 'app'),
    learnerId: newId(LearnerId, 'lrn'),
    groupId: 'low-income',
    areaId: 'river',
    stage: 'high',
    state: 'waiting',
    waitingFor: 'officer-group',
    submittedAt: '2025-07-01T00:00:00.000Z',
    changedAt: '2025-07-01T00:00:00.000Z',
    ...otherwise,
  });
}

/** The claim of a request that nobody has made yet. */
export function claim(): Claim {
  count += 1;
  return { id: `login#key-${count}`, fingerprint: 'as sent' };
}

/** The application as an officer decided it. */
export function decided(
  { waitingFor, ...rest }: Application,
  outcome: 'approved' | 'rejected',
  explanation = 'Form 7 was shown.',
): Application {
  return Application.parse({
    ...rest,
    state: outcome,
    ...(outcome === 'approved' ? { validUntil: '2026-06-30' } : {}),
    decision: {
      outcome,
      policyVersion: 'first-2025',
      legalBasis: 'Ordinance of the village, article 1',
      findings: [{ rule: 'officer-judged', met: outcome === 'approved', explanation }],
      decidedBy: 'officer',
      decidedAt: '2025-07-02T00:00:00.000Z',
    },
  });
}
