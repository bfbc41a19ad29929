import * as z from 'zod';
import type { Route } from '../runtime/route.ts';
import { AskedState, ConsentId, GuardianAnswer } from './consent.contract.ts';
import { Address, Relation } from './guardian.contract.ts';
import { LearnerId, Name, ProfileInput, Words } from './learner.contract.ts';

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });

export const ConflictItem = z.strictObject({
  consentId: ConsentId,
  since: Moment,
  /** Present where the child is a learner already. */
  learnerId: LearnerId.optional(),
});
export type ConflictItem = z.infer<typeof ConflictItem>;

/** What an officer needs to speak with both guardians (edge case 1). */
export const ConflictCase = ConflictItem.extend({
  birthDate: ProfileInput.shape.birthDate,
  guardians: z.array(
    z.strictObject({
      email: Address,
      answer: GuardianAnswer.optional(),
      name: Name.optional(),
      relation: Relation.optional(),
      answeredAt: Moment.optional(),
    }),
  ),
});
export type ConflictCase = z.infer<typeof ConflictCase>;

export const Resolution = z.strictObject({
  outcome: GuardianAnswer,
  reason: Words.meta({
    examples: ['Both guardians were heard; the court gave custody to the one who consents.'],
  }),
});
export type Resolution = z.infer<typeof Resolution>;

const consentParams = z.strictObject({
  consentId: ConsentId.meta({ description: 'A request for consent, as the list names it' }),
});

const State = z.strictObject({ state: AskedState });
const ofRegion = { pool: 'staff', roles: ['officer', 'administrator'] } as const;

export const conflictRoutes = {
  listConflicts: {
    method: 'GET',
    path: '/consents',
    access: ofRegion,
    summary: 'Consents that guardians disagree on, the oldest first',
    description:
      'For staff of the whole region: before a profile is written nobody knows the area.',
    query: z.strictObject({
      cursor: z
        .string()
        .max(1000)
        .optional()
        .meta({ description: 'Where the page before ended, as its answer said' }),
    }),
    answers: {
      status: 200,
      body: z.strictObject({ conflicts: z.array(ConflictItem), cursor: z.string().optional() }),
    },
    refusals: { 403: ['no-staff-record', 'whole-region-only'] },
  },
  readConflict: {
    method: 'GET',
    path: '/consents/{consentId}',
    access: ofRegion,
    summary: 'A consent that guardians disagree on, with how to reach them',
    description: 'The look is recorded.',
    params: consentParams,
    answers: { status: 200, body: ConflictCase },
    refusals: { 403: ['no-staff-record', 'whole-region-only'], 404: ['no-such-conflict'] },
  },
  resolveConflict: {
    method: 'POST',
    path: '/consents/{consentId}/resolution',
    access: ofRegion,
    summary: 'Resolve what guardians disagree on',
    params: consentParams,
    body: Resolution,
    answers: { status: 200, body: State },
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      404: ['no-such-conflict'],
      422: ['idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
