import type { Temporal } from 'temporal-polyfill';
import { learnerRole, membershipScope } from './contract.ts';

/** Seconds for which an access token is good. */
export const tokenSeconds = 3_600;

/** Seconds that an assertion may have before it; a longer one is refused, so that its name need not be kept for longer. */
const assertionSeconds = 3_600;

/** Seconds by which a tool's clock may differ from ours (edge case 39). */
export const tolerance = 300;

/** Of what is asked for, what there is: a tool asks for all that it may ever need. */
export function grantedOf(scope: string): string | undefined {
  return scope.split(' ').includes(membershipScope) ? membershipScope : undefined;
}

/** Until when an assertion's name has to be remembered, in seconds since the epoch; undefined where it is good for too long. */
export function rememberedUntil(exp: number, now: Temporal.Instant): number | undefined {
  const latest = Math.floor(now.epochMilliseconds / 1000) + assertionSeconds + tolerance;
  return exp > latest ? undefined : Math.ceil(exp) + tolerance;
}

/** What an access token says; the platform is both who gives it and who takes it. */
export function accessClaims(issuer: string, clientId: string, now: Temporal.Instant) {
  const iat = Math.floor(now.epochMilliseconds / 1000);
  const scope = membershipScope;
  return { iss: issuer, aud: issuer, sub: clientId, scope, iat, exp: iat + tokenSeconds };
}

/** Whether learners are who is asked for: by the name of the role in full or in short (NRPS 2.0, section 2.4.1). */
export function asksForLearners(role: string | undefined): boolean {
  return role === undefined || role === learnerRole || role === 'Learner';
}
