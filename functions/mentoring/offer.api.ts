import { timestamp } from '../../regions/calendar.ts';
import { anew } from '../identity/attempt.store.ts';
import { now } from '../runtime/clock.ts';
import { Conflict, Ruled } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { measure } from '../runtime/metric.ts';
import { region } from '../runtime/region.ts';
import type { mentoring } from './contract.ts';
import { entitledStore } from './entitled.store.ts';
import { householdStore } from './household.store.ts';
import { mentorStore, type SeenMentor } from './mentor.store.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { acceptable, answerOffer, backInLine, notPossible, unentitled } from './offer.rules.ts';
import { offerStore } from './offer.store.ts';
import { mine, noSuchMentorship, viewOf } from './own-mentorship.api.ts';
import { environment, type Party, partyOf } from './people.api.ts';
import { requestStore } from './request.store.ts';

const table = environment.MENTORING_TABLE;
const { NOTICES_TABLE: notices, AUDIT_TABLE: audit } = environment;
const requests = requestStore(table);
const mentors = mentorStore(table);
const households = householdStore(environment.IDENTITY_TABLE);
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

/** How matches are answered. */
export const offerHandlers = { answerOffer: answer };
