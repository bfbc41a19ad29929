import * as z from 'zod';
import { ProviderId } from '../../regions/schema.ts';

/** A month by the clock of the region, such as "2026-03". */
export const Month = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as "2026-03"')
  .meta({ examples: ['2026-03'] });
export type Month = z.infer<typeof Month>;

/** How far the daily count of seats has come. */
export const CountedSeats = z.strictObject({
  /** The day that is being counted, and the providers that are done with it. */
  day: z.iso.date(),
  done: z.array(ProviderId),
  /** The last day on which all were counted; absent before the first. */
  wholeDay: z.iso.date().optional(),
});
export type CountedSeats = z.infer<typeof CountedSeats>;
