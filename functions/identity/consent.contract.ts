import * as z from 'zod';
import { Language, PolicyVersion, Text } from '../../regions/schema.ts';
import { idSchema } from '../runtime/ids.ts';
import type { Route } from '../runtime/route.ts';
import { Address, mostGuardians, Relation, Token } from './guardian.contract.ts';
import { ActingFor, LearnerConsent, Name, ProfileInput } from './learner.contract.ts';

export const ConsentId = idSchema<'ConsentId'>('cns');
export type ConsentId = z.infer<typeof ConsentId>;

/** Where a request for consent stands; of `refused` and `lapsed` ones no personal data is left (edge case 3). */
export const AskedState = z.enum([
  'asked',
  'granted',
  'conflict',
  'refused',
  'lapsed',
  'withdrawn',
]);
export type AskedState = z.infer<typeof AskedState>;

export const GuardianAnswer = z.enum(['granted', 'refused']);
export type GuardianAnswer = z.infer<typeof GuardianAnswer>;

const LastDay = z.iso.date().meta({ examples: ['2026-03-16'] });
const TextVersion = z.string().meta({ examples: ['2026-11'] });

/** What a child below the consent age gives so that its guardians can be asked, and nothing beyond. */
export const ConsentWish = z.strictObject({
  birthDate: ProfileInput.shape.birthDate,
  language: Language,
  guardianEmails: z
    .array(Address)
    .min(1)
    .max(mostGuardians)
    .meta({ examples: [['guardian@riverside.example']] }),
});
export type ConsentWish = z.infer<typeof ConsentWish>;

/** How consent stands, for whom it is about. */
export const ConsentView = z.strictObject({
  state: z.enum([...AskedState.options, ...LearnerConsent.shape.state.options]),
  /** The last day for an answer: the guardians' with `asked`, the learner's own with `own-needed`. */
  answerBy: LastDay.optional(),
});
export type ConsentView = z.infer<typeof ConsentView>;

/** What a guardian consents to; decisions keep the version. */
export const ConsentText = z.strictObject({
  version: TextVersion,
  text: Text.meta({ examples: [{ ko: '자녀의 정보를 …', en: 'The programme keeps …' }] }),
});
export type ConsentText = z.infer<typeof ConsentText>;

/** What a guardian is asked. No more of the child than its guardian needs to know that it is theirs. */
export const AskedView = z.strictObject({
  region: Text.meta({ examples: [{ ko: '강변구', en: 'Riverside' }] }),
  birthYear: z.int().meta({ examples: [2013] }),
  state: AskedState,
  answerBy: LastDay,
  legalBasis: z.string(),
  policyVersion: PolicyVersion,
  consentText: ConsentText,
});
export type AskedView = z.infer<typeof AskedView>;

const AnswerInput = z
  .strictObject({
    token: Token,
    answer: GuardianAnswer,
    guardianName: Name.optional(),
    relation: Relation.optional(),
  })
  .refine(({ answer, guardianName }) => answer === 'refused' || guardianName !== undefined, {
    path: ['guardianName'],
    error: 'your name, with the answer "granted"',
  })
  .refine(({ answer, relation }) => answer === 'refused' || relation !== undefined, {
    path: ['relation'],
    error: 'who you are to the child, with the answer "granted"',
  });

const State = z.strictObject({ state: AskedState });

export const consentRoutes = {
  askConsent: {
    method: 'POST',
    path: '/me/consents',
    access: { pool: 'public' },
    summary: "Ask your guardians for consent, below the region's consent age",
    description:
      'Each guardian is mailed a link that can be used once. When one has consented, `PUT /me` takes your profile. When one refuses, or nobody answers in time, all of this is deleted. A learner whose consent was withdrawn asks again so.',
    body: ConsentWish,
    answers: { status: 202, body: ConsentView },
    refusals: {
      409: ['account-leaving', 'already-learner', 'asked-before'],
      422: [
        'address-unverified',
        'below-minimum-age',
        'birth-date-differs',
        'birth-date-in-future',
        'birth-date-too-early',
        'consent-not-needed',
        'guardian-is-yourself',
        'unknown-language',
        'idempotency-key-reused',
      ],
    },
  },
  readConsent: {
    method: 'GET',
    path: '/me/consent',
    access: { pool: 'public' },
    summary: 'How consent stands',
    query: ActingFor,
    answers: { status: 200, body: ConsentView },
    refusals: { 404: ['no-consent'] },
  },
  giveConsent: {
    method: 'PUT',
    path: '/me/consent',
    access: { pool: 'public' },
    summary: 'Give or withdraw your own consent, from the consent age on',
    body: z.strictObject({ granted: z.boolean() }),
    answers: { status: 200, body: LearnerConsent },
    refusals: { 404: ['no-profile'], 422: ['consent-not-needed', 'consent-required'] },
  },
  readText: {
    method: 'GET',
    path: '/consents/text',
    access: { pool: 'none' },
    summary: 'What a guardian consents to',
    answers: { status: 200, body: ConsentText },
  },
  readAsked: {
    method: 'POST',
    path: '/consents/read',
    access: { pool: 'none' },
    summary: 'What a guardian is asked, by the token of the mailed link',
    description:
      'A POST although it only reads, so that the token stands in the body and in no log of addresses.',
    body: z.strictObject({ token: Token }),
    answers: { status: 200, body: AskedView },
    refusals: { 404: ['no-such-link'], 422: ['idempotency-key-reused'] },
  },
  answerAsked: {
    method: 'POST',
    path: '/consents/answer',
    access: { pool: 'none' },
    summary: 'Consent or refuse as a guardian, by the token of the mailed link',
    description:
      'The same answer again has the same result; another one is refused. To take a consent back, use the link in the mail that confirmed it.',
    body: AnswerInput,
    answers: { status: 200, body: State },
    refusals: { 404: ['no-such-link'], 409: ['already-answered'], 422: ['idempotency-key-reused'] },
  },
  takeBack: {
    method: 'POST',
    path: '/consents/withdrawal',
    access: { pool: 'none' },
    summary: 'Withdraw a consent, by the token of the link in the mail that confirmed it',
    body: z.strictObject({ token: Token }),
    answers: { status: 200, body: State },
    refusals: {
      404: ['no-such-link'],
      409: ['consent-is-own', 'consented-since'],
      422: ['idempotency-key-reused'],
    },
  },
} as const satisfies Readonly<Record<string, Route>>;
