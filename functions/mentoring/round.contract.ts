import * as z from 'zod';
import { AreaId, Language, PolicyVersion, Stage } from '../../regions/schema.ts';
import { LearnerId, MentorId, Name } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { MentorshipId, RequestId, RoundId, Way } from './words.contract.ts';

/**
 * Where a round of matching stands: `wanted` until it has proposed, `proposed` until all its pairs are published, or the
 * next round has begun without (`lapsed`).
 */
export const RoundState = z.enum(['wanted', 'proposed', 'published', 'lapsed']);
export type RoundState = z.infer<typeof RoundState>;

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });
const Points = z.int().min(0);

/** Why two are never paired. */
export const obstacles = [
  'no-room',
  'check-expires',
  'same-household',
  'conflict',
  'refused',
  'vetoed',
  'no-shared-start',
  'no-shared-language',
  'no-shared-way',
] as const;

/** Two who would rather have each other than what the proposal gives them. */
export const Rather = z.strictObject({
  requestId: RequestId,
  areaId: AreaId,
  mentorId: MentorId,
  /** By how many points each would be better off. */
  requestGains: Points,
  mentorGains: Points,
});
export type Rather = z.infer<typeof Rather>;

/** What a round has proposed. */
export const Proposal = z.strictObject({
  /** Requests that waited, mentors who were selected, and for how many learners these had room. */
  requests: z.int().min(0),
  mentors: z.int().min(0),
  room: z.int().min(0),
  pairs: z.int().min(0),
  /** The sum of the pairs' points: no assignment under the same locks and vetoes has more. */
  total: Points,
  /** Those who gain most; of an area's coordinators those of their area. */
  rather: z.array(Rather).max(100),
  /** Locked pairs that could not be: a rule forbids them, or the mentor has no room for so many. */
  leftOut: z
    .array(
      z.strictObject({
        requestId: RequestId,
        areaId: AreaId,
        mentorId: MentorId,
        because: z.enum(['not-allowed', 'no-room', 'not-waiting']),
      }),
    )
    .max(100),
});
export type Proposal = z.infer<typeof Proposal>;

export const Round = z.strictObject({
  roundId: RoundId,
  state: RoundState,
  /** How often it was run. */
  attempt: z.int().min(1),
  wantedBy: z.enum(['staff', 'schedule']),
  wantedAt: Moment,
  /** When it was run again last. */
  runAt: Moment.optional(),
  proposedAt: Moment.optional(),
  endedAt: Moment.optional(),
  policyVersion: PolicyVersion,
  proposal: Proposal.optional(),
});
export type Round = z.infer<typeof Round>;

export const Reason = z.strictObject({
  reason: z.enum(['pair', 'subject', 'topic', 'language', 'way', 'waiting', 'starts']),
  /** How often it counts: subjects, topics, weeks or starts. */
  count: z.int().min(0),
  points: Points,
});

/** Why a pair could not be published: what holds of the two now, or what has become of either. */
export const PairFailure = z.enum([...obstacles, 'request-changed', 'mentor-gone', 'not-entitled']);
export type PairFailure = z.infer<typeof PairFailure>;

/** A pair of a proposal, with its reasons; their points are the score. */
export const Pair = z.strictObject({
  requestId: RequestId,
  learnerId: LearnerId,
  areaId: AreaId,
  mentorId: MentorId,
  score: Points,
  reasons: z.array(Reason),
  way: Way,
  locked: z.boolean(),
  /** Mentors who would rather have this learner, and the learner them. */
  rather: z.array(Rather.omit({ requestId: true, areaId: true })).max(20),
  state: z.enum(['proposed', 'published']),
  /** Why it could not be published when that was last tried. */
  failed: PairFailure.optional(),
  mentorshipId: MentorshipId.optional(),
});
export type Pair = z.infer<typeof Pair>;

/** A pair as coordinators see it; names are left out of whoever is there no more. */
export const PairView = Pair.extend({
  learner: z.strictObject({ name: Name, language: Language, stage: Stage }).optional(),
  mentor: z.strictObject({ name: Name, language: Language }).optional(),
});
export type PairView = z.infer<typeof PairView>;

export const coordinators = { pool: 'staff', roles: ['coordinator', 'administrator'] } as const;
export const params = z.strictObject({
  roundId: RoundId.meta({ description: 'The round, as the list of them names it' }),
});
const one = { status: 200, body: Round } as const;
const wanted = { status: 202, body: Round } as const;
const notThere = { 403: ['no-staff-record'], 404: ['no-such-round'] } as const;
const ofRegion = { ...notThere, 403: ['no-staff-record', 'whole-region-only'] } as const;

/** Routes of rounds of matching and their proposals. */
export const roundRoutes = {
  startRound: {
    method: 'POST',
    path: '/mentoring-rounds',
    access: coordinators,
    summary: 'Have matches proposed for all requests that wait',
    description:
      'For staff of the whole region. The round proposes in the background: read it until its state is `proposed`. The proposal has the highest total score that the room of mentors and the times of all allow.',
    answers: wanted,
    refusals: {
      403: ['no-staff-record', 'whole-region-only'],
      409: ['round-open'],
      422: ['mentoring-not-begun', 'idempotency-key-reused'],
    },
  },
  listRounds: {
    method: 'GET',
    path: '/mentoring-rounds',
    access: coordinators,
    summary: 'Rounds of matching, the newest first',
    query: z.strictObject(paging),
    answers: {
      status: 200,
      body: z.strictObject({ rounds: z.array(Round), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record'] },
  },
  readRound: {
    method: 'GET',
    path: '/mentoring-rounds/{roundId}',
    access: coordinators,
    summary: 'A round of matching, with what it proposes in numbers',
    params,
    answers: one,
    refusals: notThere,
  },
  listPairs: {
    method: 'GET',
    path: '/mentoring-rounds/{roundId}/pairs',
    access: coordinators,
    summary: 'The pairs that a round proposes, with reasons and points',
    description: 'For coordinators of an area: those of their area. The look is recorded.',
    params,
    query: z.strictObject({
      areaId: AreaId.optional().meta({ description: 'Only pairs of learners of this area' }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({ pairs: z.array(PairView), cursor: Cursor.optional() }),
    },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-round', 'no-such-area'] },
  },
  rerunRound: {
    method: 'POST',
    path: '/mentoring-rounds/{roundId}/rerun',
    access: coordinators,
    summary: 'Run a round again, with its locks, all vetoes and what has changed since',
    description: 'For staff of the whole region. What is published stays published.',
    params,
    answers: wanted,
    refusals: {
      ...ofRegion,
      409: ['round-closed', 'round-at-work'],
      422: ['idempotency-key-reused'],
    },
  },
  publishRound: {
    method: 'POST',
    path: '/mentoring-rounds/{roundId}/publish',
    access: coordinators,
    summary: 'Offer the proposed pairs to both sides',
    description:
      'For coordinators of an area: those of their area. Done in the background, pair by pair; one that cannot be any more stays with its reason. Publishing again goes on with what is left.',
    params,
    answers: wanted,
    refusals: {
      ...notThere,
      409: ['round-closed', 'round-at-work'],
      422: ['idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
