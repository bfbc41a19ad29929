import * as z from 'zod';
import { Meetings } from './mentoring.schema.ts';

const Mail = z.discriminatedUnion('via', [
  /** Refused unless whoever writes the file says that they know (edge case 48). */
  z.strictObject({
    via: z.literal('cognito'),
    trial: z
      .literal(true)
      .describe(
        "Cognito's own mail has a small daily quota and is for trials only; use SES, or write trial: true",
      ),
  }),
  z.strictObject({ via: z.literal('ses'), from: z.email(), domain: z.hostname() }),
]);

/** The retentions that CloudWatch Logs knows and a government may want, in days. */
const LogDays = z.literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]);

/** A web origin (RFC 6454): browsers compare it letter by letter, so a path would never match. */
const Origin = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'an origin without path or closing slash, such as "https://learn.seoul.example"',
  );

export const Deployment = z.strictObject({
  awsRegion: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, such as "ap-northeast-2"')
    .describe('the AWS region in which everything runs and all data stays'),
  mail: Mail.describe('how mail reaches learners and staff'),
  /** All other staff are invited by an administrator (edge case 49). */
  firstAdministrator: z.email().describe('the e-mail address of the first administrator'),
  origins: z.array(Origin).describe('the origins of web pages that may call the API'),
  /** A form for an upload is signed with the first bound; nobody can send more. */
  papers: z
    .strictObject({
      megabytes: z.int().min(1).max(30).describe('the size that a paper may have, in MB'),
      awaited: z
        .int()
        .min(1)
        .max(20)
        .describe('how many papers a learner may announce and not have uploaded yet'),
      kept: z.int().min(1).max(90).describe('how many papers a learner may have in all'),
    })
    .exactOptional()
    .describe('bounds of papers that people upload; none: 10 MB, 5 awaited, 40 kept'),
  /** The key that signs tokens of rooms is a secret in AWS. */
  meetings: Meetings.exactOptional().describe(
    'where sessions online take place; none: sessions are offline only',
  ),
  throttle: z.strictObject({
    requestsPerSecond: z.int().min(1).max(10_000).describe('requests per second, sustained'),
    burst: z.int().min(1).max(5_000).describe('requests at once'),
  }),
  logDays: z.strictObject({
    application: LogDays.describe('the days that logs of the functions are kept'),
    /** Client addresses are personal data. */
    access: LogDays.describe('the days that access logs, which hold client addresses, are kept'),
  }),
});
