import { Temporal } from 'temporal-polyfill';
import { timestamp } from '../../regions/calendar.ts';
import type { Region } from '../../regions/schema.ts';

/** A span of time as entries say when they were, its first and last millisecond included. */
export interface Period {
  readonly from: string;
  readonly last: string;
}

/** The days that somebody asks about, the first and the last one included. */
export interface Days {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** All of time, as far as texts of moments sort within it. */
export const always: Period = { from: '0', last: '9' };

/**
 * Days by the clock of the region, as moments.
 *
 * @returns undefined where the last day is before the first
 */
export function periodOf({ timeZone }: Region, { from, until }: Days): Period | undefined {
  if (from !== undefined && until !== undefined && until < from) return undefined;
  const beginOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).toInstant();
  const day = Temporal.PlainDate;
  return {
    from: from === undefined ? always.from : timestamp(beginOf(day.from(from))),
    last:
      until === undefined
        ? always.last
        : timestamp(beginOf(day.from(until).add({ days: 1 })).subtract({ milliseconds: 1 })),
  };
}
