import { Temporal } from 'temporal-polyfill';

/** A point in time, for stores, which are given it and know no calendar. */
export type Moment = Temporal.Instant;

/** The moment, in UTC. The only place where functions read the time; rules are given it. */
export function now(): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Date.now());
}

/** The moment that a row or a message has as text. */
export function momentOf(text: string): Moment {
  return Temporal.Instant.from(text);
}

/** Seconds since the epoch, as DynamoDB's time to live wants them. */
export function epochSeconds(moment: Temporal.Instant): number {
  return Math.floor(moment.epochMilliseconds / 1000);
}

/** Waits for so many milliseconds, if any. */
export function waitFor(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
