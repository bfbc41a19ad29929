import { timestamp } from '../../regions/calendar.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { LearnerId, MentorId, StaffId } from '../identity/contract.ts';
import { type Member, memberStore, sees } from '../identity/member.store.ts';
import { mentorStore } from '../identity/mentor.store.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Forbidden, NotFound, Ruled } from '../runtime/errors.ts';
import type { Happening } from '../runtime/happening.ts';
import { type Call, serve } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import {
  type ActingAs,
  documents,
  documentsEnvironments,
  type Owner,
  ownerIdOf,
  type Paper,
  PaperId,
  type Whose,
} from './contract.ts';
import { boundsOf, handIn, mostBytes } from './rules.ts';
import { documentsStore } from './store.ts';
import { uploads } from './upload.adapter.ts';

type Routes = typeof documents.routes;

const environment = readEnvironment(documentsEnvironments.api);
const papers = documentsStore(environment.DOCUMENTS_TABLE);
const learners = actingStore(environment.IDENTITY_TABLE);
const mentors = mentorStore(environment.IDENTITY_TABLE);
const staff = memberStore(environment.IDENTITY_TABLE, region);
const bucket = uploads(environment.PAPERS_BUCKET);

async function handInPaper({ caller, query, body, claim }: Call<Routes['handInPaper']>) {
  const handing = { ...(await handingIn(caller.sub, query)), now: now() };
  const handed = handIn(region, body, { ...handing, paperId: newId(PaperId, 'ppr') });
  if (handed.kind === 'refused') throw new Ruled(handed);
  const { paper } = handed;
  const { url, fields, until } = await bucket.formFor(paper, mostBytes(region));
  const answer = { paper, upload: { url, fields, until: timestamp(until) } };
  const remembered = rememberAnswer(environment.DOCUMENTS_TABLE, claim, {
    status: 201,
    body: answer,
  });
  await papers.announce(paper, boundsOf(region), remembered);
  return { body: answer };
}

async function listMyPapers({ caller, query }: Call<Routes['listMyPapers']>) {
  return {
    body: { papers: [...(await papers.papersOf(ownerIdOf(await mineOf(caller.sub, query))))] },
  };
}

async function deleteMyPaper({ caller, query, params }: Call<Routes['deleteMyPaper']>) {
  await papers.remove({ ...(await mineOf(caller.sub, query)), ...params });
  return { body: undefined };
}

async function readMyPaper({ caller, query, params }: Call<Routes['readMyPaper']>) {
  const owner = await mineOf(caller.sub, query);
  return { body: await contentOf(await cleanPaper({ ...owner, ...params })) };
}

async function listPapers({ caller, query }: Call<Routes['listPapers']>) {
  const looking = await lookingAt(await staff.memberOf(caller), query.learnerId);
  const clean = await cleanPapers(query);
  await looking.record(clean);
  return { body: { papers: clean.flatMap((paper) => ('learnerId' in paper ? paper : [])) } };
}

async function readPaper({ caller, query, params }: Call<Routes['readPaper']>) {
  const looking = await lookingAt(await staff.memberOf(caller), query.learnerId);
  const paper = await cleanPaper({ ...query, ...params });
  await looking.record([paper]);
  return { body: await contentOf(paper) };
}

async function listPapersOfMentor({ caller, params }: Call<Routes['listPapersOfMentor']>) {
  const looking = await lookingAtMentor(await staff.memberOf(caller), params);
  const clean = await cleanPapers(params);
  await looking.record(clean);
  return { body: { papers: clean.flatMap((paper) => ('mentorId' in paper ? paper : [])) } };
}

async function readPaperOfMentor({ caller, params }: Call<Routes['readPaperOfMentor']>) {
  const looking = await lookingAtMentor(await staff.memberOf(caller), params);
  const paper = await cleanPaper(params);
  await looking.record([paper]);
  return { body: await contentOf(paper) };
}

