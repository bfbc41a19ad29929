import * as z from 'zod';
import { LearnerId, MentorId } from '../identity/contract.ts';
import type { Route } from '../runtime/route.ts';
import { coordinators, params } from './round.contract.ts';
import { RequestId } from './words.contract.ts';

const requestParams = params.extend({
  requestId: RequestId.meta({ description: 'The request, as the pairs or the requests name it' }),
});
const TheMentor = MentorId.meta({ description: 'The mentor, as pairs and GET /mentors name them' });
const pairParams = requestParams.extend({ mentorId: TheMentor });
const conflictParams = z.strictObject({
  mentorId: TheMentor,
  learnerId: LearnerId.meta({ description: 'The learner, as pairs and requests name them' }),
});

const done = { status: 204 } as const;
const ofPair = { 403: ['no-staff-record'], 404: ['no-such-round', 'no-such-request'] } as const;

/** Routes about single pairs: locks, vetoes, and conflicts for good. */
export const pairingRoutes = {
  lockPair: {
    method: 'PUT',
    path: '/mentoring-rounds/{roundId}/pairs/{requestId}/lock',
    access: coordinators,
    summary: 'Fix a pair, for when the round is run again',
    params: requestParams,
    body: z.strictObject({ mentorId: MentorId }),
    answers: done,
    refusals: {
      ...ofPair,
      404: ['no-such-round', 'no-such-request', 'no-such-mentor'],
      409: ['round-closed'],
      422: ['pair-not-possible'],
    },
  },
  unlockPair: {
    method: 'DELETE',
    path: '/mentoring-rounds/{roundId}/pairs/{requestId}/lock',
    access: coordinators,
    summary: 'Fix a pair no more',
    params: requestParams,
    answers: done,
    refusals: ofPair,
  },
  vetoPair: {
    method: 'PUT',
    path: '/mentoring-rounds/{roundId}/vetoes/{requestId}/{mentorId}',
    access: coordinators,
    summary: 'Rule a pair out',
    description: 'It is not published, and no round proposes it again for this request.',
    params: pairParams,
    answers: done,
    refusals: { ...ofPair, 409: ['request-closed'] },
  },
  liftVeto: {
    method: 'DELETE',
    path: '/mentoring-rounds/{roundId}/vetoes/{requestId}/{mentorId}',
    access: coordinators,
    summary: 'Rule a pair out no more',
    params: pairParams,
    answers: done,
    refusals: { ...ofPair, 409: ['request-closed'] },
  },
  declareConflict: {
    method: 'PUT',
    path: '/mentoring-conflicts/{mentorId}/{learnerId}',
    access: coordinators,
    summary: 'Declare that two must never be paired',
    description:
      'Holds for good, whatever is asked for. A mentorship that runs is not ended by it.',
    params: conflictParams,
    answers: done,
    refusals: { 403: ['no-staff-record'], 404: ['no-such-learner', 'no-such-mentor'] },
  },
  liftConflict: {
    method: 'DELETE',
    path: '/mentoring-conflicts/{mentorId}/{learnerId}',
    access: coordinators,
    summary: 'Take back that two must never be paired',
    params: conflictParams,
    answers: done,
    refusals: { 403: ['no-staff-record'], 404: ['no-such-learner'] },
  },
} as const satisfies Readonly<Record<string, Route>>;
