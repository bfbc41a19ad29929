import { timestamp } from '../../regions/calendar.ts';
import type { ActingFor, LearnerId } from '../identity/contract.ts';
import { type Member, staffStore } from '../identity/staff.store.ts';
import { identityStore } from '../identity/store.ts';
import type { Sub } from '../runtime/caller.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { NotFound, Ruled } from '../runtime/errors.ts';
import { type Call, serve } from '../runtime/http.ts';
import { rememberAnswer } from '../runtime/idempotency.ts';
import { newId } from '../runtime/ids.ts';
import { region } from '../runtime/region.ts';
import { append } from '../runtime/trail.ts';
import { documents, documentsEnvironments, type Paper, PaperId, type Whose } from './contract.ts';
import { boundsOf, handIn, mostBytes, sees } from './rules.ts';
import { documentsStore } from './store.ts';
import { uploads } from './upload.adapter.ts';

type Routes = typeof documents.routes;

const environment = readEnvironment(documentsEnvironments.api);
const papers = documentsStore(environment.DOCUMENTS_TABLE);
const learners = identityStore(environment.IDENTITY_TABLE);
const staff = staffStore(environment.IDENTITY_TABLE);
const bucket = uploads(environment.PAPERS_BUCKET);

async function handInPaper({ caller, query, body, claim }: Call<Routes['handInPaper']>) {
  const learner = await learners.learnerOf(caller.sub, query.learnerId);
  if (learner === undefined) throw noProfile();
  const { learnerId, consent } = learner.profile;
  const paperId = newId(PaperId, 'ppr');
  const handed = handIn(region, body, { learnerId, consent: consent.state, paperId, now: now() });
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
  return { body: { papers: [...(await papers.papersOf(await ownerOf(caller.sub, query)))] } };
}

async function deleteMyPaper({ caller, query, params }: Call<Routes['deleteMyPaper']>) {
  await papers.remove({ learnerId: await ownerOf(caller.sub, query), ...params });
  return { body: undefined };
}

async function readMyPaper({ caller, query, params }: Call<Routes['readMyPaper']>) {
  const learnerId = await ownerOf(caller.sub, query);
  return { body: await contentOf(await cleanPaper({ learnerId, ...params })) };
}

async function listPapers({ caller, query }: Call<Routes['listPapers']>) {
  const looking = await lookingAt(await staff.memberOf(caller), query.learnerId);
  const found = await papers.papersOf(query.learnerId);
  const clean = found.filter(({ state }) => state === 'clean');
  await looking.record(clean);
  return { body: { papers: clean } };
}

async function readPaper({ caller, query, params }: Call<Routes['readPaper']>) {
  const looking = await lookingAt(await staff.memberOf(caller), query.learnerId);
  const paper = await cleanPaper({ ...query, ...params });
  await looking.record([paper]);
  return { body: await contentOf(paper) };
}

/** The learner that a login acts for. @throws {NotFound} `no-profile` */
async function ownerOf(sub: Sub, { learnerId }: ActingFor): Promise<LearnerId> {
  const found = await learners.learnerIdOf(sub, learnerId);
  if (found === undefined) throw noProfile();
  return found;
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
  const record = (seen: readonly Paper[]) =>
    append(environment.AUDIT_TABLE, {
      at: timestamp(now()),
      actor: { kind: 'staff', staffId },
      action: 'paper-read',
      learnerId,
      areaId,
      subjects: seen.map(({ paperId }) => paperId),
      details: [],
    });
  return { record };
}

function noProfile(): NotFound {
  return new NotFound({
    code: 'no-profile',
    detail: 'You have no profile yet. Write it with PUT /me.',
  });
}

export const handler = serve(
  documents,
  { handInPaper, listMyPapers, deleteMyPaper, readMyPaper, listPapers, readPaper },
  environment.DOCUMENTS_TABLE,
);
