import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { asking } from './rollout/asking.ts';
import { isNamed } from './rollout/aws-refusals.ts';
import type { Answer, Progress } from './rollout/teller.ts';

/** What the migration job of any release answers; the names of its migrations are its own. */
const Answered = z.object({
  done: z.boolean(),
  migration: z.string().optional(),
  seen: z.int().min(0),
  changed: z.int().min(0),
  busy: z.boolean(),
});

/** How far the migrations are: the one at work, or the last of all. */
export type Reached = Omit<z.infer<typeof Answered>, 'busy'>;

/** How Lambda tells of an error that ended a function. */
const Failed = z.object({ errorType: z.string().default('an error without a name') });

/** Exit codes: the first is a failure; the other, somebody else at work. */
const reasons = { 'migration-failed': 1, 'migration-busy': 4, 'no-migration-function': 1 } as const;

/** Migrations of data did not come to their end. What was reached stays, and the next run goes on from there. */
export class MigrationStopped extends Error {
  override readonly name = 'MigrationStopped';
  readonly code: keyof typeof reasons;
  readonly exitCode: number;

  constructor(code: keyof typeof reasons, text: string) {
    super(text);
    this.code = code;
    this.exitCode = reasons[code];
  }
}

export interface Patience {
  /** Milliseconds between two invocations that could do nothing. */
  readonly pause: number;
  /** Invocations in a row that may find somebody else at work. */
  readonly waits: number;
  /** Invocations in a row that may end with an error. */
  readonly failures: number;
  /** Ends the pauses, and so the whole, by its reason. */
  readonly signal?: AbortSignal;
}

/** A run that was cut off holds its migration until its 50 seconds are over. */
export const patient: Patience = { pause: 6_000, waits: 20, failures: 3 };

/**
 * Runs the migrations of data of a deployed region: invokes its function again and again, each time for about half a
 * minute, until nothing is left. The function knows what is left, so whoever is interrupted runs it again.
 *
 * @param outputs - of the stack: its `MigrationFunction`
 * @throws {MigrationStopped}
 */
export async function migrate(
  lambda: LambdaClient,
  outputs: Readonly<Record<string, string>>,
  progress: Progress,
  patience: Patience = patient,
): Promise<Answer<Reached>> {
  const name = outputs['MigrationFunction'];
  if (name === undefined)
    throw new MigrationStopped(
      'no-migration-function',
      'The stack has no output "MigrationFunction": it is of release 0.1.0, which had no migrations. Deploy this release first: npx ladder rollout.',
    );
  let { waits, failures } = patience;
  const { pause, signal } = patience;
  for (;;) {
    const run = await asking('running the migrations of data', () => invoke(lambda, name));
    if (run.kind === 'reached') {
      if (run.done) return { result: run, text: inWords(run), facts: factsOf(run) };
      progress(inWords(run), factsOf(run));
      ({ waits, failures } = patience);
      continue;
    }
    if (run.kind === 'busy') waits -= 1;
    else failures -= 1;
    if (waits === 0 || failures === 0) throw stopped(run, name);
    if (run.kind === 'busy') progress('somebody else runs the migrations; waiting', { busy: true });
    else progress(`a run ended with ${run.error}; trying again`, { error: run.error });
    await sleep(pause, undefined, signal && { signal });
  }
}

/**
 * How far the migrations of a deployed region are, in words; runs none.
 *
 * @param outputs - of the stack
 */
export async function migrationsOf(
  lambda: LambdaClient,
  { MigrationFunction: name }: Readonly<Record<string, string>>,
): Promise<string> {
  if (name === undefined) return 'this release has no migrations';
  try {
    const run = await invoke(lambda, name, false);
    if (run.kind === 'failed') return `the function ${name} ended with ${run.error}`;
    return run.kind === 'busy' ? 'somebody runs them' : inWords(run);
  } catch (error) {
    // Who may only look may not run functions; whatever else they asked for they get.
    if (isNamed(error, 'AccessDeniedException')) return `you may not ask ${name}`;
    throw error;
  }
}

type Run =
  | ({ readonly kind: 'reached' } & Reached)
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly error: string };

/** @throws what the SDK throws when Lambda does not answer, or refuses */
async function invoke(lambda: LambdaClient, name: string, migrate = true): Promise<Run> {
  const { FunctionError, Payload = new Uint8Array() } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ migrate }) }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload).toString('utf8'));
  if (FunctionError !== undefined) return { kind: 'failed', error: Failed.parse(answer).errorType };
  const { busy, ...reached } = Answered.parse(answer);
  return busy ? { kind: 'busy' } : { kind: 'reached', ...reached };
}

function stopped(run: Exclude<Run, { readonly kind: 'reached' }>, name: string): MigrationStopped {
  if (run.kind === 'busy')
    return new MigrationStopped(
      'migration-busy',
      `Somebody else has been running the migrations of data for minutes (function ${name}). Run the same command again when they are done.`,
    );
  return new MigrationStopped(
    'migration-failed',
    `The migrations of data ended with ${run.error} each time. Nothing is lost, and the region serves; its function ${name} has the reason in its log. Put that right, then run the same command again: it goes on where it stopped.`,
  );
}

function inWords({ migration, seen, changed, done }: Reached): string {
  if (migration === undefined) return 'this release has no migrations';
  const counts = `${seen} rows seen, ${changed} changed`;
  return done
    ? `all migrations of data are done; ${migration}: ${counts}`
    : `${migration}: ${counts}`;
}

const factsOf = ({ done, migration, seen, changed }: Reached) => ({
  done,
  migration,
  seen,
  changed,
});
