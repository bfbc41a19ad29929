import { Application, ApplicationId } from '../../functions/eligibility/contract.ts';
import { eligibilityStore } from '../../functions/eligibility/store.ts';
import type { LearnerId } from '../../functions/identity/contract.ts';
import { newId } from '../../functions/runtime/ids.ts';

/** Gives a learner an approval until the end of 2026, unless the test says otherwise. */
export async function approve(
  learnerId: LearnerId,
  areaId: string,
  otherwise: object = {},
): Promise<void> {
  const at = '2025-05-02T00:00:00.000Z';
  const findings = [{ rule: 'officer-judged', met: true, explanation: 'Form 7 was shown.' }];
  const application = Application.parse({
    applicationId: newId(ApplicationId, 'app'),
    ...{ learnerId, groupId: 'low-income', areaId, stage: 'high', state: 'approved' },
    ...{ submittedAt: at, changedAt: at, validUntil: '2026-12-31' },
    decision: {
      ...{ outcome: 'approved', policyVersion: 'first-2025', legalBasis: 'Ordinance', findings },
      ...{ decidedBy: 'officer', decidedAt: at },
    },
    ...otherwise,
  });
  const claim = { id: learnerId, fingerprint: '' };
  await eligibilityStore('eligibility').keep(application, claim, '2025-05-02');
}
