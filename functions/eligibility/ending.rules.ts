import type { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn, timestamp } from '../../regions/calendar.ts';
import type { AreaId, Region } from '../../regions/schema.ts';
import { partnerRefuses } from '../identity/partner.rules.ts';
import type { Application, Decision } from './contract.ts';
import { type Step, to } from './due.rules.ts';
import { waitsBehind } from './officer.rules.ts';

/** That the partner which an area belongs to has ended, said (domain.md row 28); undefined where it has not. */
export function endOf(region: Region, areaId: AreaId, now: Temporal.Instant): string | undefined {
  const refused = partnerRefuses(region, areaId, now, 'recruiting');
  return refused?.code === 'partner-ended' ? refused.detail : undefined;
}

/**
 * What becomes of a case that still waits for an officer, or for what an officer asked for, where the partner that its area
 * belongs to has ended (domain.md row 28): nothing is approved there any more, so the rules reject. An
 * approval that an officer has to look at goes on to wait for that: what runs goes on. So does an appeal, which a person
 * decides (edge case 11).
 *
 * @returns undefined where the partner has not ended, or there is nothing to reject
 */
export function whenEnded(
  region: Region,
  application: Application,
  now: Temporal.Instant,
): Step | undefined {
  if (application.state !== 'waiting' || waitsBehind(application) === 'appeal') return undefined;
  const over = endOf(region, application.areaId, now);
  return over === undefined ? undefined : rejectedByEnd(region, application, over, now);
}

/** An application that waits, rejected by the rules, with the days of the policy to appeal. */
export function rejectedByEnd(
  region: Region,
  waiting: Application,
  explanation: string,
  now: Temporal.Instant,
): Step {
  const today = dayIn(region, now);
  const { version: policyVersion, legalBasis, deadlines } = policyOn(region, today);
  const { waitingFor, claim, because, decision: before, earlier = [], ...rest } = waiting;
  const decision: Decision = {
    outcome: 'rejected',
    policyVersion,
    legalBasis,
    findings: [{ rule: 'partner-recruiting', met: false, explanation }],
    decidedBy: 'rules',
    decidedAt: timestamp(now),
  };
  const until = today.add({ days: deadlines.appeal }).toString();
  return {
    next: {
      ...rest,
      ...{ state: 'rejected', decision, changedAt: decision.decidedAt },
      earlier: [...earlier, ...(before === undefined ? [] : [before])],
    },
    action: 'rejected',
    told: { kind: 'application-rejected', to: to(waiting), facts: { until } },
  };
}
