import { Temporal } from 'temporal-polyfill';
import { ageOn, birthday, dayIn, policyOn } from '../../regions/calendar.ts';
import type { Policy, Region } from '../../regions/schema.ts';
import type { ProfileInput } from './contract.ts';
import { judgePerson, type PersonRefusal, refused } from './rules.ts';

type AgeRule = 'consentAge' | 'majorityAge';

/**
 * The first day on which someone has reached an age of the policies: each policy counts for the days on which it
 * is in force, so a rule that changes between two birthdays is met when it is met, and not before (edge case 4).
 */
export function dayOfAge(region: Region, birthDate: string, rule: AgeRule): Temporal.PlainDate {
  const policies = [...region.policies].sort((a, b) => a.from.localeCompare(b.from));
  const reached = policies.map((policy, position) => {
    const turns = birthday(birthDate, policy[rule]);
    const begins = position === 0 || turns.toString() >= policy.from;
    const day = begins ? turns : Temporal.PlainDate.from(policy.from);
    const ends = policies[position + 1]?.from;
    return ends === undefined || day.toString() < ends ? day : undefined;
  });
  const first = reached.find((day) => day !== undefined);
  if (first === undefined)
    throw new RangeError('the last policy has no end; its day always counts');
  return first;
}

/** The moment in which a guardian's access ends: midnight in the region before the day of majority. */
export function majorityBegins(region: Region, birthDate: string): Temporal.Instant {
  const day = dayOfAge(region, birthDate, 'majorityAge');
  return day.toZonedDateTime(region.timeZone).toInstant();
}

/** Whether nobody acts for someone any more: the moment in which guardians' access ends is the first. */
export function isOfAge(region: Region, birthDate: string, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(majorityBegins(region, birthDate), now) <= 0;
}

export type ChildVerdict =
  | { readonly kind: 'accepted'; readonly consent: 'granted' | 'own-needed' }
  | PersonRefusal
  | { readonly kind: 'refused'; readonly code: 'child-of-age'; readonly detail: string };

/** Whether a guardian may register a child: by the act they consent; from the consent age on the child must too. */
export function judgeChild(
  region: Region,
  child: ProfileInput,
  now: Temporal.Instant,
): ChildVerdict {
  const person = judgePerson(region, child, now);
  if (person !== undefined) return person;
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  const age = ageOn(child.birthDate, today);
  if (age >= policy.majorityAge) {
    return refused(
      'child-of-age',
      `From ${policy.majorityAge} years on nobody acts for another. They sign up with a login of their own.`,
    );
  }
  return { kind: 'accepted', consent: age < policy.consentAge ? 'granted' : 'own-needed' };
}

/** What is known of a login that wants to be a guardian. */
export interface Standing {
  /** The birth date of the learner that it is, if it is one. */
  readonly birthDate: string | undefined;
  /** Whether it asks for a guardian's consent itself. */
  readonly asks: boolean;
}

/**
 * Whether someone may be a guardian. Of a login that is no learner the age is unknown, as on paper; one that is
 * a learner below majority, or asks for consent itself, is no guardian of anyone.
 */
export function mayGuard(region: Region, { birthDate, asks }: Standing, now: Temporal.Instant) {
  if (asks) return false;
  if (birthDate === undefined) return true;
  const today = dayIn(region, now);
  const { majorityAge }: Pick<Policy, 'majorityAge'> = policyOn(region, today);
  return ageOn(birthDate, today) >= majorityAge;
}
