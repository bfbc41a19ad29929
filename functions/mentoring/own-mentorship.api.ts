import { type Names, namesStore } from '../identity/names.store.ts';
import { NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import type { mentoring } from './contract.ts';
import type { Mentorship } from './mentorship.contract.ts';
import { mentorshipStore, type SeenMentorship } from './mentorship.store.ts';
import type { MentorshipView } from './offer.contract.ts';
import { knowsOther } from './offer.rules.ts';
import { environment, isSuspended, type Party, partyOf } from './people.api.ts';
import { asSidesSee } from './report.rules.ts';
import type { MentorshipId } from './words.contract.ts';

const mentorships = mentorshipStore(environment.MENTORING_TABLE);
const names = namesStore(environment.IDENTITY_TABLE);

type Routes = typeof mentoring.routes;

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

/** A mentorship of one of its sides; another's is as if it were not there. */
export async function mine(
  { side, id }: Party,
  mentorshipId: MentorshipId,
): Promise<SeenMentorship> {
  const seen = await mentorships.read(mentorshipId);
  const owner = side === 'learner' ? seen?.mentorship.learnerId : seen?.mentorship.mentorId;
  if (seen !== undefined && owner === id) return seen;
  throw noSuchMentorship();
}

/** The names of both sides of mentorships. */
export const namesOfAll = (found: readonly Mentorship[]) =>
  names.namesOf(
    found.map(({ learnerId }) => learnerId),
    found.map(({ mentorId }) => mentorId),
  );

/** The names that a side is told; a suspended mentor none (edge case 35). */
async function namesFor(party: Party, found: readonly Mentorship[]): Promise<Names> {
  if (party.side === 'mentor' && (await isSuspended(party.id))) return namesOfAll([]);
  return namesOfAll(found.filter((one) => knowsOther(one, party.side)));
}

/** A mentorship as one of its sides sees it. */
export async function viewOf(mentorship: Mentorship, party: Party): Promise<MentorshipView> {
  return shown(mentorship, party, await namesFor(party, [mentorship]));
}

function shown(mentorship: Mentorship, { side }: Party, people: Names): MentorshipView {
  const { learner, mentor } = bothOf(mentorship, people);
  const other = side === 'learner' ? mentor : learner;
  return { ...asSidesSee(mentorship), ...(other === undefined ? {} : { with: other }) };
}

/** All that is told of the two sides. */
export function bothOf(
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

/** That a mentorship is not there, or not for whoever asks. */
export function noSuchMentorship(): NotFound {
  return new NotFound({
    code: 'no-such-mentorship',
    detail:
      'You have no such mentorship. GET /me/mentorships lists yours; a mentor adds "?as=mentor".',
  });
}

/** How both sides find their mentorships and matches. */
export const ownMentorshipHandlers = { listMyMentorships: listMine, readMyMentorship: readMine };
