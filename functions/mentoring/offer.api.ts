import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { type Names, namesStore } from '../identity/names.store.ts';
import { now } from '../runtime/clock.ts';
import { Conflict, NotFound, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import type { mentoring } from './contract.ts';
import { entitledStore } from './entitled.store.ts';
import { householdStore } from './household.store.ts';
import { mentorStore, type SeenMentor } from './mentor.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import type { MentorshipCase, MentorshipView } from './offer.contract.ts';
import {
  acceptable,
  answerOffer,
  backInLine,
  knowsOther,
  notPossible,
  unentitled,
} from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import {
  areaOf,
  environment,
  isSuspended,
  type Member,
  type Party,
  partyOf,
  sees,
  staff,
} from './people.api.ts';
import { asSidesSee, asStaffSee } from './report.rules.ts';
import { requestStore } from './request.store.ts';
import type { MentorshipId } from './words.contract.ts';

const table = environment.MENTORING_TABLE;
const { NOTICES_TABLE: notices, AUDIT_TABLE: audit } = environment;
const mentorships = mentorshipStore(table);
const requests = requestStore(table);
const mentors = mentorStore(table);
const households = householdStore(environment.IDENTITY_TABLE);
const names = namesStore(environment.IDENTITY_TABLE);
const entitling = entitledStore({
  identity: environment.IDENTITY_TABLE,
  eligibility: environment.ELIGIBILITY_TABLE,
});
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
  const mentor = await acceptableMentor(mentorship, party);
  const fence = { mentorId: mentorship.mentorId, version: mentor.version };
  if (request === undefined) throw noSuchMentorship();
  const kept =
    answered.kind === 'accepted'
      ? await offers.accept(next, answered.due, fence)
      : await offers.begin(next, answered.due, request, fence, { kind: party.side }, at);
  if (kept === 'barred') throw new Ruled(notPossible);
  if (kept === 'kept' && answered.kind === 'begun') measure({ MentorshipsBegun: 1 });
  return kept === 'kept';
}

/**
 * The mentor of a match that can still begin: of a learner with consent and approval, with a check that holds, and of
 * another household as things are now (edge cases 2, 33 and 34).
 *
 * @throws {Ruled} `mentor-not-available`, `same-household`; what consent or approval lack to the learner's side, and
 *   `match-not-possible` in their place to the mentor's
 */
async function acceptableMentor(
  { mentorId, learnerId }: Mentorship,
  { side }: Party,
): Promise<SeenMentor> {
  const [mentor, marks, { profile, applications }] = await Promise.all([
    mentors.read(mentorId),
    households.marksOf(learnerId),
    entitling.read(learnerId),
  ]);
  const lacking = unentitled(region, profile, applications, now());
  if (lacking !== undefined) throw new Ruled(side === 'learner' ? lacking : notPossible);
  const wrong = acceptable(region, mentor?.mentor, mentor?.kept.marks ?? [], marks, now());
  if (wrong !== undefined) throw new Ruled(wrong);
  if (mentor === undefined) throw noSuchMentorship();
  return mentor;
}

async function listMine({ caller, query }: Call<Routes['listMyMentorships']>) {
  const party = await partyOf(caller, query);
  const found = (await mentorships.listOf(party.id)).map(({ mentorship }) => mentorship);
  const people = await namesFor(party, found);
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

/** The names that a side is told; a suspended mentor none (edge case 35). */
async function namesFor(party: Party, found: readonly Mentorship[]): Promise<Names> {
  if (party.side === 'mentor' && (await isSuspended(party.id))) return namesOfAll([]);
  return namesOfAll(found.filter((one) => knowsOther(one, party.side)));
}

async function viewOf(mentorship: Mentorship, party: Party): Promise<MentorshipView> {
  return shown(mentorship, party, await namesFor(party, [mentorship]));
}

function shown(mentorship: Mentorship, { side }: Party, people: Names): MentorshipView {
  const { learner, mentor } = bothOf(mentorship, people);
  const other = side === 'learner' ? mentor : learner;
  return { ...asSidesSee(mentorship), ...(other === undefined ? {} : { with: other }) };
}

function caseOf(mentorship: Mentorship, people: Names): MentorshipCase {
  return { ...asStaffSee(mentorship), ...bothOf(mentorship, people) };
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
