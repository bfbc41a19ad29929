import type { Temporal } from 'temporal-polyfill';
import { ageOn, dayIn, policyOn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { ConsentState } from './contract.ts';
import { refused } from './rules.ts';

/**
 * How a guardian's word changes a learner: not at all once the learner has consented themself, or came of age to
 * begin with; and what was withdrawn comes back by a new consent only.
 */
export function consentAfter(
  current: ConsentState,
  word: 'granted' | 'conflict' | 'withdrawn',
): ConsentState {
  if (current === 'own-given' || current === 'not-needed' || current === 'withdrawn')
    return current;
  if (word === 'granted' && (current === 'own-needed' || current === 'own-lapsed')) return current;
  return word;
}

/**
 * How an answered request changes a learner: as `consentAfter`, and where the learner asked again after a withdrawal,
 * a grant undoes it; a withdrawal since then stands.
 *
 * @param learner - `since`: when consent last changed
 */
export function consentAnswered(
  learner: { readonly consent: ConsentState; readonly since: string },
  word: 'granted' | 'conflict' | 'withdrawn',
  after: string | undefined,
): ConsentState {
  const undoes = learner.consent === 'withdrawn' && after === learner.since;
  return undoes && word === 'granted' ? 'granted' : consentAfter(learner.consent, word);
}

export type AgainVerdict =
  | { readonly kind: 'accepted' | 'same' }
  | {
      readonly kind: 'refused';
      readonly code: 'consent-is-own' | 'consent-disputed';
      readonly detail: string;
    };

/**
 * Whether a guardian may consent again below the consent age: who withdrew may; where another did, guardians
 * disagree (edge case 1).
 *
 * @param learner - `withdrewLast`: whether this guardian withdrew the consent that is missing
 */
export function judgeAgain(
  region: Region,
  learner: {
    readonly birthDate: string;
    readonly consent: ConsentState;
    readonly withdrewLast: boolean;
  },
  now: Temporal.Instant,
): AgainVerdict {
  const { birthDate, consent, withdrewLast } = learner;
  if (consent !== 'withdrawn' && consent !== 'conflict' && consent !== 'own-lapsed')
    return { kind: 'same' };
  const today = dayIn(region, now);
  const { consentAge } = policyOn(region, today);
  if (ageOn(birthDate, today) >= consentAge) {
    const detail = `From ${consentAge} years on the learner consents, with PUT /me/consent.`;
    return refused('consent-is-own', detail);
  }
  if (consent === 'withdrawn' && withdrewLast) return { kind: 'accepted' };
  const detail =
    'Another guardian refused or withdrew. Whoever did consents again, or an officer decides.';
  return refused('consent-disputed', detail);
}

export type OwnVerdict =
  | { readonly kind: 'accepted'; readonly consent: ConsentState }
  | {
      readonly kind: 'refused';
      readonly code: 'consent-not-needed' | 'consent-required';
      readonly detail: string;
    };

/** A learner's own word: counts from the consent age on (edge case 4). */
export function judgeOwn(
  region: Region,
  learner: { readonly birthDate: string; readonly consent: ConsentState },
  granted: boolean,
  now: Temporal.Instant,
): OwnVerdict {
  const today = dayIn(region, now);
  const { consentAge, legalBasis } = policyOn(region, today);
  if (ageOn(learner.birthDate, today) < consentAge) {
    return refused(
      'consent-required',
      `Under ${consentAge} years a guardian consents, or withdraws, for you (${legalBasis}).`,
    );
  }
  if (learner.consent === 'not-needed') {
    return refused('consent-not-needed', 'You came of the consent age; nothing is asked of you.');
  }
  return { kind: 'accepted', consent: granted ? 'own-given' : 'withdrawn' };
}
