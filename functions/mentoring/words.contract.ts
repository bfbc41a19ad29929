import * as z from 'zod';
import { Weekday } from '../../regions/schema.ts';
import { ActingFor } from '../identity/contract.ts';
import { idSchema } from '../runtime/ids.ts';

export const RequestId = idSchema<'RequestId'>('req');
export type RequestId = z.infer<typeof RequestId>;
export const RoundId = idSchema<'RoundId'>('rnd');
export type RoundId = z.infer<typeof RoundId>;
export const MentorshipId = idSchema<'MentorshipId'>('msh');
export type MentorshipId = z.infer<typeof MentorshipId>;
export const SessionId = idSchema<'SessionId'>('ses');
export type SessionId = z.infer<typeof SessionId>;
export const AppointmentId = idSchema<'AppointmentId'>('apt');
export type AppointmentId = z.infer<typeof AppointmentId>;

/** What takes up someone's time: a session of a mentorship, or an appointment with a consultant. */
export const Booking = z.union([
  z.strictObject({ mentorshipId: MentorshipId, sessionId: SessionId }),
  z.strictObject({ appointmentId: AppointmentId }),
]);
export type Booking = z.infer<typeof Booking>;

/** The two sides of a mentorship. */
export const sides = ['learner', 'mentor'] as const;
export const Side = z.enum(sides);
export type Side = z.infer<typeof Side>;

/** The query of routes that either side of a mentorship calls. */
export const EitherSide = ActingFor.extend({
  as: Side.default('learner').meta({ description: 'Which side of the mentorship you are' }),
});
export type EitherSide = z.infer<typeof EitherSide>;

export { TimeZone, Weekday, weekdays } from '../../regions/schema.ts';
export { Subject, subjects } from '../catalogue/course.contract.ts';

/** What mentors help with beside school subjects (domain.md row 17). */
export const topics = [
  'study-plan',
  'emotional-stability',
  'college',
  'career',
  'art',
  'sport',
  'admissions',
] as const;
export const Topic = z.enum(topics);
export type Topic = z.infer<typeof Topic>;

/** How two people meet (domain.md row 15). */
export const ways = ['online', 'offline'] as const;
export const Way = z.enum(ways);
export type Way = z.infer<typeof Way>;

const quarter = '(?:[01]\\d|2[0-3]):(?:00|15|30|45)';
/** A time of day on the quarter hour, the grid on which sessions begin. */
export const QuarterHour = z
  .string()
  .regex(new RegExp(`^${quarter}$`), 'a time on the quarter hour, such as "16:00"')
  .meta({ examples: ['16:00'] });
/** The same, and `24:00` for the day's end. */
const Until = z
  .string()
  .regex(new RegExp(`^(?:${quarter}|24:00)$`), 'a time on the quarter hour, such as "18:30"')
  .meta({ examples: ['18:30'] });

/** A stretch of every week, in the time zone of whoever states it; one that passes midnight is two. */
export const WeeklyTime = z
  .strictObject({ day: Weekday, from: QuarterHour, until: Until })
  .refine(({ from, until }) => from < until, {
    error: '"until" later than "from"; a time that passes midnight is written as two',
    path: ['until'],
  });
export type WeeklyTime = z.infer<typeof WeeklyTime>;

/** When someone is free each week. */
export const WeeklyTimes = z.array(WeeklyTime).min(1).max(42);
export type WeeklyTimes = z.infer<typeof WeeklyTimes>;
