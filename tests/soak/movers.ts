import { expect } from 'vitest';
import { documents } from '../../functions/documents/contract.ts';
import { enrolment } from '../../functions/enrolment/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { announced, files as paperFiles, send } from '../documents/files.ts';
import { granted, type Learner, type People, profile } from '../people.ts';
import { until } from '../until.ts';

const place = (id: 'subject' | 'language', providerId: string) => ({
  params: { place: id },
  body: { providerId },
});

/** A learner with two accounts in use. */
export async function settledLearner(people: People, areaId: string) {
  const learner = await people.newApprovedLearner({ areaId, stage: 'high' });
  for (const [id, providerId] of [
    ['subject', 'night-train'],
    ['language', 'wayfarer'],
  ] as const) {
    granted(await learner.api(enrolment.routes.choose, place(id, providerId)));
  }
  await until(async () => {
    const { enrolments } = granted(await learner.api(enrolment.routes.listMine, {}));
    return enrolments.length === 2 && enrolments.every(({ state }) => state === 'active');
  });
  return learner;
}

/** Who acts for a child of nine, which has no login. */
export async function guardianOf(people: People, areaId: string) {
  const { email, api } = await people.newLogin();
  const birthDate = '2017-05-01';
  const person = await people.newPerson({ birthDate });
  const child = profile({ ...person, stage: 'elementary', areaId });
  const body = identity.routes.addChild.body.parse({ ...child, relation: 'mother' });
  const { learnerId } = granted(await api(identity.routes.addChild, { body }));
  return { email, childId: learnerId };
}

/** A paper, handed in and found clean; its id. */
export async function handedIn(learner: Learner) {
  const bytes = paperFiles.pdf('A letter of the school.');
  const body = announced(bytes);
  const { paper, upload } = granted(await learner.api(documents.routes.handInPaper, { body }));
  expect(await send(upload, bytes)).toBe(204);
  await until(async () => {
    const { papers } = granted(await learner.api(documents.routes.listMyPapers, {}));
    return papers.some((one) => one.paperId === paper.paperId && one.state === 'clean');
  });
  return paper.paperId;
}
