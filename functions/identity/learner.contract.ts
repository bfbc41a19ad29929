import * as z from 'zod';
import { AreaId, Language, Stage } from '../../regions/schema.ts';
import { LearnerId } from '../runtime/ids.ts';

export { LearnerId } from '../runtime/ids.ts';

const written = /^\p{L}[\p{L}\p{M} .'’·-]*$/u;
/** The fillers of Hangul: letters to Unicode, and nothing to the eye. */
const unseen = /[\u115f\u1160\u3164\uffa0]/;

/**
 * A person's name: letters of any script, 1 to 40 characters, kept in NFC so that names which look the same
 * are the same (edge case 6). Digits and symbols are refused: a name never is a number or a resident
 * registration number (edge case 7).
 */
export const Name = z
  .string()
  .transform((name) => name.normalize('NFC').trim().replace(/\s+/gu, ' '))
  .refine((name) => written.test(name) && !unseen.test(name) && [...name].length <= 40, {
    error: '1 to 40 letters, with spaces, hyphens or apostrophes between them',
  })
  .brand<'Name'>()
  .meta({ description: 'Letters of any script, 1 to 40 characters', examples: ['김하늘'] });
export type Name = z.infer<typeof Name>;

/** What people wrote, as it is kept: answers and rows are read by this, so that a stricter `Words` never locks them out. */
export const KeptWords = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .meta({ examples: ['The letter of this school year was shown at the counter.'] });

/**
 * A Korean resident registration number, or a foreigner's: six digits that are a date, a hyphen, spaces or nothing,
 * and seven more of which the first is 1 to 8 (Act on Resident Registration, enforcement rules, article 2).
 */
const residentNumber =
  /(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[\s\p{Pd}\p{Cf}\u2212]*[1-8]\d{6}(?!\d)/u;

/** Words that people write to each other, 1 to 1,000 characters; with a resident registration number refused (edge case 7). */
export const Words = KeptWords.refine((words) => !residentNumber.test(words.normalize('NFKC')), {
  error: 'no resident registration number: leave it out, and name the paper that shows it instead',
}).meta({ description: 'Refused where a resident registration number stands in it' });

export const ProfileInput = z.strictObject({
  name: Name,
  birthDate: z.iso.date().meta({ examples: ['2011-05-14'] }),
  stage: Stage,
  areaId: AreaId,
  language: Language,
});
export type ProfileInput = z.infer<typeof ProfileInput>;

/**
 * How consent stands for a learner (edge cases 1 to 4). Who takes part: `not-needed`, `granted`, `own-needed` and
 * `own-given`. In `conflict`, `withdrawn` and `own-lapsed` nobody writes more about them, and what rested on consent stops.
 */
export const consentStates = [
  /** Of the consent age when they came. */
  'not-needed',
  /** A guardian consented. */
  'granted',
  /** One guardian consented and another refused: an officer resolves it. */
  'conflict',
  /** A guardian, or the learner, took it back; what was there is kept. */
  'withdrawn',
  /** Has reached the consent age: a guardian's consent stands for the policy's days, or until their own answer. */
  'own-needed',
  /** Was asked for their own, reminded, and gave none in time: nothing goes on until they do. */
  'own-lapsed',
  /** Consented themself. */
  'own-given',
] as const;
export const LearnerConsent = z.strictObject({ state: z.enum(consentStates) });
export type LearnerConsent = z.infer<typeof LearnerConsent>;
export type ConsentState = LearnerConsent['state'];

export const Profile = ProfileInput.extend({
  learnerId: LearnerId,
  /** Rows from before consent was kept are of people who needed none. */
  consent: LearnerConsent.default({ state: 'not-needed' }),
});
export type Profile = z.infer<typeof Profile>;

/**
 * Whom a request is about, on every route below `/me`: a guardian names one of their children. Without it,
 * whoever signed in; or the one child of a guardian who is no learner.
 */
export const ActingFor = z.strictObject({
  learnerId: LearnerId.optional().meta({
    description: 'The child that you act for as a guardian; without it, you yourself',
  }),
});
export type ActingFor = z.infer<typeof ActingFor>;
