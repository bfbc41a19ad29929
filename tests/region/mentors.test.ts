import { expect, it } from 'vitest';
import { documents } from '../../functions/documents/contract.ts';
import { identity } from '../../functions/identity/contract.ts';
import { mentoring } from '../../functions/mentoring/contract.ts';
import { announced, files, send } from '../documents/files.ts';
import { granted } from '../people.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { handInPaper, listMyPapers } = documents.routes;
const { nominateMentors, writeOffer, readMyOffer, decideOnMentor, listMentors, listStipends } =
  mentoring.routes;

type Login = Awaited<ReturnType<typeof people.newLogin>>;
const query = { as: 'mentor' } as const;

/** Hands in a paper as a mentor, and waits until it was found clean; its last day. */
async function handedIn({ api }: Login, evidence: string): Promise<string | undefined> {
  const bytes = files.pdf();
  const evidenceId = documents.routes.handInPaper.body.shape.evidenceId.parse(evidence);
  const issuedOn = (await people.control.clock()).now.slice(0, 10);
  const body = { ...announced(bytes), evidenceId, issuedOn };
  const { paper, upload } = granted(await api(handInPaper, { query, body }));
  expect(await send(upload, bytes)).toBe(204);
  await until(async () => {
    const { papers } = granted(await api(listMyPapers, { query }));
    return papers.some(({ paperId, state }) => paperId === paper.paperId && state === 'clean');
  });
  return paper.expiresOn;
}

it('rows 16 and 18: a mentor is nominated, applies, shows papers, is selected by score, and hears of each', async () => {
  const office = people.administrator.api;
  const student = await people.newLogin();
  const mails = async () => (await people.control.mails(student.email)).length;
  const before = await mails();
  const nomination = { university: '강변대학교', language: 'ko', emails: [student.email] };
  expect(granted(await office(nominateMentors, { body: nomination }))).toMatchObject({
    nominated: 1,
  });
  await until(async () => (await mails()) === before + 1);

  const who = identity.routes.writeMentor.body.parse({
    name: '이멘토',
    language: 'ko',
    timeZone: 'Asia/Seoul',
  });
  granted(await student.api(identity.routes.writeMentor, { body: who }));
  const offer = writeOffer.body.parse({
    subjects: ['mathematics'],
    topics: ['study-plan'],
    languages: ['ko'],
    ways: ['online'],
    areas: [],
    capacity: 2,
    weekly: [{ day: 'monday', from: '16:00', until: '18:00' }],
  });
  const { mentorId } = granted(await student.api(writeOffer, { body: offer }));
  await until(async () => (await mails()) === before + 2);

  await handedIn(student, 'enrolment-certificate');
  const checkUntil = await handedIn(student, 'background-check');
  const { mentors } = granted(
    await office(listMentors, { query: { state: 'applied', limit: 100 } }),
  );
  expect(mentors).toContainEqual(
    expect.objectContaining({
      mentorId,
      nominated: true,
      university: '강변대학교',
      score: 20 + 3 + 3 + 2,
    }),
  );
  const body = decideOnMentor.body.parse({
    outcome: 'selected',
    reason: '월요일에 시간이 됩니다.',
    checkUntil,
  });
  granted(await office(decideOnMentor, { params: { mentorId }, body }));
  expect(granted(await student.api(readMyOffer, {}))).toMatchObject({
    state: 'selected',
    checkUntil,
  });
  await until(async () => (await mails()) === before + 3);

  const statement = await fetch(`${people.url}${listStipends.path}?month=2026-03`, {
    headers: { authorization: `Bearer ${people.administrator.token}` },
  });
  expect(statement.headers.get('content-type')).toMatch('text/csv');
  expect(await statement.text()).toMatch(/^kind,mentorId,name,/);
});
