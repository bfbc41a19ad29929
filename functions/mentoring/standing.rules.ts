import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { Application } from '../eligibility/application.contract.ts';
import { consentOf } from '../eligibility/decision.rules.ts';
import type { Profile } from '../identity/contract.ts';
import type { Mentor } from './mentor.contract.ts';
import { checkStateOn } from './mentor-due.rules.ts';
import type { Mentorship, PausedBecause } from './mentorship.contract.ts';
import type { Refused } from './mentorship.rules.ts';
import { entitlement } from './request.rules.ts';

/** Why the rules hold a mentorship, without anybody's decision. */
export type HeldBecause = Extract<PausedBecause, 'consent' | 'approval' | 'check-expired'>;

/** What is known of both sides; whoever is undefined is there no more. */
export interface Standing {
  readonly profile: Profile | undefined;
  /** The applications that count for the learner (`countingFor`). */
  readonly applications: readonly Application[];
  readonly mentor: Pick<Mentor, 'checkUntil'> | undefined;
}

/**
 * Why no session may take place now: consent was taken back or never became the learner's own (edge case 2), no approval
 * holds, or the mentor's background check has expired (edge case 34); undefined where all is in order. That an area gives
 * the service up is no reason: what has begun there goes on.
 */
export function heldBecause(
  region: Region,
  { profile, applications, mentor }: Standing,
  now: Temporal.Instant,
): HeldBecause | undefined {
  if (profile === undefined || consentOf(profile) === 'missing') return 'consent';
  const entitled = entitlement(region, applications, now);
  if (entitled.kind === 'refused') {
    const { code } = entitled;
    const lacking = ['not-eligible', 'approval-suspended', 'approval-expired'];
    if (lacking.includes(code)) return 'approval';
  }
  const expired = mentor === undefined || checkStateOn(mentor, dayIn(region, now)) === 'expired';
  return expired ? 'check-expired' : undefined;
}

/** The refusal of what would have a session take place that the rules hold, before any job has looked. */
export function notToMeet(because: HeldBecause | undefined): Refused | undefined {
  switch (because) {
    case 'consent': {
      const detail = 'Consent is missing. This mentorship goes on when it is given again.';
      return { because: 'state', code: 'consent-withdrawn', detail };
    }
    case 'approval': {
      const detail = 'No approval of the learner holds. This mentorship goes on when one does.';
      return { because: 'state', code: 'approval-missing', detail };
    }
    case 'check-expired': {
      const detail =
        'The background check of the mentor has expired. It goes on when it is renewed.';
      return { because: 'state', code: 'mentor-check-expired', detail };
    }
    case undefined:
      return undefined;
  }
}

/** What becomes of a mentorship by how its sides stand. */
export type Turn =
  | { readonly kind: 'none' }
  | { readonly kind: 'pause'; readonly because: HeldBecause }
  /** It is held for another reason now, of which nobody need hear. */
  | { readonly kind: 'relabel'; readonly because: HeldBecause }
  | { readonly kind: 'resume' };

/**
 * What becomes of a mentorship. One that people have paused, or a report, goes on by them only.
 *
 * @param because - why it has to be held now; undefined where it need not
 */
export function turnOf(
  { state, pausedBecause }: Pick<Mentorship, 'state' | 'pausedBecause'>,
  because: HeldBecause | undefined,
): Turn {
  if (state === 'active')
    return because === undefined ? { kind: 'none' } : { kind: 'pause', because };
  if (state !== 'paused' || !isByRules(pausedBecause)) return { kind: 'none' };
  if (because === undefined) return { kind: 'resume' };
  return because === pausedBecause ? { kind: 'none' } : { kind: 'relabel', because };
}

function isByRules(because: PausedBecause | undefined): boolean {
  switch (because) {
    case 'consent':
    case 'approval':
    case 'check-expired':
      return true;
    case 'asked':
    case 'safeguarding':
    case undefined:
      return false;
  }
}
