import { Temporal } from 'temporal-polyfill';
import type { z } from 'zod';
import { type Policy, type Provider, Region } from '../../regions/schema.ts';

const text = (words: string) => ({ ko: words, en: words });

const everyStage = ['elementary', 'middle', 'high', 'lifelong'] as const;

/** What both policies say alike. */
const rest = {
  majorityAge: 19,
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
  quota: 'unlimited',
} as const;

/** Two policies, one after the other, and three providers: each with something that rules look at. */
export const firstPolicy = {
  version: 'first-2025',
  from: '2025-03-01',
  legalBasis: 'Ordinance of the village, article 1',
  consentAge: 14,
  minimumAge: 6,
  approvalMonths: 12,
  ...rest,
  places: { subject: 1, language: 1, reading: 1 },
  groups: [
    {
      id: 'low-income',
      name: text('저소득층'),
      confirmedBy: 'registry',
      stages: ['middle', 'high'],
    },
    {
      id: 'out-of-school',
      name: text('학교 밖 청소년'),
      confirmedBy: 'officer',
      stages: [...everyStage],
    },
  ],
} satisfies z.input<typeof Policy>;

export const secondPolicy = {
  version: 'second-2026',
  from: '2026-03-01',
  legalBasis: 'Ordinance of the village, article 2',
  consentAge: 15,
  minimumAge: 8,
  approvalMonths: 6,
  ...rest,
  places: { subject: 1, reading: 1 },
  groups: [
    {
      id: 'resident',
      name: text('주민'),
      confirmedBy: 'officer',
      stages: [...everyStage],
      evidence: [{ id: 'register-extract', name: text('주민등록 초본'), validMonths: 3 }],
    },
  ],
} satisfies z.input<typeof Policy>;

export const mill = {
  id: 'mill',
  name: text('방앗간'),
  description: text('강의와 말'),
  kind: 'scim',
  offers: [
    { stage: 'middle', category: 'subject' },
    { stage: 'high', category: 'subject' },
    { stage: 'high', category: 'language' },
  ],
  contract: { type: 'donated', from: '2025-03-01', until: '2026-12-31' },
  seats: 'unlimited',
} satisfies z.input<typeof Provider>;

export const well = {
  id: 'well',
  name: text('우물'),
  description: text('전자책'),
  kind: 'scim',
  offers: [
    { stage: 'high', category: 'reading' },
    { stage: 'high', category: 'language' },
  ],
  contract: { type: 'purchased', from: '2025-03-01' },
  seats: { perArea: 50, areas: { hill: 2_500 } },
} satisfies z.input<typeof Provider>;

export const forge = {
  id: 'forge',
  name: text('대장간'),
  description: text('강의'),
  kind: 'scim',
  offers: [
    { stage: 'high', category: 'subject' },
    { stage: 'high', category: 'language' },
  ],
  contract: { type: 'purchased', from: '2025-03-01', until: '2025-08-31' },
  seats: { perArea: 3, areas: { hill: 0 } },
} satisfies z.input<typeof Provider>;

/** A made-up region with two policies, three providers and one of everything that rules look at. */
const plan = {
  id: 'village',
  name: text('마을'),
  timeZone: 'Asia/Seoul',
  languages: ['ko', 'en'],
  deployment: {
    awsRegion: 'ap-northeast-2',
    mail: { via: 'cognito', trial: true },
    firstAdministrator: 'office@village.example',
    origins: [],
    throttle: { requestsPerSecond: 10, burst: 20 },
    logDays: { application: 30, access: 14 },
  },
  areas: [
    { id: 'river', name: text('강') },
    { id: 'hill', name: text('언덕') },
  ],
  policies: [firstPolicy, secondPolicy],
  intakes: [
    { opens: '2025-03-01T09:00', closes: '2025-11-30T18:00' },
    { opens: '2026-03-02T09:00' },
  ],
  providers: [mill, well, forge],
} satisfies z.input<typeof Region>;

/** The village, with parts of it otherwise. */
export function village(otherwise: Partial<z.input<typeof Region>> = {}): Region {
  return Region.parse({ ...plan, ...otherwise });
}

/** A moment by the village's own clock, such as `2025-03-01T09:00`. */
export function at(localTime: string, timeZone = plan.timeZone): Temporal.Instant {
  return Temporal.PlainDateTime.from(localTime).toZonedDateTime(timeZone).toInstant();
}
