import { now } from '../runtime/clock.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/logger.ts';
import { region } from '../runtime/region.ts';
import { isAbandoned } from './abandoned.rules.ts';
import { identityEnvironments } from './contract.ts';
import { type SignUp, signUps } from './sign-up.adapter.ts';

const { PUBLIC_POOL_ID: poolId } = readEnvironment(identityEnvironments.abandoned);
const pool = signUps(poolId);

/** What fits into a run, one after the other: side by side they would take Cognito's 25 changes a second from others. */
const mostInOneRun = 2_000;

/**
 * Deletes the sign-ups that nobody confirmed in time (edge case 8). What is deleted is listed no more, so a run
 * that is cut short or full leaves exactly the rest to the next.
 *
 * @throws {Error} some could not be deleted; the next run finds them again
 */
export async function handler(): Promise<void> {
  let [deleted, failed] = [0, 0];
  for (const signUp of await listAbandoned()) {
    try {
      if (await pool.remove(signUp)) deleted += 1;
    } catch (error) {
      failed += 1;
      log.error('sign-up not deleted', describeError(error));
    }
  }
  log.info('abandoned sign-ups deleted', { count: deleted });
  if (failed > 0) throw new Error(`${failed} sign-ups could not be deleted; the log says why`);
}

/** Listed before any is deleted: pages of a list that shrinks meanwhile could leave some out. */
async function listAbandoned(): Promise<readonly SignUp[]> {
  const moment = now();
  const found: SignUp[] = [];
  for await (const signUp of pool.list()) {
    if (isAbandoned(region, signUp.signedUpAt, moment)) found.push(signUp);
    if (found.length === mostInOneRun) break;
  }
  return found;
}
