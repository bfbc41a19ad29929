import * as z from 'zod';

/** A short name used in keys, paths and resource names: lower-case words joined by hyphens. */
export const Slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'lower-case words joined by hyphens, such as "high-school"',
  )
  .max(40);

export const AreaId = Slug.meta({ examples: ['riverside'] }).brand<'AreaId'>();
export type AreaId = z.infer<typeof AreaId>;
export const PartnerId = Slug.meta({ examples: ['upper-valley'] }).brand<'PartnerId'>();
export type PartnerId = z.infer<typeof PartnerId>;
export const ProviderId = Slug.meta({ examples: ['open-shelf'] }).brand<'ProviderId'>();
export type ProviderId = z.infer<typeof ProviderId>;
export const GroupId = Slug.meta({ examples: ['welfare-recipient'] }).brand<'GroupId'>();
export type GroupId = z.infer<typeof GroupId>;
export const EvidenceId = Slug.meta({ examples: ['school-letter'] }).brand<'EvidenceId'>();
export type EvidenceId = z.infer<typeof EvidenceId>;
export const IncomeBandId = Slug.meta({ examples: ['near-poverty'] }).brand<'IncomeBandId'>();
export type IncomeBandId = z.infer<typeof IncomeBandId>;
export const PolicyVersion = Slug.meta({ examples: ['spring-2026'] }).brand<'PolicyVersion'>();
export type PolicyVersion = z.infer<typeof PolicyVersion>;

/** Where in life a learner stands; providers offer content for stages (domain.md rows 8 and 13). */
export const stages = ['elementary', 'middle', 'high', 'lifelong'] as const;
export const Stage = z.enum(stages);
export type Stage = z.infer<typeof Stage>;

/** The kinds of places a learner may fill, one provider each (domain.md row 10). */
export const categories = ['subject', 'language', 'reading'] as const;
export const Category = z.enum(categories);
export type Category = z.infer<typeof Category>;

/** A language by its primary subtag (BCP 47); its texts are `functions/notices/texts/<language>.yaml`. */
export const Language = z
  .string()
  .regex(/^[a-z]{2,3}$/, 'the code of a language in two or three letters, such as "ko"')
  .meta({ examples: ['ko'] });
export type Language = z.infer<typeof Language>;

/** Any text that says something. */
export const Words = z.string().regex(/\S/, 'a text that is not blank');

/** One text in each language of the region; `consistency.ts` refuses a missing one (edge case 46). */
export const Text = z.record(Language, Words);
export type Text = z.infer<typeof Text>;

/** A day of the calendar, year-month-day. */
export const Day = z.iso.date();

/** A local date and time without offset, read in the region's time zone (domain.md row 3). */
export const LocalTime = z
  .string()
  // Not z.iso.datetime({ local: true }): that takes a "Z" too, and nine hours would go unnoticed.
  .regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'a local time without zone, such as 2025-09-01T09:00',
    abort: true,
  })
  .refine((time) => Day.safeParse(time.slice(0, 10)).success, 'a day that the calendar has');

/** Seats, or places in a quota. */
export const SeatCount = z.int().min(0).max(1_000_000);

/** As many as asked for, or so many in each area, with exceptions by area. */
export const Seats = z.union(
  [
    z.literal('unlimited'),
    z.strictObject({
      perArea: SeatCount.describe('the seats in each area that "areas" does not name'),
      areas: z.record(AreaId, SeatCount).optional().describe('other numbers of seats, by area'),
    }),
  ],
  { error: '"unlimited", or "perArea: <seats>" with exceptions under "areas"' },
);
export type Seats = z.infer<typeof Seats>;

/** A currency by its ISO 4217 code. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'the code of a currency in three letters, such as "KRW"');
export type Currency = z.infer<typeof Currency>;

/** A time zone by its IANA name. */
export const TimeZone = z
  .string()
  .refine(isTimeZone, 'an IANA time zone, such as "Asia/Seoul"')
  .meta({ examples: ['Asia/Seoul'] });

/** Asks Intl and not its list, which lacks UTC and every alias, such as Asia/Kolkata. */
function isTimeZone(zone: string): boolean {
  if (!/^(UTC|[A-Za-z_]+\/[A-Za-z0-9_+/-]+)$/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false; // Intl's one way to say that it does not know a zone
  }
}

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export const Weekday = z.enum(weekdays);
export type Weekday = z.infer<typeof Weekday>;
