/**
 * The CDK app: one region file in, one cloud assembly out.
 *
 *     node bin/app.ts regions/seoul.yaml [--output cdk.out]
 *
 * Run by the cdk CLI (`--app 'node bin/app.ts regions/seoul.yaml'`) it writes where the CLI says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

enableCompileCache();
keepGarbage();
leaveNothingBehind();

const usage = 'usage: node bin/app.ts <region file> [--output <directory>]';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { output: { type: 'string' } },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) {
    const message = `one region file is needed, such as regions/seoul.yaml\n${usage}`;
    throw Object.assign(new Error(message), { code: 'usage' });
  }
  const [{ loadRegion }, { synthesize }] = await Promise.all([
    import('../regions/load.ts'),
    import('../lib/synthesize.ts'),
  ]);
  const outdir = values.output ?? process.env['CDK_OUTDIR'] ?? 'cdk.out';
  await synthesize(loadRegion(file), outdir);
}

/**
 * esbuild's collector takes a third of its time, and saves a seventh of its 500 MB, which are all gone with this process
 * in a moment. Above the limit it collects nevertheless.
 */
function keepGarbage(): void {
  process.env['GOGC'] ??= 'off';
  process.env['GOMEMLIMIT'] ??= '1GiB';
}

/**
 * Bundles and what the CDK writes beside its output go into a directory that is removed when this process
 * ends, also by Ctrl-C: a signal's own way out would not come by. So signals are heard before there is a directory.
 */
function leaveNothingBehind(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => process.exit(130));
  const directory = mkdtempSync(join(tmpdir(), 'ladder-synthesis-'));
  process.env['TMPDIR'] = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
}

/** Errors with a code, and esbuild's, were written for people; of any other the stack is what helps. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const forPeople = 'code' in error || 'errors' in error;
  return forPeople ? error.message : (error.stack ?? error.message);
}

try {
  await main();
} catch (error) {
  process.exitCode = 1;
  console.error(explain(error));
}