/** The learner that a login acts for, or the mentor that it is. @throws {NotFound} `no-profile`, `not-a-mentor` */
async function mineOf(sub: Sub, query: ActingAs): Promise<Owner> {
  if (query.as === 'mentor') return { mentorId: await mentorIdOf(sub) };
  const learnerId = await learners.learnerIdOf(sub, query.learnerId);
  if (learnerId === undefined) throw noProfile();
  return { learnerId };
}

/** The same, and how consent stands. @throws {NotFound} as `mineOf` */
async function handingIn(sub: Sub, query: ActingAs) {
  if (query.as === 'mentor') {
    return { mentorId: await mentorIdOf(sub), consent: 'not-needed' } as const;
  }
  const learner = await learners.learnerOf(sub, query.learnerId);
  if (learner === undefined) throw noProfile();
  return { learnerId: learner.profile.learnerId, consent: learner.profile.consent.state };
}

async function mentorIdOf(sub: Sub): Promise<MentorId> {
  const mentorId = await mentors.mentorIdOf(sub);
  if (mentorId !== undefined) return mentorId;
  throw new NotFound({
    code: 'not-a-mentor',
    detail: 'You are no mentor. Say who you are with PUT /me/mentor first.',
  });
}

async function cleanPapers(owner: Owner): Promise<readonly Paper[]> {
  const found = await papers.papersOf(ownerIdOf(owner));
  return found.filter(({ state }) => state === 'clean');
}

/** A paper that may be shown. @throws {NotFound} `no-such-paper`: also for what nobody may see */
async function cleanPaper(whose: Whose): Promise<Paper> {
  const found = await papers.read(whose);
  if (found?.paper.state === 'clean') return found.paper;
  throw new NotFound({
    code: 'no-such-paper',
    detail: 'There is no such paper to be read. Only one that was found clean can be.',
  });
}

async function contentOf(paper: Paper) {
  const { url, until } = await bucket.addressOf(paper);
  return { url, contentType: paper.contentType, until: timestamp(until) };
}

/**
 * A look of a member of staff at a learner's papers, to be recorded before anything is answered.
 *
 * @throws {NotFound} `no-such-learner`: also of another area (edge case 50)
 */
async function lookingAt({ staffId, scope }: Member, learnerId: LearnerId) {
  const areaId = (await learners.readRecord(learnerId))?.profile.areaId;
  if (areaId === undefined || !sees(scope, areaId)) {
    throw new NotFound({ code: 'no-such-learner', detail: 'Nobody in your area has this id.' });
  }
  return { record: recorder(staffId, { learnerId, areaId, subjects: [] }) };
}

/**
 * The same at a mentor's, who belongs to no area.
 *
 * @throws {Forbidden} `whole-region-only`
 * @throws {NotFound} `no-such-mentor`
 */
async function lookingAtMentor(member: Member, { mentorId }: { readonly mentorId: MentorId }) {
  const { staffId, scope } = member;
  if (scope.kind !== 'region') {
    throw new Forbidden({
      code: 'whole-region-only',
      detail:
        'Mentors belong to the whole region, and you serve some areas of it. Ask its coordinators.',
    });
  }
  if ((await mentors.readMentor(mentorId)) === undefined) {
    throw new NotFound({ code: 'no-such-mentor', detail: 'No mentor has this id.' });
  }
  return { record: recorder(staffId, { subjects: [mentorId] }) };
}

type About = Pick<Happening, 'learnerId' | 'areaId' | 'subjects'>;

const recorder = (staffId: StaffId, about: About) => (seen: readonly Paper[]) =>
  append(environment.AUDIT_TABLE, {
    at: timestamp(now()),
    actor: { kind: 'staff', staffId },
    action: 'paper-read',
    ...about,
    subjects: [...about.subjects, ...seen.map(({ paperId }) => paperId)],
    details: [],
  });

function noProfile(): NotFound {
  return new NotFound({
    code: 'no-profile',
    detail: 'You have no profile yet. Write it with PUT /me.',
  });
}

export const handler = serve(
  documents,
  {
    handInPaper,
    listMyPapers,
    deleteMyPaper,
    readMyPaper,
    listPapers,
    readPaper,
    listPapersOfMentor,
    readPaperOfMentor,
  },
  environment.DOCUMENTS_TABLE,
);
