import { setTimeout as sleep } from 'node:timers/promises';
import { loadRegion } from '../../regions/load.ts';
import { interruption } from '../interruption.ts';
import { type RolloutOptions, requireSense } from './options.ts';
import type { Run } from './plan.ts';
import { noValues, readSecretsFile } from './secrets-file.ts';
import { RolloutStopped } from './stopped.ts';
import type { Outcome } from './summary.ts';
import { type Out, tellerFor } from './teller.ts';

/**
 * `ladder rollout`: a whole region, from its file to a system that serves and was tried. Every step looks first at what
 * is there, so that an interrupted rollout is simply run again, and one without a change changes nothing.
 *
 * @param surroundings - what interrupts it, and where it tells of its steps; Ctrl-C and standard output
 * @throws {InvalidRegionFile} before anything is asked of AWS (edge case 46)
 * @throws {DeployedIsNewer} a newer release runs there
 * @throws {RolloutStopped} whatever else stands in the way, with what to do about it
 * @throws {SmokeTestFailed} the region is deployed and does not do what it has to
 */
export async function rollout(
  file: string,
  options: RolloutOptions,
  surroundings: { readonly interrupted?: AbortSignal; readonly out?: Out } = {},
): Promise<Outcome> {
  requireSense(options);
  const { interrupted = interruption(), out } = surroundings;
  const teller = tellerFor(options.json === true, out);
  await using opened = new AsyncDisposableStack();
  const run = { teller, interrupted, opened };
  const outcome = await unlessInterrupted(run, allSteps(file, options, run));
  if (options.keep) await untilInterrupted(interrupted);
  return outcome;
}

async function allSteps(file: string, options: RolloutOptions, run: Run): Promise<Outcome> {
  const values = await run.teller.step('validate', async () => validated(file, options.secrets));
  // Loaded only now: whoever has made a mistake in the file is told at once.
  const [{ plan }, { carryOut }] = await Promise.all([
    import('./plan.ts'),
    import('./carry-out.ts'),
  ]);
  return carryOut(await plan(file, values, options, run), options, run);
}

/** @returns values of secrets */
function validated(file: string, secrets: string | undefined) {
  const region = loadRegion(file);
  const values = secrets === undefined ? noValues : readSecretsFile(secrets, region);
  const text = `${file}: ${counted(region.areas.length, 'area')}, ${counted(region.providers.length, 'provider')}`;
  return { result: values, text, facts: { region: region.id } };
}

const stopped =
  'Interrupted. What CloudFormation has begun goes on in AWS. Run the same command again: it waits for that, and goes on where it stopped.';

/** Milliseconds in which what was begun here, such as a synthesis, may end and take away what it wrote. */
const leave = 3000;

/** Rejects as soon as somebody presses Ctrl-C: what CloudFormation has begun, it ends without us. */
async function unlessInterrupted<T>({ interrupted, teller }: Run, running: Promise<T>): Promise<T> {
  const first = untilInterrupted(interrupted).then(() => interrupted.throwIfAborted());
  try {
    return await Promise.race([running, first.then(() => running)]);
  } catch (error) {
    if (!interrupted.aborted) throw error;
    // What ends because it is stopped has not failed, even if it says so: the synthesis, for one.
    const end = new RolloutStopped('interrupted', stopped, { cause: error });
    teller.abandon(end);
    await Promise.race([Promise.allSettled([running]), sleep(leave, undefined, { ref: false })]);
    throw end;
  }
}

function untilInterrupted(interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** `1 area`, `6 areas`. */
function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
