import { anew } from '../identity/attempt.store.ts';
import type { MentorId } from '../identity/contract.ts';
import type { PublicCaller } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import { type Message, sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import type { Availability } from './availability.rules.ts';
import { type Along, changeStore, type Kept } from './change.store.ts';
import { dayStore } from './day.store.ts';
import { mentorStore } from './mentor.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { type Change, type Refused, type Terms, termsOf } from './mentorship.rules.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import {
  actingMentor,
  environment,
  type Member,
  type Party,
  partyOf,
  persons,
  sees,
} from './people.api.ts';
import { requestStore } from './request.store.ts';
import { sessionStore } from './session.store.ts';
import { heldBecause } from './standing.rules.ts';
import { standingStore } from './standing.store.ts';
import type { EitherSide, MentorshipId, SessionId } from './words.contract.ts';

export const table = environment.MENTORING_TABLE;
export const mentorships = mentorshipStore(table);
export const sessions = sessionStore(table);
export const days = dayStore(table);
export const mentorRows = mentorStore(table);
export const requests = requestStore(table);
const changes = changeStore(table);
const standings = standingStore({
  mentoring: table,
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
});

/** What somebody's wish comes to: a change with what it writes along, or that there is nothing to do. */
export interface Decision<Answer> {
  readonly change?: Change;
  readonly along?: Along;
  readonly answer: Answer;
}

/**
 * As which side of a mentorship someone changes it.
 *
 * @throws {NotFound} `no-profile`, `not-a-mentor`
 * @throws {Conflict} `mentor-suspended` (edge case 35)
 */
export async function actingParty(caller: PublicCaller, query: EitherSide): Promise<Party> {
  if (query.as === 'learner') return partyOf(caller, query);
  return { side: 'mentor', id: await actingMentor(caller) };
}

/**
 * The mentorship that one side asks for.
 *
 * @throws {NotFound} `no-such-mentorship`, also of one that is someone else's
 */
export async function theirs(party: Party, id: MentorshipId): Promise<SeenMentorship> {
  const seen = await mentorships.read(id);
  if (seen === undefined) throw noSuchMentorship();
  const { learnerId, mentorId } = seen.mentorship;
  if (party.id === (party.side === 'learner' ? learnerId : mentorId)) return seen;
  throw noSuchMentorship();
}

/**
 * The mentorship that a member of staff asks for.
 *
 * @throws {NotFound} `no-such-mentorship`, also of another area's (edge case 50)
 */
export async function inScope(member: Member, id: MentorshipId): Promise<SeenMentorship> {
  const seen = await mentorships.read(id);
  if (seen !== undefined && sees(member, seen.mentorship.areaId)) return seen;
  throw noSuchMentorship();
}

/**
 * A session of a mentorship.
 *
 * @throws {NotFound} `no-such-session`
 */
export async function sessionOf(mentorshipId: MentorshipId, sessionId: SessionId) {
  const seen = await sessions.read(mentorshipId, sessionId);
  if (seen !== undefined) return seen;
  throw noSuchSession();
}

/** That a session is not there, or not for whoever asks. */
export function noSuchSession(): NotFound {
  return new NotFound({
    code: 'no-such-session',
    detail: 'This mentorship has no such session. GET /mentorships/{id}/sessions lists them.',
  });
}

/**
 * Decides on a mentorship as it is and keeps the decision, anew where it changed meanwhile.
 *
 * @param read - the mentorship, as the caller may see it
 * @throws {Ruled | Conflict} the decision is no, or one of the sides has something else at the time
 * @throws {AnsweredBefore} a request with the same claim was quicker
 * @throws {Busy} it keeps changing
 */
export async function decide<Answer>(
  read: () => Promise<SeenMentorship>,
  decideOn: (seen: SeenMentorship, terms: Terms) => Promise<Decision<Answer> | Refused>,
): Promise<Answer> {
  return anew(async () => {
    const seen = await read();
    const terms = termsOf(region, seen.mentorship, now());
    const decision = await decideOn(seen, terms);
    if ('because' in decision) throw refusalOf(decision);
    if (decision.change === undefined) return decision.answer;
    const kept = await changes.keep(terms, seen, decision.change, decision.along);
    if (kept === 'kept') return decision.answer;
    refuseTaken(kept);
    return undefined;
  });
}

/** Why the rules hold a mentorship as its sides stand now, whether or not a job has looked; undefined where they do not. */
export const reasonToHold = async (mentorship: Mentorship) =>
  heldBecause(region, await standings.read(mentorship), now());

/** What of it is the learner's. */
export const standingOfLearner = ({ learnerId }: Mentorship) => standings.ofLearner(learnerId);

/** The refusal that a rule has found. */
export function refusalOf(refused: Refused): Ruled | Conflict {
  return refused.because === 'rule' ? new Ruled(refused) : new Conflict(refused);
}

/** The writes of notices, for the transaction that causes them. */
export const told = (messages: readonly Message[]) =>
  messages.map((message) => sendNotice(environment.NOTICES_TABLE, message));

/**
 * When a mentor can meet, by their own clock.
 *
 * @throws {NotFound} `no-such-mentorship`: the mentor is gone
 */
export async function mentorFor(mentorId: MentorId) {
  const [row, who] = await Promise.all([mentorRows.read(mentorId), persons.readMentor(mentorId)]);
  if (row === undefined || who === undefined) throw noSuchMentorship();
  const { weekly, exceptions } = row.mentor;
  const { timeZone } = who.person;
  return { mentor: row.mentor, availability: { timeZone, weekly, exceptions } };
}

/** When a learner can meet, by the region's clock and the request that the mentorship came from. */
export async function timesOfLearner({ mentorship }: SeenMentorship): Promise<Availability> {
  const seen = await requests.read(mentorship.learnerId);
  const weekly = seen?.request.weekly ?? [];
  return { timeZone: region.timeZone, weekly, exceptions: [] };
}

function refuseTaken(kept: Exclude<Kept, 'kept'>): void {
  if (kept === 'stale' || kept === 'refused') return;
  if (typeof kept === 'object') throw refusalOf(kept);
  const side = kept === 'learner-taken' ? 'learner' : 'mentor';
  throw new Conflict({
    code: kept,
    detail: `The ${side} has something else at this time. GET …/open-times lists when both can meet.`,
  });
}

function noSuchMentorship(): NotFound {
  return new NotFound({
    code: 'no-such-mentorship',
    detail: 'You have no such mentorship. GET /me/mentorships lists yours.',
  });
}
