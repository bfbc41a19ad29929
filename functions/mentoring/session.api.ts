import { now } from '../runtime/clock.ts';
import { Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { openStarts } from './availability.rules.ts';
import { book, mayMeet, move, type Other } from './booking.rules.ts';
import type { mentoring } from './contract.ts';
import {
  actingParty,
  days,
  decide,
  mentorFor,
  noSuchSession,
  sessionOf,
  sessions,
  standingOfLearner,
  table,
  theirs,
  timesOfLearner,
  told,
} from './deciding.api.ts';
import { sessionNotices } from './invitation.rules.ts';
import { type Refused, type Terms, termsOf } from './mentorship.rules.ts';
import { partitionOf, type SeenMentorship } from './mentorship.store.ts';
import { earned } from './outcome.api.ts';
import { type Party, partyOf } from './people.api.ts';
import { cancel, maySeeSession, openSpan, sessionView, startsOf } from './session.rules.ts';
import { heldBecause, notToMeet } from './standing.rules.ts';
import { SessionId } from './words.contract.ts';

type Routes = typeof mentoring.routes;

async function listOpenTimes({ caller, params, query }: Call<Routes['listOpenTimes']>) {
  const seen = await theirs(await partyOf(caller, query), params.mentorshipId);
  const { mentorship } = seen;
  const terms = termsOf(region, mentorship, now());
  const minutes = terms.policy.sessionMinutes;
  const span = openSpan(terms, mentorship, query);
  if (span === undefined) return { body: { minutes, starts: [] } };
  const { from, until } = span;
  const [{ availability }, learner, ...taken] = await Promise.all([
    mentorFor(mentorship.mentorId),
    timesOfLearner(seen),
    days.takenBetween(partitionOf(mentorship.mentorId), from, until),
    days.takenBetween(partitionOf(mentorship.learnerId), from, until),
  ]);
  const open = openStarts(availability, learner, taken.flat(), from, until, minutes);
  return { body: { minutes, starts: open.map(String) } };
}

async function listSessions({ caller, params, query }: Call<Routes['listSessions']>) {
  const party = await actingParty(caller, query);
  const { mentorship } = await theirs(party, params.mentorshipId);
  const found = (await sessions.listOf(params.mentorshipId)).filter(({ session }) =>
    maySeeSession(mentorship, session, party.side),
  );
  return { body: { sessions: found.map(({ session }) => sessionView(mentorship, session)) } };
}

async function readSession({ caller, params, query }: Call<Routes['readSession']>) {
  const party = await actingParty(caller, query);
  const { mentorship } = await theirs(party, params.mentorshipId);
  const { session, version } = await sessionOf(params.mentorshipId, params.sessionId);
  if (!maySeeSession(mentorship, session, party.side)) throw noSuchSession();
  return { body: sessionView(mentorship, session), version };
}

async function bookSessions({ caller, params, query, body, claim }: Call<Routes['bookSessions']>) {
  const party = await actingParty(caller, query);
  const read = () => theirs(party, params.mentorshipId);
  return decide(read, async (seen, terms) => {
    const other = await otherSide(party, seen, terms);
    if ('because' in other) return other;
    const { mentorship } = seen;
    const wanted = startsOf(terms, mentorship, body).map((start) => ({
      start,
      sessionId: newId(SessionId, 'ses'),
    }));
    const asked = body.series?.count ?? 1;
    const change = book(terms, mentorship, wanted, asked, body, other);
    if ('because' in change) return change;
    const booked = change.sessions.map(({ after }) => sessionView(change.next, after));
    const answer = { body: { sessions: booked } };
    const remembered = rememberAnswer(table, claim, { status: 201, ...answer });
    const others = told(sessionNotices(mentorship, change.sessions));
    return { change, along: { remembered, others }, answer };
  });
}

async function moveSession(call: Call<Routes['moveSession']>) {
  const { caller, params, query, body, ifMatch } = call;
  const party = await actingParty(caller, query);
  const read = () => theirs(party, params.mentorshipId);
  return decide(read, async (seen, terms) => {
    const [before, other] = await Promise.all([
      sessionOf(params.mentorshipId, params.sessionId),
      otherSide(party, seen, terms),
    ]);
    if ('because' in other) return other;
    const { version } = before;
    const change = move(terms, seen.mentorship, before, body, other);
    if (!('because' in change) && change.sessions.length === 0) {
      // Asked for again, its answer lost: it is where it was to be (RFC 9110, 13.1.1).
      return { answer: { body: sessionView(seen.mentorship, before.session), version } };
    }
    if (version !== ifMatch) throw stale();
    if ('because' in change) return change;
    const others = told(sessionNotices(seen.mentorship, change.sessions));
    const [after = before.session] = change.sessions.map((moved) => moved.after);
    const answer = { body: sessionView(seen.mentorship, after), version: version + 1 };
    return { change, along: { others }, answer };
  });
}

async function cancelSession({ caller, params, query }: Call<Routes['cancelSession']>) {
  const party = await actingParty(caller, query);
  const read = () => theirs(party, params.mentorshipId);
  return decide(read, async (seen, terms) => {
    const before = await sessionOf(params.mentorshipId, params.sessionId);
    const change = cancel(terms, seen.mentorship, before, party.side);
    if ('because' in change) return change;
    const answer = { body: undefined };
    const [called] = change.sessions;
    if (called === undefined) return { answer };
    const others = [
      ...earned(seen.mentorship, before.session, called.after),
      ...told(sessionNotices(seen.mentorship, change.sessions)),
    ];
    return { change, along: { others }, answer };
  });
}

/** The side that did not ask, and when it can meet; refused where the mentor may meet nobody, or the rules hold it. */
async function otherSide(
  party: Party,
  seen: SeenMentorship,
  terms: Terms,
): Promise<Other | Refused> {
  const [{ mentor, availability }, learner] = await Promise.all([
    mentorFor(seen.mentorship.mentorId),
    standingOfLearner(seen.mentorship),
  ]);
  const because = heldBecause(region, { ...learner, mentor }, now());
  const refused = mayMeet(terms, mentor) ?? notToMeet(because);
  if (refused !== undefined) return refused;
  if (party.side === 'learner') return { side: 'mentor', availability };
  return { side: 'learner', availability: await timesOfLearner(seen) };
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'The session is not as If-Match says, or If-Match is missing. Read it again, and send its ETag with the move.',
  });
}

/** What both sides do with sessions. */
export const sessionHandlers = {
  listOpenTimes,
  listSessions,
  readSession,
  bookSessions,
  moveSession,
  cancelSession,
};
