import { dayIn, timestamp } from '../../regions/calendar.ts';
import { erasureStore as auditErasure } from '../audit/erasure.store.ts';
import { erasureStore as documentsErasure } from '../documents/erasure.store.ts';
import { erasureStore as eligibilityErasure } from '../eligibility/erasure.store.ts';
import { erasureStore as enrolmentErasure } from '../enrolment/erasure.store.ts';
import { erasureStore as identityErasure } from '../identity/erasure.store.ts';
import { identityStore } from '../identity/store.ts';
import { erasureStore as mentoringErasure } from '../mentoring/erasure.store.ts';
import { weighedHoldStore } from '../mentoring/weighed-hold.store.ts';
import { erasureStore as noticesErasure } from '../notices/erasure.store.ts';
import { erasureStore as provisioningErasure } from '../provisioning/erasure.store.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Erasure, erased, type Rests, waits } from '../runtime/erasing.ts';
import { region } from '../runtime/region.ts';
import { type Deletion, privacyEnvironments, type StepName, type Subject } from './contract.ts';
import { isPatient } from './deletion.rules.ts';
import { ledger } from './ledger.adapter.ts';
import { logins } from './login.adapter.ts';
import { paperFiles } from './papers.adapter.ts';
import { endOfKeeping } from './retention.rules.ts';
import { tablesIn } from './tables.store.ts';

export const environment = readEnvironment(privacyEnvironments.deletion);
const tables = tablesIn(environment);
const learners = identityStore(tables.identity);
const identity = identityErasure(tables.identity);
const trail = auditErasure(tables.audit);
const papers = documentsErasure(tables.documents);
const cases = eligibilityErasure(tables);
const places = enrolmentErasure(tables, region);
const accounts = provisioningErasure(tables.provisioning);
const mentoring = mentoringErasure(tables, region);
const holds = weighedHoldStore(tables.mentoring);
const notices = noticesErasure(tables.notices);
const entries = ledger(environment.LEDGER_BUCKET);
const pool = logins(environment.PUBLIC_POOL_ID);
const files = paperFiles(environment.PAPERS_BUCKET);

/** What a step is told: whom it is about, and whether it is the look after everything. */
interface Task {
  readonly deletion: Deletion;
  readonly who: Subject;
  readonly now: Moment;
  /** What each deletion of a row rests on: that no open report concerns them (edge case 35). */
  readonly rests: Rests;
  readonly last: boolean;
}

/** All that an open report may keep from being deleted: what a report is about, and who it is. */
const idsOf = ({ learnerId, mentorId }: Subject) =>
  [learnerId, mentorId].filter((id) => id !== undefined);

async function eraseMentoring({ deletion, who, now, rests }: Task): Promise<Erasure> {
  const { learnerId, mentorId, sub } = who;
  const ties = learnerId === undefined ? [] : await identity.loginsOf(learnerId);
  const logins = [...new Set([...ties.map((tie) => tie.sub), ...(sub === undefined ? [] : [sub])])];
  const erasing = { now, rests, judgedAt: deletion.judgedAt };
  const asLearner =
    learnerId === undefined ? erased : await mentoring.eraseLearner(learnerId, logins, erasing);
  if (asLearner.kind !== 'done') return asLearner;
  return mentorId === undefined ? erased : mentoring.eraseMentor(mentorId, sub, erasing);
}

async function eraseEnrolment({ who: { learnerId }, now, rests, last }: Task): Promise<Erasure> {
  if (learnerId === undefined) return erased;
  const ended = await places.end(learnerId, now);
  if (ended.kind !== 'done') return ended;
  const providers = await places.providersOf(learnerId);
  const gone = await accounts.erase(learnerId, providers, rests);
  return gone.kind === 'done' ? places.erase(learnerId, last, rests) : gone;
}

async function eraseEligibility({ who: { learnerId }, now, rests }: Task): Promise<Erasure> {
  if (learnerId === undefined) return erased;
  const record = await learners.readRecord(learnerId);
  const today = dayIn(region, now).toString();
  return cases.erase(learnerId, record?.profile, { now, today }, rests);
}

async function eraseDocuments({ who, rests }: Task): Promise<Erasure> {
  for (const ownerId of idsOf(who)) {
    const gone = await papers.erase(ownerId, rests);
    if (gone.kind !== 'done') return gone;
    if (await files.anyLeft(ownerId)) return waits('files');
  }
  return erased;
}

async function letTrailExpire({ who: { learnerId }, now }: Task): Promise<Erasure> {
  const until = epochSeconds(endOfKeeping(region, 'audit', now));
  if (learnerId !== undefined) await trail.expire(learnerId, until);
  return erased;
}

async function enterLedger({ deletion, now }: Task): Promise<Erasure> {
  await entries.enter(deletion, timestamp(now));
  return erased;
}

async function eraseLogin({ who: { sub }, now }: Task): Promise<Erasure> {
  if (sub === undefined) return erased;
  await pool.remove(sub);
  await identity.letGo(sub, epochSeconds(now));
  return erased;
}

/** What each step does; doing it again finds nothing left to do. The first and the last are writes of the row itself. */
const works: Readonly<
  Record<Exclude<StepName, 'leaving' | 'receipt'>, (task: Task) => Promise<Erasure>>
> = {
  mentoring: eraseMentoring,
  enrolment: eraseEnrolment,
  eligibility: eraseEligibility,
  documents: eraseDocuments,
  notices: ({ deletion, who, now }) =>
    notices.erase(idsOf(who), !deletion.restored && isPatient(deletion, now)),
  audit: letTrailExpire,
  ledger: enterLedger,
  identity: ({ who, now, rests }) =>
    identity.erase(who, epochSeconds(endOfKeeping(region, 'consents', now)), rests),
  login: eraseLogin,
};

/** The steps of the last look: what a message that came late may have begun anew. */
const looked = [
  ...(['mentoring', 'enrolment', 'eligibility', 'documents', 'identity'] as const),
  // Last: whoever looked since the trail was given an end is in it too.
  'audit',
] as const;

/**
 * Does one step of a deletion, all of it or as far as it can be done now.
 *
 * @param step - `sweep`: all that can have come again
 */
export async function take(
  deletion: Deletion,
  step: keyof typeof works | 'sweep',
  now: Moment,
): Promise<Erasure> {
  const who = deletion.subject ?? {};
  const weighed = await Promise.all(idsOf(who).map((id) => holds.weigh(id, deletion.judgedAt)));
  // An open report concerns them (edge case 35).
  if (weighed.some(({ isHeld }) => isHeld)) return waits('report');
  const last = step === 'sweep';
  const task = { deletion, who, now, rests: weighed.map(({ rest }) => rest), last };
  for (const each of last ? looked : [step]) {
    const outcome = await works[each](task);
    if (outcome.kind === 'done') continue;
    // In a copy that is closed nobody works on what it waits for, and nobody may be seen meanwhile: the last look waits.
    if (deletion.restored && !last && outcome.for !== 'report') continue;
    return outcome;
  }
  return erased;
}
