import { setTimeout as pause } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Holdings } from '../export/holdings.ts';
import { TransferRefused } from '../export/refusals.ts';
import { type Deletion, idsOf } from './ledger.ts';

/** What the region's deletion job answers: how far a deletion came, and children whom it has left with nobody. */
const Answer = z.looseObject({ state: z.string(), alone: z.array(z.string()).optional() });
type Answer = z.infer<typeof Answer>;

/** What came of deletions that were applied again. */
export interface Applied {
  /**
   * Deletions that an open report holds which came after their entry into the ledger. They wait here as they did there, and
   * whoever is concerned can do nothing; only in a copy that is open can a lead decide the report (edge case 35).
   */
  readonly held: number;
  /** Children without a login whom nobody acts for any more, and who are not in the ledger themselves. */
  readonly alone: readonly string[];
}

/** How long deletions are waited for. */
export interface Patience {
  /** Rounds through those that are not done: a guardian's deletion waits for their children's. */
  readonly rounds: number;
  /** Milliseconds between two rounds. */
  readonly interval: number;
}
const patience: Patience = { rounds: 5, interval: 2_000 };

/**
 * Has the copy delete again whomever the ledger names, before it serves (edge case 37): by the same job, the same steps, in
 * the order of the ledger and without a mail. Rows of learners who were deleted were never written; what is done here is what
 * hangs on their logins, such as a guardian's links. The ledger decides: what the region had judged that it is of, in the
 * state of a later day, is not judged again (ADR 34).
 *
 * @throws {TransferRefused} `deletion-stuck`: the copy stays closed
 */
export async function deleteAgain(
  lambda: LambdaClient,
  { outputs, stackName }: Holdings,
  deletions: readonly Deletion[],
  { rounds, interval } = patience,
): Promise<Applied> {
  if (deletions.length === 0) return { held: 0, alone: [] };
  const FunctionName = outputs['DeletionFunction'];
  if (FunctionName === undefined) {
    throw new TransferRefused(
      'stack-incomplete',
      `the stack ${stackName} has no output DeletionFunction, so the ${deletions.length} deletions of the ledger cannot be applied again. Restore with a release that deletes accounts; the copy stays closed.`,
    );
  }
  const alone = new Set<string>();
  let held = 0;
  let left = deletions;
  for (let round = 0; left.length > 0 && round < rounds; round += 1) {
    if (round > 0) await pause(interval);
    const stay: Deletion[] = [];
    for (const deletion of left) {
      const answer = await askFor(lambda, FunctionName, deletion);
      for (const id of answer?.alone ?? []) alone.add(id);
      if (answer?.state === 'waits') held += 1;
      else if (answer?.state !== 'done') stay.push(deletion);
    }
    left = stay;
  }
  const named = idsOf(deletions);
  const came = { held, alone: [...alone].filter((id) => !named.has(id)) };
  if (left.length === 0) return came;
  throw new TransferRefused(
    'deletion-stuck',
    `${left.length} of ${deletions.length} deletions did not come to their end in ${stackName}${toldOf(came)}. The log of ${FunctionName} says what they wait for. The copy stays closed: run the same restore again.`,
  );
}

/** Undefined where the job failed. */
async function askFor(
  lambda: LambdaClient,
  FunctionName: string,
  { learnerId, mentorId, sub, release, askedAt, enteredAt = askedAt }: Deletion,
): Promise<Answer | undefined> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName,
      Payload: Buffer.from(JSON.stringify({ learnerId, mentorId, sub, release, enteredAt })),
    }),
  );
  if (FunctionError !== undefined) return undefined;
  return Answer.parse(JSON.parse(Buffer.from(Payload ?? []).toString()));
}

/** What came of deletions, in words. */
export function toldOf({ held, alone }: Applied): string {
  const waiting =
    held === 0
      ? ''
      : `; ${held} of them wait until a lead has decided a report that is open, and go on by themselves`;
  const children =
    alone.length === 0
      ? ''
      : `; nobody acts any more for ${alone.length} children without a login, who had somebody else or came of age after the export: ${alone.join(', ')}`;
  return waiting + children;
}
