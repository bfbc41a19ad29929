import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditStore } from '../../functions/audit/store.ts';
import { documents, PaperId } from '../../functions/documents/contract.ts';
import { documentsStore } from '../../functions/documents/store.ts';
import { LearnerId, ProfileInput, StaffId } from '../../functions/identity/contract.ts';
import { staffStore } from '../../functions/identity/staff.store.ts';
import { identityStore } from '../../functions/identity/store.ts';
import { Sub } from '../../functions/runtime/caller.ts';
import { newId } from '../../functions/runtime/ids.ts';
import { AreaId } from '../../regions/schema.ts';
import { type Cloud, openCloud } from '../runtime/cloud.ts';
import { type ApiHandler, loadApi } from '../runtime/handlers.ts';
import { captureLog } from '../runtime/log-lines.ts';
import { invoke, learnerClaims, staffClaims } from '../runtime/requests.ts';
import { firstPolicy, village } from '../runtime/village.ts';
import { announced, files } from './files.ts';

captureLog();

const { routes } = documents;
const evidence = [
  { id: 'family-relation-certificate', name: { ko: '가족관계증명서', en: 'Family relations' } },
];
const groups = firstPolicy.groups.map((group) => ({ ...group, evidence }));
const store = documentsStore('documents');
let cloud: Cloud;
let api: ApiHandler;

beforeAll(async () => {
  cloud = await openCloud();
  for (const table of ['identity', 'audit', 'documents']) await cloud.createTable(table);
  Object.assign(process.env, {
    IDENTITY_TABLE: 'identity',
    AUDIT_TABLE: 'audit',
    DOCUMENTS_TABLE: 'documents',
    PAPERS_BUCKET: 'papers',
  });
  const region = village({ policies: [{ ...firstPolicy, from: '2020-01-01', groups }] });
  api = await loadApi('documents', { '#region': region });
});
afterAll(() => cloud.close());

let people = 0;
async function learner(area = 'river') {
  people += 1;
  const sub = Sub.parse(`login-${people}`);
  const learnerId = newId(LearnerId, 'lrn');
  const profile = ProfileInput.parse({
    name: '김하늘',
    birthDate: '2009-05-20',
    stage: 'high',
    areaId: area,
    language: 'ko',
  });
  const at = '2025-07-01T00:00:00.000Z';
  await identityStore('identity').createLearner(sub, 'h@village.example', learnerId, profile, at);
  return { claims: learnerClaims(sub), learnerId };
}

async function officer(area: string) {
  people += 1;
  const sub = Sub.parse(`officer-${people}`);
  const areaId = AreaId.parse(area);
  const staff = {
    staffId: newId(StaffId, 'stf'),
    role: 'officer',
    areaId,
    state: 'inviting',
  } as const;
  const email = `${sub}@village.example`;
  const claim = { id: `administrator#${sub}`, fingerprint: '' };
  await staffStore('identity').invite(staff, { email, role: 'officer', areaId }, claim);
  await staffStore('identity').recordInvited({ staff, repeats: 0 }, sub);
  return { claims: staffClaims(sub, 'officer'), staffId: staff.staffId };
}

type Learner = Awaited<ReturnType<typeof learner>>;
let keys = 0;
const newKey = () => {
  keys += 1;
  return { 'content-type': 'application/json', 'idempotency-key': `key-of-test-${keys}` };
};

const handIn = ({ claims }: Learner, otherwise: object = {}, headers = newKey()) =>
  invoke(api, routes.handInPaper, {
    claims,
    headers,
    body: { ...announced(files.pdf()), ...otherwise },
  });

/** A paper that was announced, and then was found to be clean. */
async function cleanPaper(whose: Learner) {
  const answer = await handIn(whose);
  const { paper } = routes.handInPaper.answers.body.parse(answer.body);
  const seen = await store.read(paper);
  if (seen === undefined) throw new Error('it was announced');
  await store.keep({ ...paper, state: 'clean' }, seen);
  return paper;
}

const trailOf = async ({ learnerId }: Learner) =>
  (await auditStore('audit').listOfLearner(learnerId, 100, undefined)).entries;

describe('given a learner who hands a paper in', () => {
  it('gets a form for this one file: its key, type, size and checksum, for ten minutes', async () => {
    const someone = await learner();
    const { status, body } = await handIn(someone);
    expect(status).toBe(201);
    const { paper, upload } = routes.handInPaper.answers.body.parse(body);
    expect(paper.state).toBe('awaited');
    const policy: unknown = JSON.parse(
      Buffer.from(upload.fields['Policy'] ?? '', 'base64').toString(),
    );
    expect(policy).toMatchObject({
      expiration: `${upload.until.slice(0, 19)}Z`,
      conditions: expect.arrayContaining([
        ['content-length-range', 1, paper.bytes],
        { key: `quarantine/${someone.learnerId}/${paper.paperId}` },
        { 'Content-Type': 'application/pdf' },
        { 'x-amz-checksum-sha256': paper.sha256 },
        { bucket: 'papers' },
      ]),
    });
    expect(Date.parse(upload.until) - Date.parse(paper.createdAt)).toBeLessThan(601_000);
  });

  it('ten times at once with one key, announces one paper and hears ten times the same', async () => {
    const someone = await learner();
    const headers = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => handIn(someone, {}, headers)),
    );
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 201, body: answers[0]?.body });
    }
    expect(await store.papersOf(someone.learnerId)).toHaveLength(1);
  });

  it('more often than are awaited, hears so', async () => {
    const someone = await learner();
    for (let count = 0; count < 5; count += 1) {
      expect(await handIn(someone)).toMatchObject({ status: 201 });
    }
    const refused = { status: 409, body: { code: 'papers-awaited' } };
    expect(await handIn(someone)).toMatchObject(refused);
  });

  it.each([
    ['the name of the file', { fileName: '김하늘.pdf' }, 400, 'malformed'],
    ['a type that no browser shows', { contentType: 'text/html' }, 400, 'malformed'],
    ['a checksum that is none', { sha256: 'abc' }, 400, 'malformed'],
    ['an empty file', { bytes: 0 }, 400, 'malformed'],
    ['a paper that nobody asks for', { evidenceId: 'photo' }, 422, 'no-such-evidence'],
    ['too large a file', { bytes: 10_000_001 }, 422, 'paper-too-large'],
  ])('with %s, is refused and nothing is kept', async (_what, otherwise, status, code) => {
    const someone = await learner();
    expect(await handIn(someone, otherwise)).toMatchObject({ status, body: { code } });
    expect(await store.papersOf(someone.learnerId)).toEqual([]);
  });

  it('without a profile, is sent to write one', async () => {
    const nobody = { claims: learnerClaims('nobody'), learnerId: newId(LearnerId, 'lrn') };
    expect(await handIn(nobody)).toMatchObject({ status: 404, body: { code: 'no-profile' } });
  });
});

