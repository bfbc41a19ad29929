import * as z from 'zod';
import { AreaId } from '../../regions/schema.ts';
import { ActingFor } from '../identity/contract.ts';
import { Cursor, paging } from '../runtime/paging.ts';
import type { Route } from '../runtime/route.ts';
import { Outcome, params, Session, SessionView, sessionParams } from './session.contract.ts';

/** What somebody can tell of a session that was to take place; calling it off late is no telling. */
export const ToldOutcome = Outcome.exclude(['learner-cancelled-late']);
export type ToldOutcome = z.infer<typeof ToldOutcome>;

/** A session as a list of many mentorships shows it. */
export const DisputedSession = Session.omit({ uid: true, sequence: true });
export type DisputedSession = z.infer<typeof DisputedSession>;

const coordinators = { pool: 'staff', roles: ['coordinator', 'administrator'] } as const;

/** How sessions ended: told by mentors, disputed by learners, decided by coordinators. */
export const outcomeRoutes = {
  tellOutcome: {
    method: 'POST',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}/outcome',
    access: { pool: 'public' },
    summary: 'Tell how a session of yours as a mentor ended',
    description:
      'From its beginning on, for as many days as the policy says; what nobody tells by then has used up nothing and is not paid. The policy says which outcomes use up a session.',
    params: sessionParams,
    body: z.strictObject({ outcome: ToldOutcome }),
    answers: { status: 200, body: SessionView },
    refusals: {
      404: ['not-a-mentor', 'no-such-mentorship', 'no-such-session'],
      409: ['mentor-suspended', 'outcome-told', 'session-held', 'session-not-begun'],
      422: ['outcome-too-late', 'idempotency-key-reused'],
    },
  },
  disputeOutcome: {
    method: 'POST',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}/dispute',
    access: { pool: 'public' },
    summary: 'Say that a session ended otherwise than your mentor told',
    description:
      'For as many days after it was told as the policy says. A coordinator decides; until then it stays as told.',
    params: sessionParams,
    query: ActingFor,
    body: z.strictObject({ says: ToldOutcome }),
    answers: { status: 200, body: SessionView },
    refusals: {
      404: ['no-profile', 'no-such-mentorship', 'no-such-session'],
      409: ['nothing-to-dispute'],
      422: ['outcome-too-late', 'idempotency-key-reused'],
    },
  },
  listDisputes: {
    method: 'GET',
    path: '/session-disputes',
    access: coordinators,
    summary: 'Sessions of an area whose outcome is disputed, the oldest first',
    description: 'The look is recorded.',
    query: z.strictObject({
      areaId: AreaId.optional().meta({
        description: 'Only those of this area; needed by whoever serves the whole region',
      }),
      ...paging,
    }),
    answers: {
      status: 200,
      body: z.strictObject({
        sessions: z.array(DisputedSession),
        cursor: Cursor.optional(),
      }),
    },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-area'], 422: ['area-required'] },
  },
  listAttendance: {
    method: 'GET',
    path: '/mentorships/{mentorshipId}/attendance',
    access: coordinators,
    summary: 'The sessions of a mentorship and how they ended',
    description: 'The look is recorded.',
    params,
    answers: { status: 200, body: z.strictObject({ sessions: z.array(SessionView) }) },
    refusals: { 403: ['no-staff-record'], 404: ['no-such-mentorship'] },
  },
  decideOutcome: {
    method: 'POST',
    path: '/mentorships/{mentorshipId}/sessions/{sessionId}/outcome/decision',
    access: coordinators,
    summary: 'Decide how a session ended that is disputed, or of which nobody has told',
    params: sessionParams,
    body: z.strictObject({ outcome: ToldOutcome }),
    answers: { status: 200, body: SessionView },
    refusals: {
      403: ['no-staff-record'],
      404: ['no-such-mentorship', 'no-such-session'],
      409: ['nothing-to-decide', 'session-held', 'session-not-begun'],
      422: ['idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
