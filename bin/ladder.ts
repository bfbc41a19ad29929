import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addCheck } from './commands/check.ts';
import { addDemo } from './commands/demo.ts';
import { addDestroy } from './commands/destroy.ts';
import { addDiff } from './commands/diff.ts';
import { addExport } from './commands/export.ts';
import { addNewRegion } from './commands/new-region.ts';
import { addOps } from './commands/ops.ts';
import { addRestore } from './commands/restore.ts';
import { addRollout } from './commands/rollout.ts';
import { addSmoke } from './commands/smoke.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addSynth } from './commands/synth.ts';
import { addUpgrade } from './commands/upgrade.ts';

/**
 * The command `ladder`. Sub-commands load what they need only when they run, so that `--help` is instant.
 *
 * @param argv - as in `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  const ladder = new Command('ladder')
    .description('An education-welfare platform for a whole region.')
    .version(version())
    .showHelpAfterError()
    .showSuggestionAfterError()
    // Commander's own is 1, which is what a command that failed at its work ends with.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : wrongUse));

  addStart(ladder);
  addDemo(ladder);
  addNewRegion(ladder);
  addCheck(ladder);
  addSynth(ladder);
  addDiff(ladder);
  addRollout(ladder);
  addUpgrade(ladder);
  addSmoke(ladder);
  addStatus(ladder);
  addOps(ladder);
  addDestroy(ladder);
  addExport(ladder);
  addRestore(ladder);

  try {
    await ladder.parseAsync([...argv]);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = exitCodeOf(error);
    // What was interrupted may still be waiting for others, such as CloudFormation.
    if (process.exitCode === interrupted) process.exit();
  }
}

/** Exit codes of what happens to any command; others are with the errors that they belong to. */
const wrongUse = 2;
const interrupted = 130;

function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  if ('exitCode' in error && typeof error.exitCode === 'number') return error.exitCode;
  return 'code' in error && error.code === 'invalid-region-file' ? wrongUse : 1;
}

function version(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version);
  }
  throw new Error('package.json has no version');
}

/** Errors that carry a code were written for people; of any other the stack is what helps. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Some of Node's errors have a code and no message: an empty line would explain nothing.
  return ('code' in error && error.message) || (error.stack ?? error.message);
}
