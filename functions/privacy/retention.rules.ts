import type { Temporal } from 'temporal-polyfill';
import { dayIn } from '../../regions/calendar.ts';
import type { Region, Retention } from '../../regions/schema.ts';

/** How long what outlasts its purpose is kept, in months, where a region file does not say. */
export const usualRetention = {
  /** Applications that were rejected, lapsed or have ended: as long as a decision may be asked about. */
  applications: 36,
  /** Proofs of consent of somebody who has left. */
  consents: 36,
  /** The trail of who saw and decided what, about somebody who has left. */
  audit: 24,
  /** Decided safeguarding reports. */
  reports: 60,
  /** Receipts of deletions. */
  receipts: 36,
} as const satisfies Required<Retention>;

export type Kept = keyof typeof usualRetention;

/** The months that a region keeps something. */
export function monthsOf({ deployment }: Pick<Region, 'deployment'>, kept: Kept): number {
  return deployment.retention?.[kept] ?? usualRetention[kept];
}

/** The last day whose rows are old enough to go. */
export function dayBefore(
  region: Pick<Region, 'deployment' | 'timeZone'>,
  kept: Kept,
  now: Temporal.Instant,
): Temporal.PlainDate {
  return dayIn(region, now).subtract({ months: monthsOf(region, kept) });
}

/** When something that is let go now is forgotten. */
export function endOfKeeping(
  region: Pick<Region, 'deployment' | 'timeZone'>,
  kept: Kept,
  now: Temporal.Instant,
): Temporal.Instant {
  const months = monthsOf(region, kept);
  return now.toZonedDateTimeISO(region.timeZone).add({ months }).toInstant();
}
