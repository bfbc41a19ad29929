import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Holdings } from '../export/holdings.ts';
import { TransferRefused } from '../export/refusals.ts';
import type { Deletion } from './ledger.ts';

/** What the region's deletion job answers: how far a deletion came. */
const Answer = z.looseObject({ state: z.string() });

/** How long deletions are waited for. */
export interface Patience {
  /** Rounds through those that are not done: a guardian's deletion waits for their children's. */
  readonly rounds: number;
  /** Milliseconds between two rounds. */
  readonly interval: number;
}
const patience: Patience = { rounds: 5, interval: 2_000 };

/**
 * Has the copy delete again whomever the ledger names, before it serves (edge case 37): by the same job, the same steps and
 * without a mail. Rows of learners who were deleted were never written; what is done here is what hangs on their logins, such
 * as a guardian's links.
 *
 * @throws {TransferRefused} `deletion-stuck`: the copy stays closed
 */
export async function deleteAgain(
  lambda: LambdaClient,
  { outputs, stackName }: Holdings,
  deletions: readonly Deletion[],
  { rounds, interval } = patience,
): Promise<void> {
  if (deletions.length === 0) return;
  const FunctionName = outputs['DeletionFunction'];
  if (FunctionName === undefined) {
    throw new TransferRefused(
      'stack-incomplete',
      `the stack ${stackName} has no output DeletionFunction, so the ${deletions.length} deletions of the ledger cannot be applied again. Restore with a release that deletes accounts; the copy stays closed.`,
    );
  }
  let left = deletions;
  for (let round = 0; left.length > 0 && round < rounds; round += 1) {
    if (round > 0) await pause(interval);
    const stay: Deletion[] = [];
    for (const deletion of left) {
      if (!(await isDone(lambda, FunctionName, deletion))) stay.push(deletion);
    }
    left = stay;
  }
  if (left.length === 0) return;
  throw new TransferRefused(
    'deletion-stuck',
    `${left.length} of ${deletions.length} deletions did not come to their end in ${stackName}; the log of ${FunctionName} says what they wait for. The copy stays closed: run the same restore again.`,
  );
}

async function isDone(
  lambda: LambdaClient,
  FunctionName: string,
  { learnerId, mentorId, sub }: Deletion,
): Promise<boolean> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName,
      Payload: Buffer.from(JSON.stringify({ learnerId, mentorId, sub })),
    }),
  );
  if (FunctionError !== undefined) return false;
  const answer = Answer.parse(JSON.parse(Buffer.from(Payload ?? []).toString()));
  return answer.state === 'done';
}
