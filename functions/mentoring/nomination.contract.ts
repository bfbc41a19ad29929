import * as z from 'zod';
import { Language } from '../../regions/schema.ts';
import { idSchema } from '../runtime/ids.ts';
import type { Route } from '../runtime/route.ts';
import { University } from './mentor.contract.ts';

/** A request that nominates: what it did is found by it. */
export const NominationId = idSchema<'NominationId'>('nom');
export type NominationId = z.infer<typeof NominationId>;

export const NominationInput = z.strictObject({
  university: University,
  /** In which they are written to. */
  language: Language,
  emails: z
    .array(z.email().max(254))
    .min(1)
    .max(100)
    .meta({ examples: [['student@university.example']] }),
});
export type NominationInput = z.infer<typeof NominationInput>;

/** How many of the addresses were nominated and mailed by this, and how many had been by another before. */
export const Nominated = z.strictObject({
  nominated: z.int().min(0),
  before: z.int().min(0),
});
export type Nominated = z.infer<typeof Nominated>;

/** Nominations by universities. */
export const nominationRoutes = {
  nominateMentors: {
    method: 'POST',
    path: '/mentor-nominations',
    access: { pool: 'staff', roles: ['coordinator', 'administrator'] },
    summary: 'Nominate mentors for a university, by their e-mail addresses',
    description:
      'Each is mailed and has 180 days to apply with that address, which counts in their score. Addresses are kept as marks only. One that was nominated before is left as it is and not mailed again.',
    body: NominationInput,
    answers: { status: 201, body: Nominated },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      422: ['no-mentoring', 'unknown-language', 'idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
