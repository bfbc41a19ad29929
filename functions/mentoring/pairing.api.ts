import { dayIn, mentoringOn, timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { now } from '../runtime/clock.ts';
import { type TransactItem, transact } from '../runtime/dynamodb.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { AuditAction } from '../runtime/happening.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { auditEntry } from '../runtime/trail.ts';
import { conflictStore } from './conflict.store.ts';
import type { mentoring } from './contract.ts';
import { matchStore } from './match.store.ts';
import { pairStore } from './pair.store.ts';
import { environment, learners, type Member, persons, sees, staff } from './people.api.ts';
import { obstaclesNow } from './proposal.rules.ts';
import { type SeenRequest, vetoed } from './request.rules.ts';
import { requestStore } from './request.store.ts';
import { notNow, roundOf } from './round.api.ts';
import type { RequestId } from './words.contract.ts';

const table = environment.MENTORING_TABLE;
const requests = requestStore(table);
const pairs = pairStore(table);
const conflicts = conflictStore(table);
const matches = matchStore({ mentoring: table, identity: environment.IDENTITY_TABLE });

type Routes = typeof mentoring.routes;

async function lockPair({ caller, params, body }: Call<Routes['lockPair']>) {
  const member = await staff.memberOf(caller);
  const round = await roundOf(params.roundId);
  if (round.state !== 'wanted' && round.state !== 'proposed') throw notNow('round-closed');
  const seen = await requestOf(member, params.requestId);
  await mustBePossible(seen, body.mentorId);
  const { requestId, areaId } = seen.request;
  await transact([
    pairs.lock(round.roundId, { requestId, areaId, mentorId: body.mentorId }, now()),
    recorded(member, 'pair-locked', seen, [round.roundId, body.mentorId]),
  ]);
  return { body: undefined };
}

async function unlockPair({ caller, params }: Call<Routes['unlockPair']>) {
  const member = await staff.memberOf(caller);
  const { roundId } = await roundOf(params.roundId);
  const seen = await requestOf(member, params.requestId);
  await transact([
    pairs.unlock(roundId, seen.request.requestId),
    recorded(member, 'pair-unlocked', seen, [roundId]),
  ]);
  return { body: undefined };
}

const vetoPair = (call: Call<Routes['vetoPair']>) => changeVeto(call, 'pair-vetoed');
const liftVeto = (call: Call<Routes['liftVeto']>) => changeVeto(call, 'veto-lifted');

async function changeVeto(
  { caller, params }: Pick<Call<Routes['vetoPair']>, 'caller' | 'params'>,
  action: 'pair-vetoed' | 'veto-lifted',
) {
  const member = await staff.memberOf(caller);
  const { roundId } = await roundOf(params.roundId);
  return anew(async () => {
    const seen = await requestOf(member, params.requestId);
    if (seen.request.state !== 'open') throw requestClosed();
    const next = vetoed(seen, params.mentorId, action === 'pair-vetoed');
    if (next === undefined) return { body: undefined };
    const entry = recorded(member, action, seen, [roundId, params.mentorId]);
    const written = await transact([requests.change(next), entry]);
    return written.done ? { body: undefined } : undefined;
  });
}

async function declareConflict({ caller, params }: Call<Routes['declareConflict']>) {
  const member = await staff.memberOf(caller);
  const { mentorId, learnerId } = params;
  const areaId = await areaOfLearner(member, learnerId);
  if ((await persons.readMentor(mentorId)) === undefined) throw noSuchMentor();
  const at = timestamp(now());
  const declared = conflicts.declare(mentorId, learnerId, { by: member.staffId, at });
  await transact([declared, conflictEntry(member, 'conflict-declared', params, areaId)]);
  return { body: undefined };
}

async function liftConflict({ caller, params }: Call<Routes['liftConflict']>) {
  const member = await staff.memberOf(caller);
  const { mentorId, learnerId } = params;
  const areaId = await areaOfLearner(member, learnerId);
  const entry = conflictEntry(member, 'conflict-lifted', params, areaId);
  await transact([conflicts.lift(mentorId, learnerId), entry]);
  return { body: undefined };
}

/** A request of the area of a member of staff; another's is as if it were not there (edge case 50). */
async function requestOf(member: Member, requestId: RequestId): Promise<SeenRequest> {
  const seen = await requests.find(requestId);
  if (seen !== undefined && sees(member, seen.request.areaId)) return seen;
  throw new NotFound({
    code: 'no-such-request',
    detail: 'No request in your area has this id. GET /mentor-requests lists those that wait.',
  });
}

/** @throws {Ruled} `pair-not-possible`: rules forbid the two, whoever wants them */
async function mustBePossible({ request, kept }: SeenRequest, mentorId: MentorId): Promise<void> {
  const mentor = await matches.readMentor(mentorId, await conflicts.listAll());
  if (mentor === undefined) throw noSuchMentor();
  const policy = mentoringOn(region, dayIn(region, now()));
  if (policy === undefined) throw new RangeError('there is a round without rules of mentoring');
  const waiting = { ...request, ...kept };
  const met = obstaclesNow(region, policy, waiting, mentor.selected, now());
  if (met.length === 0) return;
  throw new Ruled({
    code: 'pair-not-possible',
    detail: `The two cannot be paired: ${met.join(', ')}.`,
  });
}

async function areaOfLearner(member: Member, learnerId: LearnerId) {
  const record = await learners.readRecord(learnerId);
  if (record !== undefined && sees(member, record.profile.areaId)) return record.profile.areaId;
  throw new NotFound({ code: 'no-such-learner', detail: 'Nobody in your area has this id.' });
}

function recorded(
  { staffId }: Member,
  action: AuditAction,
  { request: { learnerId, areaId, requestId } }: SeenRequest,
  about: readonly string[],
): TransactItem {
  const actor = { kind: 'staff' as const, staffId };
  const subjects = [requestId, ...about];
  const happening = { at: timestamp(now()), actor, action, learnerId, areaId };
  return auditEntry(environment.AUDIT_TABLE, { ...happening, subjects, details: [] });
}

function conflictEntry(
  { staffId }: Member,
  action: 'conflict-declared' | 'conflict-lifted',
  { learnerId, mentorId }: Call<Routes['declareConflict']>['params'],
  areaId: SeenRequest['request']['areaId'],
): TransactItem {
  const actor = { kind: 'staff' as const, staffId };
  const happening = { at: timestamp(now()), actor, action, learnerId, areaId };
  return auditEntry(environment.AUDIT_TABLE, { ...happening, subjects: [mentorId], details: [] });
}

function noSuchMentor(): NotFound {
  return new NotFound({
    code: 'no-such-mentor',
    detail: 'No mentor who is selected has this id. GET /mentors lists them.',
  });
}

function requestClosed(): Conflict {
  return new Conflict({
    code: 'request-closed',
    detail: 'The request does not wait for a match any more, so nothing can be ruled out for it.',
  });
}

/** What coordinators do with single pairs. */
export const pairingHandlers = {
  lockPair,
  unlockPair,
  vetoPair,
  liftVeto,
  declareConflict,
  liftConflict,
};