describe('given somebody else’s paper', () => {
  it('nobody reads, lists or deletes it', async () => {
    const owner = await learner();
    const { paperId } = await cleanPaper(owner);
    const { claims } = await learner();
    const params = { paperId };
    expect(await invoke(api, routes.readMyPaper, { claims, params })).toMatchObject({
      status: 404,
      body: { code: 'no-such-paper' },
    });
    expect(await invoke(api, routes.listMyPapers, { claims })).toMatchObject({
      body: { papers: [] },
    });
    expect(await invoke(api, routes.deleteMyPaper, { claims, params })).toMatchObject({
      status: 204,
    });
    const query = { learnerId: owner.learnerId };
    expect(await invoke(api, routes.readMyPaper, { claims, params, query })).toMatchObject({
      status: 404,
      body: { code: 'no-profile' },
    });
    expect(await store.papersOf(owner.learnerId)).toHaveLength(1);
  });
});

describe('given an officer', () => {
  it('each look at papers is in the trail before it is answered', async () => {
    const someone = await learner('hill');
    const { paperId } = await cleanPaper(someone);
    await handIn(someone);
    const { claims, staffId } = await officer('hill');
    const query = { learnerId: someone.learnerId };
    const params = { paperId };
    expect(await invoke(api, routes.listPapers, { claims, query })).toMatchObject({
      status: 200,
      body: { papers: [{ paperId }] },
    });
    expect(await invoke(api, routes.readPaper, { claims, params, query })).toMatchObject({
      status: 200,
      body: { contentType: 'application/pdf', url: expect.stringContaining('X-Amz-Expires=60&') },
    });
    const look = {
      action: 'paper-read',
      actor: { kind: 'staff', staffId },
      areaId: 'hill',
      subjects: [paperId],
    };
    expect(await trailOf(someone)).toMatchObject([look, look]);

    cloud.disturb(async (operation) => {
      if (operation !== 'PutItem') return undefined;
      const body = JSON.stringify({ __type: 'com.amazon#InternalServerError' });
      return { reply: { status: 500, body } };
    });
    const unseen = await invoke(api, routes.readPaper, { claims, params, query });
    cloud.disturb(undefined);
    expect(unseen).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(JSON.stringify(unseen.body)).not.toContain('X-Amz-Signature');
  });

  it('edge case 50: of another area, finds neither learner nor paper, and leaves no trace of either', async () => {
    const someone = await learner('hill');
    const { paperId } = await cleanPaper(someone);
    const { claims } = await officer('river');
    const known = { learnerId: someone.learnerId };
    const unknown = { learnerId: newId(LearnerId, 'lrn') };
    const params = { paperId };
    for (const query of [known, unknown]) {
      const refused = { status: 404, body: { code: 'no-such-learner' } };
      expect(await invoke(api, routes.listPapers, { claims, query })).toMatchObject(refused);
      expect(await invoke(api, routes.readPaper, { claims, params, query })).toMatchObject(refused);
    }
    expect(await trailOf(someone)).toEqual([]);
  });

  it('finds no paper that is not clean, nor one under another learner', async () => {
    const [someone, other] = [await learner('hill'), await learner('hill')];
    const { paperId } = await cleanPaper(other);
    const awaited = routes.handInPaper.answers.body.parse((await handIn(someone)).body).paper;
    const { claims } = await officer('hill');
    const query = { learnerId: someone.learnerId };
    for (const id of [paperId, awaited.paperId, newId(PaperId, 'ppr')]) {
      const params = { paperId: id };
      expect(await invoke(api, routes.readPaper, { claims, params, query })).toMatchObject({
        status: 404,
        body: { code: 'no-such-paper' },
      });
    }
  });
});

describe('given a paper that is deleted', () => {
  it('it is gone at once, and deleting it again is as good', async () => {
    const someone = await learner();
    const { paperId } = await cleanPaper(someone);
    const { claims } = someone;
    const params = { paperId };
    for (const _time of [1, 2]) {
      expect(await invoke(api, routes.deleteMyPaper, { claims, params })).toMatchObject({
        status: 204,
      });
    }
    expect(await invoke(api, routes.readMyPaper, { claims, params })).toMatchObject({
      status: 404,
    });
  });
});
