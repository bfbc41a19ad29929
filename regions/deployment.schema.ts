import * as z from 'zod';
import { Domain, Firewall } from './edge.schema.ts';
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

const Months = z.int().min(1).max(240).exactOptional();

/** How long what outlasts its purpose is kept, in months; docs/privacy.md tells what has other ends. */
export const Retention = z.strictObject({
  applications: Months.describe(
    'the months that applications are kept after they were rejected, lapsed or ended; none: 36',
  ),
  consents: Months.describe(
    'the months that proofs of consent outlast a deleted account; none: 36',
  ),
  audit: Months.describe(
    'the months that the trail about somebody outlasts their deleted account; none: 24',
  ),
  reports: Months.describe('the months that decided safeguarding reports are kept; none: 60'),
  receipts: Months.describe('the months that receipts of deletions are kept; none: 36'),
});
export type Retention = z.infer<typeof Retention>;

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
  domain: Domain.exactOptional().describe(
    "the API's own name; none: the one that API Gateway makes",
  ),
  firewall: Firewall.exactOptional().describe(
    'the web firewall, paid for by the month and by request; none: the throttle only',
  ),
  /** Cognito's plan of the learners' pool; staff always have Plus. Only Plus judges how odd a sign-in is. */
  threatProtection: z
    .enum(['lite', 'essentials', 'plus'])
    .exactOptional()
    .describe("the plan of the learners' pool, paid for by learner; none: lite"),
  /** The own key cannot be given back: data is encrypted with it, and is lost when it is deleted. */
  keys: z
    .enum(['aws', 'own'])
    .exactOptional()
    .describe('whose keys encrypt: those of AWS, or one of the region; none: aws'),
  throttle: z.strictObject({
    requestsPerSecond: z.int().min(1).max(10_000).describe('requests per second, sustained'),
    burst: z.int().min(1).max(5_000).describe('requests at once'),
  }),
  logDays: z.strictObject({
    application: LogDays.describe('the days that logs of the functions are kept'),
    /** Client addresses are personal data. */
    access: LogDays.describe('the days that access logs, which hold client addresses, are kept'),
  }),
  retention: Retention.exactOptional().describe(
    'how long what outlasts its purpose is kept; none: as docs/privacy.md tells',
  ),
});
