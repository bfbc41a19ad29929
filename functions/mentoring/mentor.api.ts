import { eligibilityStore } from '../eligibility/store.ts';
import { anew } from '../identity/attempt.store.ts';
import type { MentorId } from '../identity/contract.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { Conflict, NotFound, Ruled, Stale } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import { householdMarksOf } from './household.rules.ts';
import { householdStore, markOf } from './household.store.ts';
import type { mentorRoutes, OfferInput } from './mentor.contract.ts';
import { applyOffer, comingExceptions, leaveOf } from './mentor.rules.ts';
import { mentorStore, type SeenMentor } from './mentor.store.ts';
import { mentorDue } from './mentor-due.rules.ts';
import { nominationStore } from './nomination.store.ts';
import { environment, mentorLinkOf, mentorOf, persons } from './people.api.ts';

type Routes = typeof mentorRoutes;

const { MENTORING_TABLE, ELIGIBILITY_TABLE, IDENTITY_TABLE, NOTICES_TABLE } = environment;
const mentors = mentorStore(MENTORING_TABLE);
const nominations = nominationStore(MENTORING_TABLE);
const households = householdStore(IDENTITY_TABLE);
const applications = eligibilityStore(ELIGIBILITY_TABLE);

async function writeOffer({ caller, body, ifMatch }: Call<Routes['writeOffer']>) {
  const { mentorId, email } = await mentorLinkOf(caller);
  const { household, ...offer } = body;
  const known = await knownOf(caller.sub, email);
  return anew(async () => {
    const seen = await mentors.read(mentorId);
    if (ifMatch !== undefined && ifMatch !== seen?.version) throw stale();
    const mentor = applyOffer(region, offer, seen?.mentor, { ...known, mentorId }, now());
    if ('code' in mentor) throw new Ruled(mentor);
    const declared = household === undefined ? (seen?.kept.declared ?? []) : declaredOf(household);
    const marks = [...new Set([...known.marks, ...declared])];
    const kept = { ...fresh, ...seen?.kept, sub: caller.sub, learnerId: known.learnerId };
    return keep({ mentor, kept: { ...kept, marks, declared } }, seen);
  });
}

/** Of somebody about whose background check nothing was done. */
const fresh = { checkReminded: false, checkHeld: false };

const declaredOf = (people: NonNullable<OfferInput['household']>) =>
  householdMarksOf({ learnerIds: [], loginMarks: [], people }, markOf);

/** What is known of a login that offers to be a mentor. */
async function knownOf(sub: Sub, email: string) {
  const { learnerId, marks } = await households.marksOfLogin(sub);
  const [history, nominatedBy] = await Promise.all([
    learnerId === undefined ? [] : applications.listOf(learnerId),
    nominations.universityOf(email, now()),
  ]);
  // An approval has a last day, and keeps it when it has ended.
  const formerMember = history.some(({ validUntil }) => validUntil !== undefined);
  return { learnerId, marks, nominatedBy, formerMember };
}

/** Keeps what becomes of a mentor, and tells applicants; undefined where it changed since it was read. */
async function keep(next: Omit<SeenMentor, 'version'>, seen: SeenMentor | undefined) {
  const { mentor, kept } = next;
  const due = mentorDue(region, mentor, kept, now());
  const write =
    seen === undefined
      ? mentors.create(mentor, kept)
      : mentors.change({ mentor, kept, version: seen.version }, due);
  const applies = mentor.state === 'applied' && seen?.mentor.state !== 'applied';
  const to = { kind: 'mentor', mentorId: mentor.mentorId } as const;
  const notice = { kind: 'mentor-received', to, facts: {} } as const;
  const written = await transact([write, ...(applies ? [sendNotice(NOTICES_TABLE, notice)] : [])]);
  return written.done ? { body: mentor, version: (seen?.version ?? 0) + 1 } : undefined;
}

async function readMyOffer({ caller }: Call<Routes['readMyOffer']>) {
  const { mentor, version } = await offerOf(await mentorOf(caller));
  return { body: mentor, version };
}

async function writeExceptions({ caller, body, ifMatch }: Call<Routes['writeExceptions']>) {
  const mentorId = await mentorOf(caller);
  return anew(async () => {
    const [seen, found] = await Promise.all([offerOf(mentorId), persons.readMentor(mentorId)]);
    if (ifMatch !== undefined && ifMatch !== seen.version) throw stale();
    const zone = found?.person.timeZone ?? region.timeZone;
    const exceptions = comingExceptions(body.exceptions, zone, now());
    return keep({ ...seen, mentor: { ...seen.mentor, exceptions } }, seen);
  });
}

async function leave({ caller }: Call<Routes['leave']>) {
  const mentorId = await mentorOf(caller);
  return anew(async () => {
    const seen = await mentors.read(mentorId);
    if (seen === undefined || seen.mentor.state === 'left') return { body: undefined };
    const mentor = leaveOf(seen.mentor, now());
    if ('code' in mentor) throw new Conflict(mentor);
    const kept = await keep({ ...seen, mentor }, seen);
    return kept && { body: undefined };
  });
}

async function offerOf(mentorId: MentorId): Promise<SeenMentor> {
  const seen = await mentors.read(mentorId);
  if (seen !== undefined) return seen;
  throw new NotFound({
    code: 'not-applied',
    detail: 'You have not applied to be a mentor yet. Apply with PUT /me/mentor/offer.',
  });
}

function stale(): Stale {
  return new Stale({
    code: 'stale',
    detail:
      'Your offer is not as If-Match says. Read it with GET /me/mentor/application, apply your change, and send the new ETag.',
  });
}

/** The routes of mentors about their offer. */
export const mentorHandlers = { writeOffer, readMyOffer, writeExceptions, leave };
