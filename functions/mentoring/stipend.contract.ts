import * as z from 'zod';
import { Outcome, PolicyVersion } from '../../regions/schema.ts';
import { MentorId } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import { MentorshipId, SessionId } from './words.contract.ts';

/**
 * An entry of the ledger, written with a session's outcome and never changed: what the session earned its mentor, or, once
 * a coordinator has decided that it ended otherwise, that it did not.
 */
export const Stipend = z.strictObject({
  kind: z.enum(['session', 'correction']),
  mentorId: MentorId,
  sessionId: SessionId,
  /** Of the session's beginning in the region. */
  day: z.iso.date().meta({ examples: ['2026-03-09'] }),
  /** When it was entered: the month that it is paid with. */
  enteredOn: z.iso.date().meta({ examples: ['2026-03-10'] }),
  outcome: Outcome,
  /** In the smallest unit of the currency; below zero of a correction. */
  amount: z.int().meta({ examples: [12_000] }),
  currency: z.string().meta({ examples: ['KRW'] }),
  /** Under which the mentorship began, and which set the amount. */
  policyVersion: PolicyVersion,
});
export type Stipend = z.infer<typeof Stipend>;

/** A session that was completed, for the certificate. */
export const HeldSession = z.strictObject({
  mentorshipId: MentorshipId,
  sessionId: SessionId,
  day: z.iso.date(),
  minutes: z.int().min(1),
});
export type HeldSession = z.infer<typeof HeldSession>;

const Month = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as "2026-03"')
  .meta({ description: 'The month in which it was entered, in the region', examples: ['2026-03'] });

const ofMonth = z.strictObject({ month: Month });

/** Stipends of mentors. */
export const stipendRoutes = {
  listMyStipends: {
    method: 'GET',
    path: '/me/mentor/stipends',
    access: { pool: 'public' },
    summary: 'What was entered for you in a month, as a mentor',
    description:
      'A session counts in the month in which its outcome is told or decided: the one before may be paid out.',
    query: ofMonth,
    answers: {
      status: 200,
      body: z.strictObject({
        stipends: z.array(Stipend.omit({ mentorId: true })),
        totals: z.array(Stipend.pick({ currency: true, amount: true })),
      }),
    },
    refusals: { 404: ['not-a-mentor'] },
  },
  listStipends: {
    method: 'GET',
    path: '/stipends',
    access: { pool: 'staff', roles: ['coordinator', 'administrator'] },
    summary: 'The statement of a month: what is to be paid to whom',
    description:
      'A table with a line for each paid session (`session`), one for each mentor (`mentor-total`), and one for all (`total`), of each currency. Mentors belong to the whole region, so whoever serves one area cannot read it. Each look is recorded.',
    query: ofMonth,
    answers: { status: 200, body: z.string(), mediaType: 'text/csv' },
    refusals: { 403: ['no-staff-record', 'whole-region-only'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
