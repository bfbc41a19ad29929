import type { Application } from '../eligibility/contract.ts';
import { shownToLearner } from '../eligibility/view.rules.ts';
import type { EndedPlace, Places } from '../enrolment/contract.ts';
import { enrolmentsOf } from '../enrolment/view.rules.ts';
import type { AskedState } from '../identity/consent.contract.ts';
import type { Profile } from '../identity/contract.ts';
import type { Relation } from '../identity/guardian.contract.ts';
import type { Appointment } from '../mentoring/appointment.contract.ts';
import type { Mentorship } from '../mentoring/mentorship.contract.ts';
import type { Feedback, Note, Plan } from '../mentoring/note.contract.ts';
import { asSidesSee } from '../mentoring/report.rules.ts';
import type { MentorRequest } from '../mentoring/request.contract.ts';
import type { Session } from '../mentoring/session.contract.ts';
import type { DataParts } from './export.contract.ts';

/** Bytes of an answer as Lambda takes it, 6 MB (AWS Lambda quotas, "Invocation payload"), less some for its headers. */
const largest = 6_000_000;

/** Whether a document fits into one answer: it is a text within another there, in which quotation marks take more bytes. */
export function fitsAnswer(document: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(document))) <= largest;
}

/** What a keeper says of its parts: privacy's answer is a text within another too, so that what fits there fits here. */
export function shownWithin<Parts extends object>(parts: Parts) {
  return fitsAnswer(parts) ? { kind: 'shown' as const, parts } : { kind: 'too-large' as const };
}

interface Kept {
  readonly profile: Profile;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface Proven {
  readonly word: string;
  readonly at: string;
  readonly policyVersion: string;
  readonly textVersion: string;
}

/** What was said about consent, and not by whom. */
const spoken = ({ word, at, policyVersion, textVersion }: Proven) => ({
  ...{ word, at, policyVersion, textVersion },
});

/** Who a learner is here; of guardians only that there are such, and of what they said only what and when. */
export function whoShown(
  { profile, createdAt, updatedAt }: Kept,
  ties: readonly { readonly relation: Relation | 'self' }[],
  proofs: readonly Proven[],
): NonNullable<DataParts['identity']> {
  return {
    profile,
    createdAt,
    updatedAt,
    guardians: ties.flatMap(({ relation }) => (relation === 'self' ? [] : [relation])),
    consents: proofs.map(spoken),
  };
}

interface Asked {
  readonly state: AskedState;
  readonly askedAt: string;
  readonly answerBy: string;
  readonly birthDate?: Profile['birthDate'] | undefined;
  readonly language?: Profile['language'] | undefined;
}

/** What is kept of a login; of the guardians that it asked nothing. */
export function loginShown(
  email: string | undefined,
  asked: Asked | undefined,
): NonNullable<DataParts['login']> {
  if (asked === undefined) return { email };
  const { state, askedAt, answerBy, birthDate, language } = asked;
  return { email, asked: { state, askedAt, answerBy, birthDate, language } };
}

type Ward = NonNullable<DataParts['guardian']>[number];

/** As whose guardian a login is kept: of the children nothing but their ids. */
export function guardianShown(
  wards: readonly (Omit<Ward, 'consents'> & { readonly proofs: readonly Proven[] })[],
): Ward[] {
  return wards.map(({ proofs, ...ward }) => ({ ...ward, consents: proofs.map(spoken) }));
}

/** Applications as their learner may see them: of others who resemble them not a word. */
export function applicationsShown(
  seen: readonly { readonly application: Application }[],
): NonNullable<DataParts['eligibility']> {
  return seen.map(({ application }) => shownToLearner(application));
}

/** What a learner has and had. */
export function enrolmentShown({
  places,
  history,
}: {
  readonly places: Places;
  readonly history: readonly EndedPlace[];
}): NonNullable<DataParts['enrolment']> {
  const { enrolments } = enrolmentsOf(places);
  return { approval: places.approval, enrolments, history: [...history] };
}

interface Mentored {
  readonly request: MentorRequest | undefined;
  readonly mentorships: readonly {
    readonly mentorship: Mentorship;
    readonly sessions: readonly Session[];
    readonly plan: Plan | undefined;
    readonly feedback: Feedback | undefined;
    readonly notes: readonly Note[];
  }[];
  readonly appointments: readonly Appointment[];
}

/** Mentoring as the learner's side sees it: no report, and no note that was written for others (ADR 21 and 25). */
export function mentoringShown({
  request,
  mentorships,
  appointments,
}: Mentored): NonNullable<DataParts['mentoring']> {
  return {
    request,
    mentorships: mentorships.map(({ mentorship, sessions, plan, feedback, notes }) => ({
      mentorship: asSidesSee(mentorship),
      sessions: [...sessions],
      plan,
      feedback,
      notes: notes.flatMap(({ forMentor, forCoordinator, ...note }) =>
        note.forLearner === undefined ? [] : [note],
      ),
    })),
    appointments: [...appointments],
  };
}

/** Mentorships as their sides see them. */
export function sidesShown(mentorships: readonly Mentorship[]) {
  return mentorships.map(asSidesSee);
}
