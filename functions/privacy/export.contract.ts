import * as z from 'zod';
import { AuditEntry } from '../audit/contract.ts';
import { Content, LearnerPaper, MentorPaper } from '../documents/contract.ts';
import { OwnApplication } from '../eligibility/contract.ts';
import { EndedPlace, Enrolments } from '../enrolment/contract.ts';
import { AskedState } from '../identity/consent.contract.ts';
import { LearnerId, MentorPerson, Profile } from '../identity/contract.ts';
import { Address, Relation } from '../identity/guardian.contract.ts';
import { Appointment } from '../mentoring/appointment.contract.ts';
import { CertificateCode, Certified } from '../mentoring/certificate.contract.ts';
import { Mentor } from '../mentoring/mentor.contract.ts';
import { MentorshipOfSides } from '../mentoring/mentorship.contract.ts';
import { Feedback, Note, Plan } from '../mentoring/note.contract.ts';
import { MentorRequest } from '../mentoring/request.contract.ts';
import { Session } from '../mentoring/session.contract.ts';
import { Stipend } from '../mentoring/stipend.contract.ts';
import { MentorshipId } from '../mentoring/words.contract.ts';
import { Account } from '../provisioning/contract.ts';

const Moment = z.iso.datetime().meta({ examples: ['2026-03-02T01:15:30.120Z'] });

/** A word about consent, and under which text it was said. */
const Spoken = z.strictObject({
  word: z.string().meta({ examples: ['granted'] }),
  at: Moment,
  policyVersion: z.string().meta({ examples: ['spring-2026'] }),
  textVersion: z.string().meta({ examples: ['2026-11'] }),
});

/** Who the learner is here. Of guardians only what they are: their data are theirs. */
const WhoPart = z.strictObject({
  profile: Profile,
  createdAt: Moment,
  updatedAt: Moment,
  guardians: z.array(Relation),
  /** What was said about consent, and under which text. */
  consents: z.array(Spoken),
});

/** What is written in a mentorship, as far as it is for the learner. */
const MentorshipPart = z.strictObject({
  mentorship: MentorshipOfSides,
  sessions: z.array(Session),
  plan: Plan.optional(),
  /** The learner's own. */
  feedback: Feedback.optional(),
  notes: z.array(Note.omit({ forMentor: true, forCoordinator: true })),
});

const MentoringPart = z.strictObject({
  request: MentorRequest.optional(),
  mentorships: z.array(MentorshipPart),
  appointments: z.array(Appointment),
});

/** A login beside what it is: its address, and what it asked its guardians, whose addresses are theirs. */
const LoginPart = z.strictObject({
  email: Address.optional(),
  asked: z
    .strictObject({
      state: AskedState,
      askedAt: Moment,
      answerBy: z.iso.date().meta({ examples: ['2026-03-16'] }),
      birthDate: Profile.shape.birthDate.optional(),
      language: Profile.shape.language.optional(),
    })
    .optional(),
});

/** As whose guardian the login is kept, and what it said for them. */
const WardPart = z.strictObject({
  learnerId: LearnerId,
  relation: Relation,
  email: Address,
  since: Moment,
  consents: z.array(Spoken),
});

/** What a mentor wrote in a mentorship: notes as long as they may read them. */
const WrittenPart = z.strictObject({
  mentorshipId: MentorshipId,
  feedback: Feedback.optional(),
  notes: z.array(Note),
});

/** With the file of each that may be read, for a minute. */
const LearnerPaperPart = z.strictObject({ paper: LearnerPaper, content: Content.optional() });
const MentorPaperPart = z.strictObject({ paper: MentorPaper, content: Content.optional() });

/** What mentoring keeps of a mentor. */
const MentorWork = z.strictObject({
  offer: Mentor.optional(),
  mentorships: z.array(MentorshipOfSides),
  written: z.array(WrittenPart),
  stipends: z.array(Stipend.omit({ mentorId: true })),
  certificates: z.array(Certified.extend({ code: CertificateCode })),
});

/** The parts of an export, by the capability that keeps them. */
export const DataParts = z.strictObject({
  identity: WhoPart.optional(),
  audit: z.array(AuditEntry).optional(),
  documents: z.array(LearnerPaperPart).optional(),
  eligibility: z.array(OwnApplication).optional(),
  enrolment: Enrolments.pick({ approval: true, enrolments: true })
    .extend({ history: z.array(EndedPlace) })
    .optional(),
  /** With the code of each that has one and is not suspended. */
  provisioning: z
    .array(
      Account.pick({ providerId: true, state: true }).extend({ voucher: z.string().optional() }),
    )
    .optional(),
  mentoring: MentoringPart.optional(),
  /** What is kept of the login itself. */
  login: LoginPart.optional(),
  /** The children that the same login is the guardian of. */
  guardian: z.array(WardPart).optional(),
  /** What the same login is as a mentor. */
  mentor: z
    .strictObject({
      person: MentorPerson,
      ...MentorWork.shape,
      papers: z.array(MentorPaperPart),
    })
    .optional(),
});
export type DataParts = z.infer<typeof DataParts>;

export const Part = z.enum(
  // The keys of the schema are exactly these; Object.keys forgets it.
  Object.keys(DataParts.shape) as [keyof DataParts, ...(keyof DataParts)[]],
);
export type Part = z.infer<typeof Part>;

/** What a keeper shows, of one moment; or that it is more than an answer can hold. */
const shown = <Parts extends z.ZodType>(parts: Parts) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('shown'), parts }),
    z.strictObject({ kind: z.literal('too-large') }),
  ]);

export const MentoringShown = shown(
  z.strictObject({ mentoring: MentoringPart.optional(), mentor: MentorWork.optional() }),
);
export type MentoringShown = z.infer<typeof MentoringShown>;
export const EligibilityShown = shown(DataParts.pick({ eligibility: true }));
export type EligibilityShown = z.infer<typeof EligibilityShown>;
export const EnrolmentShown = shown(DataParts.pick({ enrolment: true, provisioning: true }));
export type EnrolmentShown = z.infer<typeof EnrolmentShown>;

/** All that is kept about somebody, of one moment for each part. */
export const DataExport = DataParts.extend({ at: Moment });
export type DataExport = z.infer<typeof DataExport>;
