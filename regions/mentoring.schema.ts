import * as z from 'zod';
import { Evidence } from './policy.schema.ts';
import { Currency, Day, PolicyVersion, Weekday, Words } from './words.schema.ts';

/** How a session ended (edge case 29). */
export const outcomes = [
  'completed',
  'learner-no-show',
  'mentor-no-show',
  'technical-failure',
  /** Called off by the learner later than the policy's notice. */
  'learner-cancelled-late',
] as const;
export const Outcome = z.enum(outcomes);
export type Outcome = z.infer<typeof Outcome>;

/**
 * What counts for a pair of mentor and learner, in points. With every number at its most a pair has less than 65,536
 * points, which is what the matching counts with.
 */
export const MatchWeights = z.strictObject({
  pair: weight('for having a mentor at all', 1),
  subject: weight('for each subject that is asked for and offered'),
  topic: weight('for each topic that is asked for and offered'),
  language: weight('where both speak the first language that the learner names'),
  way: weight('where they can meet in the way that the learner prefers'),
  waitingWeek: weight('for each week that the learner has waited'),
  waitingWeeks: z.int().min(0).max(52).describe('the weeks of waiting that count at most'),
  start: weight('for each weekly time that both have free beside the first'),
  starts: z.int().min(0).max(12).describe('the weekly times that count at most'),
});
export type MatchWeights = z.infer<typeof MatchWeights>;

/** What an applicant to be a mentor gains, in points that a coordinator sees (rows 16 and 18). */
export const MentorPoints = z.strictObject({
  nominated: points('for a nomination by a university'),
  formerMember: points('for having been a learner of the programme'),
  subject: points('for each subject that is offered'),
  topic: points('for each topic that is offered'),
  weeklyHour: points('for each hour a week that is offered'),
});
export type MentorPoints = z.infer<typeof MentorPoints>;

function weight(what: string, least = 0) {
  return z.int().min(least).max(500).describe(`points ${what}`);
}

function points(what: string) {
  return z.int().min(0).max(1000).describe(`points ${what}`);
}

const Days = z.int().min(1).max(3650);
const Minutes = z.literal([15, 30, 45, 60, 75, 90, 120]);

/** A dated set of rules of mentoring; the newest that has begun applies (rows 14 to 19). */
export const MentoringPolicy = z.strictObject({
  version: PolicyVersion.describe('the name that mentorships begun under this policy keep'),
  from: Day.describe('the first day on which this policy applies'),
  legalBasis: Words.describe('the ordinance or decision that allows this policy'),
  sessions: z.int().min(1).max(100).describe('how many sessions a mentorship has'),
  sessionMinutes: Minutes.describe('the minutes that a session takes'),
  weeks: z.int().min(1).max(104).describe('the weeks in which the sessions are held'),
  usesUp: z
    .array(Outcome)
    .min(1)
    .describe('the outcomes that use up a session; after any other it can be booked anew'),
  cancelHours: z
    .int()
    .min(0)
    .max(336)
    .describe('the hours before its start until which a session is cancelled in time'),
  extension: z
    .strictObject({
      times: z.int().min(1).max(20).describe('how often a mentorship may be extended'),
      sessions: z.int().min(1).max(100).describe('the sessions that an extension adds'),
      weeks: z.int().min(1).max(104).describe('the weeks that an extension adds'),
    })
    .exactOptional()
    .describe('what an extension adds when a coordinator approves it; none: no extension'),
  mentees: z.int().min(1).max(50).describe('how many learners a mentor may have at a time'),
  evidence: z
    .array(Evidence)
    .min(1)
    .exactOptional()
    .describe('the papers that an applicant to be a mentor hands in; none: no papers'),
  stipend: z
    .strictObject({
      currency: Currency.describe('the currency by its ISO 4217 code'),
      amount: z
        .int()
        .min(1)
        .max(100_000_000)
        .describe('what a session earns, in the smallest unit of the currency'),
      pays: z.array(Outcome).min(1).describe('the outcomes that are paid'),
    })
    .exactOptional()
    .describe('what mentors are paid; none: nothing'),
  deadlines: z.strictObject({
    answer: Days.describe('the days that mentor and learner have to accept a match'),
    outcome: Days.describe('the days after a session in which its outcome can be told'),
    checkReminder: Days.describe('the days before its end when a background check is reminded of'),
    feedback: Days.describe('the days after its end in which feedback on a mentorship is taken'),
    notes: Days.describe(
      'the days that notes, plans and feedback are kept after a mentorship has ended',
    ),
  }),
  consulting: z
    .strictObject({
      minutes: Minutes.describe('the minutes that an appointment takes'),
      open: z.int().min(1).max(20).describe('how many appointments to come a learner may have'),
      cancelHours: z
        .int()
        .min(0)
        .max(336)
        .describe('the hours before its start until which one that is called off is free again'),
    })
    .exactOptional()
    .describe('appointments with consultants; none: the region has no consulting'),
  rounds: z
    .strictObject({
      day: Weekday.describe('the day of the week on which a round of matching is proposed'),
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "06:00"')
        .describe('the local time at which it is proposed'),
    })
    .exactOptional()
    .describe('when matches are proposed each week; none: when a coordinator asks'),
  weights: MatchWeights.describe('what makes a good match, in points'),
  points: MentorPoints.describe('what makes a good mentor, in points'),
});
export type MentoringPolicy = z.infer<typeof MentoringPolicy>;

/** Where sessions online take place. */
export const Meetings = z.discriminatedUnion('via', [
  z.strictObject({
    via: z.literal('jitsi'),
    url: z.url({ protocol: /^https$/ }).describe('the address of a Jitsi-compatible server'),
    appId: Words.describe('the application id by which the server knows the signing key'),
  }),
  z.strictObject({
    via: z.literal('link'),
    template: z
      .string()
      .regex(/^https:\/\/[^\s{}]+\{room\}[^\s{}]*$/, 'an https address with "{room}" in it')
      .describe('the address of a room, "{room}" being its name'),
  }),
]);
export type Meetings = z.infer<typeof Meetings>;
