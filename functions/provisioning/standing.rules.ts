import type { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { Counts } from './contract.ts';

/** The hour of a moment, in UTC, such as `2026-11-22T12`. */
export function hourOf(now: Temporal.Instant): string {
  return timestamp(now).slice(0, '2026-11-22T12'.length);
}

/** The hours by which a provider is judged: this one, and the one before for as long as this one is young. */
export function hoursOf(now: Temporal.Instant): readonly string[] {
  return [hourOf(now.subtract({ hours: 1 })), hourOf(now)];
}

/** How many of its requests a provider answered, from 0 to 1; undefined where nobody asked it. */
export function successRate(counted: readonly Counts[]): number | undefined {
  const asked = counted.reduce((sum, hour) => sum + hour.asked, 0);
  const answered = counted.reduce((sum, hour) => sum + hour.answered, 0);
  return asked === 0 ? undefined : answered / asked;
}

/** From how many requests on a rate says something, and the rate below which a provider fails. */
const failing = { asked: 20, rate: 0.8 } as const;

/** Whether a provider answers to so few requests that somebody should know. */
export function isFailing(counted: readonly Counts[]): boolean {
  const asked = counted.reduce((sum, hour) => sum + hour.asked, 0);
  return asked >= failing.asked && (successRate(counted) ?? 1) < failing.rate;
}
