import { timestamp } from '../../regions/calendar.ts';
import { erasureStore as noticesErasure } from '../notices/erasure.store.ts';
import { epochSeconds, type Moment } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { type Erasure, erased, type Rests, waits } from '../runtime/erasing.ts';
import { region } from '../runtime/region.ts';
import { type Deletion, privacyEnvironments, type StepName, type Subject } from './contract.ts';
import { idsOf, isPatient } from './deletion.rules.ts';
import { askKeeper } from './keeper.adapter.ts';
import { Erased } from './keeper.contract.ts';
import { keptIn } from './kept.store.ts';
import { ledger } from './ledger.adapter.ts';
import { logins } from './login.adapter.ts';
import { paperFiles } from './papers.adapter.ts';
import { restsStore } from './rests.store.ts';
import { endOfKeeping } from './retention.rules.ts';

export const environment = readEnvironment(privacyEnvironments.deletion);
const { identity, trail, papers } = keptIn(environment);
const holds = restsStore(environment.MENTORING_TABLE);
const notices = noticesErasure(environment.NOTICES_TABLE);
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

/** What every keeper is asked; it weighs by itself whether an open report concerns them. */
const erasing = ({ deletion: { judgedAt }, who: subject }: Task) =>
  ({ ask: 'erase', subject, judgedAt }) as const;

async function eraseMentoring(task: Task): Promise<Erasure> {
  const { learnerId, mentorId, sub } = task.who;
  if (learnerId === undefined && mentorId === undefined) return erased;
  const ties = learnerId === undefined ? [] : await identity.loginsOf(learnerId);
  const logins = [...new Set([...ties.map((tie) => tie.sub), ...(sub === undefined ? [] : [sub])])];
  return askKeeper(environment.MENTORING_KEEPER, { ...erasing(task), logins }, Erased);
}

async function eraseEnrolment(task: Task): Promise<Erasure> {
  if (task.who.learnerId === undefined) return erased;
  const asked = { ...erasing(task), last: task.last };
  return askKeeper(environment.ENROLMENT_KEEPER, asked, Erased);
}

async function eraseEligibility(task: Task): Promise<Erasure> {
  if (task.who.learnerId === undefined) return erased;
  return askKeeper(environment.ELIGIBILITY_KEEPER, erasing(task), Erased);
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
  const rests = await holds.restsOf(who, deletion.judgedAt);
  // An open report concerns them (edge case 35).
  if (rests === undefined) return waits('report');
  const last = step === 'sweep';
  const task = { deletion, who, now, rests, last };
  for (const each of last ? looked : [step]) {
    const outcome = await works[each](task);
    if (outcome.kind === 'done') continue;
    // In a copy that is closed nobody works on what it waits for, and nobody may be seen meanwhile: the last look waits.
    if (deletion.restored && !last && outcome.for !== 'report') continue;
    return outcome;
  }
  return erased;
}
