import type { z } from 'zod';
import type { Configuration } from '../../functions/about/contract.ts';

/** What the region of the invented story tells of itself (`examples.ts`). */
export const configuration: z.input<typeof Configuration> = {
  region: {
    id: 'riverside-province',
    name: { ko: '강변도', en: 'Riverside Province' },
    timeZone: 'Asia/Seoul',
    languages: ['ko', 'en'],
    areas: [
      { id: 'riverside', name: { ko: '강변구', en: 'Riverside' } },
      { id: 'upper-town', name: { ko: '윗마을', en: 'Upper Town' }, services: ['mentoring'] },
    ],
    partners: [
      {
        id: 'upper-valley',
        name: { ko: '윗골짜기', en: 'Upper Valley' },
        areas: ['upper-town'],
        from: { recruiting: '2026-09-01', live: '2026-10-01' },
        state: 'agreed',
      },
    ],
    incomeBands: [
      { id: 'near-poverty', name: { ko: '차상위', en: 'Near poverty' }, upTo: 50 },
      { id: 'other', name: { ko: '그 밖', en: 'Other' } },
    ],
    policy: {
      version: 'spring-2026',
      from: '2026-03-01',
      legalBasis: 'Riverside Ordinance 12, article 3',
      consentAge: 14,
      majorityAge: 19,
      minimumAge: 6,
      maximumAge: 24,
      whenTooOld: 'end',
      approvalMonths: 12,
      deadlines: {
        signUp: 7,
        consent: 14,
        evidence: 14,
        appeal: 30,
        offer: 7,
        renewal: 60,
        grace: 30,
        documents: 90,
      },
      switches: 2,
    },
    groups: [
      {
        id: 'welfare-recipient',
        name: { ko: '복지 수급 가정', en: 'Families that receive welfare' },
        confirmedBy: 'registry',
        stages: ['elementary', 'middle', 'high'],
        incomeBands: ['near-poverty'],
        evidence: [
          {
            id: 'income-letter',
            name: { ko: '소득 증명', en: 'Statement of income' },
            validMonths: 12,
          },
        ],
      },
    ],
    places: { subject: 1, reading: 1 },
    intakes: [{ opens: '2026-03-02T09:00', closes: '2026-03-20T18:00' }],
  },
  publicPool: { poolId: 'ap-northeast-2_Example01', clientId: '1example23456789abcdefghij' },
  staffPool: { poolId: 'ap-northeast-2_Example02', clientId: '2example23456789abcdefghij' },
  endpoints: {
    cognito: 'https://cognito-idp.ap-northeast-2.amazonaws.com',
    api: 'https://api.riverside.example',
  },
};
