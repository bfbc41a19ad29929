import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { documents, type Paper, PaperId } from '../../functions/documents/contract.ts';
import { documentsStore } from '../../functions/documents/store.ts';
import {
  LearnerId,
  MentorId,
  MentorInput,
  ProfileInput,
  StaffId,
} from '../../functions/identity/contract.ts';
import { mentorStore } from '../../functions/identity/mentor.store.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { parseRegion } from '../../regions/load.ts';
import { AreaId } from '../../regions/schema.ts';
import { hamlet } from '../regions/hamlet.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { announced, files } from './files.ts';

captureLog();

const { routes } = documents;
const store = documentsStore('documents');
let cloud: Cloud;
let api: ApiHandler;

beforeAll(async () => {
  cloud = await openCloud();
  for (const table of ['identity', 'documents']) await cloud.createTable(table);
  await cloud.createTable('audit', ['staff', 'staffId', 'at']);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    AUDIT_TABLE: 'audit',
    DOCUMENTS_TABLE: 'documents',
    PAPERS_BUCKET: 'papers',
  });
  api = await loadApi('documents', { '#region': parseRegion(hamlet, 'hamlet.yaml') });
});
afterAll(() => cloud.close());

let people = 0;
const newSub = () => {
  people += 1;
  return Sub.parse(`login-${people}`);
};

async function mentor(sub = newSub()) {
  const mentorId = newId(MentorId, 'mnt');
  const input = { name: '이도윤', language: 'ko', timeZone: 'Asia/Seoul' };
  const email = 'mentor@hamlet.example';
  await mentorStore('identity').createMentor(sub, email, mentorId, MentorInput.parse(input));
  return { mentorId, claims: learnerClaims(sub) };
}

/** Someone who is a learner too, and was one first. */
async function formerMember() {
  const sub = newSub();
  const learnerId = newId(LearnerId, 'lrn');
  const profile = { name: '이도윤', birthDate: '2006-05-20', stage: 'high', areaId: 'north' };
  const input = ProfileInput.parse({ ...profile, language: 'ko' });
  const at = '2025-07-01T00:00:00.000Z';
  await identityStore('identity').createLearner(sub, 'm@hamlet.example', learnerId, input, at);
  return { learnerId, ...(await mentor(sub)) };
}

async function coordinator(area?: string) {
  const sub = newSub();
  const areaId = area === undefined ? undefined : AreaId.parse(area);
  const works = { role: 'coordinator', areaId } as const;
  const staff = { ...works, staffId: newId(StaffId, 'stf'), state: 'inviting' } as const;
  const input = { ...works, email: `${sub}@hamlet.example` };
  const claim = { id: `administrator#${sub}`, fingerprint: '' };
  await staffStore('identity').invite(staff, input, claim);
  await staffStore('identity').recordInvited({ staff, repeats: 0 }, sub);
  return { claims: staffClaims(sub, 'coordinator'), staffId: staff.staffId };
}

type Mentor = Awaited<ReturnType<typeof mentor>>;
const asMentor = { as: 'mentor' };
const asLearner = { as: 'learner' };
let keys = 0;

/** Announces the paper that mentors of the hamlet are asked for, which learners are not. */
function handIn({ claims }: Mentor, query: Record<string, string> = asMentor, otherwise = {}) {
  keys += 1;
  const asked = { evidenceId: 'background-check', issuedOn: '2025-06-20', ...otherwise };
  return invoke(api, routes.handInPaper, {
    claims,
    query,
    headers: { 'content-type': 'application/json', 'idempotency-key': `key-of-test-${keys}` },
    body: { ...announced(files.pdf()), ...asked },
  });
}

async function cleanPaper(whose: Mentor): Promise<Paper> {
  const { paper } = routes.handInPaper.answers.body.parse((await handIn(whose)).body);
  const seen = await store.read(paper);
  if (seen === undefined) throw new Error('it was announced');
  await store.keep({ ...paper, state: 'clean' }, seen);
  return paper;
}

const listed = async ({ claims }: Mentor, query: Record<string, string>) => {
  const { body } = await invoke(api, routes.listMyPapers, { claims, query });
  return routes.listMyPapers.answers.body.parse(body).papers.map(({ paperId }) => paperId);
};

