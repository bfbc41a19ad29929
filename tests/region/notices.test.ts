import { describe, expect, it } from 'vitest';
import { eligibility } from '../../functions/eligibility/contract.ts';
import { until } from '../until.ts';
import { people } from './people.ts';

const { apply } = eligibility.routes;

/** Someone who applied to a group that officers look at, and the mails that they got since. */
async function applicant(language: 'ko' | 'en') {
  const learner = await people.newLearner({ language });
  const answer = await learner.api(apply, { body: { groupId: 'multicultural' } });
  if (!answer.ok) throw new Error(answer.problem.code);
  const mails = async () => people.control.mails(learner.email);
  return { learner, mails };
}

describe('an application that has arrived', () => {
  it.each([
    ['ko', '[서울특별시] 신청서를 접수했습니다', '신청 유형: 다문화가족 자녀'],
    ['en', 'Seoul: the application has arrived', 'Children of multicultural families'],
  ] as const)(
    'is told of by mail, in the language %s of the applicant',
    async (language, subject, group) => {
      const { mails } = await applicant(language);
      await until(async () => (await mails()).some((mail) => mail.subject === subject));
      const [told, ...more] = (await mails()).filter((mail) => mail.subject === subject);
      expect(told?.text).toContain(group);
      expect(more).toEqual([]);
    },
  );
});
