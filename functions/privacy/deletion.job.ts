import { type Moment, now } from '../runtime/clock.ts';
import { transact } from '../runtime/dynamodb.ts';
import { log } from '../runtime/logger.ts';
import { sendNotice } from '../runtime/notice.ts';
import { region } from '../runtime/region.ts';
import type { Deletion, DeletionId } from './contract.ts';
import { nextOf, stepped, sweepBegins, swept, waiting } from './deletion.rules.ts';
import { endOfKeeping } from './retention.rules.ts';
import { environment, take } from './steps.job.ts';
import { deletionStore } from './store.ts';

export const deletions = deletionStore(environment.PRIVACY_TABLE);

/** How far a run has come: at its end, or it has to be looked at again. */
export type Run = 'done' | 'waits' | 'others';

/**
 * Works a deletion off, step by step, until it is done or has to wait. Each step can be done again, and what it has done is
 * noted after it: a run that dies between any two lines is gone on with by the next (edge case 36).
 *
 * @returns `others`: somebody else is at it
 */
export async function workOff(deletionId: DeletionId): Promise<Run> {
  for (;;) {
    const seen = await deletions.read(deletionId);
    const step = seen === undefined ? undefined : nextOf(seen);
    if (seen === undefined || step === undefined) return 'done';
    const moment = now();
    if (step === 'sweep' && !isDue(seen, moment)) return 'done';
    if (step === 'leaving' || step === 'receipt') {
      if (!(await keep(stepped(seen, step, moment), moment, mailOf(seen, step)))) return 'others';
      continue;
    }
    const outcome = await take(seen, step, moment);
    if (outcome.kind === 'waits') {
      log.info('deletion waits', { code: outcome.for });
      return (await keep(waiting(seen, outcome.for, moment), moment, [])) ? 'waits' : 'others';
    }
    const next = step === 'sweep' ? swept(seen, moment) : stepped(seen, step, moment);
    const forgotten = step === 'sweep' ? deletions.forgetSubject(seen.subject) : [];
    if (!(await keep(next, moment, forgotten))) return 'others';
    log.info('deletion stepped', { code: step });
  }
}

/** The last look is taken at its time, and not when the receipt is complete. */
function isDue({ doneAt }: Deletion, moment: Moment): boolean {
  return doneAt !== undefined && sweepBegins(doneAt).epochMilliseconds <= moment.epochMilliseconds;
}

/** The receipt goes out with the write that forgets the address. */
function mailOf({ mail }: Deletion, step: 'leaving' | 'receipt') {
  if (mail === undefined || step === 'leaving') return [];
  const { link, ...to } = mail;
  const message = {
    kind: 'account-deleted',
    to: { kind: 'address', ...to },
    facts: { link },
  } as const;
  return [sendNotice(environment.NOTICES_TABLE, message)];
}

async function keep(
  next: Deletion,
  moment: Moment,
  along: Parameters<typeof transact>[0],
): Promise<boolean> {
  const until = endOfKeeping(region, 'receipts', moment);
  return (await transact([deletions.change(next, until, moment), ...along])).done;
}
