import type { LearnerId } from '../identity/contract.ts';
import { leavingStore } from '../identity/leaving.store.ts';
import { now } from '../runtime/clock.ts';
import { log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { beginStore } from './begin.store.ts';
import type { Again, Subject } from './contract.ts';
import { deletions as kept, type Run, workOff } from './deletion.job.ts';
import { judgedAtOf } from './deletion.rules.ts';
import { environment } from './steps.job.ts';

const tables = { privacy: environment.PRIVACY_TABLE, identity: environment.IDENTITY_TABLE };
const leaving = leavingStore(tables.identity, region);
const deletions = beginStore(tables, region);

/** How far it came, and children without a login whom it has left with nobody. */
export interface Ran {
  readonly state: Run | 'children-depend';
  readonly alone?: readonly LearnerId[];
}

/**
 * Deletes somebody whom a backup has brought back (edge case 37): the same steps, without a mail. Who is not there at all
 * is done with at once. What the region had judged that the ledger is of is not judged again, for its rows were others: of
 * an entry that is applied again (`Again`), only a report that came after it is waited for. Who has moved to another copy is
 * released: the same, of the learner alone (ADR 31).
 *
 * Children whom it has left with nobody are answered each time, for whoever asked before may never have heard.
 */
export async function again({ enteredAt, release, ...who }: Again): Promise<Ran> {
  const subject = release ? who : await subjectOf(who);
  const judgedAt = enteredAt && judgedAtOf(enteredAt);
  const begun = await deletions.beginAgain(subject, { judgedAt, release }, now());
  if (begun.kind !== 'begun') return { state: begun.kind };
  const { alone = [] } = (await kept.read(begun.deletionId)) ?? {};
  if (alone.length > 0) log.warn('children left with nobody', { count: alone.length });
  const state = await workOff(begun.deletionId);
  return alone.length === 0 ? { state } : { state, alone };
}

/** By what the ledger names them, with what the restored rows say that they are besides. */
async function subjectOf({ learnerId, mentorId, sub }: Subject): Promise<Subject> {
  if (learnerId === undefined) return { learnerId, mentorId, sub };
  const found = await leaving.ofLearner(learnerId);
  const known = found.kind === 'leaver' ? found.leaver : {};
  return { learnerId, mentorId: mentorId ?? known.mentorId, sub: sub ?? known.sub };
}
