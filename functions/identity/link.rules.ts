import { Temporal } from 'temporal-polyfill';
import { dayIn, policyOn } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';
import type { Token } from './guardian.contract.ts';

/** The pages of a region's web site to which mails lead; `docs/architecture.md` asks a site to have them. */
export type LinkedPage = 'consent' | 'consent/withdrawal' | 'link';

/**
 * The address in a mail. The secret stands behind "#", which browsers send to no server, so no log of requests holds
 * it. A region without web pages leads to the reference of its API, where the token can be sent by hand.
 *
 * @param apiUrl - where the request found the API, without a slash at its end
 */
export function linkTo(
  { deployment }: Pick<Region, 'deployment'>,
  apiUrl: string,
  page: LinkedPage,
  token: Token,
): string {
  const [origin] = deployment.origins;
  const address = origin === undefined ? `${apiUrl}/docs` : `${origin}/${page}`;
  return `${address}#${token}`;
}

/** The first moment after a day in the region. */
export function endOf({ timeZone }: Pick<Region, 'timeZone'>, day: string): Temporal.Instant {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
}

/** The last day on which somebody may take up what was mailed today. */
export function lastDayToAnswer(region: Region, now: Temporal.Instant): string {
  const today = dayIn(region, now);
  return today.add({ days: policyOn(region, today).deadlines.consent }).toString();
}

/**
 * Under what a word about consent is given today: a proof keeps both.
 *
 * @param textVersion - of what is consented to, as the bundle has it
 */
export function termsOn(region: Region, textVersion: string, now: Temporal.Instant) {
  return {
    policyVersion: policyOn(region, dayIn(region, now)).version,
    textVersion,
  };
}
