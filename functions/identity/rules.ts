import type { Temporal } from 'temporal-polyfill';
import { ageOn, dayIn, policyOn } from '../../regions/calendar.ts';
import type { Language, Policy, Region } from '../../regions/schema.ts';
import type { AskedState } from './consent.contract.ts';
import type { ConsentState, ProfileInput, StaffInput } from './contract.ts';

/** Nobody is older, so such a birth date is a slip of the pen. */
const oldest = 120;

export interface PersonRefusal {
  readonly kind: 'refused';
  readonly code:
    | 'birth-date-in-future'
    | 'birth-date-too-early'
    | 'unknown-area'
    | 'unknown-language'
    | 'below-minimum-age';
  readonly detail: string;
}

export type ProfileVerdict =
  | { readonly kind: 'accepted'; readonly consent: ConsentState }
  | PersonRefusal
  | {
      readonly kind: 'refused';
      readonly code: 'consent-required' | 'birth-date-differs';
      readonly detail: string;
    };

/** What is known of whoever writes a profile. */
export type Before =
  | { readonly kind: 'nobody' }
  /** Their guardians were asked for consent; of a closed request no birth date is left. */
  | { readonly kind: 'asker'; readonly state: AskedState; readonly birthDate: string | undefined }
  | { readonly kind: 'learner'; readonly consent: ConsentState };

/**
 * Whether a profile may be kept, and how consent stands with it. Of someone under the consent age nothing is
 * kept until a guardian has consented (edge case 3); ages count by the region's calendar (edge case 4).
 */
export function judgeProfile(
  region: Region,
  profile: ProfileInput,
  now: Temporal.Instant,
  before: Before = { kind: 'nobody' },
): ProfileVerdict {
  const person = judgePerson(region, profile, now);
  if (person !== undefined) return person;
  if (before.kind === 'asker' && (before.birthDate ?? profile.birthDate) !== profile.birthDate) {
    return refused(
      'birth-date-differs',
      'Your guardians were asked with another birth date. Send the same, or wait until the request has ended: GET /me/consent.',
    );
  }
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  const ofAge = ageOn(profile.birthDate, today) >= policy.consentAge;
  const consent = ofAge ? consentOfAge(before) : consentBelowAge(before);
  return consent === undefined ? consentRequired(policy, ofAge) : { kind: 'accepted', consent };
}

/** Below the consent age only a guardian's consent counts, and only while it stands. */
function consentBelowAge(before: Before): ConsentState | undefined {
  if (before.kind === 'nobody') return undefined;
  if (before.kind === 'asker') return before.state === 'granted' ? 'granted' : undefined;
  const { consent } = before;
  // A guardian's consent that their own was to follow was of somebody believed older than they are.
  const guardians = consent === 'granted' || consent === 'own-needed' || consent === 'own-lapsed';
  return guardians ? 'granted' : undefined;
}

/** From the consent age on everybody consents themself; what was taken back comes back by `PUT /me/consent` only. */
function consentOfAge(before: Before): ConsentState | undefined {
  if (before.kind === 'nobody') return 'not-needed';
  if (before.kind === 'asker') return before.state === 'granted' ? 'own-needed' : 'not-needed';
  switch (before.consent) {
    case 'withdrawn':
    case 'conflict':
    case 'own-lapsed':
      return undefined;
    case 'granted':
      return 'own-needed';
    case 'not-needed':
    case 'own-needed':
    case 'own-given':
      return before.consent;
  }
}

function consentRequired({ consentAge, legalBasis }: Policy, ofAge: boolean) {
  const how = ofAge
    ? `From ${consentAge} years on you consent yourself, with PUT /me/consent`
    : `Under ${consentAge} years a guardian must consent first, who is asked with POST /me/consents`;
  return refused('consent-required', `${how} (${legalBasis}). Nothing was stored.`);
}

/** What is wrong with a profile whoever it is of; undefined where nothing is. */
export function judgePerson(
  region: Region,
  profile: ProfileInput,
  now: Temporal.Instant,
): PersonRefusal | undefined {
  if (!region.areas.some((area) => area.id === profile.areaId)) {
    return refused(
      'unknown-area',
      'This region has no such area. Take one of the areas that GET /config lists.',
    );
  }
  return judgeBirth(region, profile, now);
}

/** What is wrong with a birth date or a language; undefined where nothing is. */
export function judgeBirth(
  region: Region,
  { birthDate, language }: { readonly birthDate: string; readonly language: Language },
  now: Temporal.Instant,
): PersonRefusal | undefined {
  const today = dayIn(region, now);
  const policy = policyOn(region, today);
  const age = ageOn(birthDate, today);
  if (birthDate > today.toString()) {
    return refused(
      'birth-date-in-future',
      'The birth date lies in the future. Correct "birthDate".',
    );
  }
  if (age > oldest) {
    return refused(
      'birth-date-too-early',
      `The birth date lies more than ${oldest} years back. Correct "birthDate".`,
    );
  }
  const unknown = unknownLanguage(region, language);
  if (unknown !== undefined) return unknown;
  if (age >= policy.minimumAge) return undefined;
  return refused(
    'below-minimum-age',
    `The programme begins at ${policy.minimumAge} years (${policy.legalBasis}).`,
  );
}

export type InvitationVerdict =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly code:
        | 'unknown-area'
        | 'unknown-partner'
        | 'area-or-partner'
        | 'role-without-area'
        | 'already-staff';
      readonly detail: string;
    };

/**
 * Officers, coordinators and safeguarding leads may be tied to one area, or to a partner with all its areas; consultants
 * and administrators serve the whole region, and so whoever invites belongs to no partner.
 */
export function judgeInvitation(
  region: Region,
  { email, role, areaId, partnerId }: StaffInput,
): InvitationVerdict {
  if (email.toLowerCase() === region.deployment.firstAdministrator.toLowerCase()) {
    return refused('already-staff', 'This address is the first administrator of the region file.');
  }
  if (areaId === undefined && partnerId === undefined) return { kind: 'accepted' };
  if (role === 'consultant' || role === 'administrator') {
    const which = areaId === undefined ? 'partnerId' : 'areaId';
    return refused('role-without-area', `A ${role} serves the whole region. Leave "${which}" out.`);
  }
  if (areaId === undefined) return knownPartner(region, partnerId);
  if (partnerId !== undefined) {
    const detail = 'Name an area or a partner: a partner stands for all its areas.';
    return refused('area-or-partner', detail);
  }
  if (region.areas.some((area) => area.id === areaId)) return { kind: 'accepted' };
  return refused(
    'unknown-area',
    'This region has no such area. Take one of the areas that GET /config lists.',
  );
}

function knownPartner(
  { partners = [] }: Pick<Region, 'partners'>,
  partnerId: StaffInput['partnerId'],
): InvitationVerdict {
  if (partners.some(({ id }) => id === partnerId)) return { kind: 'accepted' };
  const detail = 'This region hosts no such partner. Take one of those that GET /config lists.';
  return refused('unknown-partner', detail);
}

/** A refusal by a rule, its code kept as a literal. */
export function refused<Code extends string>(code: Code, detail: string) {
  return { kind: 'refused' as const, code, detail };
}

/** Texts are there in the region's languages only. */
export function unknownLanguage(region: Pick<Region, 'languages'>, language: Language) {
  if (region.languages.includes(language)) return undefined;
  return refused(
    'unknown-language',
    `Choose one of the region's languages: ${region.languages.join(', ')}.`,
  );
}
