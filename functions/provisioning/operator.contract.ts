import * as z from 'zod';
import { ProviderId, providerKinds } from '../../regions/schema.ts';
import { LearnerId } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import { Phase } from './reconciliation.contract.ts';

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });
const Count = z.int().min(0);

/** Whether a provider is asked at the moment. */
export const BreakerView = z.strictObject({
  state: z.enum(['asks', 'rests', 'paused']).meta({
    description:
      '`rests`: it did not answer, and is tried now and then, or said when to come back; `paused`: an operator said so, and only one resumes it',
  }),
  until: Moment.optional().meta({ description: 'Until when a provider rests: then one asks' }),
  since: Moment.optional().meta({ description: 'Since when a provider is paused' }),
  failures: Count.meta({
    description:
      'Since the last answer: requests that nobody answered, and accounts that it failed at',
  }),
});
export type BreakerView = z.infer<typeof BreakerView>;

/** How many tasks of a provider are counted. */
export const tasksCounted = 100;

/** How a provider stands. */
export const ProviderStatus = z.strictObject({
  providerId: ProviderId,
  kind: z.enum(providerKinds),
  depth: Count.meta({
    description:
      'About how many messages wait or are worked on. Whoever waits for a provider that is not asked has none: see `waiting`',
  }),
  waiting: z
    .strictObject({
      learners: Count,
      since: Moment.optional().meta({ description: 'Of whoever has waited for longest' }),
      countedAt: Moment.meta({ description: 'When they were counted: each five minutes' }),
    })
    .optional()
    .meta({
      description:
        'Learners whose accounts are not yet as they should be, whether a message waits for them or the provider is not asked; absent: not counted yet',
    }),
  oldestSeconds: Count.optional().meta({
    description: 'How long the oldest message has waited, minutes ago; absent: none did',
  }),
  successRate: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({
      description:
        'Of the requests of this hour and the one before, how many it answered; absent: nobody asked',
      examples: [0.98],
    }),
  breaker: BreakerView,
  deadLetters: Count.meta({ description: 'About how many messages were given up' }),
  tasks: Count.max(tasksCounted).meta({
    description: `Accounts that somebody has to see to; ${tasksCounted} stands for more, too`,
  }),
  lastReconciliation: z
    .strictObject({ phase: Phase, startedAt: Moment, finishedAt: Moment.optional() })
    .optional()
    .meta({ description: 'The latest comparison of accounts; absent: there was none' }),
});
export type ProviderStatus = z.infer<typeof ProviderStatus>;

/** A learner whose message to a provider ran out of attempts. */
export const GivenUp = z.strictObject({
  learnerId: LearnerId,
  since: Moment.meta({ description: 'When it was given up' }),
  attempts: Count,
});
export type GivenUp = z.infer<typeof GivenUp>;

/** How many messages of a dead-letter queue are shown. */
export const failuresShown = 100;

/** A sample of what was given up. */
export const Failures = z.strictObject({
  deadLetters: Count.meta({ description: 'About how many messages were given up' }),
  unreadable: Count.meta({ description: 'Of those looked at, how many are no message of ours' }),
  failures: z.array(GivenUp).max(failuresShown),
});
export type Failures = z.infer<typeof Failures>;

export const Redriven = z.strictObject({
  moved: Count.optional().meta({
    description: 'About how many messages go back to the queue; absent: not known yet',
  }),
});
export type Redriven = z.infer<typeof Redriven>;

const operators = { pool: 'staff', roles: ['administrator', 'coordinator'] } as const;
const params = z.strictObject({
  providerId: ProviderId.meta({ description: 'Which one, by its id in the region file' }),
});
const forbidden = ['no-staff-record', 'whole-region-only'] as const;
const refusals = { 403: forbidden, 404: ['no-such-provider'] } as const;
const forWhom = 'For staff of the whole region.';

/** How providers stand, and what is done about one that does not. */
export const operatorRoutes = {
  listProviderStatus: {
    method: 'GET',
    path: '/provisioning/providers',
    access: operators,
    summary: 'How each provider stands: what waits, what fails, whether it is asked',
    description: forWhom,
    answers: { status: 200, body: z.strictObject({ providers: z.array(ProviderStatus) }) },
    refusals: { 403: forbidden },
  },
  listFailures: {
    method: 'GET',
    path: '/provisioning/providers/{providerId}/failures',
    access: operators,
    summary: 'Whose messages to a provider were given up',
    description: `${forWhom} A sample of its dead-letter queue, ${failuresShown} messages at most, by ids only; it stays as it is. A learner is there once, however many messages are.`,
    params,
    answers: { status: 200, body: Failures },
    refusals,
  },
  redrive: {
    method: 'POST',
    path: '/provisioning/providers/{providerId}/redrive',
    access: operators,
    summary: 'Put what was given up back into the provider’s queue',
    description: `${forWhom} In the background; one that is under way is as good. Messages that are no longer true do nothing. It is in the audit trail.`,
    params,
    answers: { status: 202, body: Redriven },
    refusals: { ...refusals, 422: ['idempotency-key-reused'] },
  },
  pauseProvider: {
    method: 'PUT',
    path: '/provisioning/providers/{providerId}/pause',
    access: operators,
    summary: 'Ask a provider nothing until it is resumed',
    description: `${forWhom} Learners choose as before, and their places stay pending. What is under way ends. It is in the audit trail.`,
    params,
    answers: { status: 200, body: BreakerView },
    refusals,
  },
  resumeProvider: {
    method: 'DELETE',
    path: '/provisioning/providers/{providerId}/pause',
    access: operators,
    summary: 'Ask a provider again, whether it was paused or rests',
    description: `${forWhom} Whoever waits is asked for within a minute. It is in the audit trail.`,
    params,
    answers: { status: 200, body: BreakerView },
    refusals,
  },
} as const satisfies Readonly<Record<string, Route>>;