describe('given a mentor who hands a paper in', () => {
  it('it is theirs, valid as long as the rules of mentoring say, and its file lies below the mentor', async () => {
    const someone = await mentor();
    const { status, body } = await handIn(someone);
    expect(status).toBe(201);
    const { paper, upload } = routes.handInPaper.answers.body.parse(body);
    expect(paper).toMatchObject({ mentorId: someone.mentorId, expiresOn: '2026-06-19' });
    expect(upload.fields['key']).toBe(`quarantine/${someone.mentorId}/${paper.paperId}`);
    expect(await listed(someone, asMentor)).toEqual([paper.paperId]);
  });

  it('one that only learners are asked for, is told which are', async () => {
    const refused = await handIn(await mentor(), asMentor, { evidenceId: 'income-letter' });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'no-such-evidence', detail: expect.stringContaining('background-check') },
    });
  });

  it('without being one, is sent to say who they are', async () => {
    const nobody = { claims: learnerClaims('nobody'), mentorId: newId(MentorId, 'mnt') };
    expect(await handIn(nobody)).toMatchObject({ status: 404, body: { code: 'not-a-mentor' } });
  });
});

describe('given someone who is mentor and member (domain.md row 18)', () => {
  it('the papers of the two never mix: neither is listed, read or deleted as the other', async () => {
    const both = await formerMember();
    const { paper } = routes.handInPaper.answers.body.parse((await handIn(both)).body);
    const { paperId } = paper;
    const params = { paperId };
    const { claims } = both;
    expect(await listed(both, asMentor)).toEqual([paperId]);
    expect(await listed(both, asLearner)).toEqual([]);
    expect(
      await invoke(api, routes.readMyPaper, { claims, params, query: asLearner }),
    ).toMatchObject({ status: 404, body: { code: 'no-such-paper' } });
    await invoke(api, routes.deleteMyPaper, { claims, params, query: asLearner });
    expect(await listed(both, asMentor)).toEqual([paperId]);
    // What mentors are asked for, learners are not.
    expect(await handIn(both, asLearner)).toMatchObject({ body: { code: 'no-such-evidence' } });

    await invoke(api, routes.deleteMyPaper, { claims, params, query: asMentor });
    expect(await listed(both, asMentor)).toEqual([]);
  });
});

describe('edge case 35: given a paper of a mentor that was found clean', () => {
  it('the mentor deletes it no more: it may be what a report is about', async () => {
    const someone = await mentor();
    const { paperId } = await cleanPaper(someone);
    const { claims } = someone;
    const deleting = { claims, params: { paperId }, query: asMentor };
    expect(await invoke(api, routes.deleteMyPaper, deleting)).toMatchObject({
      status: 409,
      body: { code: 'paper-kept' },
    });
    expect(await listed(someone, asMentor)).toEqual([paperId]);
  });
});

describe('given a coordinator', () => {
  it('each look at a mentor’s papers is in the trail before it is answered', async () => {
    const someone = await mentor();
    const { paperId } = await cleanPaper(someone);
    await handIn(someone);
    const { claims, staffId } = await coordinator();
    const { mentorId } = someone;
    const list = { claims, params: { mentorId } };
    expect(await invoke(api, routes.listPapersOfMentor, list)).toMatchObject({
      status: 200,
      body: { papers: [{ paperId, mentorId }] },
    });
    const one = { claims, params: { mentorId, paperId } };
    expect(await invoke(api, routes.readPaperOfMentor, one)).toMatchObject({
      status: 200,
      body: { contentType: 'application/pdf', url: expect.stringContaining(`/${mentorId}/`) },
    });
    const { entries } = await auditStore('audit').listOfStaff(staffId, 100, undefined);
    const look = {
      action: 'paper-read',
      actor: { kind: 'staff', staffId },
      subjects: [mentorId, paperId],
    };
    expect(entries).toMatchObject([look, look]);
  });

  it('finds no mentor who is none, nor a paper of another', async () => {
    const [someone, other] = [await mentor(), await mentor()];
    const { paperId } = await cleanPaper(other);
    const { claims } = await coordinator();
    const look = (mentorId: MentorId, id: PaperId) =>
      invoke(api, routes.readPaperOfMentor, { claims, params: { mentorId, paperId: id } });
    const noPaper = { status: 404, body: { code: 'no-such-paper' } };
    expect(await look(someone.mentorId, paperId)).toMatchObject(noPaper);
    expect(await look(other.mentorId, newId(PaperId, 'ppr'))).toMatchObject(noPaper);
    expect(await look(newId(MentorId, 'mnt'), paperId)).toMatchObject({
      status: 404,
      body: { code: 'no-such-mentor' },
    });
  });

  it('of one area, or with another role, looks at none: mentors belong to the whole region', async () => {
    const { mentorId } = await mentor();
    const look = async (claims: Record<string, string>) =>
      (await invoke(api, routes.listPapersOfMentor, { claims, params: { mentorId } })).body;
    const { claims, staffId } = await coordinator('north');
    expect(await look(claims)).toMatchObject({ code: 'whole-region-only' });
    expect(await look(staffClaims('officer-1', 'officer'))).toMatchObject({ code: 'wrong-role' });
    const { entries } = await auditStore('audit').listOfStaff(staffId, 100, undefined);
    expect(entries).toEqual([]);
  });
});
