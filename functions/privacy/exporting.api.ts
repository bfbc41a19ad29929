import { timestamp } from '../../regions/calendar.ts';
import { erasureStore as auditErasure } from '../audit/erasure.store.ts';
import { LearnerPaper, MentorPaper, type OwnerId, type Paper } from '../documents/contract.ts';
import { erasureStore as documentsErasure } from '../documents/erasure.store.ts';
import { erasureStore as eligibilityErasure } from '../eligibility/erasure.store.ts';
import { erasureStore as enrolmentErasure } from '../enrolment/erasure.store.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { erasureStore as identityErasure } from '../identity/erasure.store.ts';
import { loginDataStore } from '../identity/login-data.store.ts';
import { mentorStore } from '../identity/mentor.store.ts';
import { identityStore } from '../identity/store.ts';
import { erasureStore as mentoringErasure } from '../mentoring/erasure.store.ts';
import { mentorDataStore } from '../mentoring/mentor-data.store.ts';
import { erasureStore as provisioningErasure } from '../provisioning/erasure.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import { region } from '../runtime/region.ts';
import {
  DataExport,
  type DataParts,
  type Part,
  type privacy,
  privacyEnvironments,
} from './contract.ts';
import {
  applicationsShown,
  enrolmentShown,
  fitsAnswer,
  guardianShown,
  loginShown,
  mentoringShown,
  sidesShown,
  whoShown,
} from './export.rules.ts';
import { paperFiles } from './papers.adapter.ts';
import { tablesIn } from './tables.store.ts';
import { auditShown } from './trail.rules.ts';

const environment = readEnvironment(privacyEnvironments.api);
const tables = tablesIn(environment);
const learners = identityStore(tables.identity);
const identity = identityErasure(tables.identity);
const trail = auditErasure(tables.audit);
const papers = documentsErasure(tables.documents);
const cases = eligibilityErasure(tables);
const places = enrolmentErasure(tables, region);
const accounts = provisioningErasure(tables.provisioning);
const mentoring = mentoringErasure(tables, region);
const mentors = mentorStore(tables.identity);
const logins = loginDataStore(tables.identity);
const works = mentorDataStore(tables.mentoring, region);
const files = paperFiles(environment.PAPERS_BUCKET);

/** Whom an export is about: a learner, and what the caller is as a mentor and as a login. */
interface Whose {
  readonly learnerId: LearnerId | undefined;
  readonly mentorId: MentorId | undefined;
  readonly login: Awaited<ReturnType<typeof logins.keptOf>>;
}

async function readMyData({ caller, query }: Call<typeof privacy.routes.readMyData>) {
  const itself = query.learnerId === undefined;
  const [learnerId, mentorId, login] = await Promise.all([
    learners.learnerIdOf(caller.sub, query.learnerId),
    itself ? mentors.mentorIdOf(caller.sub) : undefined,
    itself ? logins.keptOf(caller.sub) : undefined,
  ]);
  const nothing = learnerId === undefined && mentorId === undefined && login === undefined;
  if (nothing || (learnerId === undefined && query.learnerId !== undefined)) throw noProfile();
  const wanted = query.part === undefined ? partNames : [query.part];
  const whose = { learnerId, mentorId, login };
  const found = await Promise.all(wanted.map((part) => parts[part](whose)));
  const body = DataExport.parse(Object.assign({ at: timestamp(now()) }, ...found));
  if (!fitsAnswer(body)) throw tooLarge();
  return { body };
}

/** A part of an export, for learners; nothing of whoever is none. */
const ofLearner =
  (read: (learnerId: LearnerId) => Promise<DataParts>) =>
  async ({ learnerId }: Whose): Promise<DataParts> =>
    learnerId === undefined ? {} : read(learnerId);

const parts: Readonly<Record<Part, (whose: Whose) => Promise<DataParts>>> = {
  identity: ofLearner(async (learnerId) => {
    const [record, ties, proofs] = await Promise.all([
      learners.readRecord(learnerId),
      identity.loginsOf(learnerId),
      identity.proofsOf(learnerId),
    ]);
    return record === undefined ? {} : { identity: whoShown(record, ties, proofs) };
  }),
  audit: ofLearner(async (learnerId) => ({
    audit: auditShown(await trail.entriesOf(learnerId)),
  })),
  documents: ofLearner(async (learnerId) => ({
    documents: (await papersOf(learnerId)).map(({ paper, content }) => ({
      paper: LearnerPaper.parse(paper),
      content,
    })),
  })),
  eligibility: ofLearner(async (learnerId) => ({
    eligibility: applicationsShown(await cases.applicationsOf(learnerId)),
  })),
  enrolment: ofLearner(async (learnerId) => ({
    enrolment: enrolmentShown(await places.placesOf(learnerId)),
  })),
  provisioning: ofLearner(async (learnerId) => {
    const known = await accounts.dataOf(learnerId, await places.providersOf(learnerId));
    return { provisioning: [...known] };
  }),
  mentoring: ofLearner(async (learnerId) => ({
    mentoring: mentoringShown(await mentoring.ofLearner(learnerId)),
  })),
  login: async ({ login }) =>
    login === undefined ? {} : { login: loginShown(login.email, login.asked) },
  guardian: async ({ login }) =>
    login === undefined || login.guardian.length === 0
      ? {}
      : { guardian: guardianShown(login.guardian) },
  mentor: async ({ mentorId }) => (mentorId === undefined ? {} : ofMentor(mentorId)),
};

// Object.keys forgets that these are the parts.
const partNames = Object.keys(parts) as Part[];

async function ofMentor(mentorId: MentorId): Promise<DataParts> {
  const [who, kept, own] = await Promise.all([
    mentors.readMentor(mentorId),
    mentoring.ofMentor(mentorId),
    papersOf(mentorId),
  ]);
  if (who === undefined) return {};
  const suspended = kept.mentor?.state === 'suspended';
  const work = await works.workOf({ mentorId, suspended, mentorships: kept.mentorships }, now());
  return {
    mentor: {
      ...work,
      person: who.person,
      offer: kept.mentor,
      mentorships: sidesShown(kept.mentorships),
      papers: own.map(({ paper, content }) => ({ paper: MentorPaper.parse(paper), content })),
    },
  };
}

/** Papers, each with where its file can be read, if it may. */
async function papersOf(ownerId: OwnerId) {
  const found = await papers.papersOf(ownerId);
  return Promise.all(found.map(async (paper) => ({ paper, content: await contentOf(paper) })));
}

async function contentOf(paper: Paper) {
  if (paper.state !== 'clean') return undefined;
  const { url, until } = await files.addressOf(paper);
  return { url, contentType: paper.contentType, until: timestamp(until) };
}

function noProfile(): NotFound {
  return new NotFound({
    code: 'no-profile',
    detail: 'Nothing is kept about you, or about a child of this id that you act for.',
  });
}

function tooLarge(): Conflict {
  return new Conflict({
    code: 'data-too-large',
    detail: 'This is more than one answer can hold. Take it part by part: GET /me/data?part=audit.',
  });
}

/** What people take along. */
export const exporting = { readMyData };
