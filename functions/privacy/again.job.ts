import { leavingStore } from '../identity/leaving.store.ts';
import { now } from '../runtime/clock.ts';
import { region } from '../runtime/region.ts';
import { beginStore } from './begin.store.ts';
import type { Again, Subject } from './contract.ts';
import { type Run, workOff } from './deletion.job.ts';
import { environment } from './steps.job.ts';

const tables = { privacy: environment.PRIVACY_TABLE, identity: environment.IDENTITY_TABLE };
const leaving = leavingStore(tables.identity, region);
const deletions = beginStore(tables, region);

/**
 * Deletes somebody whom a backup has brought back (edge case 37): the same steps, without a mail. Who is not there at all
 * is done with at once. A guardian who was deleted leaves children behind whose own deletion may come later in the ledger:
 * invoked again after the others, it goes on.
 */
export async function again(who: Again): Promise<Run | 'children-depend'> {
  const subject = await subjectOf(who);
  const begun = await deletions.beginAgain(subject, now());
  return begun.kind === 'begun' ? workOff(begun.deletionId) : begun.kind;
}

/** By what the ledger names them, with what the restored rows say that they are besides. */
async function subjectOf({ learnerId, mentorId, sub }: Again): Promise<Subject> {
  if (learnerId === undefined) return { learnerId, mentorId, sub };
  const found = await leaving.ofLearner(learnerId);
  const known = found.kind === 'leaver' ? found.leaver : {};
  return { learnerId, mentorId: mentorId ?? known.mentorId, sub: sub ?? known.sub };
}
