import type { MentoringPolicy, Region } from '../../regions/schema.ts';
import { unknownLanguage } from '../identity/rules.ts';
import type { Refused } from './mentorship.rules.ts';
import type { NominationInput } from './nomination.contract.ts';

/** Why nobody can be nominated so; undefined where they can. */
export function wrongNomination(
  region: Pick<Region, 'languages'>,
  { language }: Pick<NominationInput, 'language'>,
  policy: MentoringPolicy | undefined,
): Refused | undefined {
  const unknown = unknownLanguage(region, language);
  if (unknown !== undefined) return { because: 'rule', ...unknown };
  if (policy !== undefined) return undefined;
  const detail = 'There is no mentoring here yet. GET /config tells what there is.';
  return { because: 'rule', code: 'no-mentoring', detail };
}

/** Each address once: universities' lists name people twice, in upper and lower case. */
export function distinctAddresses(emails: readonly string[]): string[] {
  return [...new Map(emails.map((email) => [email.toLowerCase(), email])).values()];
}

/**
 * Where whoever is nominated applies: the page of the region's web site that `README.md` asks for, or the
 * reference of the API. It carries no token: what counts is the verified address that they sign up with.
 */
export function nominationLink({ deployment }: Pick<Region, 'deployment'>, apiUrl: string): string {
  const [origin] = deployment.origins;
  return origin === undefined ? `${apiUrl}/docs` : `${origin}/mentor`;
}
