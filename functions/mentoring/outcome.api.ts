import { dayIn } from '../../regions/calendar.ts';
import { now } from '../runtime/clock.ts';
import type { TransactItem } from '../runtime/dynamodb.ts';
import type { Call } from '../runtime/http.ts';
import { type Claim, rememberAnswer } from '../runtime/idempotency.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import type { mentoring } from './contract.ts';
import {
  type Decision,
  decide,
  inScope,
  sessionOf,
  sessions,
  table,
  theirs,
  told,
} from './deciding.api.ts';
import { decisionNotices, missedNotice } from './invitation.rules.ts';
import type { Mentorship } from './mentorship.contract.ts';
import type { Change, Refused } from './mentorship.rules.ts';
import { decideOutcome as decideOn, dispute, tell } from './outcome.rules.ts';
import { actingFor, actingMentor, areaOf, staff } from './people.api.ts';
import { looked, recorded } from './recording.api.ts';
import type { Session, SessionView } from './session.contract.ts';
import { sessionView } from './session.rules.ts';
import { stipendStore } from './stipend.store.ts';

type Routes = typeof mentoring.routes;

const ledger = stipendStore(table, region);

async function tellOutcome({ caller, params, body, claim }: Call<Routes['tellOutcome']>) {
  const party = { side: 'mentor', id: await actingMentor(caller) } as const;
  const read = () => theirs(party, params.mentorshipId);
  const answer = await decide(read, async ({ mentorship }, terms) => {
    const before = await sessionOf(params.mentorshipId, params.sessionId);
    const change = tell(terms, mentorship, before, body.outcome);
    return ended(change, claim, (session) => [
      ...earned(mentorship, before.session, session),
      ...told(missedNotice(terms, mentorship, session)),
    ]);
  });
  measure({ SessionsTold: 1 });
  return answer;
}

async function disputeOutcome({
  caller,
  params,
  query,
  body,
  claim,
}: Call<Routes['disputeOutcome']>) {
  const party = { side: 'learner', id: await actingFor(caller, query.learnerId) } as const;
  const read = () => theirs(party, params.mentorshipId);
  return decide(read, async ({ mentorship }, terms) => {
    const before = await sessionOf(params.mentorshipId, params.sessionId);
    return ended(dispute(terms, mentorship, before, body.says), claim, () => []);
  });
}

async function decideOutcome({ caller, params, body, claim }: Call<Routes['decideOutcome']>) {
  const member = await staff.memberOf(caller);
  const read = () => inScope(member, params.mentorshipId);
  return decide(read, async ({ mentorship }, terms) => {
    const before = await sessionOf(params.mentorshipId, params.sessionId);
    const change = decideOn(terms, mentorship, before, body.outcome);
    return ended(change, claim, (session) => [
      ...earned(mentorship, before.session, session),
      ...told(decisionNotices(mentorship, session)),
      recorded(member, 'outcome-decided', mentorship, [session.sessionId], [body.outcome]),
    ]);
  });
}

async function listDisputes({ caller, query }: Call<Routes['listDisputes']>) {
  const member = await staff.memberOf(caller);
  const areaId = areaOf(member, query.areaId);
  const page = await sessions.listDisputed(areaId, query.limit, query.cursor);
  const found = page.sessions.map(({ uid, sequence, ...session }) => session);
  // Before anything is shown: a look that cannot be recorded is not taken.
  await looked(
    member,
    'disputes-read',
    { areaId },
    found.map(({ sessionId }) => sessionId),
  );
  return { body: { sessions: found, cursor: page.cursor } };
}

async function listAttendance({ caller, params }: Call<Routes['listAttendance']>) {
  const member = await staff.memberOf(caller);
  const { mentorship } = await inScope(member, params.mentorshipId);
  const found = await sessions.listOf(params.mentorshipId);
  await looked(member, 'attendance-read', mentorship, [params.mentorshipId]);
  return { body: { sessions: found.map(({ session }) => sessionView(mentorship, session)) } };
}

/** A change of one session, with what it writes along and its answer. */
function ended(
  change: Change | Refused,
  claim: Claim,
  others: (session: Session) => readonly TransactItem[],
): Decision<{ body: SessionView }> | Refused {
  if ('because' in change) return change;
  const [changed] = change.sessions;
  if (changed === undefined) throw new RangeError('an outcome is that of a session');
  const answer = { body: sessionView(change.next, changed.after) };
  const remembered = rememberAnswer(table, claim, { status: 200, ...answer });
  return { change, along: { remembered, others: others(changed.after) }, answer };
}

/** What the ledger enters of an outcome that was told, or decided to be another. */
export function earned(
  mentorship: Mentorship,
  before: Session,
  { outcome }: Session,
): TransactItem[] {
  if (outcome === undefined) return [];
  const today = dayIn(region, now()).toString();
  return ledger.entries(mentorship, before, { was: before.outcome, is: outcome }, today);
}

/** What mentors, learners and coordinators do with the outcomes of sessions. */
export const outcomeHandlers = {
  tellOutcome,
  disputeOutcome,
  listDisputes,
  listAttendance,
  decideOutcome,
};
