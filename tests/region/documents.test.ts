import { describe, expect, it } from 'vitest';
import { audit } from '../../functions/audit/contract.ts';
import { documents, type Paper } from '../../functions/documents/contract.ts';
import { announced, bytesOf, files, send } from '../documents/files.ts';
import { granted, type Learner } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { handInPaper, listMyPapers, readMyPaper, deleteMyPaper, listPapers, readPaper } =
  documents.routes;

/** Announces a file, uploads it as a browser does, and waits until it is judged. */
async function handedIn(learner: Learner, bytes = files.pdf()): Promise<Paper> {
  const { paper, upload } = granted(await learner.api(handInPaper, { body: announced(bytes) }));
  expect(await send(upload, bytes)).toBe(204);
  return judged(learner, paper);
}

async function judged(learner: Learner, { paperId }: Paper): Promise<Paper> {
  const find = async () =>
    granted(await learner.api(listMyPapers, {})).papers.find((paper) => paper.paperId === paperId);
  await until(async () => ['clean', 'refused'].includes((await find())?.state ?? ''));
  return (await find()) ?? Promise.reject(new Error('the paper is gone'));
}

describe('a paper', () => {
  it('given a clean one: its learner and the officer of their area read it, and the look is recorded', async () => {
    const learner = await people.newLearner({ areaId: 'yongsan' });
    const bytes = files.pdf('Given to the office of Yongsan.');
    const { paperId } = await handedIn(learner, bytes);
    const params = { paperId };
    const own = granted(await learner.api(readMyPaper, { params }));
    const read = await fetch(own.url);
    expect(read.headers.get('content-type')).toBe('application/pdf');
    expect(new Uint8Array(await read.arrayBuffer())).toEqual(bytes);

    const officer = await people.newStaff('officer', 'yongsan');
    const query = { learnerId: learner.learnerId };
    expect(granted(await officer.api(listPapers, { query })).papers).toMatchObject([{ paperId }]);
    const seen = granted(await officer.api(readPaper, { params, query }));
    expect(await (await fetch(seen.url)).bytes()).toEqual(bytes);
    const trail = granted(await people.administrator.api(audit.routes.listEntries, { query }));
    const look = {
      action: 'paper-read',
      actor: { kind: 'staff', staffId: officer.staffId },
      subjects: [paperId],
      areaId: 'yongsan',
    };
    expect(trail.entries.slice(1)).toMatchObject([look, look]);
  });

  it.each([
    ['that carries the EICAR string', files.infected(), 'infected'],
    ['that is no PDF', files.program(), 'wrong-type'],
  ])('given one %s: refused, and nobody reads it', async (_what, bytes, refusedBecause) => {
    const learner = await people.newLearner({ areaId: 'yongsan' });
    const paper = await handedIn(learner, bytes);
    expect(paper).toMatchObject({ state: 'refused', refusedBecause });
    const params = { paperId: paper.paperId };
    const query = { learnerId: learner.learnerId };
    const officer = people.administrator.api;
    for (const answer of [
      await learner.api(readMyPaper, { params }),
      await officer(readPaper, { params, query }),
    ]) {
      expect(answer).toMatchObject({ status: 404, problem: { code: 'no-such-paper' } });
    }
    expect(granted(await officer(listPapers, { query })).papers).toEqual([]);
  });

  it('given another file than was announced: S3 does not take it', async () => {
    const learner = await people.newLearner();
    const announcement = announced(files.pdf('A letter.'));
    const { upload } = granted(await learner.api(handInPaper, { body: announcement }));
    expect(await send(upload, files.pdf('B letter.'))).toBe(400);
    expect(await send(upload, bytesOf(`${'%PDF-1.7'.repeat(100)}`))).toBe(400);
    const elsewhere = { ...upload, fields: { ...upload.fields, key: 'clean/another' } };
    expect(await send(elsewhere, files.pdf('A letter.'))).toBe(403);
  });

  it('given that it is deleted: nobody reads it any more, also not by the address of before', async () => {
    const learner = await people.newLearner();
    const { paperId } = await handedIn(learner);
    const params = { paperId };
    const { url } = granted(await learner.api(readMyPaper, { params }));
    for (const _time of [1, 2]) {
      expect(await learner.api(deleteMyPaper, { params })).toMatchObject({ status: 204 });
    }
    expect(granted(await learner.api(listMyPapers, {})).papers).toEqual([]);
    // Not 404: whoever signed the address may not list the bucket, so S3 does not say what is missing in it.
    await until(async () => (await fetch(url)).status === 403);
  });
});

describe("edge case 50: another area's officer", () => {
  it('finds neither the papers nor that there is such a learner', async () => {
    const learner = await people.newLearner({ areaId: 'yongsan' });
    const { paperId } = await handedIn(learner);
    const { api } = await people.newStaff('officer', 'mapo');
    const query = { learnerId: learner.learnerId };
    const refused = { status: 404, problem: { code: 'no-such-learner' } };
    expect(await api(listPapers, { query })).toMatchObject(refused);
    expect(await api(readPaper, { params: { paperId }, query })).toMatchObject(refused);
  });
});
