import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { type Names, namesStore } from '../identity/names.store.ts';
import { now } from '../runtime/clock.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import type { mentoring } from './contract.ts';
import { householdStore } from './household.store.ts';
import { mentorStore, type SeenMentor } from './mentor.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import type { MentorshipCase, MentorshipView } from './offer.contract.ts';
import { acceptable, answerOffer, backInLine } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import {
  areaOf,
  environment,
  type Member,
  type Party,
  partyOf,
  sees,
  staff,
} from './people.api.ts';
import { asSidesSee } from './report.rules.ts';
import { applicationsOf, refusalOf } from './request.api.ts';
import { entitlement } from './request.rules.ts';
import { requestStore } from './request.store.ts';
import type { MentorshipId } from './words.contract.ts';

const table = environment.MENTORING_TABLE;
const { NOTICES_TABLE: notices, AUDIT_TABLE: audit } = environment;
const mentorships = mentorshipStore(table);
const requests = requestStore(table);
const mentors = mentorStore(table);
const households = householdStore(environment.IDENTITY_TABLE);
const names = namesStore(environment.IDENTITY_TABLE);
const offers = offerStore({ mentoring: table, notices, audit });

type Routes = typeof mentoring.routes;
type AnswerOffer = Call<Routes['answerOffer']>;

async function answer({ caller, params, query, body }: AnswerOffer) {
  const party = await partyOf(caller, query);
  const next = await anew(async () => {
    const seen = await mine(party, params.mentorshipId);
    const { version } = seen;
    const answered = answerOffer(region, seen.mentorship, party.side, body, now());
    if ('code' in answered) throw new Conflict(answered);
    const kept = await keep(answered, version, party);
    if (answered.kind === 'unchanged') return seen.mentorship;
    return kept ? answered.next : undefined;
  });
  return { body: await viewOf(next, party) };
}

/** Writes what an answer decided; false where what it rests on has changed. */
async function keep(
  answered: Exclude<ReturnType<typeof answerOffer>, { readonly code: string }>,
  version: number,
  party: Party,
): Promise<boolean> {
  if (answered.kind === 'unchanged') return true;
  const { next: mentorship } = answered;
  const next = { mentorship, version };
  const request = await requests.read(mentorship.learnerId);
  const at = timestamp(now());
  if (answered.kind === 'declined') {
    return offers.fail(next, backInLine(request, mentorship), { kind: party.side }, at);
  }
  const mentor = await acceptableMentor(mentorship);
  const fence = { mentorId: mentorship.mentorId, version: mentor.version };
  if (answered.kind === 'accepted') return offers.accept(next, answered.due, fence);
  if (request === undefined) throw noSuchMentorship();
  return offers.begin(next, answered.due, request, fence, { kind: party.side }, at);
}

/**
 * The mentor of a match that can still begin: with a check that holds, and of another household as things are now (edge
 * cases 33 and 34).
 *
 * @throws {Ruled} `mentor-not-available`, `same-household`, and what an approval can lack
 */
async function acceptableMentor({ mentorId, learnerId }: Mentorship): Promise<SeenMentor> {
  const [mentor, marks, applications] = await Promise.all([
    mentors.read(mentorId),
    households.marksOf(learnerId),
    applicationsOf(learnerId),
  ]);
  const entitled = entitlement(region, applications, now());
  if (entitled.kind === 'refused') throw refusalOf(entitled);
  const wrong = acceptable(region, mentor?.mentor, mentor?.kept.marks ?? [], marks, now());
  if (wrong !== undefined) throw new Ruled(wrong);
  if (mentor === undefined) throw noSuchMentorship();
  return mentor;
}

async function listMine({ caller, query }: Call<Routes['listMyMentorships']>) {
  const party = await partyOf(caller, query);
  const found = (await mentorships.listOf(party.id)).map(({ mentorship }) => mentorship);
  const people = await namesOfAll(found);
  return { body: { mentorships: found.map((one) => shown(one, party, people)) } };
}

