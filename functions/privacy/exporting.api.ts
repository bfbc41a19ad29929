import { timestamp } from '../../regions/calendar.ts';
import { LearnerPaper, MentorPaper, type OwnerId, type Paper } from '../documents/contract.ts';
import { actingStore } from '../identity/acting.store.ts';
import type { LearnerId, MentorId } from '../identity/contract.ts';
import { loginDataStore } from '../identity/login-data.store.ts';
import { mentorStore } from '../identity/mentor.store.ts';
import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { Conflict, NotFound } from '../runtime/errors.ts';
import type { Call } from '../runtime/http.ts';
import {
  DataExport,
  type DataParts,
  type Part,
  type privacy,
  privacyEnvironments,
} from './contract.ts';
import { EligibilityShown, EnrolmentShown, MentoringShown } from './export.contract.ts';
import { fitsAnswer, guardianShown, loginShown, whoShown } from './export.rules.ts';
import { askKeeper } from './keeper.adapter.ts';
import { keptIn } from './kept.store.ts';
import { paperFiles } from './papers.adapter.ts';
import { auditShown } from './trail.rules.ts';

const environment = readEnvironment(privacyEnvironments.api);
const { identity, trail, papers } = keptIn(environment);
const learners = actingStore(environment.IDENTITY_TABLE);
const mentors = mentorStore(environment.IDENTITY_TABLE);
const logins = loginDataStore(environment.IDENTITY_TABLE);
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
  const isWanted = (part: Part) => query.part === undefined || query.part === part;
  const whose = { learnerId, mentorId, login };
  const found = await Promise.all(sources.map((read) => read(whose, isWanted)));
  const body = DataExport.parse(Object.assign({ at: timestamp(now()) }, ...found));
  if (!fitsAnswer(body)) throw tooLarge();
  return { body };
}

/** Reads of its parts those that are wanted, and nothing of whoever is not what they are about. */
type Source = (whose: Whose, isWanted: (part: Part) => boolean) => Promise<DataParts>;

/** A part of an export, for learners; nothing of whoever is none. */
const ofLearner =
  (part: Part, read: (learnerId: LearnerId) => Promise<DataParts>): Source =>
  async ({ learnerId }, isWanted) =>
    learnerId === undefined || !isWanted(part) ? {} : read(learnerId);

const sources: readonly Source[] = [
  ofLearner('identity', async (learnerId) => {
    const [record, ties, proofs] = await Promise.all([
      learners.readRecord(learnerId),
      identity.loginsOf(learnerId),
      identity.proofsOf(learnerId),
    ]);
    return record === undefined ? {} : { identity: whoShown(record, ties, proofs) };
  }),
  ofLearner('audit', async (learnerId) => ({
    audit: auditShown(await trail.entriesOf(learnerId)),
  })),
  ofLearner('documents', async (learnerId) => ({
    documents: (await papersOf(learnerId)).map(({ paper, content }) => ({
      paper: LearnerPaper.parse(paper),
      content,
    })),
  })),
  ofLearner('eligibility', async (learnerId) =>
    partsIn(
      await askKeeper(environment.ELIGIBILITY_KEEPER, { ask: 'show', learnerId }, EligibilityShown),
    ),
  ),
  readEnrolment,
  readMentoring,
  async ({ login }, isWanted) =>
    login && isWanted('login') ? { login: loginShown(login.email, login.asked) } : {},
  async ({ login }, isWanted) =>
    login && login.guardian.length > 0 && isWanted('guardian')
      ? { guardian: guardianShown(login.guardian) }
      : {},
];

async function readEnrolment(...[{ learnerId }, isWanted]: Parameters<Source>): Promise<DataParts> {
  const parts = (['enrolment', 'provisioning'] as const).filter(isWanted);
  if (learnerId === undefined || parts.length === 0) return {};
  const asked = { ask: 'show', learnerId, parts } as const;
  return partsIn(await askKeeper(environment.ENROLMENT_KEEPER, asked, EnrolmentShown));
}

/** Of a mentor identity and documents keep something beside mentoring. */
async function readMentoring(...[whose, isWanted]: Parameters<Source>): Promise<DataParts> {
  const learnerId = isWanted('mentoring') ? whose.learnerId : undefined;
  const mentorId = isWanted('mentor') ? whose.mentorId : undefined;
  if (learnerId === undefined && mentorId === undefined) return {};
  const [shown, who, own] = await Promise.all([
    askKeeper(environment.MENTORING_KEEPER, { ask: 'show', learnerId, mentorId }, MentoringShown),
    mentorId && mentors.readMentor(mentorId),
    mentorId === undefined ? [] : papersOf(mentorId),
  ]);
  const { mentoring, mentor: work } = partsIn(shown);
  const papers = own.map(({ paper, content }) => ({ paper: MentorPaper.parse(paper), content }));
  const mentor = work && who && { ...work, person: who.person, papers };
  return { ...(mentoring && { mentoring }), ...(mentor && { mentor }) };
}

/** What a keeper shows, where one answer can hold it. */
function partsIn<Parts>(shown: { kind: 'shown'; parts: Parts } | { kind: 'too-large' }): Parts {
  if (shown.kind === 'too-large') throw tooLarge();
  return shown.parts;
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