async function readMine({ caller, params, query }: Call<Routes['readMyMentorship']>) {
  const party = await partyOf(caller, query);
  const { mentorship } = await mine(party, params.mentorshipId);
  return { body: await viewOf(mentorship, party) };
}

async function listMentorships({ caller, query }: Call<Routes['listMentorships']>) {
  const member = await staff.memberOf(caller);
  const areaId = areaOf(member, query.areaId);
  const page = await mentorships.listRunning(areaId, query.limit, query.cursor);
  await look(member, 'mentorships-read', page.mentorships, areaId);
  const people = await namesOfAll(page.mentorships);
  return {
    body: { ...page, mentorships: page.mentorships.map((one) => caseOf(one, people)) },
  };
}

async function readMentorship({ caller, params }: Call<Routes['readMentorship']>) {
  const member = await staff.memberOf(caller);
  const seen = await mentorships.read(params.mentorshipId);
  if (seen === undefined || !sees(member, seen.mentorship.areaId)) throw noSuchMentorship();
  const { mentorship } = seen;
  await look(member, 'mentorship-read', [mentorship], mentorship.areaId, mentorship.learnerId);
  return { body: caseOf(mentorship, await namesOfAll([mentorship])) };
}

/** Records a look of staff before anything is shown: one that cannot be recorded is not taken. */
function look(
  { staffId }: Member,
  action: 'mentorships-read' | 'mentorship-read',
  found: readonly Mentorship[],
  areaId: Mentorship['areaId'],
  learnerId?: Mentorship['learnerId'],
): Promise<void> {
  return append(audit, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId },
    action,
    ...(learnerId === undefined ? {} : { learnerId }),
    areaId,
    subjects: found.map(({ mentorshipId }) => mentorshipId),
    details: [],
  });
}

/** A mentorship of one of its sides; another's is as if it were not there. */
async function mine({ side, id }: Party, mentorshipId: MentorshipId): Promise<SeenMentorship> {
  const seen = await mentorships.read(mentorshipId);
  const owner = side === 'learner' ? seen?.mentorship.learnerId : seen?.mentorship.mentorId;
  if (seen !== undefined && owner === id) return seen;
  throw noSuchMentorship();
}

const namesOfAll = (found: readonly Mentorship[]) =>
  names.namesOf(
    found.map(({ learnerId }) => learnerId),
    found.map(({ mentorId }) => mentorId),
  );

async function viewOf(mentorship: Mentorship, party: Party): Promise<MentorshipView> {
  return shown(mentorship, party, await namesOfAll([mentorship]));
}

function shown(known: Mentorship, { side }: Party, people: Names) {
  const { declined: _, ...mentorship } = asSidesSee(known);
  const { learner, mentor } = bothOf(mentorship, people);
  const other = side === 'learner' ? mentor : learner;
  return { ...mentorship, ...(other === undefined ? {} : { with: other }) };
}

function caseOf(mentorship: Mentorship, people: Names): MentorshipCase {
  return { ...mentorship, ...bothOf(mentorship, people) };
}

/** All that is told of the two sides. */
function bothOf(
  { learnerId, mentorId }: Pick<Mentorship, 'learnerId' | 'mentorId'>,
  people: Names,
) {
  const learner = people.learners.get(learnerId);
  const mentor = people.mentors.get(mentorId);
  return {
    ...(learner && {
      learner: { name: learner.name, language: learner.language, stage: learner.stage },
    }),
    ...(mentor && { mentor: { name: mentor.name, language: mentor.language } }),
  };
}

function noSuchMentorship(): NotFound {
  return new NotFound({
    code: 'no-such-mentorship',
    detail:
      'You have no such mentorship. GET /me/mentorships lists yours; a mentor adds "?as=mentor".',
  });
}

/** How matches are answered, and mentorships found. */
export const offerHandlers = {
  answerOffer: answer,
  listMyMentorships: listMine,
  readMyMentorship: readMine,
  listMentorships,
  readMentorship,
};
